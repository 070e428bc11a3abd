/** The one function that starts ffmpeg and ffprobe. Nothing else in the program may. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import type { Clock } from '../clock.ts';
import { isMadeHere, type ToolArgument, wordsOf } from './arguments.ts';
import { type Confinement, findConfinement, type ProcessLimits, toolEnvironment } from './confinement.ts';
import type { FoundTools } from './find.ts';

export type ToolName = 'ffmpeg' | 'ffprobe';

/** Tools alive at once; above it `busy`. Callers keep tighter counts of their own. */
export const runningToolsMax = 32;

/** How much of what a tool says on its error output is kept: the last 4 KiB. */
const stderrTailBytes = 4_096;

/**
 * - `missing`: the tool was not found at start
 * - `busy`: too many run
 * - `stopping`: the program is ending
 * - `refused`: the arguments were not made by `arguments.ts`, or name a file that is not among the inputs
 */
export type ToolRefusalReason = 'missing' | 'busy' | 'stopping' | 'refused';

/** Thrown before anything was started. */
export class ToolRefusal extends Error {
	readonly reason: ToolRefusalReason;
	constructor(reason: ToolRefusalReason) {
		super(`The tool was not started: ${reason}.`);
		this.name = 'ToolRefusal';
		this.reason = reason;
	}
}

/** All that a run may take; each limit ends it. */
export interface ToolLimits extends ProcessLimits {
	readonly wallMs: number;
	/** Written to standard output at most; the output ends there. */
	readonly outputBytesMax: number;
}

/** One run of one tool. */
export interface ToolRequest {
	readonly tool: ToolName;
	/** Without program name and general options; for ffmpeg the last one is `toStdout()`. */
	readonly argv: readonly ToolArgument[];
	/** The opened files that `argv` names, held open by the caller until `done`. All that a sandbox shows. */
	readonly inputs: readonly { readonly realPath: string }[];
	readonly output: 'stdout';
	readonly limits: ToolLimits;
	readonly signal?: AbortSignal;
}

/** How a run ended. Only `exit` with code 0 means that the output is whole. */
export interface ToolEnd {
	/** Null where a signal ended it or it could not be started. */
	readonly exitCode: number | null;
	/** The end of its error output, at most 4 KiB. May hold names of files: for logs, never for clients. */
	readonly stderrTail: string;
	readonly ended: 'exit' | 'wall-limit' | 'output-limit' | 'aborted';
}

/** A process under way, with all its children. */
export interface RunningTool {
	/** Ends early where the tool is stopped; `done` says why. Destroying it stops the tool. */
	readonly stdout: Readable;
	/** Resolves when the process is gone; never rejects. */
	readonly done: Promise<ToolEnd>;
	/** Kills it with all its children, and waits until they are gone. Twice is fine. */
	stop(): Promise<void>;
}

/** Made once at start by `createToolRunner`; disposing it stops every tool. */
export interface ToolRunner extends AsyncDisposable {
	readonly tools: FoundTools;
	readonly confinement: Confinement;
	readonly clock: Clock;
	readonly running: ReadonlySet<RunningTool>;
}

interface OwnRunner extends ToolRunner {
	readonly running: Set<RunningTool>;
	/** Empty, and ours: where tools run. */
	readonly workFolder: string;
	isStopping: boolean;
}

/** Finds out once how tools can be confined here. `tools` come from `findTools`. */
export const createToolRunner = async (
	needs: { tools: FoundTools; clock: Clock },
	options: { without?: readonly ('namespaces' | 'limits')[] } = {},
): Promise<ToolRunner> => {
	const paths = [needs.tools.ffmpeg, needs.tools.ffprobe].filter((path) => path !== null);
	const runner: OwnRunner = {
		...needs,
		confinement: await findConfinement(paths, options),
		workFolder: await mkdtemp(join(tmpdir(), 'holdfast-tool-')),
		running: new Set(),
		isStopping: false,
		[Symbol.asyncDispose]: async () => {
			await stopAllTools(runner);
			await rm(runner.workFolder, { recursive: true, force: true });
		},
	};
	return runner;
};

/** How tools are confined, in lines for people. */
export const describeConfinement = (runner: ToolRunner): readonly string[] => runner.confinement.lines;

/** Starts no more tools, kills all that run, and waits until they are gone. */
export const stopAllTools = async (runner: ToolRunner): Promise<void> => {
	(runner as OwnRunner).isStopping = true;
	await Promise.all([...runner.running].map((tool) => tool.stop()));
};

const generalOptions: Readonly<Record<ToolName, readonly string[]>> = {
	ffmpeg: ['-nostdin', '-hide_banner', '-loglevel', 'error'],
	ffprobe: ['-hide_banner', '-loglevel', 'error'],
};

const commandOf = (runner: OwnRunner, request: ToolRequest): [string, ...string[]] => {
	const path = runner.tools[request.tool];
	if (path === null) throw new ToolRefusal('missing');
	if (runner.isStopping) throw new ToolRefusal('stopping');
	if (runner.running.size >= runningToolsMax) throw new ToolRefusal('busy');
	const shown = new Set(request.inputs.map(({ realPath }) => realPath));
	const isForged = request.argv.some(
		(argument) => !isMadeHere(argument) || (argument.realPath !== null && !shown.has(argument.realPath)),
	);
	const outputs = wordsOf(request.argv).filter((text) => text === 'pipe:1').length;
	const isMisdirected =
		request.tool === 'ffmpeg' && (outputs !== 1 || request.argv.at(-1)?.words[0] !== 'pipe:1');
	if (isForged || isMisdirected) throw new ToolRefusal('refused');
	const words = [...generalOptions[request.tool], ...wordsOf(request.argv)];
	return runner.confinement.wrap([path, ...words], [...shown], request.limits);
};

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** The whole group, so that a tool's own children go too. */
const kill = (child: Child): void => {
	if (child.pid === undefined) return;
	try {
		if (process.platform === 'win32') child.kill('SIGKILL');
		else process.kill(-child.pid, 'SIGKILL');
	} catch {
		// Gone already.
	}
	// What is left in the pipe belongs to a run that was given up; reading on could wait for nobody.
	child.stdout.destroy();
};

const tailOf = (stderr: Readable): { text: () => string; closed: Promise<void> } => {
	let tail = Buffer.alloc(0);
	stderr.on('data', (chunk: Buffer) => {
		tail = Buffer.concat([tail, chunk]).subarray(-stderrTailBytes);
	});
	const closed = new Promise<void>((resolve) => {
		stderr.once('close', resolve);
	});
	return { text: () => tail.toString('utf8'), closed };
};

/** Passes on up to `bytesMax` bytes, then calls `over` and ends. */
const boundedOutput = (bytesMax: number, over: () => void): Transform => {
	let bytes = 0;
	return new Transform({
		transform(chunk: Buffer, _encoding, done) {
			const room = Math.max(0, bytesMax - bytes);
			bytes += chunk.length;
			if (chunk.length <= room) return done(null, chunk);
			over();
			if (room > 0) this.push(chunk.subarray(0, room));
			this.end();
			done();
		},
	});
};

const exitOf = (child: Child): Promise<{ exitCode: number | null; problem: string }> =>
	new Promise((resolve) => {
		child.once('error', (error: Error) => resolve({ exitCode: null, problem: error.message }));
		child.once('exit', (exitCode) => resolve({ exitCode, problem: '' }));
	});

const watch = (runner: OwnRunner, child: Child, { limits, signal }: ToolRequest): RunningTool => {
	let ended: ToolEnd['ended'] = 'exit';
	const over = new AbortController();
	const end = (why: ToolEnd['ended']): void => {
		if (ended === 'exit' && !over.signal.aborted) ended = why;
		kill(child);
	};
	const abort = (): void => end('aborted');
	const stdout = boundedOutput(limits.outputBytesMax, () => end('output-limit'));
	// Whoever reads learns of trouble from `done`; an error event without a listener would end the program.
	stdout.on('error', () => {});
	child.stdout.on('error', () => stdout.end());
	child.stdout.once('close', () => stdout.end());
	child.stdout.pipe(stdout);
	stdout.once('close', () => {
		if (!stdout.readableEnded && !over.signal.aborted) abort();
	});
	const stderr = tailOf(child.stderr);
	runner.clock.sleep(limits.wallMs, over.signal).then(
		() => end('wall-limit'),
		() => {},
	);
	signal?.addEventListener('abort', abort, { once: true });
	if (signal?.aborted) abort();
	const finish = async (): Promise<ToolEnd> => {
		const { exitCode, problem } = await exitOf(child);
		await stderr.closed;
		over.abort();
		signal?.removeEventListener('abort', abort);
		runner.running.delete(running);
		return { exitCode, stderrTail: problem || stderr.text(), ended };
	};
	const done = finish();
	const stop = async (): Promise<void> => {
		if (!over.signal.aborted) abort();
		await done;
	};
	const running: RunningTool = { stdout, done, stop };
	return running;
};

/**
 * Starts one tool: without a shell, with an empty environment, in a process group and an empty folder of
 * its own, confined as well as the system allows, within `limits`.
 *
 * @throws ToolRefusal
 */
export const startTool = (needs: ToolRunner, request: ToolRequest): RunningTool => {
	const runner = needs as OwnRunner;
	const [file, ...args] = commandOf(runner, request);
	const child: Child = spawn(file, args, {
		cwd: runner.workFolder,
		env: toolEnvironment,
		stdio: ['ignore', 'pipe', 'pipe'],
		shell: false,
		detached: process.platform !== 'win32',
		windowsHide: true,
	});
	const running = watch(runner, child, request);
	runner.running.add(running);
	return running;
};

/**
 * Starts one tool and collects its output, at most `limits.outputBytesMax` bytes.
 *
 * @throws ToolRefusal
 */
export const runTool = async (
	needs: ToolRunner,
	request: ToolRequest,
): Promise<ToolEnd & { readonly stdout: Uint8Array }> => {
	const running = startTool(needs, request);
	const chunks: Buffer[] = [];
	for await (const chunk of running.stdout) chunks.push(chunk as Buffer);
	return { ...(await running.done), stdout: Buffer.concat(chunks) };
};
