/** The program as people start it: a child process with folders of its own, its lines, and how it ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const mainPath = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const cliPath = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export interface Ended {
	readonly exitCode: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

export interface Program {
	readonly child: ChildProcess;
	/** Resolves with the first line of standard output that matches; rejects where the program ends before. */
	line(pattern: RegExp): Promise<RegExpExecArray>;
	readonly ended: Promise<Ended>;
}

export interface Folders extends AsyncDisposable {
	readonly root: string;
	readonly env: Readonly<Record<string, string>>;
}

/** Empty data and keys folders, and the environment that names them. */
export const makeFolders = async (): Promise<Folders> => {
	const root = await mkdtemp(join(tmpdir(), 'hf-'));
	return {
		root,
		env: {
			PATH: process.env['PATH'] ?? '',
			HOME: root,
			HOLDFAST_PORT: '0',
			HOLDFAST_DATA_DIR: join(root, 'data'),
			HOLDFAST_KEYS_DIR: join(root, 'keys'),
			HOLDFAST_LOG_LEVEL: 'warn',
		},
		[Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
	};
};

const start = (
	path: string,
	args: readonly string[],
	env: Readonly<Record<string, string>>,
	cwd: string,
): Program => {
	const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', path, ...args], {
		env,
		cwd,
		stdio: ['pipe', 'pipe', 'pipe'],
	});
	let stdout = '';
	let stderr = '';
	const waiting = new Set<() => void>();
	child.stdout.on('data', (chunk: Buffer) => {
		stdout += chunk.toString();
		for (const look of waiting) look();
	});
	child.stderr.on('data', (chunk: Buffer) => {
		stderr += chunk.toString();
	});
	const ended = new Promise<Ended>((resolve) => {
		child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
	});
	return {
		child,
		ended,
		line: (pattern) =>
			new Promise((resolve, reject) => {
				const look = (): void => {
					const found = pattern.exec(stdout);
					if (!found) return;
					waiting.delete(look);
					resolve(found);
				};
				waiting.add(look);
				look();
				void ended.then((how) => reject(new Error(`ended before ${pattern}: ${how.stdout}${how.stderr}`)));
			}),
	};
};

/** `npm start` without its set-up. */
export const startProgram = (folders: Folders, more: Readonly<Record<string, string>> = {}): Program =>
	start(mainPath, [], { ...folders.env, ...more }, folders.root);

/** `./holdfast …`; `input` is typed at its standard input. */
export const runCommand = async (folders: Folders, args: readonly string[], input = ''): Promise<Ended> => {
	const program = start(cliPath, args, folders.env, folders.root);
	program.child.stdin?.end(input);
	return program.ended;
};

/** Process ids below `pid`, however deep; from the system's own table. */
export const descendantsOf = async (pid: number): Promise<number[]> => {
	const parents = new Map<number, number>();
	for (const name of await readdir('/proc')) {
		if (!/^\d+$/.test(name)) continue;
		const line = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
		const rest = line.slice(line.lastIndexOf(')') + 2).split(' ');
		parents.set(Number(name), Number(rest[1]));
	}
	const found: number[] = [];
	const visit = (parent: number): void => {
		for (const [child, of] of parents) {
			if (of !== parent) continue;
			found.push(child);
			visit(child);
		}
	};
	visit(pid);
	return found;
};

/** True where the process is there and is no zombie. */
export const isAlive = async (pid: number): Promise<boolean> => {
	const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
	return line !== '' && line.slice(line.lastIndexOf(')') + 2)[0] !== 'Z';
};
