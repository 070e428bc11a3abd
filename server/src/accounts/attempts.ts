/** How often a password may be tried. A sign-in that is begun counts as failed until it is finished. */
import type { Transaction } from 'kysely';
import type { Clock } from '#platform/clock.ts';
import type { Database } from '#platform/db/database.ts';
import type { Logger } from '#platform/log.ts';
import { type Pace, tooMany } from './context-policy/pace.ts';
import type { AccountTables } from './tables.ts';

/** Attempts in a row, for a name and for each device it is known on (NIST SP 800-63B-4 3.2.2). */
export const inARowMax = 100;
/** Where somebody is signed in and may be told: from then on one attempt in this time. */
const waitMs = 15 * 60_000;
/** Counts that nobody added to for so long are forgotten. */
const forgetAfterMs = 30 * 24 * 60 * 60_000;
/** Counts kept at most; the smallest go first, so that a flood of names makes nobody forget a large one. */
const countsMax = 1_000_000;

type AttemptTables = Pick<AccountTables, 'attempt'>;

/** Under what an attempt is counted; opaque. */
export interface Counted {
	readonly subject: string;
	readonly lane?: null;
}

/** What an attempt came to: the attempts before it, and whether they were too many already. */
export interface Tally {
	readonly before: number;
	readonly isSpent: boolean;
	/** When the one before was. */
	readonly lastAt: number;
}

export interface Attempts {
	/**
	 * Counts an attempt of somebody who is signed in or holds a flow, and may be told that it was too many.
	 *
	 * @throws request.too-many with `retryAfterSeconds`; then nothing was counted.
	 */
	begin(counted: Counted, address: string | null): Promise<string>;
	/**
	 * Forgets the attempts under `subject`, which has proven itself. After its success and apart from it,
	 * since a name that many try at once would otherwise make the transaction of a right password start over
	 * and over.
	 */
	forget(counted: Counted): Promise<void>;
	/**
	 * Counts a request with a credential by where it comes from, before any work is done for it.
	 *
	 * @throws request.too-many with `retryAfterSeconds`
	 */
	enter(address: string | null): void;
	/** False while limits by network are off, since most requests come from one inner address. */
	isByNetwork(): boolean;
}

export interface AttemptsNeeds {
	readonly db: Database<AttemptTables>;
	readonly clock: Pick<Clock, 'now'>;
	readonly log: Logger;
	readonly pace: Pace;
}

export const createAttempts = ({ db, clock, log, pace }: AttemptsNeeds): Attempts => ({
	enter: (address) => pace.enter(address),
	isByNetwork: () => pace.isByNetwork(),
	begin: async ({ subject }, address) => {
		pace.enter(address);
		const now = clock.now();
		await db.transaction(async (tx) => {
			const row = await find(tx, subject);
			const leftMs = row && row.count >= inARowMax ? row.lastAt + waitMs - now : 0;
			if (leftMs > 0) throw tooMany(leftMs);
			await put(tx, { subject, count: (row?.count ?? 0) + 1, lastAt: now });
		});
		return subject;
	},
	forget: async ({ subject }) => {
		const forgetting = db.transaction(async (tx) => {
			await tx.deleteFrom('attempt').where('subject', '=', subject).execute();
		});
		await forgetting.catch((error: unknown) => log.warn({ err: error }, 'attempts are still counted'));
	},
});

/**
 * Counts an attempt of somebody who must not learn what came of it. A count that is spent stays as it is, so
 * that it is forgotten in the end; the same statements run either way.
 */
export const countAttempt = async (
	tx: Transaction<AttemptTables>,
	subject: string,
	now: number,
): Promise<Tally> => {
	const row = await find(tx, subject);
	const before = row?.count ?? 0;
	const isSpent = before >= inARowMax;
	const lastAt = row?.lastAt ?? 0;
	await put(tx, { subject, count: Math.min(before + 1, inARowMax), lastAt: isSpent ? lastAt : now });
	return { before, isSpent, lastAt };
};

/** Removes what is forgotten, and the oldest of what would be too much to keep. */
export const deleteOldAttempts = async (
	tx: Transaction<AttemptTables>,
	now: number,
	keepMax = countsMax,
): Promise<void> => {
	await tx
		.deleteFrom('attempt')
		.where('lastAt', '<', now - forgetAfterMs)
		.execute();
	const last = await tx
		.selectFrom('attempt')
		.select(['count', 'lastAt'])
		.orderBy('count', 'desc')
		.orderBy('lastAt', 'desc')
		.offset(keepMax)
		.limit(1)
		.executeTakeFirst();
	if (!last) return;
	await tx
		.deleteFrom('attempt')
		.where((where) =>
			where.or([
				where('count', '<', last.count),
				where.and([where('count', '=', last.count), where('lastAt', '<=', last.lastAt)]),
			]),
		)
		.execute();
};

const find = (tx: Transaction<AttemptTables>, subject: string) =>
	tx.selectFrom('attempt').selectAll().where('subject', '=', subject).executeTakeFirst();

const put = async (tx: Transaction<AttemptTables>, row: AttemptTables['attempt']): Promise<void> => {
	const { count, lastAt } = row;
	await tx
		.insertInto('attempt')
		.values(row)
		.onConflict((conflict) => conflict.column('subject').doUpdateSet({ count, lastAt }))
		.execute();
};
