/** The numbered log, on both databases: no gap, nothing skipped, nothing numbered twice. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { describeOnBothEngines, type OpenEmpty } from '../../tests/support/databases.ts';
import { systemClock } from '../platform/clock.ts';
import { silentLog } from '../platform/log.ts';
import { appendEvents, createEventLog, numberEvents } from './event-log.ts';
import { accountMigrations, type AccountTables } from './index.ts';

const openLog = async (open: OpenEmpty) => {
	const db = await open<AccountTables>();
	return { db, log: createEventLog({ db, clock: systemClock, log: silentLog }) };
};

describeOnBothEngines('the log of security events', { migrations: accountMigrations }, (open) => {
	it('numbers what many writers append at once, without a gap, and a reader by cursor sees all of it', async () => {
		const { db, log } = await openLog(open);
		await using _closing = db;
		const seen: number[] = [];
		const names: string[] = [];
		let cursor = 0;
		const read = async () => {
			for (const event of await log.after(cursor, 7)) {
				seen.push(event.position);
				names.push(`${event.accountId} ${event.kind}`);
				cursor = event.position;
			}
		};
		const write = (writer: number) =>
			log.transaction(async ({ append }) => {
				await append({ kind: 'credential-changed', cause: 'password-change', accountId: `a${writer}` });
				await append({
					kind: 'account-epoch-raised',
					cause: 'password-change',
					accountId: `a${writer}`,
					epoch: 2,
				});
			});
		const writers = Array.from({ length: 40 }, (_, writer) => write(writer));
		for (let reads = 0; reads < 10; reads += 1) await read();
		await Promise.all(writers);
		while (seen.length < 80) await read();
		assert.deepEqual(
			seen,
			Array.from({ length: 80 }, (_, index) => index + 1),
		);
		assert.equal(new Set(names).size, 80);
		for (let writer = 0; writer < 40; writer += 1) {
			const [changed, raised] = ['credential-changed', 'account-epoch-raised'].map((kind) =>
				names.indexOf(`a${writer} ${kind}`),
			);
			assert.ok(changed! < raised!, 'the events of one transaction keep their order');
		}
	});

	it('shows nothing of a transaction that came to nothing, and leaves no gap for it', async () => {
		const { db, log } = await openLog(open);
		await using _closing = db;
		const event = { kind: 'account-made', cause: 'console' } as const;
		const failing = log.transaction(async ({ append }) => {
			await append(event);
			throw new Error('no');
		});
		await assert.rejects(failing);
		await log.transaction(({ append }) => append(event));
		assert.deepEqual(
			(await log.after(0, 10)).map(({ position }) => position),
			[1],
		);
		assert.equal(await log.newestPosition(), 1);
	});

	it('numbers what a process that stopped left behind, once, with many sequencers at it', async () => {
		const { db, log } = await openLog(open);
		await using _closing = db;
		const event = { kind: 'account-made', cause: 'console' } as const;
		await db.transaction(async (tx) => {
			await appendEvents(
				tx,
				Array.from({ length: 20 }, () => event),
				1,
			);
		});
		assert.deepEqual(await log.after(0, 10), []);
		const counts = await Promise.all(Array.from({ length: 5 }, () => numberEvents(db.only())));
		assert.equal(
			counts.reduce((sum, count) => sum + count, 0),
			20,
		);
		const positions = (await log.after(0, 100)).map(({ position }) => position);
		assert.deepEqual(
			positions,
			Array.from({ length: 20 }, (_, index) => index + 1),
		);
	});

	it('wakes listeners after the event can be read', async () => {
		const { db, log } = await openLog(open);
		await using _closing = db;
		const { promise, resolve } = Promise.withResolvers<void>();
		const stop = await log.onNews(resolve);
		await log.transaction(({ append }) => append({ kind: 'account-made', cause: 'console' }));
		await promise;
		assert.equal((await log.after(0, 10)).length, 1);
		await stop();
	});
});
