/** Programs that measurements compare with: found, or installed from Debian, or one clear line. */
import { type ChildProcess, execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findProgram, installDebian } from '../setup/debian.mjs';
import { assertGoingOn } from './interruption.ts';

const endMaxMs = 10_000;
const outputBytesMax = 64 * 1024 * 1024;

/**
 * The path of `program`, out of Debian's `debianPackage` where it is missing. @throws Error that says what to
 * type
 */
export const needProgram = async (program: string, debianPackage: string): Promise<string> => {
	assertGoingOn();
	const look = (): string | null => findProgram(program) ?? findProgram(program, ['/usr/sbin', '/sbin']);
	const found = look();
	if (found) return found;
	await installDebian([debianPackage]);
	const installed = look();
	if (installed) return installed;
	throw new Error(`It needs ${program}. Type: sudo apt-get install ${debianPackage}`);
};

/** Runs ffmpeg or a like program to its end; its words are in the error where it fails. */
export const run = async (program: string, args: readonly string[]): Promise<string> => {
	assertGoingOn();
	const { stdout } = await promisify(execFile)(program, [...args], { maxBuffer: outputBytesMax });
	return stdout;
};

/** ffmpeg without questions or chatter. */
export const ffmpeg = async (...args: readonly string[]): Promise<void> => {
	const program = await needProgram('ffmpeg', 'ffmpeg');
	await run(program, ['-nostdin', '-hide_banner', '-loglevel', 'error', '-y', ...args]);
};

export const freePort = (): Promise<number> =>
	new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
		});
	});

/** Ends a child of ours by its own id, kindly first. */
export const endChild = async (child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
	if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
	const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
	child.kill(signal);
	const late = delay(endMaxMs, undefined, { ref: false }).then(() => child.kill('SIGKILL'));
	await Promise.race([ended, late]);
	await ended;
};
