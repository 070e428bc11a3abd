/** Starting other programs: quietly to their end, or in place of this one. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { root } from './paths.mjs';

/** Longest piece of a failed program's words that is kept for the person. */
const outputCharactersMax = 8_000;

/** Runs a program to its end. Its words are shown only if it fails, and then by the caller. */
export const runQuietly = (command, args, options = {}) =>
	new Promise((resolve) => {
		const { timeoutMs, ...rest } = options;
		const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...rest });
		const timer = timeoutMs ? setTimeout(() => child.kill('SIGKILL'), timeoutMs) : undefined;
		let output = '';
		const keep = (chunk) => {
			output = (output + chunk).slice(-outputCharactersMax);
		};
		child.stdout.on('data', keep);
		child.stderr.on('data', keep);
		child.on('error', (error) => {
			clearTimeout(timer);
			resolve({ isDone: false, output: `${command}: ${error.message}` });
		});
		child.on('close', (code) => {
			clearTimeout(timer);
			resolve({ isDone: code === 0, output: output.trim() });
		});
	});

/**
 * The search path without this checkout's own programs: npm runs under the system's Node while ours is
 * replaced.
 */
export const systemPath = () => {
	const own = join(root, 'node_modules', '.bin');
	const entries = (process.env.PATH ?? '').split(delimiter);
	return entries
		.filter((entry) => entry !== own && !entry.endsWith(join('node_modules', '.bin')))
		.join(delimiter);
};

const orphanCheckMs = 1_000;

const isRunByNpm = () => process.env.npm_lifecycle_event !== undefined;

/** npm that is killed tells nobody: then what it started is asked to stop, where the system can do that for us. */
const withParent = (node, args) => {
	const setpriv = isRunByNpm() && process.platform === 'linux' ? '/usr/bin/setpriv' : null;
	if (!setpriv || !existsSync(setpriv)) return [node, [node, ...args]];
	return [setpriv, [setpriv, '--pdeathsig', 'TERM', node, ...args]];
};

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * A signal from a terminal reaches a group, and npm repeats it: what comes within this time is the same wish.
 */
const sameWishMs = 1_000;

/**
 * Where this Node cannot turn into the other program: a child in a group of its own, which gets each wish
 * once, and whose end is ours.
 */
const handOverToChild = (node, args, env) => {
	const child = spawn(node, args, {
		stdio: 'inherit',
		env,
		detached: process.platform !== 'win32',
		shell: process.platform === 'win32',
	});
	const sentAtMs = new Map();
	for (const signal of forwarded) {
		process.on(signal, () => {
			const nowMs = Date.now();
			if (nowMs - (sentAtMs.get(signal) ?? 0) < sameWishMs) return;
			sentAtMs.set(signal, nowMs);
			child.kill(signal);
		});
	}
	if (isRunByNpm()) {
		const parent = process.ppid;
		setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), orphanCheckMs).unref();
	}
	child.on('error', (error) => {
		process.stderr.write(`holdfast: cannot start ${node}: ${error.message}\n`);
		process.exit(1);
	});
	child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
};

/** Ends as another Node program: same terminal, same signals, its exit code. Does not come back. */
export const handOver = (node, args, extraEnv = {}) => {
	const own = dirname(node);
	const path = process.env.PATH ?? '';
	const isFirst = path === own || path.startsWith(own + delimiter);
	const env = { ...process.env, ...extraEnv, PATH: isFirst ? path : own + delimiter + path };
	if (process.platform !== 'win32' && typeof process.execve === 'function') {
		process.removeAllListeners('warning');
		const [program, words] = withParent(node, args);
		process.execve(program, words, env);
	}
	handOverToChild(node, args, env);
};
