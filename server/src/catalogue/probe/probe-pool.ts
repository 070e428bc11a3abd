/**
 * Reads headers in threads, so that nobody's page waits for a scan. Threads start on demand and end when
 * idle.
 */
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../platform/clock.ts';
import type { PictureJob } from './picture.ts';
import type { ProbeJob, ProbeResult } from './probe-job.ts';

/** A thread that has had nothing to do for this long ends, and its memory with it. */
const idleMs = 10_000;
/** A single file gets this long; a batch gets it plus a little for each file. */
const fileLimitMs = 10_000;
const batchExtraMs = 250;

export interface ProbePool extends AsyncDisposable {
	/**
	 * Answers in the order of the jobs. A file that holds its thread too long is `probe-timeout`, the others
	 * are not.
	 */
	probe(jobs: readonly ProbeJob[]): Promise<ProbeResult[]>;
	/** The cover inside a file; null where there is none, or reading it took too long. */
	picture(job: PictureJob): Promise<Uint8Array | null>;
	/** Threads alive now. */
	readonly threadCount: number;
}

interface Thread {
	readonly worker: Worker;
	isBusy: boolean;
	idleSince: number;
	batch: number;
}

const timedOut: ProbeResult = {
	headHash: null,
	found: null,
	damage: { reason: 'probe-timeout', detail: null },
	demuxer: null,
};

interface Threads {
	readonly alive: ReadonlySet<Thread>;
	/** A thread of one's own, waiting for one where all are busy. */
	take(): Promise<Thread>;
	giveBack(thread: Thread): void;
	end(thread: Thread): Promise<void>;
	stop(): Promise<void>;
}

const createThreads = (clock: Clock, workerUrl: URL, threadsMax: number): Threads => {
	const threads = new Set<Thread>();
	const waiting: ((thread: Thread) => void)[] = [];
	const end = async (thread: Thread): Promise<void> => {
		threads.delete(thread);
		await thread.worker.terminate();
	};
	const start = (): Thread => {
		const worker = new Worker(workerUrl, { resourceLimits: { maxOldGenerationSizeMb: 512 }, env: {} });
		worker.unref();
		// A thread that dies between two batches must not take the program with it.
		worker.on('error', () => threads.delete(thread));
		const thread: Thread = { worker, isBusy: true, idleSince: 0, batch: 0 };
		threads.add(thread);
		return thread;
	};
	const take = (): Promise<Thread> => {
		const idle = [...threads].find(({ isBusy }) => !isBusy);
		if (idle) {
			idle.isBusy = true;
			return Promise.resolve(idle);
		}
		if (threads.size < threadsMax) return Promise.resolve(start());
		return new Promise((resolve) => void waiting.push(resolve));
	};
	const giveBack = (thread: Thread): void => {
		const next = waiting.shift();
		if (next) {
			next(threads.has(thread) ? thread : start());
			return;
		}
		thread.isBusy = false;
		thread.idleSince = clock.now();
	};
	const sweep = clock.every(idleMs / 2, async () => {
		const old = [...threads].filter(({ isBusy, idleSince }) => !isBusy && clock.now() - idleSince >= idleMs);
		await Promise.all(old.map(end));
	});

	const stop = async (): Promise<void> => {
		sweep.stop();
		await Promise.all([...threads].map(end));
	};
	return { alive: threads, take, giveBack, end, stop };
};

/** `workerUrl` is for tests that bring a thread which hangs. */
export const createProbePool = (
	needs: { readonly clock: Clock },
	options: { readonly threadsMax?: number; readonly workerUrl?: URL; readonly fileLimitMs?: number } = {},
): ProbePool => {
	const threadsMax = options.threadsMax ?? 2;
	const limitMs = options.fileLimitMs ?? fileLimitMs;
	const workerUrl = options.workerUrl ?? new URL('./probe-worker.ts', import.meta.url);
	const threads = createThreads(needs.clock, workerUrl, threadsMax);
	let isClosed = false;

	/** Null where the thread died or ran out of time. */
	const runBatch = async (jobs: readonly ProbeJob[]): Promise<ProbeResult[] | null> => {
		const thread = await threads.take();
		try {
			const limit = limitMs + (jobs.length - 1) * batchExtraMs;
			const results = await askThread(needs.clock, thread, { jobs }, limit);
			if (results === null) await threads.end(thread);
			return results as ProbeResult[] | null;
		} finally {
			threads.giveBack(thread);
		}
	};
	const probe = async (jobs: readonly ProbeJob[]): Promise<ProbeResult[]> => {
		if (isClosed) throw new Error('The readers of headers are stopped.');
		if (jobs.length === 0) return [];
		const results = await runBatch(jobs);
		if (results) return results;
		if (jobs.length === 1 || isClosed) return jobs.map(() => timedOut);
		const half = Math.ceil(jobs.length / 2);
		return [...(await probe(jobs.slice(0, half))), ...(await probe(jobs.slice(half)))];
	};
	const picture = async (job: PictureJob): Promise<Uint8Array | null> => {
		if (isClosed) return null;
		const thread = await threads.take();
		try {
			const answer = await askThread(needs.clock, thread, { picture: job }, limitMs);
			// No cover and no answer look alike; a thread that hangs is found by its next batch.
			return answer as Uint8Array | null;
		} finally {
			threads.giveBack(thread);
		}
	};
	return {
		probe,
		picture,
		get threadCount() {
			return threads.alive.size;
		},
		[Symbol.asyncDispose]: async () => {
			isClosed = true;
			await threads.stop();
		},
	};
};

const askThread = async (
	clock: Clock,
	thread: Thread,
	asked: { readonly jobs: readonly ProbeJob[] } | { readonly picture: PictureJob },
	limitMs: number,
): Promise<unknown> => {
	thread.batch += 1;
	const { batch } = thread;
	const { worker } = thread;
	const done = new AbortController();
	const answered = new Promise<unknown>((resolve) => {
		const onMessage = (message: { batch: number; results: unknown }): void => {
			if (message.batch === batch) resolve(message.results);
		};
		const onEnd = (): void => resolve(null);
		worker.on('message', onMessage);
		worker.on('error', onEnd);
		worker.on('exit', onEnd);
		done.signal.addEventListener('abort', () => {
			worker.off('message', onMessage);
			worker.off('error', onEnd);
			worker.off('exit', onEnd);
		});
	});
	const limit = clock.sleep(limitMs, done.signal).then(
		() => null,
		() => null,
	);
	worker.ref();
	worker.postMessage({ batch, ...asked });
	try {
		return await Promise.race([answered, limit]);
	} finally {
		worker.unref();
		done.abort();
	}
};
