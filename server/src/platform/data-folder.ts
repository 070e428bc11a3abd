/**
 * The folder with everything that Holdfast keeps but its keys: made, checked and held for the life of the
 * process.
 */
import { mkdir, open, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { holdLock } from './db/dialects/lock.ts';
import { StartFault } from './fault.ts';
import { networkFileSystem } from './files/network.ts';
import { isInside } from './files/resolve.ts';

/** Exit codes of a start that the data folder stops. */
export const dataFolderExitCodes = { unusable: 3, inUse: 5 } as const;

const lockName = 'holdfast.lock';
const pidName = 'holdfast.pid';

/** Held exclusively: no other process has the same folder as long as this is not disposed. */
export interface DataFolder extends AsyncDisposable {
	/** Absolute and free of links. */
	readonly path: string;
}

const unusable = (message: string, cause?: unknown): StartFault =>
	new StartFault(message, {
		exitCode: dataFolderExitCodes.unusable,
		...(cause === undefined ? {} : { cause }),
	});

/** The path without links as far as it is there, so that a folder that will be made can be compared too. */
const realPathToBe = async (path: string): Promise<string> => {
	try {
		return await realpath(path);
	} catch {
		const parent = dirname(path);
		return parent === path ? path : join(await realPathToBe(parent), basename(path));
	}
};

const whyByErrno: Readonly<Record<string, string>> = {
	EACCES: 'this user may not write there',
	ENOENT: 'nothing can be made there',
	EPERM: 'this user may not write there',
	EROFS: 'the disk is read-only',
	ENOSPC: 'the disk is full',
	ENOTDIR: 'something on the way is not a folder',
	EEXIST: 'it is not a folder',
};

const whyNot = (error: unknown): string => {
	const errno = (error as NodeJS.ErrnoException | null)?.code ?? '';
	return whyByErrno[errno] ?? (errno || 'it does not answer');
};

const userName = (): string => (process.getuid ? `user id ${process.getuid()}` : 'this user');

/** One folder after the other: where the kernel makes none (`/proc`), Node's own recursion never ends. */
const makeFolder = async (path: string): Promise<void> => {
	try {
		await mkdir(path, { mode: 0o700 });
	} catch (error) {
		const errno = (error as NodeJS.ErrnoException).code;
		if (errno === 'EEXIST') return;
		if (errno !== 'ENOENT' || (await stat(dirname(path)).catch(() => null))) throw error;
		await makeFolder(dirname(path));
		await mkdir(path, { mode: 0o700 });
	}
};

/** Makes the folder where it is missing, and writes into it once: the only test that a disk cannot lie to. */
const makeWritable = async (path: string): Promise<void> => {
	const trial = join(path, `.write-test-${process.pid}`);
	try {
		await makeFolder(path);
		if (!(await stat(path)).isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'EEXIST' });
		const handle = await open(trial, 'wx', 0o600);
		try {
			await handle.write('.');
			await handle.sync();
		} finally {
			await handle.close();
			await rm(trial, { force: true });
		}
	} catch (error) {
		throw unusable(
			`The data folder ${path} cannot be written (${userName()}): ${whyNot(error)}. ` +
				'Choose another with HOLDFAST_DATA_DIR.',
			error,
		);
	}
};

const inUse = async (path: string): Promise<StartFault> => {
	const pid = (await readFile(join(path, pidName), 'utf8').catch(() => '')).trim();
	const who = /^\d+$/.test(pid) ? `process ${pid}` : 'another process';
	return new StartFault(`Another Holdfast (${who}) uses the data folder ${path}. Stop it first.`, {
		exitCode: dataFolderExitCodes.inUse,
	});
};

const hold = async (path: string): Promise<{ release(): void }> => {
	try {
		const lock = holdLock(join(path, lockName));
		if (lock) return lock;
	} catch (error) {
		throw unusable(
			`The data folder ${path} cannot be locked. Choose a local disk with HOLDFAST_DATA_DIR.`,
			error,
		);
	}
	throw await inUse(path);
};

const refuseKeysInside = async (path: string, keysFolder: string): Promise<void> => {
	if (!isInside(path, await realPathToBe(resolve(keysFolder)))) return;
	throw unusable(
		`The keys folder ${keysFolder} lies in the data folder ${path}: whoever copies one has both. ` +
			'Move it with HOLDFAST_KEYS_DIR.',
	);
};

const refuseNetwork = async (path: string): Promise<void> => {
	const name = await networkFileSystem(path);
	if (name === null) return;
	throw unusable(
		`The data folder ${path} lies on a network file system (${name}), where a database's locks cannot be ` +
			'trusted. Choose a local disk with HOLDFAST_DATA_DIR.',
	);
};

/**
 * Makes and checks the data folder and holds it until disposed; the operating system gives it back when the
 * process is killed. Refused folders are left as they are.
 *
 * @throws StartFault with one line for people
 */
export const openDataFolder = async (options: { path: string; keysFolder: string }): Promise<DataFolder> => {
	const wanted = await realPathToBe(resolve(options.path));
	await refuseKeysInside(wanted, options.keysFolder);
	await refuseNetwork(wanted);
	await makeWritable(wanted);
	const path = await realpath(wanted);
	const lock = await hold(path);
	await writeFile(join(path, pidName), `${process.pid}\n`, { mode: 0o600 });
	return {
		path,
		[Symbol.asyncDispose]: async () => {
			await rm(join(path, pidName), { force: true });
			lock.release();
		},
	};
};

/**
 * True where a running Holdfast holds the folder; for commands that choose between its socket and the
 * database.
 */
export const isDataFolderInUse = async (path: string): Promise<boolean> => {
	const isThere = await stat(join(path, lockName)).then(
		() => true,
		() => false,
	);
	if (!isThere) return false;
	const lock = holdLock(join(path, lockName));
	lock?.release();
	return lock === null;
};

const absolute = (path: string | undefined): string | null => (path && isAbsolute(path) ? path : null);

/** Home folders that stand for "none": services run as users who have these. */
const noHomes = new Set(['/', '/nonexistent', '/dev/null', '/var/empty']);

/**
 * Where the keeper's keys live unless configured: the platform's folder for private state, which backups of
 * data leave out. `/var/lib/holdfast-keys` for services that have no home. `env` is handed in by
 * `platform/config`.
 */
export const keysFolderDefault = (system: {
	readonly platform: NodeJS.Platform;
	readonly env: Readonly<Record<string, string | undefined>>;
}): string => {
	const { platform, env } = system;
	if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? 'C:\\ProgramData', 'Holdfast', 'keys');
	const home = absolute(env['HOME']);
	const hasHome = home !== null && !noHomes.has(home);
	if (platform === 'darwin' && hasHome)
		return join(home, 'Library', 'Application Support', 'Holdfast', 'keys');
	const state = absolute(env['XDG_STATE_HOME']);
	if (state !== null) return join(state, 'holdfast', 'keys');
	return hasHome ? join(home, '.local', 'state', 'holdfast', 'keys') : '/var/lib/holdfast-keys';
};
