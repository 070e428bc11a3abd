/** Keys that were lost come back by the command line, with the kit alone or with a new one. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '#platform/clock.ts';
import { configOrFault, readConfig } from '#platform/config/read.ts';
import { StartFault } from '#platform/fault.ts';
import { silentLog } from '#platform/log.ts';
import { startKeeper } from '../../keeper/index.ts';
import type { CommandNeeds } from '../command.ts';
import { newKit, restoreKeys } from './keys.ts';

const open = () => {
	const folder = mkdtempSync(join(tmpdir(), 'holdfast-keys-command-'));
	const dataFolder = join(folder, 'data');
	const keysFolder = join(folder, 'keys');
	const reading = readConfig({
		file: null,
		env: { HOLDFAST_DATA_DIR: dataFolder, HOLDFAST_KEYS_DIR: keysFolder },
		argv: [],
		readText: () => '',
		platform: 'linux',
		workingFolder: folder,
	});
	const needs = (...words: string[]): CommandNeeds => ({
		words,
		reading,
		config: () => configOrFault(reading),
		ask: () => Promise.reject(new Error('nobody is asked')),
		say: () => {},
	});
	const start = () =>
		startKeeper({ log: silentLog, clock: systemClock, keysFolder, sealedCopyFolder: dataFolder, dataFolder });
	const kitFile = join(folder, 'kit.txt');
	return { needs, start, keysFolder, kitFile, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
};

const startFault = (words: RegExp) => (error: unknown) =>
	error instanceof StartFault && words.test(error.message);

test('keys lost from the machine are put back from the kit, and sign as before', async () => {
	using machine = open();
	const lost = await (async () => {
		await using keeper = machine.start();
		const kit = await keeper.takeRecoveryKit({ serverName: 'Home', serverId: 'server-1' });
		return { kit, signature: await keeper.sign.sign('event-log', Buffer.from('event')) };
	})();
	writeFileSync(machine.kitFile, lost.kit);
	const restore = () => restoreKeys.run(machine.needs('--kit', machine.kitFile));
	await assert.rejects(restore(), startFault(/holds keys already/));
	rmSync(machine.keysFolder, { recursive: true });
	await restore();
	await using keeper = machine.start();
	assert.equal(await keeper.sign.sign('event-log', Buffer.from('event')), lost.signature);
});

test('a new kit takes the place of the old one; without one there is a hint where to get it', async () => {
	using machine = open();
	await assert.rejects(newKit.run(machine.needs()), startFault(/Take the first one in the browser/));
	const first = await (async () => {
		await using keeper = machine.start();
		return await keeper.takeRecoveryKit({ serverName: 'Home', serverId: 'server-1' });
	})();
	const { lines } = await newKit.run(machine.needs());
	rmSync(machine.keysFolder, { recursive: true });
	writeFileSync(machine.kitFile, first);
	await assert.rejects(
		restoreKeys.run(machine.needs('--kit', machine.kitFile)),
		startFault(/belongs to kit/),
	);
	writeFileSync(machine.kitFile, lines.join('\n'));
	await restoreKeys.run(machine.needs('--kit', machine.kitFile));
});
