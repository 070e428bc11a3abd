/** The life of the keeper's process: files, deaths, endings, and a kit that brings the keys back. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
	chmodSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { openTestKeeper, processIdsWith } from '../../tests/support/keeper.ts';
import { systemClock } from '../platform/clock.ts';
import { isFault, StartFault } from '../platform/fault.ts';
import { silentLog } from '../platform/log.ts';
import { confinedFlags } from './launch.ts';
import { type Keeper, renewRecoveryKit, restoreFromKit, startKeeper } from './index.ts';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'holdfast-launch-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const start = (): Keeper =>
	startKeeper({
		log: silentLog,
		clock: systemClock,
		keysFolder: join(folder, 'keys'),
		sealedCopyFolder: join(folder, 'sealed'),
		dataFolder: join(folder, 'data'),
	});

const startFault = (words: RegExp) => (error: unknown) =>
	error instanceof StartFault && words.test(error.message);
const keyFile = (): string => join(folder, 'keys', 'keeper-keys.json');

/**
 * Looks again and again without leaving this process's turn, since nothing here tells when a stranger ends.
 */
const isGoneWithin = (limitMs: number, words: string): boolean => {
	const pauseMs = 25;
	const cell = new Int32Array(new SharedArrayBuffer(4));
	for (let waitedMs = 0; waitedMs < limitMs; waitedMs += pauseMs) {
		if (processIdsWith(words).length === 0) return true;
		Atomics.wait(cell, 0, 0, pauseMs);
	}
	return false;
};

/** Starts and stops once, so that there is a key file. */
const makeKeys = async (): Promise<string> => {
	await using keeper = start();
	await keeper.ready();
	return readFileSync(keyFile(), 'utf8');
};

test('keys are made at the first start, for their owner only, and are the same at the next', async () => {
	const first = await makeKeys();
	assert.equal(statSync(keyFile()).mode & 0o777, 0o600);
	assert.equal(statSync(join(folder, 'keys')).mode & 0o777, 0o700);
	assert.equal(await makeKeys(), first);
	assert.deepEqual(readdirSync(join(folder, 'keys')), ['keeper-keys.json']);
});

test('the flags let a program reach the two files that it needs and nothing else', () => {
	const folders = { keysFolder: join(folder, 'keys'), sealedCopyFolder: join(folder, 'data') };
	for (const path of Object.values(folders)) mkdirSync(path);
	writeFileSync(join(folder, 'data', 'holdfast.db'), 'people');
	writeFileSync(keyFile(), 'keys');
	const probe = `
		const { readFileSync, writeFileSync, readdirSync } = require('node:fs');
		const attempts = {
			ownRead: () => readFileSync(${JSON.stringify(keyFile())}),
			ownWrite: () => writeFileSync(${JSON.stringify(`${keyFile()}.new`)}, ''),
			sealedWrite: () => writeFileSync(${JSON.stringify(join(folder, 'data', 'keeper-keys.sealed'))}, ''),
			databaseRead: () => readFileSync(${JSON.stringify(join(folder, 'data', 'holdfast.db'))}),
			databaseWrite: () => writeFileSync(${JSON.stringify(join(folder, 'data', 'holdfast.db'))}, ''),
			otherWrite: () => writeFileSync(${JSON.stringify(join(folder, 'keys', 'other'))}, ''),
			list: () => readdirSync('/'),
			systemRead: () => readFileSync('/etc/passwd'),
			spawn: () => require('node:child_process').spawnSync('true'),
			thread: () => new (require('node:worker_threads').Worker)('', { eval: true }),
			inspector: () => require('node:inspector').open(0),
		};
		const outcome = ([name, act]) => {
			try { act(); return [name, 'allowed']; } catch (error) { return [name, error.code]; }
		};
		console.log(JSON.stringify(Object.fromEntries(Object.entries(attempts).map(outcome))));
	`;
	const run = spawnSync(process.execPath, [...confinedFlags(folders), '--eval', probe], { env: {} });
	const outcomes = JSON.parse(run.stdout.toString()) as Record<string, string>;
	const allowed = Object.keys(outcomes).filter((name) => outcomes[name] === 'allowed');
	assert.deepEqual(allowed, ['ownRead', 'ownWrite', 'sealedWrite']);
	for (const [name, code] of Object.entries(outcomes)) {
		if (!allowed.includes(name)) assert.equal(code, 'ERR_ACCESS_DENIED', name);
	}
});

test('a keys folder that others may read is closed to them', async () => {
	mkdirSync(join(folder, 'keys'));
	chmodSync(join(folder, 'keys'), 0o755);
	await makeKeys();
	assert.equal(statSync(join(folder, 'keys')).mode & 0o777, 0o700);
});

test('a damaged key file stops the start with a clear line and is left as it was', async () => {
	const whole = await makeKeys();
	const changedKey = whole.replace(
		/"signing":"(.)/,
		(_all, letter) => `"signing":"${letter === 'A' ? 'B' : 'A'}`,
	);
	assert.notEqual(changedKey, whole);
	for (const damaged of ['', 'nonsense', 'null', '{}', whole.slice(0, 200), changedKey]) {
		writeFileSync(keyFile(), damaged);
		await using keeper = start();
		await assert.rejects(keeper.ready(), startFault(/key file .* is damaged/));
		const asking = keeper.blindIndex('username', ['a']);
		await assert.rejects(asking, (error) => isFault(error, 'server.keeper-away'));
		assert.equal(readFileSync(keyFile(), 'utf8'), damaged);
	}
});

test('a key file of a newer Holdfast is named as such', async () => {
	const newer = (await makeKeys()).replace('"version":1', '"version":2');
	writeFileSync(keyFile(), newer);
	await using keeper = start();
	await assert.rejects(keeper.ready(), startFault(/newer Holdfast/));
	assert.equal(readFileSync(keyFile(), 'utf8'), newer);
});

test('keys may not lie inside the data folder, also not by way of a link', () => {
	const needs = { log: silentLog, clock: systemClock, sealedCopyFolder: join(folder, 'sealed') };
	mkdirSync(join(folder, 'data'));
	const inside = { ...needs, keysFolder: join(folder, 'data', 'keys'), dataFolder: join(folder, 'data') };
	assert.throws(() => startKeeper(inside), startFault(/inside the data folder/));
	const same = { ...needs, keysFolder: join(folder, 'data'), dataFolder: join(folder, 'data') };
	assert.throws(() => startKeeper(same), startFault(/inside the data folder/));
	symlinkSync(join(folder, 'data'), join(folder, 'link'));
	const linked = { ...needs, keysFolder: join(folder, 'link', 'keys'), dataFolder: join(folder, 'data') };
	assert.throws(() => startKeeper(linked), startFault(/inside the data folder/));
});

test('the kit and the sealed copy restore a keeper that signs the same and opens the same key', async () => {
	const bytes = Buffer.from('bytes');
	const before = await (async () => {
		await using keeper = start();
		const kit = await keeper.takeRecoveryKit({ serverName: 'Home\nserver', serverId: 'server-1' });
		const again = keeper.takeRecoveryKit({ serverName: 'Home', serverId: 'server-1' });
		await assert.rejects(again, (error) => isFault(error, 'accounts.kit.saved-before'));
		assert.ok((await keeper.report()).kitTakenAt);
		const signature = await keeper.sign.sign('event-log', bytes);
		return { kit, signature, ...(await keeper.wrap.newDataKey('account')) };
	})();
	const sealedKeys = readFileSync(join(folder, 'sealed', 'keeper-keys.sealed'), 'utf8');
	const keysFolder = join(folder, 'keys');
	assert.throws(() => restoreFromKit({ kit: before.kit, sealedKeys, keysFolder }), /holds keys already/);

	rmSync(keyFile());
	{
		await using keeper = start();
		await assert.rejects(keeper.ready(), startFault(/keys are missing .* recovery kit/));
	}
	restoreFromKit({ kit: before.kit, sealedKeys, keysFolder });
	await using keeper = start();
	assert.equal(await keeper.sign.sign('event-log', bytes), before.signature);
	const entry = { accountId: 'account', wrapped: before.wrapped, proof: null };
	assert.deepEqual(await keeper.wrap.unwrap([entry]), [before.dataKey]);
});

test('a kit made anew on the machine opens the copy from then on, and the keys stay the same', async () => {
	const folders = { keysFolder: join(folder, 'keys'), sealedCopyFolder: join(folder, 'sealed') };
	await makeKeys();
	assert.throws(() => renewRecoveryKit({ ...folders, nowMs: 1 }), /No recovery kit was taken yet/);
	const takeFirst = async (): Promise<string> => {
		await using keeper = start();
		return await keeper.takeRecoveryKit({ serverName: 'Home', serverId: 'server-1' });
	};
	const first = await takeFirst();
	const second = renewRecoveryKit({ ...folders, nowMs: 2 });
	assert.ok(second.includes('server-1'));
	const sealedKeys = readFileSync(join(folder, 'sealed', 'keeper-keys.sealed'), 'utf8');
	const keysFolder = join(folder, 'restored');
	mkdirSync(keysFolder);
	assert.throws(() => restoreFromKit({ kit: first, sealedKeys, keysFolder }), /belongs to kit/);
	restoreFromKit({ kit: second, sealedKeys, keysFolder });
	assert.equal(readFileSync(join(keysFolder, 'keeper-keys.json'), 'utf8'), readFileSync(keyFile(), 'utf8'));
	await using keeper = start();
	assert.equal((await keeper.report()).kitTakenAt, 2);
});

test('a sealed copy that was lost is made again at the next start', async () => {
	const sealedCopy = join(folder, 'sealed', 'keeper-keys.sealed');
	{
		await using keeper = start();
		await keeper.takeRecoveryKit({ serverName: 'Home', serverId: 'server-1' });
	}
	rmSync(sealedCopy);
	await makeKeys();
	assert.ok(readFileSync(sealedCopy, 'utf8').includes('server-1'));
});

test('a keeper that is killed in mid-flight is started again, and nobody waits for ever', async () => {
	await using holder = await openTestKeeper();
	const { keeper } = holder;
	const [processId] = holder.processIds();
	assert.ok(processId);
	process.kill(processId, 'SIGSTOP');
	const index = keeper.blindIndex('username', ['ada']);
	const finishLoginRequest = Buffer.alloc(64).toString('base64url');
	const finish = keeper.evaluate.finishSignIn({ sealedState: 'AAAA', finishLoginRequest });
	finish.catch(() => {});
	await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
	process.kill(processId, 'SIGKILL');
	await assert.rejects(finish, (error) => isFault(error, 'server.keeper-away'));
	assert.equal((await index).length, 1, 'what may be asked twice was asked again');
	const [next] = holder.processIds();
	assert.ok(next && next !== processId);
});

test('disposal ends the process, and requests after it are refused', async () => {
	const holder = await openTestKeeper();
	assert.equal(holder.processIds().length, 1);
	await holder[Symbol.asyncDispose]();
	assert.deepEqual(holder.processIds(), []);
	const asking = holder.keeper.blindIndex('username', ['a']);
	await assert.rejects(asking, (error) => isFault(error, 'server.keeper-away'));
	await holder[Symbol.asyncDispose]();
});

test('disposal while the process still starts leaves none behind', async () => {
	const keeper = start();
	await keeper[Symbol.asyncDispose]();
	assert.deepEqual(processIdsWith(folder), []);
});

test('a server that is killed takes its keeper with it; a signal to the keeper alone does not', async () => {
	const program = `
		const { startKeeper } = await import(${JSON.stringify(import.meta.resolve('./index.ts'))});
		const { systemClock } = await import(${JSON.stringify(import.meta.resolve('../platform/clock.ts'))});
		const { silentLog } = await import(${JSON.stringify(import.meta.resolve('../platform/log.ts'))});
		const folder = ${JSON.stringify(folder)};
		const keeper = startKeeper({ log: silentLog, clock: systemClock, keysFolder: folder + '/keys',
			sealedCopyFolder: folder + '/sealed', dataFolder: folder + '/data' });
		await keeper.ready();
		console.log('ready');
		process.stdin.on('data', async () => {
			await keeper.blindIndex('username', ['a']);
			console.log('answered');
		});
	`;
	const parent = spawn(process.execPath, ['--input-type=module', '--eval', program], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	const said = parent.stdout[Symbol.asyncIterator]();
	assert.match(String((await said.next()).value), /ready/);
	const [keeperId] = processIdsWith(join(folder, 'keys')).filter((id) => id !== parent.pid);
	assert.ok(keeperId);
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.kill(keeperId, signal);
	parent.stdin.write('go\n');
	assert.match(String((await said.next()).value), /answered/);
	parent.kill('SIGKILL');
	assert.ok(isGoneWithin(5_000, join(folder, 'keys')));
});
