/** The image, the compose file and the unit against the settings and files they name. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { settings } from '../server/src/platform/config/schema.ts';
import { root, serverFlags } from './setup/paths.mjs';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const files = ['Dockerfile', 'compose.yaml', 'packaging/holdfast.service'] as const;
const port = String(settings.find(({ key }) => key === 'server.port')?.fallback);
const known = new Set<string>(settings.map(({ env }) => env));

test('every setting that they name exists', () => {
	for (const file of files) {
		for (const [name] of read(file).matchAll(/\bHOLDFAST_[A-Z_]+\b/g)) {
			assert.ok(known.has(name.replace(/_FILE$/, '')), `${file}: ${name}`);
		}
	}
});

test('they publish, expose and probe the default port', () => {
	const dockerfile = read('Dockerfile');
	assert.match(dockerfile, new RegExp(`^EXPOSE ${port}$`, 'm'));
	assert.match(dockerfile, new RegExp(`127\\.0\\.0\\.1:${port}/healthz`));
	assert.match(read('compose.yaml'), new RegExp(`- "${port}:${port}"`));
	assert.match(read('packaging/holdfast.service'), new RegExp(`HOLDFAST_PORT=${port}$`, 'm'));
});

test('keys and data are places apart, and the media is read-only', () => {
	const dockerfile = read('Dockerfile');
	assert.match(dockerfile, /HOLDFAST_DATA_DIR=\/data\b/);
	assert.match(dockerfile, /HOLDFAST_KEYS_DIR=\/keys\b/);
	assert.match(dockerfile, /^VOLUME \["\/data", "\/keys"\]$/m);
	assert.match(read('compose.yaml'), /:\/media:ro$/m);
	assert.match(read('packaging/holdfast.service'), /^StateDirectory=holdfast holdfast-keys$/m);
});

test('nothing runs as root', () => {
	assert.match(read('Dockerfile'), /^USER holdfast$/m);
	assert.match(read('packaging/holdfast.service'), /^NoNewPrivileges=yes$/m);
	assert.match(read('packaging/holdfast.service'), /^ProtectSystem=strict$/m);
});

test('what the image copies from the checkout is there', () => {
	const copied = [...read('Dockerfile').matchAll(/^COPY (?!--from)(.+)$/gm)].flatMap((hit) => {
		const words = (hit[1] ?? '').split(/\s+/);
		return words.slice(0, -1);
	});
	assert.ok(copied.length > 8);
	for (const path of copied) assert.ok(existsSync(join(root, path)), path);
});

test('both start the same program under the pinned Node', () => {
	assert.match(read('Dockerfile'), /^CMD \["node", .*"server\/src\/main\.ts"\]$/m);
	assert.match(
		read('packaging/holdfast.service'),
		/^ExecStart=\S+\/node_modules\/\.bin\/node .*server\/src\/main\.ts$/m,
	);
});

test('both give Node the same flags and allocator as npm start, and a place for compiled code', () => {
	const [dockerfile, unit] = [read('Dockerfile'), read('packaging/holdfast.service')];
	assert.ok(dockerfile.includes(serverFlags.map((flag) => `"${flag}"`).join(', ')));
	assert.ok(unit.includes(` ${serverFlags.join(' ')} `));
	for (const file of [dockerfile, unit]) {
		assert.match(file, /\bMALLOC_ARENA_MAX=2$/m);
		assert.match(file, /\bNODE_COMPILE_CACHE=\/var\/cache\/holdfast\b/);
	}
});
