/** How often a password may be tried. A sign-in that is begun counts as failed until it is finished. */
import type { Transaction } from 'kysely';
import type { Clock } from '#platform/clock.ts';
import type { Database } from '#platform/db/database.ts';
import { Fault } from '#platform/fault.ts';
import type { Logger } from '#platform/log.ts';
import { networkOf } from './network.ts';
import type { AccountTables } from './tables.ts';

/**
 * Attempts in a row before a name has to wait; the same for names that do not exist (NIST SP 800-63B 5.2.2).
 */
const inARowMax = 100;
/** From then on one attempt in this time. */
const waitMs = 15 * 60_000;
/** Counts that nobody added to for so long are forgotten. */
const forgetAfterMs = 30 * 24 * 60 * 60_000;
/** Networks remembered at most; the one seen longest ago goes first. */
const networksMax = 10_000;
export const startsPerNetworkPerMinuteDefault = 240;

type AttemptTables = Pick<AccountTables, 'attempt'>;

/** Under what an attempt is counted. Both are opaque. */
export interface Counted {
	readonly subject: string;
	/**
	 * The same name from the network of the call. Where it signed in from there before, it is counted by
	 * itself: whoever keeps guessing a name from elsewhere does not lock its owner out at home.
	 */
	readonly lane: string | null;
}

export interface Attempts {
	/**
	 * Counts an attempt, from an address; null where the call did not come over a network. Returns under which
	 * of the two it was counted.
	 *
	 * @throws request.too-many with `retryAfterSeconds`; then nothing was counted.
	 */
	begin(counted: Counted, address: string | null): Promise<string>;
	/**
	 * Forgets the attempts under `subject`, which has proven itself, and knows the lane from now on. After its
	 * success and apart from it, since a name that many try at once would otherwise make the transaction of a
	 * right password start over and over.
	 */
	forget(counted: Counted): Promise<void>;
}

export interface AttemptsNeeds {
	readonly db: Database<AttemptTables>;
	readonly clock: Pick<Clock, 'now'>;
	readonly log: Logger;
	readonly startsPerNetworkPerMinute: number;
}

export const createAttempts = (needs: AttemptsNeeds): Attempts => {
	const pace = createPace(needs.startsPerNetworkPerMinute);
	return {
		begin: async ({ subject, lane }, address) => {
			const network = networkOf(address);
			const now = needs.clock.now();
			const paceWaitMs = network === null ? 0 : pace(network, now);
			if (paceWaitMs > 0) throw tooMany(paceWaitMs);
			return needs.db.transaction(async (tx) => {
				const counted = lane !== null && (await find(tx, lane)) ? lane : subject;
				const waitedMs = await count(tx, counted, now);
				if (waitedMs > 0) throw tooMany(waitedMs);
				return counted;
			});
		},
		forget: async ({ subject, lane }) => {
			const forgetting = needs.db.transaction(async (tx) => {
				await tx.deleteFrom('attempt').where('subject', '=', subject).execute();
				if (lane !== null) await put(tx, { subject: lane, count: 0, lastAt: needs.clock.now() });
			});
			await forgetting.catch((error: unknown) =>
				needs.log.warn({ err: error }, 'attempts are still counted'),
			);
		},
	};
};

export const deleteOldAttempts = async (tx: Transaction<AttemptTables>, now: number): Promise<void> => {
	await tx
		.deleteFrom('attempt')
		.where('lastAt', '<', now - forgetAfterMs)
		.execute();
};

const tooMany = (durationMs: number): Fault =>
	new Fault('request.too-many', { detail: { retryAfterSeconds: Math.ceil(durationMs / 1000) } });

/** Zero where the attempt may go on, else how long to wait. */
const count = async (tx: Transaction<AttemptTables>, subject: string, now: number): Promise<number> => {
	const row = await find(tx, subject);
	const leftMs = row && row.count >= inARowMax ? row.lastAt + waitMs - now : 0;
	if (leftMs > 0) return leftMs;
	await put(tx, { subject, count: (row?.count ?? 0) + 1, lastAt: now });
	return 0;
};

const find = (tx: Transaction<AttemptTables>, subject: string) =>
	tx.selectFrom('attempt').selectAll().where('subject', '=', subject).executeTakeFirst();

const put = async (tx: Transaction<AttemptTables>, row: AttemptTables['attempt']): Promise<void> => {
	const { count: counted, lastAt } = row;
	await tx
		.insertInto('attempt')
		.values(row)
		.onConflict((conflict) => conflict.column('subject').doUpdateSet({ count: counted, lastAt }))
		.execute();
};

/**
 * A rate for each network (GCRA): a burst of a minute's worth, then evenly. Kept in memory and bounded; it
 * keeps one network from filling the lane, while the stored count is what protects a password.
 */
const createPace = (perMinute: number): ((network: string, now: number) => number) => {
	const stepMs = 60_000 / perMinute;
	const dueAt = new Map<string, number>();
	return (network, now) => {
		const due = Math.max(dueAt.get(network) ?? 0, now);
		const waitMs = due - now - (60_000 - stepMs);
		if (waitMs > 0) return waitMs;
		dueAt.delete(network);
		dueAt.set(network, due + stepMs);
		if (dueAt.size > networksMax) dueAt.delete(dueAt.keys().next().value!);
		return 0;
	};
};
