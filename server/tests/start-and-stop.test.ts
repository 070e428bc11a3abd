/** The program as a process: it starts, says what is wrong in one line, and leaves nothing behind. */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { sql } from 'kysely';
import { openDatabase } from '../src/platform/db/open.ts';
import {
	descendantsOf,
	type Ended,
	isAlive,
	makeFolders,
	runCommand,
	startProgram,
} from './support/program.ts';

const oneClearLine = ({ stderr, stdout }: Ended, pattern: RegExp): void => {
	assert.match(stderr, pattern);
	assert.equal(stderr.trim().split('\n').length, 1, `more than one line:\n${stderr}`);
	assert.doesNotMatch(stdout, /ready/);
};

test('it starts, prints address and set-up code, stops at Ctrl-C and leaves no process and no lock', async () => {
	await using folders = await makeFolders();
	const program = startProgram(folders);
	const [, url] = await program.line(/ready: (http:\/\/localhost:\d+)/);
	await program.line(/Set-up code: [A-Z2-9]{4}(-[A-Z2-9]{4})+\n/);
	const ready = await fetch(`${url}/readyz`);
	assert.equal(ready.status, 200);
	const children = await descendantsOf(program.child.pid ?? 0);
	assert.ok(children.length >= 1, 'the keeper is a process of its own');
	program.child.kill('SIGINT');
	const ended = await program.ended;
	assert.equal(ended.exitCode, 0, ended.stderr);
	for (const pid of children) assert.equal(await isAlive(pid), false, `process ${pid} is left`);
	const left = await readdir(join(folders.root, 'data'));
	assert.deepEqual(
		left.filter((name) => /-wal$|-shm$|\.sock$|\.pid$/.test(name)),
		[],
		'the database was closed and the socket removed',
	);
});

test('killed without warning, it leaves no keeper, and starts again on the same data', async () => {
	await using folders = await makeFolders();
	const first = startProgram(folders);
	await first.line(/ready/);
	const children = await descendantsOf(first.child.pid ?? 0);
	first.child.kill('SIGKILL');
	await first.ended;
	for (let tries = 0; tries < 100 && (await Promise.all(children.map(isAlive))).includes(true); tries += 1) {
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	for (const pid of children) assert.equal(await isAlive(pid), false, `process ${pid} is left`);
	const second = startProgram(folders);
	await second.line(/ready/);
	second.child.kill('SIGTERM');
	assert.equal((await second.ended).exitCode, 0);
});

test('a port in use is one clear line and exit code 5', async () => {
	await using folders = await makeFolders();
	const other = createServer();
	await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
	const { port } = other.address() as AddressInfo;
	const ended = await startProgram(folders, { HOLDFAST_PORT: String(port) }).ended;
	other.close();
	assert.equal(ended.exitCode, 5);
	oneClearLine(ended, new RegExp(`Port ${port} is taken`));
});

test('a data folder that cannot be made is one clear line, and nothing is written elsewhere', async () => {
	await using folders = await makeFolders();
	await writeFile(join(folders.root, 'file'), 'mine');
	const ended = await startProgram(folders, { HOLDFAST_DATA_DIR: join(folders.root, 'file', 'data') }).ended;
	assert.equal(ended.exitCode, 3);
	oneClearLine(ended, /data folder .* cannot be written/);
	assert.equal(await readFile(join(folders.root, 'file'), 'utf8'), 'mine');
});

test('a second Holdfast on the same data folder is told who has it', async () => {
	await using folders = await makeFolders();
	const first = startProgram(folders);
	await first.line(/ready/);
	const second = await startProgram(folders).ended;
	assert.equal(second.exitCode, 5);
	oneClearLine(second, new RegExp(`process ${first.child.pid}\\b`));
	first.child.kill('SIGTERM');
	assert.equal((await first.ended).exitCode, 0);
});

test('a damaged database is one clear line, and the file stays as it was', async () => {
	await using folders = await makeFolders();
	const path = join(folders.root, 'data', 'holdfast.db');
	await mkdir(join(folders.root, 'data'));
	await writeFile(path, 'not a database at all, but somebody may want to look at it');
	const ended = await startProgram(folders).ended;
	assert.equal(ended.exitCode, 3);
	oneClearLine(ended, /is damaged/);
	assert.match(await readFile(path, 'utf8'), /^not a database/);
});

test('a schema from a newer version is left alone', async () => {
	await using folders = await makeFolders();
	const first = startProgram(folders);
	await first.line(/ready/);
	first.child.kill('SIGTERM');
	await first.ended;
	const path = join(folders.root, 'data', 'holdfast.db');
	const db = await openDatabase<Record<string, never>>({ kind: 'sqlite', path });
	await sql`insert into "schemaMigration" ("name", "position") values ('future-0001', 999)`.execute(db.query);
	await db[Symbol.asyncDispose]();
	const { mtimeMs } = await stat(path);
	const ended = await startProgram(folders).ended;
	assert.equal(ended.exitCode, 4);
	oneClearLine(ended, /newer Holdfast/);
	assert.equal((await stat(path)).mtimeMs, mtimeMs);
});

test('damaged keys stop the start and are never replaced by new ones', async () => {
	await using folders = await makeFolders();
	const first = startProgram(folders);
	await first.line(/ready/);
	first.child.kill('SIGTERM');
	await first.ended;
	const path = join(folders.root, 'keys', 'keeper-keys.json');
	await writeFile(path, '{"half":');
	const ended = await startProgram(folders).ended;
	assert.notEqual(ended.exitCode, 0);
	assert.doesNotMatch(ended.stdout, /ready/);
	assert.equal(await readFile(path, 'utf8'), '{"half":');
});

test('wrong settings are told all at once, with exit code 2', async () => {
	await using folders = await makeFolders();
	const ended = await startProgram(folders, { HOLDFAST_PORT: '99999', HOLDFAST_LOG_LEVEL: 'loud' }).ended;
	assert.equal(ended.exitCode, 2);
	assert.match(ended.stderr, /server\.port .*HOLDFAST_PORT/);
	assert.match(ended.stderr, /log\.level .*HOLDFAST_LOG_LEVEL/);
});

test('the owner can be made on the machine, while the server runs and while it is stopped', async () => {
	await using stopped = await makeFolders();
	const made = await runCommand(stopped, ['account', 'create-owner', 'ada', '--generate', '--json']);
	assert.equal(made.exitCode, 0, made.stderr);
	const { password } = JSON.parse(made.stdout) as { password: string };
	assert.ok(password.length >= 20);
	const program = startProgram(stopped, { HOLDFAST_HOST: '127.0.0.1' });
	await program.line(/ready/);
	const again = await runCommand(stopped, ['account', 'create-owner', 'eve', '--generate']);
	assert.equal(again.exitCode, 1);
	assert.match(again.stderr, /accounts\.setup\.finished/);
	const second = await runCommand(
		stopped,
		['account', 'create', 'bob', '--json'],
		'a long enough password\n',
	);
	assert.equal(second.exitCode, 0, second.stderr);
	const listed = await runCommand(stopped, ['account', 'list', '--json']);
	const { accounts } = JSON.parse(listed.stdout) as { accounts: { username: string; role: string }[] };
	assert.deepEqual(accounts.map(({ username, role }) => `${username} ${role}`).sort(), [
		'ada owner',
		'bob member',
	]);
	const recovered = await runCommand(stopped, ['account', 'recover', 'bob', '--generate', '--json']);
	assert.equal(recovered.exitCode, 0, recovered.stderr);
	assert.notEqual((JSON.parse(recovered.stdout) as { password: string }).password, 'a long enough password');
	const stranger = await runCommand(stopped, ['account', 'recover', 'nobody', '--generate']);
	assert.match(stranger.stderr, /accounts\.account\.absent/);
	const looked = await runCommand(stopped, ['doctor', '--json']);
	assert.equal(looked.exitCode, 0, looked.stdout);
	program.child.kill('SIGTERM');
	const ended = await program.ended;
	assert.equal(ended.exitCode, 0, ended.stderr);
	assert.doesNotMatch(ended.stdout, /Set-up code/);
});

test('a short password and an unknown command are refused with the usage', async () => {
	await using folders = await makeFolders();
	const short = await runCommand(folders, ['account', 'create-owner', 'ada'], 'short\n');
	assert.equal(short.exitCode, 2);
	assert.match(short.stderr, /at least 15/);
	const version = await runCommand(folders, ['--version']);
	assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
	const nobody = await runCommand(folders, ['account', 'list']);
	assert.match(nobody.stdout, /Nobody has an account here yet/);
	const unknown = await runCommand(folders, ['launch', 'missiles']);
	assert.equal(unknown.exitCode, 2);
	assert.match(unknown.stderr, /There is no command "launch missiles"[\s\S]*holdfast help/);
	const mistyped = await runCommand(folders, ['account', 'crate-owner']);
	assert.equal(mistyped.exitCode, 2);
	assert.match(mistyped.stderr, /account create-owner/);
	assert.doesNotMatch(mistyped.stderr, /keys restore/);
});
