/** The list of breached passwords: what comes with the program, a file, and a list elsewhere. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock as clock } from '#platform/clock.ts';
import { silentLog as log } from '#platform/log.ts';
import { createBreachedPasswords } from './breached-passwords.ts';

const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex').toUpperCase();

const isIn = (range: string, password: string): boolean =>
	range.split('\r\n').some((line) => line.startsWith(`${sha1(password).slice(5)}:`) && !line.endsWith(':0'));

test('common passwords are found without the network, others not, and answers are padded', async () => {
	const list = createBreachedPasswords({ clock, log, config: { url: null, file: null } });
	for (const password of ['password', '123456', 'Dragon']) {
		assert.ok(isIn(await list.range(sha1(password).slice(0, 5).toLowerCase()), password), password);
	}
	const rare = 'an uncommon sentence about herons';
	const range = await list.range(sha1(rare).slice(0, 5));
	assert.ok(!isIn(range, rare));
	const lines = range.split('\r\n');
	assert.ok(lines.length >= 24 && lines.every((line) => /^[0-9A-F]{35}:\d+$/u.test(line)));
});

test('a file of sorted hashes takes the place of the list', async () => {
	const folder = await mkdtemp(join(tmpdir(), 'holdfast-hashes-'));
	try {
		const passwords = Array.from({ length: 5_000 }, (_none, index) => `secret ${index}`);
		const file = join(folder, 'hashes.txt');
		await writeFile(
			file,
			`${passwords
				.map((each) => `${sha1(each)}:7`)
				.sort()
				.join('\r\n')}\r\n`,
		);
		const list = createBreachedPasswords({ clock, log, config: { url: null, file } });
		for (const password of passwords.slice(0, 200)) {
			assert.ok(isIn(await list.range(sha1(password).slice(0, 5)), password), password);
		}
		assert.ok(!isIn(await list.range(sha1('password').slice(0, 5)), 'password'));
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
});

test('a list elsewhere is asked with padding, only for five digits, and ours stands in for it', async () => {
	const asked: string[] = [];
	const server = createServer((request, reply) => {
		asked.push(`${request.url} ${request.headers['add-padding']}`);
		reply.setHeader('content-type', 'text/plain');
		reply.end(`${sha1('known elsewhere').slice(5)}:3\r\n<script>:1\r\n`);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as { port: number };
	const config = { url: `http://127.0.0.1:${port}/range`, file: null };
	const list = createBreachedPasswords({ clock, log, config });
	const prefix = sha1('known elsewhere').slice(0, 5);
	const range = await list.range(prefix);
	assert.ok(isIn(range, 'known elsewhere') && !range.includes('<'));
	await list.range(prefix);
	assert.deepEqual(asked, [`/range/${prefix} true`]);
	await new Promise((resolve) => server.close(resolve));
	assert.ok(isIn(await list.range(sha1('password').slice(0, 5)), 'password'));
});
