/**
 * How often a wrong code may be typed in an hour. Only wrong ones are written down, so that right ones never
 * wait for each other; a burst of them at once counts when it is over, once an hour.
 */
import type { Kysely, Transaction } from 'kysely';
import { Fault } from '#platform/fault.ts';
import type { Context } from '../context.ts';
import type { AccountTables } from '../tables.ts';

const windowMs = 60 * 60_000;

export interface Tries {
	/** Opaque. */
	readonly subject: string;
	readonly perHourMax: number;
}

type Tx = Transaction<AccountTables>;

const find = (tx: Kysely<AccountTables>, subject: string) =>
	tx.selectFrom('attempt').selectAll().where('subject', '=', subject).executeTakeFirst();

const put = async (tx: Tx, subject: string, count: number, lastAt: number): Promise<void> => {
	await tx
		.insertInto('attempt')
		.values({ subject, count, lastAt })
		.onConflict((conflict) => conflict.column('subject').doUpdateSet({ count, lastAt }))
		.execute();
};

/** @throws request.too-many with `retryAfterSeconds` */
export const refuseTooMany = async (
	{ db, clock }: Pick<Context, 'db' | 'clock'>,
	tries: readonly Tries[],
): Promise<void> => {
	const now = clock.now();
	for (const { subject, perHourMax } of tries) {
		const row = await find(db.query, subject);
		if (!row || now - row.lastAt >= windowMs || row.count < perHourMax) continue;
		const retryAfterSeconds = Math.ceil((row.lastAt + windowMs - now) / 1_000);
		throw new Fault('request.too-many', { detail: { retryAfterSeconds } });
	}
};

/** `lastAt` is the beginning of the hour. */
export const countWrong = async (
	{ db, clock }: Pick<Context, 'db' | 'clock'>,
	tries: readonly Tries[],
): Promise<void> => {
	await db.transaction(async (tx) => {
		const now = clock.now();
		for (const { subject } of tries) {
			const row = await find(tx, subject);
			const isOver = !row || now - row.lastAt >= windowMs;
			await put(tx, subject, isOver ? 1 : row.count + 1, isOver ? now : row.lastAt);
		}
	});
};

const networksMax = 10_000;

/** So many an hour from one network, in memory: it keeps one network from filling the table. */
export const createNetworkPace = (perHourMax: number): ((network: string, now: number) => void) => {
	const seen = new Map<string, { since: number; count: number }>();
	return (network, now) => {
		const known = seen.get(network);
		const entry = known && now - known.since < windowMs ? known : { since: now, count: 0 };
		if (entry.count >= perHourMax) {
			const retryAfterSeconds = Math.ceil((entry.since + windowMs - now) / 1_000);
			throw new Fault('request.too-many', { detail: { retryAfterSeconds } });
		}
		entry.count += 1;
		seen.delete(network);
		seen.set(network, entry);
		if (seen.size > networksMax) seen.delete(seen.keys().next().value!);
	};
};
