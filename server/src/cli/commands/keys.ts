/**
 * `holdfast keys`: puts the keeper's keys back from the recovery kit on an empty machine, and makes a new
 * kit.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '#platform/clock.ts';
import { isDataFolderInUse } from '#platform/data-folder.ts';
import { StartFault } from '#platform/fault.ts';
import {
	KeysUnusable,
	renewRecoveryKit,
	renewSetUp,
	restoreFromKit,
	sealedKeysFileName,
} from '../../keeper/index.ts';
import { type Command, UsageError } from '../command.ts';

const read = (path: string): Promise<string> =>
	readFile(path, 'utf8').catch((cause: unknown) => {
		throw new StartFault(`Cannot read ${path}.`, { cause });
	});

/** What is wrong with keys or kits is said in one line, without a stack. */
const inWords = async <Value>(act: () => Value | Promise<Value>): Promise<Value> => {
	try {
		return await act();
	} catch (error) {
		if (error instanceof KeysUnusable) throw new StartFault(error.message, { cause: error });
		throw error;
	}
};

export const restoreKeys: Command = {
	name: 'keys restore',
	usage: 'keys restore --kit FILE [--sealed FILE]',
	summary: "Put the keeper's keys back from the recovery kit; the server must be stopped",
	run: async ({ words, config }) => {
		const options = { kit: { type: 'string' }, sealed: { type: 'string' } } as const;
		const { values } = parseArgs({ args: [...words], options });
		if (values.kit === undefined) throw new UsageError('Name the file with the recovery kit.');
		const { folder, keysFolder } = config().data;
		if (await isDataFolderInUse(folder)) throw new StartFault('The server is running. Stop it first.');
		const kit = await read(values.kit);
		const sealedKeys = await read(values.sealed ?? join(folder, sealedKeysFileName));
		await mkdir(keysFolder, { recursive: true, mode: 0o700 });
		await inWords(() => restoreFromKit({ kit, sealedKeys, keysFolder }));
		return { lines: [`The keys are back in ${keysFolder}.`], value: { keysFolder } };
	},
};

export const newKit: Command = {
	name: 'keys new-kit',
	usage: 'keys new-kit',
	summary: 'Make a new recovery kit in place of the old one and print it; the server must be stopped',
	run: async ({ config }) => {
		const { folder, keysFolder } = config().data;
		if (await isDataFolderInUse(folder)) throw new StartFault('The server is running. Stop it first.');
		const nowMs = systemClock.now();
		const kit = await inWords(() => renewRecoveryKit({ keysFolder, sealedCopyFolder: folder, nowMs }));
		return { lines: kit.trimEnd().split('\n'), value: { kit } };
	},
};

export const newSetUp: Command = {
	name: 'keys new-set-up',
	usage: 'keys new-set-up',
	summary:
		'Make a new generation of password keys; people move to it as they sign in; the server must be stopped',
	run: async ({ config }) => {
		const { folder, keysFolder } = config().data;
		if (await isDataFolderInUse(folder)) throw new StartFault('The server is running. Stop it first.');
		const nowMs = systemClock.now();
		const setupId = await inWords(() => renewSetUp({ keysFolder, sealedCopyFolder: folder, nowMs }));
		return { lines: ['People move to the new keys as they sign in.'], value: { setupId } };
	},
};
