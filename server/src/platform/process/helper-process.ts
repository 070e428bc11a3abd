/**
 * One short-lived process of our own program: started for an entry of ours, shut in by Node's permission
 * flags, asked over its channel. What it took of memory goes back to the system with its end.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { helperCodeFolder } from './compiled-code.ts';

/** What a helper is started with. */
export interface HelperOptions {
	/** A module of this program that answers by `answerAsHelper`. */
	readonly entry: URL;
	/** Folders that it may read beside the program itself; it may write nothing. */
	readonly folders: readonly string[];
	/** Most that its JavaScript may hold; what decoders take comes on top. */
	readonly heapMbMax: number;
}

/** To a helper. */
export interface HelperRequest {
	readonly id: number;
	readonly asked: unknown;
}

/** From a helper. The first one, when it is ready, has the id 0. */
export interface HelperAnswer {
	readonly id: number;
	readonly answer: unknown;
	/** What the process holds after this answer. */
	readonly residentMb: number;
}

/** A process under way. */
export interface Helper {
	readonly folders: ReadonlySet<string>;
	/** Resolves when it takes requests; rejects where it ended before. */
	readonly ready: Promise<void>;
	/** Null: it ended, or was ended. */
	ask(asked: unknown): Promise<HelperAnswer | null>;
	readonly isAlive: boolean;
	/** Kills it and waits until it is gone. Twice is fine. */
	end(): Promise<void>;
}

const program = fileURLToPath(new URL('../../../..', import.meta.url));

/** What a helper reads of the program: sources and packages, no configuration, no data, no keys. */
const programPaths = ['server/src', 'server/package.json', 'contract', 'node_modules', 'package.json'];

const setpriv = '/usr/bin/setpriv';

/** A helper that hangs cannot notice that its parent was killed: where the system can, it is told to. */
const endingWithParent = (command: readonly string[]): readonly string[] =>
	process.platform === 'linux' && existsSync(setpriv)
		? [setpriv, '--no-new-privs', '--pdeathsig', 'KILL', '--', ...command]
		: command;

const realPathIfAny = (folder: string): string => {
	try {
		return realpathSync(folder);
	} catch {
		return folder;
	}
};

/** Each as it is called and as it really is: a link on the way is looked at under both names. */
const withRealPaths = (paths: readonly string[]): ReadonlySet<string> =>
	new Set(paths.flatMap((path) => [path, realPathIfAny(path)]));

/** The folder for its compiled code, made here since the helper may not. */
const codeFolder = (): string | null => {
	const folder = helperCodeFolder();
	if (folder === null) return null;
	try {
		mkdirSync(folder, { recursive: true });
		return folder;
	} catch {
		return null;
	}
};

/**
 * No network, no other process, no thread, no file but these; `--allow-addons` for the picture library,
 * which is native code. A native decoder that is taken over is not held by these flags.
 */
const confinedFlags = (options: HelperOptions, code: string | null): string[] => [
	'--permission',
	'--allow-addons',
	...[
		...withRealPaths([...programPaths.map((path) => `${program}${path}`), ...options.folders]),
		'/proc/self/fd',
		...(code === null ? [] : [code]),
	].map((path) => `--allow-fs-read=${path}`),
	...(code === null ? [] : [`--allow-fs-write=${code}`]),
	'--disable-sigusr1',
	'--no-warnings',
	`--max-old-space-size=${options.heapMbMax}`,
	'--max-semi-space-size=4',
	...shortLived,
];

/**
 * A helper lives for minutes on one or two cores: threads that collect a small heap together, and the last
 * stage of compiling, cost more processor time than they save.
 */
const shortLived = ['--single-threaded-gc', '--no-turbofan'];

const spawnHelper = (options: HelperOptions): ChildProcess => {
	const code = codeFolder();
	const command = [process.execPath, ...confinedFlags(options, code), fileURLToPath(options.entry)];
	const [file = process.execPath, ...words] = endingWithParent(command);
	return spawn(file, words, {
		// Few arenas: what a decoder frees goes back at once, and is not kept for each of its threads.
		env: { MALLOC_ARENA_MAX: '2', ...(code === null ? {} : { NODE_COMPILE_CACHE: code }) },
		cwd: '/',
		serialization: 'advanced',
		stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
	});
};

/** Starts one; requests made before it is ready wait in its channel. */
export const startHelper = (options: HelperOptions): Helper => {
	const child = spawnHelper(options);
	const waiting = new Map<number, (answer: HelperAnswer | null) => void>();
	const ready = Promise.withResolvers<void>();
	const gone = Promise.withResolvers<void>();
	ready.promise.catch(() => {});
	let isReady = false;
	let isAlive = true;
	let lastId = 0;
	// A helper without work never holds the program.
	const hold = (): void => {
		if (waiting.size > 0 || !isReady) child.channel?.ref();
		else child.channel?.unref();
	};
	const onEnd = (cause: unknown): void => {
		if (!isAlive) return;
		isAlive = false;
		ready.reject(new Error('A helper process ended at its start.', { cause }));
		for (const resolve of waiting.values()) resolve(null);
		waiting.clear();
		gone.resolve();
	};
	child.on('message', (message: HelperAnswer) => {
		isReady = true;
		ready.resolve();
		waiting.get(message.id)?.(message);
		waiting.delete(message.id);
		hold();
	});
	child.once('error', (error) => {
		if (child.pid === undefined) onEnd(error);
		else child.kill('SIGKILL');
	});
	child.once('exit', (exitCode, signal) => onEnd(signal ?? `exit code ${exitCode}`));
	child.unref();
	hold();
	return {
		folders: new Set(options.folders),
		ready: ready.promise,
		get isAlive() {
			return isAlive;
		},
		ask: (asked) => {
			if (!isAlive) return Promise.resolve(null);
			lastId += 1;
			const request: HelperRequest = { id: lastId, asked };
			const answered = new Promise<HelperAnswer | null>((resolve) => waiting.set(request.id, resolve));
			hold();
			if (child.connected) child.send(request, () => {});
			return answered;
		},
		end: async () => {
			if (!isAlive) return;
			child.ref();
			child.kill('SIGKILL');
			await gone.promise;
		},
	};
};
