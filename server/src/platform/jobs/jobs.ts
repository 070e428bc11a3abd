/**
 * Background work that outlives the process: queued in the database, done once, tried again, left when we
 * stop.
 */
import type { Clock, Ticker } from '../clock.ts';
import type { Database } from '../db/database.ts';
import { newId } from '../ids.ts';
import type { Logger } from '../log.ts';
import {
	countJobs,
	failJob,
	finishJob,
	forgetFailed,
	type JobCounts,
	keepLease,
	putJob,
	returnJob,
	type TakenJob,
	takeJobs,
} from './job-store.ts';
import type { JobTables } from './tables.ts';

/** How long a worker may be silent before its jobs are taken by another. */
export const leaseMs = 60_000;
const heartbeatMs = leaseMs / 4;
/** Jobs are looked for this often even where no wake came: due times, dead workers. */
const pollMs = 1_000;
const wakeChannel = 'jobs';
const failedKeptMs = 30 * 24 * 3_600_000;
const sweepMs = 3_600_000;

/** One kind of work: what it does and how often it is tried. */
export interface JobDefinition<Input> {
	/**
	 * Does the work. May run again after a crash, so it must be safe to repeat. `signal` aborts when the
	 * program stops or the lease was lost: end soon; the job is taken again.
	 */
	readonly handler: (input: Input, signal: AbortSignal) => Promise<void>;
	/** Of this kind at once in this process; 1 where left out. */
	readonly concurrency?: number;
	/** Tries in all, crashes counted; 5 where left out. */
	readonly attemptsMax?: number;
	/**
	 * Pause after try number `attempt`, which counts from 1. Left out: 2 s doubled each time, at most an hour.
	 */
	readonly backoffMs?: (attempt: number) => number;
}

/** When, and whether one is enough. */
export interface EnqueueOptions {
	/**
	 * One job with this key at most. Asking again changes the input of one that waits, and has one that runs
	 * run once more after.
	 */
	readonly uniqueKey?: string;
	/** Not before this time, ms since 1970. */
	readonly runAt?: number;
}

/** One kind of work, as `define` returns it. */
export interface JobQueue<Input> {
	enqueue(input: Input, options?: EnqueueOptions): Promise<void>;
}

/** The door to background work: define every kind, then start. */
export interface Jobs extends AsyncDisposable {
	/** Before `start`. `name` is for ever: rows carry it. `Input` must survive JSON. */
	define<Input>(name: string, definition: JobDefinition<Input>): JobQueue<Input>;
	/** The same as the queue's own `enqueue`, for callers that know only the name. */
	enqueue(name: string, input: unknown, options?: EnqueueOptions): Promise<void>;
	/** Begins to work. Without it jobs can only be put in. */
	start(): Promise<void>;
	counts(): Promise<JobCounts[]>;
}

interface Needs {
	readonly db: Database<JobTables>;
	readonly clock: Clock;
	readonly log: Logger;
}

interface Queue {
	readonly name: string;
	readonly definition: Required<JobDefinition<unknown>>;
	readonly running: Set<Promise<void>>;
	/** The look for due jobs that is under way. */
	taking: Promise<void> | null;
	isWoken: boolean;
}

const defaultBackoffMs = (attempt: number): number => Math.min(2_000 * 2 ** (attempt - 1), 3_600_000);

const messageOf = (error: unknown): string =>
	error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';

/** This process as the database knows it. */
interface Worker extends Needs {
	readonly id: string;
	readonly stopping: AbortController;
}

/** The outcome goes to the database; where that fails the lease runs out and another worker takes over. */
const settle = async (worker: Worker, queue: Queue, job: TakenJob, lease: AbortSignal, error: unknown) => {
	const { db, clock, log, stopping } = worker;
	const now = clock.now();
	if (error === null) return finishJob(db, job.id, worker.id);
	if (stopping.signal.aborted) return returnJob(db, job.id, worker.id, job.attempts);
	if (lease.aborted) return;
	const isLast = job.attempts >= queue.definition.attemptsMax;
	log.warn({ queue: queue.name, jobId: job.id, attempt: job.attempts, isLast, err: error }, 'a job failed');
	const retryAt = isLast ? null : now + queue.definition.backoffMs(job.attempts);
	await failJob(db, { id: job.id, worker: worker.id, now, retryAt, error: messageOf(error) });
};

const keepAlive = ({ db, clock, log, id }: Worker, job: TakenJob, lease: AbortController): Ticker =>
	clock.every(heartbeatMs, async () => {
		try {
			if (await keepLease(db, job.id, id, clock.now() + leaseMs)) return;
			lease.abort(new Error('another worker took the job'));
		} catch (error) {
			log.warn({ jobId: job.id, err: error }, 'a job could not keep its lease');
		}
	});

const work = async (worker: Worker, queue: Queue, job: TakenJob): Promise<void> => {
	const lease = new AbortController();
	const signal = AbortSignal.any([worker.stopping.signal, lease.signal]);
	const heartbeat = keepAlive(worker, job, lease);
	let failure: unknown = null;
	try {
		await queue.definition.handler(job.input, signal);
	} catch (error) {
		failure = error ?? new Error('thrown without a reason');
	} finally {
		heartbeat.stop();
	}
	try {
		await settle(worker, queue, job, lease.signal, failure);
	} catch (error) {
		worker.log.error(
			{ queue: queue.name, jobId: job.id, err: error },
			'the outcome of a job was not written',
		);
	}
};

const take = async (worker: Worker, queue: Queue): Promise<void> => {
	const { db, clock, id, stopping } = worker;
	const { name, definition, running } = queue;
	const limit = definition.concurrency - running.size;
	if (limit <= 0) return;
	const now = clock.now();
	const { attemptsMax } = definition;
	const jobs = await takeJobs(db, {
		queue: name,
		worker: id,
		now,
		leaseUntil: now + leaseMs,
		limit,
		attemptsMax,
	});
	if (stopping.signal.aborted) {
		await Promise.all(jobs.map((job) => returnJob(db, job.id, id, job.attempts)));
		return;
	}
	for (const job of jobs) {
		const done = work(worker, queue, job).finally(() => {
			running.delete(done);
			void pump(worker, queue);
		});
		running.add(done);
	}
};

const takeAll = async (worker: Worker, queue: Queue): Promise<void> => {
	try {
		while (queue.isWoken && !worker.stopping.signal.aborted) {
			queue.isWoken = false;
			await take(worker, queue);
		}
	} catch (error) {
		worker.log.warn({ queue: queue.name, err: error }, 'jobs could not be taken');
	} finally {
		queue.taking = null;
	}
};

/** Fills the free places of a queue. Calls that come while it runs make it look once more. */
const pump = async (worker: Worker, queue: Queue): Promise<void> => {
	queue.isWoken = true;
	queue.taking ??= takeAll(worker, queue);
	await queue.taking;
};

/**
 * Opens the door to background work. Disposing it aborts what runs, waits for it, and leaves it to be taken
 * again.
 */
export const createJobs = (needs: Needs): Jobs => {
	const { db, clock } = needs;
	const queues = new Map<string, Queue>();
	const worker: Worker = { ...needs, id: newId(clock.now()), stopping: new AbortController() };
	const pumpAll = async (): Promise<void> => {
		await Promise.all([...queues.values()].map((queue) => pump(worker, queue)));
	};
	let isStarted = false;
	let endings: (() => Promise<void> | void)[] = [];

	const enqueue: Jobs['enqueue'] = async (name, input, { uniqueKey = null, runAt } = {}) => {
		const now = clock.now();
		await putJob(db, { id: newId(now), queue: name, uniqueKey, input, now, runAt: runAt ?? now });
		await db.engine.notify(wakeChannel);
	};
	const forget = async (): Promise<void> => {
		try {
			await forgetFailed(db, clock.now() - failedKeptMs);
		} catch (error) {
			needs.log.warn({ err: error }, 'old jobs could not be forgotten');
		}
	};
	const start = async (): Promise<void> => {
		isStarted = true;
		const unlisten = await db.engine.listen(wakeChannel, () => void pumpAll());
		const poll = clock.every(pollMs, pumpAll);
		const sweep = clock.every(sweepMs, forget);
		endings = [unlisten, () => poll.stop(), () => sweep.stop()];
		void pumpAll();
	};
	const define: Jobs['define'] = (name, definition) => {
		if (isStarted || queues.has(name)) throw new Error(`The job ${name} is defined twice or too late.`);
		const { concurrency = 1, attemptsMax = 5, backoffMs = defaultBackoffMs } = definition;
		const handler = definition.handler as JobDefinition<unknown>['handler'];
		const full = { handler, concurrency, attemptsMax, backoffMs };
		queues.set(name, { name, definition: full, running: new Set(), taking: null, isWoken: false });
		return { enqueue: (input, options) => enqueue(name, input, options) };
	};
	return {
		define,
		enqueue,
		start,
		counts: () => countJobs(db, clock.now()),
		[Symbol.asyncDispose]: async () => {
			worker.stopping.abort(new Error('the program is stopping'));
			await Promise.all(endings.map((end) => end()));
			endings = [];
			const all = [...queues.values()];
			await Promise.all(all.map((queue) => queue.taking));
			await Promise.all(all.flatMap((queue) => [...queue.running]));
		},
	};
};
