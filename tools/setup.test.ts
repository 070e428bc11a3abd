/**
 * What `npm start` decides before anything is installed: is the tree that of the lock file, is ffmpeg new
 * enough.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ffmpegMajorOf } from './setup/ffmpeg.mjs';
import { isTreeOfLock, stampOf } from './setup/install.mjs';
import { sourceStamp } from './setup/web.mjs';

const lock = {
	packages: {
		'': { version: '0.1.0' },
		'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
		'node_modules/b-darwin': { version: '1.0.0', integrity: 'sha512-b', optional: true },
	},
};
const a = { version: '1.0.0', integrity: 'sha512-a' };

test('a tree with everything but parts for other platforms is that of the lock file', () => {
	assert.equal(isTreeOfLock(lock, { packages: { 'node_modules/a': a } }), true);
});

test('a package that is missing, of another version or with other content is not', () => {
	assert.equal(isTreeOfLock(lock, { packages: {} }), false);
	assert.equal(isTreeOfLock(lock, { packages: { 'node_modules/a': { ...a, version: '1.0.1' } } }), false);
	assert.equal(
		isTreeOfLock(lock, { packages: { 'node_modules/a': { ...a, integrity: 'sha512-x' } } }),
		false,
	);
});

test('a changed lock file and another platform are other stamps', () => {
	const stamps = [stampOf('x', 'linux-x64'), stampOf('y', 'linux-x64'), stampOf('x', 'linux-arm64')];
	assert.equal(new Set(stamps).size, 3);
});

test('the version of ffmpeg is read from releases, distributions and builds from source', () => {
	assert.equal(ffmpegMajorOf('ffmpeg version 5.1.8-0+deb12u1 Copyright (c)'), 5);
	assert.equal(ffmpegMajorOf('ffmpeg version n7.1 Copyright (c)'), 7);
	assert.equal(ffmpegMajorOf('ffmpeg version 4.4.2-0ubuntu0.22.04.1 Copyright'), 4);
	assert.ok(ffmpegMajorOf('ffmpeg version N-112345-gabcdef Copyright') > 100);
	assert.equal(ffmpegMajorOf('something else'), 0);
});

test('the pages are stale when a source was changed, added or removed, and only then', () => {
	const folder = mkdtempSync(join(tmpdir(), 'holdfast-stamp-'));
	try {
		const file = join(folder, 'web', 'main.ts');
		mkdirSync(join(folder, 'web', 'dist'), { recursive: true });
		writeFileSync(file, 'a');
		const first = sourceStamp(folder);
		writeFileSync(join(folder, 'web', 'dist', 'built.js'), 'out');
		assert.equal(sourceStamp(folder), first);
		utimesSync(file, 1, 1);
		const touched = sourceStamp(folder);
		assert.notEqual(touched, first);
		writeFileSync(join(folder, 'web', 'more.ts'), 'b');
		assert.notEqual(sourceStamp(folder), touched);
		rmSync(join(folder, 'web', 'more.ts'));
		assert.equal(sourceStamp(folder), touched);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
});
