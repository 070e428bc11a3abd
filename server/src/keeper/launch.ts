/**
 * Starts the keeper's process, confined by Node's permission flags, and gives its seam. The only place in
 * this room that knows of processes.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../platform/clock.ts';
import { StartFault } from '../platform/fault.ts';
import type { Logger } from '../platform/log.ts';
import { openChannel, type Channel, type Line, type LineEvents } from './channel.ts';
import type { Keeper } from './keeper.ts';
import { keyFileName, newFileEnding, syncFolder } from './key-file.ts';
import { sealedKeysFileName } from './recovery-kit.ts';
import { collectSources } from './sources.ts';

/** What a keeper is started with; the folders need not exist. */
export interface KeeperNeeds {
	readonly log: Logger;
	readonly clock: Clock;
	/**
	 * Where the keys lie; made with mode 0700. Never inside `dataFolder`, so that a copy of the data holds no
	 * keys.
	 */
	readonly keysFolder: string;
	/** Where the copy that is sealed to the recovery kit is written, once there is a kit. */
	readonly sealedCopyFolder: string;
	readonly dataFolder: string;
}

/** Real paths of folders that exist. */
type Folders = Pick<KeeperNeeds, 'keysFolder' | 'sealedCopyFolder'>;

const killAfterMs = 3_000;
const loggedErrorCharactersMax = 2_000;

/** Small heaps: the keeper holds little, and a heap that may not grow cannot be made to fill the machine. */
const memoryFlags = ['--max-old-space-size=64', '--max-semi-space-size=1'];

const here = dirname(fileURLToPath(import.meta.url));
const entry = import.meta.resolve('./keeper-process.ts');

/**
 * What the process may read: its own sources, the two files of `platform` that it uses, and the OPAQUE
 * library.
 */
const sourcesToRead = (): string[] => {
	const library = dirname(createRequire(import.meta.url).resolve('@serenity-kit/opaque/package.json'));
	const platform = ['clock.ts'].map((name) => join(here, '..', 'platform', name));
	return [here, ...platform, realpathSync(library), join(here, '..', '..', 'package.json')];
};

/**
 * The key file and the sealed copy, each with the new one that replaces it: all that the process may write.
 */
const ownFiles = ({ keysFolder, sealedCopyFolder }: Folders): string[] =>
	[join(keysFolder, keyFileName), join(sealedCopyFolder, sealedKeysFileName)].flatMap((path) => [
		path,
		`${path}${newFileEnding}`,
	]);

/** What confines the process: no network, no child processes, no threads, no add-ons, no debugger. */
export const confinedFlags = (folders: Folders): string[] => [
	'--permission',
	...[...sourcesToRead(), ...ownFiles(folders)].map((path) => `--allow-fs-read=${path}`),
	...ownFiles(folders).map((path) => `--allow-fs-write=${path}`),
	'--disable-sigusr1',
	'--disallow-code-generation-from-strings',
	'--no-warnings',
	...memoryFlags,
];

const isInside = (folder: string, parent: string): boolean => {
	const path = relative(parent, folder);
	return path === '' || (!path.startsWith('..') && !isAbsolute(path));
};

/** Makes a folder that is its owner's alone, and returns its real path. */
const ownFolder = (folder: string, what: string): string => {
	try {
		mkdirSync(folder, { recursive: true, mode: 0o700 });
		chmodSync(folder, 0o700);
		return realpathSync(folder);
	} catch (cause) {
		throw new StartFault(
			`The folder for ${what}, ${folder}, cannot be made or is not ours. Check who owns it.`,
			{ cause },
		);
	}
};

const realPathIfAny = (folder: string): string => {
	try {
		return realpathSync(folder);
	} catch {
		return folder;
	}
};

const prepareFolders = (needs: KeeperNeeds): Folders => {
	const keysFolder = ownFolder(needs.keysFolder, "the keeper's keys");
	if (isInside(keysFolder, realPathIfAny(needs.dataFolder))) {
		throw new StartFault(
			`The keeper's keys may not lie inside the data folder, or each copy of the data holds them too. ` +
				`Keys: ${keysFolder}; data: ${needs.dataFolder}.`,
		);
	}
	mkdirSync(needs.sealedCopyFolder, { recursive: true, mode: 0o700 });
	return { keysFolder, sealedCopyFolder: realpathSync(needs.sealedCopyFolder) };
};

const hangUp = async (child: ChildProcess, ended: Promise<void>, clock: Clock): Promise<void> => {
	const isEnded = new AbortController();
	ended.then(() => isEnded.abort());
	if (child.connected) child.disconnect();
	clock.sleep(killAfterMs, isEnded.signal).then(
		() => child.kill('SIGKILL'),
		() => {},
	);
	await ended;
};

/** One process with its channel. Its standard error goes to the log, cut; its standard output is not read. */
const startProcess = (needs: KeeperNeeds, folders: Folders, events: LineEvents): Line => {
	const child = fork(
		fileURLToPath(import.meta.resolve('./boot.mjs')),
		[folders.keysFolder, folders.sealedCopyFolder],
		{
			execArgv: confinedFlags(folders),
			env: {},
			cwd: folders.keysFolder,
			serialization: 'json',
			stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
		},
	);
	const ended = Promise.withResolvers<void>();
	child.stderr?.on('data', (chunk: Buffer) => {
		needs.log.warn(
			{ said: chunk.toString().slice(0, loggedErrorCharactersMax) },
			'the keeper wrote an error',
		);
	});
	child.on('message', events.onMessage);
	child.send({ entry, sources: collectSources(entry) }, () => {});
	child.once('error', (error) => {
		needs.log.error({ err: error }, 'the keeper could not be started or reached');
		if (child.pid === undefined) {
			ended.resolve();
			events.onEnd('not started');
		}
	});
	child.once('exit', (code, signal) => {
		ended.resolve();
		events.onEnd(signal ?? `exit code ${code}`);
	});
	return {
		send: (batch) => {
			if (child.connected) child.send([...batch], () => {});
		},
		hangUp: () => hangUp(child, ended.promise, needs.clock),
		kill: () => child.kill('SIGKILL'),
	};
};

const toBytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64url'));
const toText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** The seam over a channel. `settle` puts what the keeper wrote on the disk before anything depends on it. */
const keeperOver = (channel: Channel, readySoon: Promise<void>, settle: () => void): Keeper => ({
	evaluate: {
		startRegistration: (input) => channel.ask('startRegistration', input),
		startSignIn: (input) => channel.ask('startSignIn', input),
		finishSignIn: (input) => channel.ask('finishSignIn', input),
	},
	wrap: {
		newDataKey: async (accountId) => {
			const { dataKey, wrapped } = await channel.ask('newDataKey', { accountId });
			return { dataKey: toBytes(dataKey), wrapped };
		},
		unwrap: async (entries) => (await channel.ask('unwrap', entries)).map(toBytes),
		newMailKey: async (mailId) => {
			const { dataKey, wrapped } = await channel.ask('newMailKey', { mailId });
			return { dataKey: toBytes(dataKey), wrapped };
		},
		openMailKeys: async (entries) => (await channel.ask('openMailKeys', entries)).map(toBytes),
		bindSession: (input) => channel.ask('bindSession', input),
	},
	blindIndex: async (purpose, values) => [...(await channel.ask('blindIndex', { purpose, values }))],
	sign: {
		sign: (purpose, bytes) => channel.ask('sign', { purpose, bytes: toText(bytes) }),
		publicKey: (purpose) => channel.ask('publicKey', { purpose }),
		verify: (purpose, bytes, signature) =>
			channel.ask('verify', { purpose, bytes: toText(bytes), signature }),
	},
	report: () => channel.ask('report', null),
	takeRecoveryKit: async (input) => {
		const kit = await channel.ask('takeRecoveryKit', input);
		settle();
		return kit;
	},
	ready: () => readySoon,
	[Symbol.asyncDispose]: () => channel.close(),
});

/**
 * Starts the keeper. Returns at once; `ready()` resolves when it answers, and rejects with a `StartFault`
 * whose message is for people where its keys cannot be used. Requests made before then wait. Disposal ends
 * the process and waits.
 *
 * @throws StartFault  when a folder cannot be made, or the keys would lie inside the data folder.
 */
export const startKeeper = (needs: KeeperNeeds): Keeper => {
	const folders = prepareFolders(needs);
	const channel = openChannel({ ...needs, connect: (events) => startProcess(needs, folders, events) });
	const settle = (): void => {
		syncFolder(folders.keysFolder);
		syncFolder(folders.sealedCopyFolder);
	};
	const readySoon = channel.ready().then(settle);
	readySoon.catch(() => {});
	return keeperOver(channel, readySoon, settle);
};
