/** A walk that is stopped: every part of it ends, and nothing fails behind its back. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { walkFolder } from './walk.ts';

test('stopping a walk in the middle rejects it once and leaves no rejection unheard', async (t) => {
	const rootPath = await mkdtemp(join(tmpdir(), 'hf-walk-'));
	t.after(() => rm(rootPath, { recursive: true, force: true }));
	for (let index = 0; index < 60; index += 1) {
		await mkdir(join(rootPath, `${index % 6}`, `${index}`), { recursive: true });
		await writeFile(join(rootPath, `${index % 6}`, `${index}`, 'film.mkv'), 'x');
	}
	const unheard: unknown[] = [];
	const listen = (error: unknown): void => {
		unheard.push(error);
	};
	process.on('unhandledRejection', listen);
	t.after(() => process.off('unhandledRejection', listen));
	const stopping = new AbortController();
	let folders = 0;
	const walk = walkFolder(
		{ rootPath, kind: 'movies' },
		() => {
			folders += 1;
			if (folders === 10) stopping.abort();
		},
		stopping.signal,
	);
	await assert.rejects(walk, { name: 'AbortError' });
	await new Promise((resolve) => setImmediate(resolve));
	assert.deepEqual(unheard, []);
	assert.ok(folders < 60, 'it ended early');
});
