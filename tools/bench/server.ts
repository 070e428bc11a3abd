/** A whole server in folders of its own, as a measurement or a journey from outside meets it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { assertGoingOn } from './interruption.ts';
import { ownNode, root, serverEnvironment, serverFlags } from '../setup/paths.mjs';

const pollMs = 5;
const readyMaxMs = 30_000;
const stopMaxMs = 20_000;

export interface MeasuredServer extends AsyncDisposable {
	/** Such as `http://localhost:40123`, without a slash at the end. */
	readonly url: string;
	/** From the start of the process to the first good answer of `/readyz`. */
	readonly readyMs: number;
	readonly pid: number;
	readonly dataFolder: string;
	/** Everything it has printed so far. */
	output(): string;
}

const isReady = async (url: string): Promise<boolean> => {
	try {
		return (await fetch(`${url}/readyz`)).ok;
	} catch {
		return false;
	}
};

const stop = async (child: ChildProcess, folder: string | null): Promise<void> => {
	if (child.exitCode === null && child.signalCode === null) {
		const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
		child.kill('SIGTERM');
		const isLate = Symbol('late');
		const first = await Promise.race([ended, delay(stopMaxMs, isLate, { ref: false })]);
		if (first === isLate) child.kill('SIGKILL');
	}
	if (folder !== null) await rm(folder, { recursive: true, force: true });
};

/** What a start prints where it tells its address. */
const addressIn = (output: string): string | null =>
	/https?:\/\/(?:localhost|127\.0\.0\.1):\d+/.exec(output)?.[0] ?? null;

export interface ServerOptions {
	/** Variables such as `HOLDFAST_MEDIA_ROOTS`. */
	readonly settings?: Readonly<Record<string, string>>;
	/** Words for Node itself, before the program. */
	readonly nodeArgs?: readonly string[];
	/** Where its data and keys lie, and stay; without it, in a folder that goes with the server. */
	readonly folder?: string;
	/** Fills the data folder before the start. */
	readonly prepare?: (dataFolder: string) => Promise<void>;
}

/** Starts a server on a free port in folders of its own; disposing stops it and removes them. */
export const startServer = async (options: ServerOptions = {}): Promise<MeasuredServer> => {
	assertGoingOn();
	const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'holdfast-bench-')));
	const ownFolder = options.folder === undefined ? folder : null;
	try {
		await options.prepare?.(join(folder, 'data'));
	} catch (error) {
		if (ownFolder !== null) await rm(ownFolder, { recursive: true, force: true });
		throw error;
	}
	const startedMs = performance.now();
	const child = spawn(
		ownNode,
		[...serverFlags, ...(options.nodeArgs ?? []), join(root, 'server', 'src', 'main.ts')],
		{
			cwd: folder,
			stdio: ['ignore', 'pipe', 'pipe'],
			env: {
				PATH: process.env['PATH'],
				HOME: folder,
				...serverEnvironment,
				HOLDFAST_PORT: '0',
				HOLDFAST_DATA_DIR: join(folder, 'data'),
				HOLDFAST_KEYS_DIR: join(folder, 'keys'),
				HOLDFAST_LOG_LEVEL: 'warn',
				...options.settings,
			},
		},
	);
	let output = '';
	const keep = (chunk: Buffer): void => {
		output += chunk.toString();
	};
	child.stdout.on('data', keep);
	child.stderr.on('data', keep);
	try {
		for (;;) {
			const url = addressIn(output);
			if (url && (await isReady(url))) {
				const readyMs = performance.now() - startedMs;
				const dispose = (): Promise<void> => stop(child, ownFolder);
				return {
					url,
					readyMs,
					pid: child.pid ?? 0,
					dataFolder: join(folder, 'data'),
					output: () => output,
					[Symbol.asyncDispose]: dispose,
				};
			}
			if (child.exitCode !== null || child.signalCode !== null)
				throw new Error(`The server ended with ${child.exitCode ?? child.signalCode}:\n${output}`);
			if (performance.now() - startedMs > readyMaxMs)
				throw new Error(`The server was not ready in time:\n${output}`);
			await delay(pollMs);
		}
	} catch (error) {
		await stop(child, ownFolder);
		throw error;
	}
};
