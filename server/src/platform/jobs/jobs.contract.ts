/** Background work on both databases: done once, tried again, taken over, left at a stop. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { describeOnBothEngines } from '../../../tests/support/databases.ts';
import { type ManualClock, manualClock, systemClock } from '../clock.ts';
import type { OpenDatabase } from '../db/database.ts';
import { silentLog } from '../log.ts';
import { createJobs, type JobDefinition, jobMigrations, type Jobs, type JobTables } from './index.ts';
import { takeJobs } from './job-store.ts';
import { leaseMs } from './jobs.ts';

const log = silentLog;
type Db = OpenDatabase<JobTables>;

/** Waits turn by turn, and moves `clock` on; the runner's own limit ends a hopeless wait. */
const until = async (isTrue: () => boolean | Promise<boolean>, clock?: ManualClock): Promise<void> => {
	while (!(await isTrue())) {
		if (clock) await clock.advance(250);
		else await new Promise((resolve) => setImmediate(resolve));
	}
};
const idle = async (jobs: Jobs): Promise<void> =>
	until(async () => (await jobs.counts()).every(({ waiting, running }) => waiting + running === 0));

const oneQueue = async (db: Db, clock: ManualClock, definition: JobDefinition<number>) => {
	const jobs = createJobs({ db, clock, log });
	const queue = jobs.define<number>('test', definition);
	await jobs.start();
	return { jobs, queue };
};

const single = async (db: Db) => await db.query.selectFrom('job').selectAll().executeTakeFirstOrThrow();

describeOnBothEngines('background work', { migrations: jobMigrations }, (open) => {
	it('is done once each, though two instances reach for it', async () => {
		await using db = await open<JobTables>();
		const done: number[] = [];
		const together = { now: 0, most: 0 };
		const handler = async (input: number): Promise<void> => {
			together.now += 1;
			together.most = Math.max(together.most, together.now);
			await new Promise((resolve) => setImmediate(resolve));
			done.push(input);
			together.now -= 1;
		};
		await using first = createJobs({ db, clock: systemClock, log });
		await using second = createJobs({ db, clock: systemClock, log });
		for (const jobs of [first, second]) jobs.define<number>('test', { handler, concurrency: 3 });
		const count = 60;
		await Promise.all(Array.from({ length: count }, (_, index) => first.enqueue('test', index)));
		await Promise.all([first.start(), second.start()]);
		await idle(first);
		assert.deepEqual(
			done.toSorted((a, b) => a - b),
			Array.from({ length: count }, (_, index) => index),
		);
		assert.ok(together.most <= 6 && together.most > 1, `${together.most} at once`);
	});

	it('waits for its time, in order', async () => {
		await using db = await open<JobTables>();
		const clock = manualClock();
		const done: number[] = [];
		const { jobs, queue } = await oneQueue(db, clock, { handler: async (input) => void done.push(input) });
		await using _ = jobs;
		await queue.enqueue(2, { runAt: clock.now() + 60_000 });
		await queue.enqueue(1);
		await until(() => done.length === 1);
		await clock.advance(59_000);
		await until(async () => (await jobs.counts())[0]?.waiting === 1);
		assert.deepEqual(done, [1]);
		await until(() => done.length === 2, clock);
		assert.deepEqual(done, [1, 2]);
	});

	it('is tried again after a pause, and given up after its tries', async () => {
		await using db = await open<JobTables>();
		const clock = manualClock();
		const tries: number[] = [];
		const handler = async (): Promise<void> => {
			tries.push(clock.now());
			throw new Error('on purpose');
		};
		const { jobs, queue } = await oneQueue(db, clock, {
			handler,
			attemptsMax: 3,
			backoffMs: (attempt) => attempt * 10_000,
		});
		await using _ = jobs;
		const start = clock.now();
		await queue.enqueue(1);
		for (let attempt = 1; attempt <= 3; attempt += 1) {
			await until(async () => tries.length === attempt && (await single(db)).leaseUntil === 0, clock);
		}
		await until(async () => (await jobs.counts())[0]?.failed === 1);
		await clock.advance(3_600_000 / 2);
		assert.equal(tries.length, 3);
		assert.ok(tries[1]! - start >= 10_000 && tries[2]! - tries[1]! >= 20_000, tries.join());
		assert.equal((await single(db)).lastError, 'Error: on purpose');
	});

	it('is one by its key: asked for while it waits once, while it runs once more', async () => {
		await using db = await open<JobTables>();
		const done: number[] = [];
		const gate = Promise.withResolvers<void>();
		const handler = async (input: number): Promise<void> => {
			await gate.promise;
			done.push(input);
		};
		await using jobs = createJobs({ db, clock: manualClock(), log });
		const queue = jobs.define<number>('test', { handler, concurrency: 4 });
		await queue.enqueue(1, { uniqueKey: 'a' });
		await queue.enqueue(2, { uniqueKey: 'a' });
		await jobs.start();
		await until(async () => (await jobs.counts())[0]?.running === 1);
		await queue.enqueue(3, { uniqueKey: 'a' });
		await queue.enqueue(4, { uniqueKey: 'a' });
		gate.resolve();
		await idle(jobs);
		assert.deepEqual(done, [2, 4]);
	});

	it('that was given up comes back when it is asked for again', async () => {
		await using db = await open<JobTables>();
		let isBroken = true;
		let done = 0;
		const handler = async (): Promise<void> => {
			if (isBroken) throw new Error('on purpose');
			done += 1;
		};
		const { jobs, queue } = await oneQueue(db, manualClock(), { handler, attemptsMax: 1 });
		await using _ = jobs;
		await queue.enqueue(1, { uniqueKey: 'a' });
		await until(async () => (await jobs.counts())[0]?.failed === 1);
		isBroken = false;
		await queue.enqueue(1, { uniqueKey: 'a' });
		await until(() => done === 1);
		await idle(jobs);
	});

	it('of a worker that died is taken over after its lease, not before', async () => {
		await using db = await open<JobTables>();
		const clock = manualClock();
		const done: number[] = [];
		await using asleep = createJobs({ db, clock, log });
		await asleep.enqueue('test', 7);
		const now = clock.now();
		const take = { queue: 'test', worker: 'dead', now, leaseUntil: now + leaseMs, limit: 1, attemptsMax: 5 };
		assert.equal((await takeJobs(db, take)).length, 1);
		const { jobs } = await oneQueue(db, clock, { handler: async (input) => void done.push(input) });
		await using _ = jobs;
		await clock.advance(leaseMs - 1_000);
		assert.deepEqual(done, []);
		assert.equal((await single(db)).worker, 'dead');
		await until(() => done.length === 1, clock);
		await idle(jobs);
	});

	it('that kills its process each time is given up', async () => {
		await using db = await open<JobTables>();
		await using jobs = createJobs({ db, clock: manualClock(), log });
		await jobs.enqueue('test', 7);
		let now = manualClock().now();
		for (let crash = 0; crash < 3; crash += 1) {
			const take = { queue: 'test', worker: 'dead', now, leaseUntil: now + 1, limit: 1, attemptsMax: 2 };
			assert.equal((await takeJobs(db, take)).length, crash < 2 ? 1 : 0);
			now += 2;
		}
		assert.ok((await single(db)).failedAt > 0);
	});

	it('keeps its lease while it runs long, and learns when it lost it', async () => {
		await using db = await open<JobTables>();
		const clock = manualClock();
		const lost = Promise.withResolvers<void>();
		let starts = 0;
		const handler = async (_: number, signal: AbortSignal): Promise<void> => {
			starts += 1;
			signal.addEventListener('abort', () => lost.resolve());
			await lost.promise;
		};
		const { jobs, queue } = await oneQueue(db, clock, { handler, concurrency: 2 });
		await using _ = jobs;
		await queue.enqueue(1);
		await until(() => starts === 1);
		const startedAt = clock.now();
		for (let heartbeat = 0; heartbeat < 20; heartbeat += 1) {
			const before = clock.now();
			await until(async () => (await single(db)).leaseUntil > before + leaseMs, clock);
		}
		assert.ok(clock.now() - startedAt > 4 * leaseMs);
		assert.equal(starts, 1);
		const leaseUntil = clock.now() + 1_000 * leaseMs;
		await db.query.updateTable('job').set({ worker: 'other', leaseUntil }).execute();
		const seen = { isLost: false };
		void lost.promise.then(() => Object.assign(seen, { isLost: true }));
		await until(() => seen.isLost, clock);
		assert.equal((await single(db)).worker, 'other');
	});

	it('is aborted at a stop and left to the next process as if never tried', async () => {
		await using db = await open<JobTables>();
		const clock = manualClock();
		const started = Promise.withResolvers<void>();
		const handler = (_: number, signal: AbortSignal): Promise<void> =>
			new Promise((_resolve, reject) => {
				started.resolve();
				signal.addEventListener('abort', () => reject(signal.reason as Error));
			});
		const { jobs, queue } = await oneQueue(db, clock, { handler, attemptsMax: 1 });
		await queue.enqueue(1);
		await started.promise;
		await jobs[Symbol.asyncDispose]();
		const { leaseUntil, attempts, failedAt } = await single(db);
		assert.deepEqual({ leaseUntil, attempts, failedAt }, { leaseUntil: 0, attempts: 0, failedAt: 0 });
		const done: number[] = [];
		const next = await oneQueue(db, clock, {
			handler: async (input) => void done.push(input),
			attemptsMax: 1,
		});
		await using _ = next.jobs;
		await until(() => done.length === 1);
		await idle(next.jobs);
	});

	it('forgets what it gave up a month ago', async () => {
		await using db = await open<JobTables>();
		const clock = manualClock();
		const failing = async (): Promise<void> => {
			throw new Error('on purpose');
		};
		const { jobs, queue } = await oneQueue(db, clock, { handler: failing, attemptsMax: 1 });
		await using _ = jobs;
		await queue.enqueue(1);
		await until(async () => (await jobs.counts())[0]?.failed === 1);
		await db.query
			.updateTable('job')
			.set({ failedAt: clock.now() - 31 * 24 * 3_600_000 })
			.execute();
		await clock.advance(3_600_000);
		await until(async () => (await jobs.counts()).length === 0, clock);
	});
});
