/** A whole server in folders of its own, as a measurement or a journey from outside meets it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ownNode, root } from '../setup/paths.mjs';

const pollMs = 5;
const readyMaxMs = 30_000;
const stopMaxMs = 20_000;

export interface MeasuredServer extends AsyncDisposable {
	/** Such as `http://localhost:40123`, without a slash at the end. */
	readonly url: string;
	/** From the start of the process to the first good answer of `/readyz`. */
	readonly readyMs: number;
	readonly pid: number;
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

const stop = async (child: ChildProcess, folder: string): Promise<void> => {
	if (child.exitCode === null && child.signalCode === null) {
		const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
		child.kill('SIGTERM');
		const isLate = Symbol('late');
		const first = await Promise.race([ended, delay(stopMaxMs, isLate, { ref: false })]);
		if (first === isLate) child.kill('SIGKILL');
	}
	await rm(folder, { recursive: true, force: true });
};

/** What a start prints where it tells its address. */
const addressIn = (output: string): string | null =>
	/https?:\/\/(?:localhost|127\.0\.0\.1):\d+/.exec(output)?.[0] ?? null;

/** Starts a server on a free port with nothing in its folders; disposing stops it and removes them. */
export const startServer = async (
	settings: Readonly<Record<string, string>> = {},
): Promise<MeasuredServer> => {
	const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
	const startedMs = performance.now();
	const child = spawn(
		ownNode,
		['--disable-warning=ExperimentalWarning', join(root, 'server', 'src', 'main.ts')],
		{
			cwd: folder,
			stdio: ['ignore', 'pipe', 'pipe'],
			env: {
				PATH: process.env['PATH'],
				HOME: folder,
				NODE_COMPILE_CACHE: join(root, '.cache', 'compiled'),
				HOLDFAST_PORT: '0',
				HOLDFAST_DATA_DIR: join(folder, 'data'),
				HOLDFAST_KEYS_DIR: join(folder, 'keys'),
				...settings,
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
				const dispose = (): Promise<void> => stop(child, folder);
				return { url, readyMs, pid: child.pid ?? 0, output: () => output, [Symbol.asyncDispose]: dispose };
			}
			if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}:\n${output}`);
			if (performance.now() - startedMs > readyMaxMs)
				throw new Error(`The server was not ready in time:\n${output}`);
			await delay(pollMs);
		}
	} catch (error) {
		await stop(child, folder);
		throw error;
	}
};

const childrenOf = async (pid: number): Promise<number[]> => {
	const found: number[] = [];
	for (const entry of await readdir('/proc')) {
		if (!/^\d+$/.test(entry)) continue;
		const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
		const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
		if (parent === pid) found.push(Number(entry), ...(await childrenOf(Number(entry))));
	}
	return found;
};

const residentKbOf = async (pid: number): Promise<number> => {
	const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
	return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
};

/** Resident memory of a process and everything it started, in MB. Linux only. */
export const residentMbOf = async (pid: number): Promise<number> => {
	let kb = 0;
	for (const one of [pid, ...(await childrenOf(pid))]) kb += await residentKbOf(one);
	return kb / 1024;
};
