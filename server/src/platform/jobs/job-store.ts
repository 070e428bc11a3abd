/** The statements over the table of background work. */
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/database.ts';
import { fromJson, toJson } from '../db/types.ts';
import type { JobTables } from './tables.ts';

type Db = Database<JobTables>;

/** A job whose lease this worker holds. */
export interface TakenJob {
	readonly id: string;
	readonly input: unknown;
	/** This one included. */
	readonly attempts: number;
}

/** Longest message kept of an error. */
const errorCharactersMax = 300;

/**
 * Puts a job in. One with the key of a job that waits changes that one's input and time; of one that runs,
 * makes it run once more after; of one that was given up, brings it back.
 */
export const putJob = async (
	db: Db,
	job: { id: string; queue: string; uniqueKey: string | null; input: unknown; now: number; runAt: number },
): Promise<void> => {
	const { now, ...own } = job;
	const fresh = {
		madeAt: now,
		leaseUntil: 0,
		worker: '',
		attempts: 0,
		isWantedAgain: 0,
		failedAt: 0,
		lastError: '',
	} as const;
	await db.query
		.insertInto('job')
		.values({ ...own, ...fresh, input: toJson(job.input) })
		.onConflict((conflict) =>
			conflict.columns(['queue', 'uniqueKey']).doUpdateSet({
				input: (eb) => eb.ref('excluded.input'),
				runAt: (eb) => eb.ref('excluded.runAt'),
				isWantedAgain: sql<0 | 1>`case when "job"."leaseUntil" > 0 then 1 else 0 end`,
				attempts: sql<number>`case when "job"."failedAt" > 0 then 0 else "job"."attempts" end`,
				failedAt: 0,
			}),
		)
		.execute();
};

const dueJobs = (tx: Kysely<JobTables>, queue: string, now: number) =>
	tx
		.selectFrom('job')
		.select(['id', 'input', 'attempts'])
		.where('queue', '=', queue)
		.where('failedAt', '=', 0)
		.where('runAt', '<=', now)
		.where('leaseUntil', '<=', now)
		.orderBy('runAt')
		.orderBy('id');

/**
 * Takes up to `limit` due jobs for `worker` until `leaseUntil`; no other worker gets them before. Jobs
 * whose workers died `attemptsMax` times are given up instead: one of them may be what kills the process.
 */
export const takeJobs = (
	db: Db,
	take: {
		queue: string;
		worker: string;
		now: number;
		leaseUntil: number;
		limit: number;
		attemptsMax: number;
	},
): Promise<TakenJob[]> =>
	db.transaction(async (tx) => {
		const { queue, worker, now, leaseUntil, limit, attemptsMax } = take;
		const due = await dueJobs(tx, queue, now).limit(limit).modifyEnd(db.engine.claimSuffix).execute();
		const taken: TakenJob[] = [];
		for (const { id, input, attempts } of due) {
			const isSpent = attempts >= attemptsMax;
			const change = isSpent
				? { failedAt: now, leaseUntil: 0, worker: '', lastError: 'its process ended each time' }
				: { leaseUntil, worker, attempts: attempts + 1 };
			await tx.updateTable('job').set(change).where('id', '=', id).execute();
			if (!isSpent) taken.push({ id, input: fromJson(input), attempts: attempts + 1 });
		}
		return taken;
	});

const held = { leaseUntil: 0, worker: '' } as const;

/** Keeps the lease; false where it is lost to another worker. */
export const keepLease = async (db: Db, id: string, worker: string, leaseUntil: number): Promise<boolean> => {
	const changed = await db.query
		.updateTable('job')
		.set({ leaseUntil })
		.where('id', '=', id)
		.where('worker', '=', worker)
		.executeTakeFirst();
	return Number(changed.numUpdatedRows) === 1;
};

/** Removes a finished job, or queues it anew where it was asked for again. */
export const finishJob = (db: Db, id: string, worker: string): Promise<void> =>
	db.transaction(async (tx) => {
		await tx
			.deleteFrom('job')
			.where('id', '=', id)
			.where('worker', '=', worker)
			.where('isWantedAgain', '=', 0)
			.execute();
		await tx
			.updateTable('job')
			.set({ ...held, isWantedAgain: 0, attempts: 0, lastError: '' })
			.where('id', '=', id)
			.where('worker', '=', worker)
			.execute();
	});

/** A job that is given up, unless it was asked for again meanwhile: then it starts anew. */
const givenUp = (now: number) => ({
	runAt: now,
	failedAt: sql<number>`case when "isWantedAgain" = 1 then 0 else cast(${now} as bigint) end`,
	attempts: sql<number>`case when "isWantedAgain" = 1 then 0 else "attempts" end`,
	isWantedAgain: 0 as const,
});

/** Writes down why a job failed, and when it is tried again; null gives it up. */
export const failJob = async (
	db: Db,
	failure: { id: string; worker: string; now: number; retryAt: number | null; error: string },
): Promise<void> => {
	const { id, worker, now, retryAt, error } = failure;
	const lastError = error.slice(0, errorCharactersMax);
	await db.query
		.updateTable('job')
		.set({ ...held, lastError, ...(retryAt === null ? givenUp(now) : { runAt: retryAt }) })
		.where('id', '=', id)
		.where('worker', '=', worker)
		.execute();
};

/** Gives a job back untried, for the next process to take at once. */
export const returnJob = async (db: Db, id: string, worker: string, attempts: number): Promise<void> => {
	await db.query
		.updateTable('job')
		.set({ ...held, attempts: attempts - 1 })
		.where('id', '=', id)
		.where('worker', '=', worker)
		.execute();
};

/** Forgets jobs that were given up before `before`. */
export const forgetFailed = async (db: Db, before: number): Promise<void> => {
	await db.query.deleteFrom('job').where('failedAt', '>', 0).where('failedAt', '<', before).execute();
};

/** How many jobs of one queue are in which state; `failed` ones were given up and are kept for a month. */
export interface JobCounts {
	readonly queue: string;
	readonly waiting: number;
	readonly running: number;
	readonly failed: number;
}

/** How many jobs of each queue wait, run and were given up. */
export const countJobs = async (db: Db, now: number): Promise<JobCounts[]> => {
	const rows = await db.query
		.selectFrom('job')
		.select((eb) => [
			'queue',
			eb.fn.countAll<number>().as('all'),
			sql<number>`sum(case when "failedAt" > 0 then 1 else 0 end)`.as('failed'),
			sql<number>`sum(case when "failedAt" = 0 and "leaseUntil" > ${now} then 1 else 0 end)`.as('running'),
		])
		.groupBy('queue')
		.orderBy('queue')
		.execute();
	return rows.map(({ queue, all, failed, running }) => ({
		queue,
		waiting: Number(all) - Number(failed) - Number(running),
		running: Number(running),
		failed: Number(failed),
	}));
};
