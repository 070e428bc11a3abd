/** The one table of tokens, on both databases. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { describeOnBothEngines } from '../../tests/support/databases.ts';
import { accountMigrations, type AccountTables } from './index.ts';
import { consume, issueFlow, moveFlow, peekFlow } from './token-store.ts';

const purpose = 'owner-setup';
const now = 1_700_000_000_000;
const open1 = { purpose, payload: { registration: null } } as const;

describeOnBothEngines('a token', { migrations: accountMigrations }, (open) => {
	it('is spent by exactly one of fifty, with what it allows', async () => {
		await using db = await open<AccountTables>();
		const flow = await db.transaction((tx) => issueFlow(tx, open1, now));
		const spend = (_: unknown, caller: number) =>
			db.transaction(async (tx) => {
				const spent = await consume(tx, { purpose, flow }, now);
				if (!spent) return false;
				await tx
					.insertInto('attempt')
					.values({ subject: `won by ${caller}`, count: 1, lastAt: 0 })
					.execute();
				return true;
			});
		const won = await Promise.all(Array.from({ length: 50 }, spend));
		assert.equal(won.filter(Boolean).length, 1);
		assert.equal((await db.query.selectFrom('attempt').selectAll().execute()).length, 1);
	});

	it('stays good where the transaction that spends it fails', async () => {
		await using db = await open<AccountTables>();
		const flow = await db.transaction((tx) => issueFlow(tx, open1, now));
		const failing = db.transaction(async (tx) => {
			await consume(tx, { purpose, flow }, now);
			throw new Error('no');
		});
		await assert.rejects(failing);
		assert.ok(await db.transaction((tx) => consume(tx, { purpose, flow }, now)));
	});

	it('is good for its own purpose and until its time is over', async () => {
		await using db = await open<AccountTables>();
		const flow = await db.transaction((tx) => issueFlow(tx, open1, now));
		const hour = 60 * 60_000;
		assert.equal(await peekFlow(db.query, { purpose: 'sign-in', flow }, now), null);
		assert.equal(await db.transaction((tx) => consume(tx, { purpose: 'sign-in', flow }, now)), null);
		assert.equal(await db.transaction((tx) => consume(tx, { purpose, flow }, now + hour)), null);
		assert.ok(await peekFlow(db.query, { purpose, flow }, now + hour - 1));
		const registration = { credentialId: 'credential', evaluationId: 'e', setupId: 'setup' };
		assert.equal(await db.transaction((tx) => moveFlow(tx, { purpose, flow }, { registration }, now)), true);
		const spent = await db.transaction((tx) => consume(tx, { purpose, flow }, now));
		assert.deepEqual(spent?.payload, { registration });
		assert.equal(await db.transaction((tx) => moveFlow(tx, { purpose, flow }, { registration }, now)), false);
	});
});
