/** Tries at start-up what the keeper must not be able to do, and says for `holdfast doctor` how that went. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

interface Attempt {
	readonly what: string;
	readonly isRefused: boolean;
}

const isDenial = (error: unknown): boolean =>
	error instanceof Error && 'code' in error && error.code === 'ERR_ACCESS_DENIED';

const attempt = (what: string, act: () => unknown): Attempt => {
	try {
		act();
		return { what, isRefused: false };
	} catch (error) {
		return { what, isRefused: isDenial(error) };
	}
};

/** A foreign file that may be absent proves nothing, so Node's own binary is the one to ask for. */
const readForeignFile = (): unknown =>
	readFileSync(process.platform === 'linux' ? '/etc/passwd' : process.execPath);

/** Port 9 of this very machine: where the attempt is not refused, nothing leaves the machine either. */
const openSocket = (): Promise<Attempt> => {
	const what = 'open a network connection';
	const { promise, resolve } = Promise.withResolvers<Attempt>();
	try {
		const socket = connect({ host: '127.0.0.1', port: 9 });
		socket.on('connect', () => resolve({ what, isRefused: false }));
		socket.on('error', (error) => resolve({ what, isRefused: isDenial(error) }));
		promise.finally(() => socket.destroy());
	} catch (error) {
		resolve({ what, isRefused: isDenial(error) });
	}
	return promise;
};

const startThread = (): unknown => new Worker('', { eval: true });

/** One line for each attempt: `cannot ...` or `CAN ...`. */
export const describeConfinement = async (): Promise<string[]> => {
	const attempts = [
		attempt('read files that are not its own', readForeignFile),
		attempt('write files that are not its own', () =>
			writeFileSync(join(tmpdir(), 'holdfast-keeper-probe'), ''),
		),
		attempt('start another program', () => spawnSync(process.execPath, ['--version'])),
		attempt('start a thread', startThread),
		await openSocket(),
	];
	const lines = attempts.map(({ what, isRefused }) => `${isRefused ? 'cannot' : 'CAN'} ${what}`);
	if (process.getuid) lines.push(`runs as user id ${process.getuid()}`);
	return lines;
};
