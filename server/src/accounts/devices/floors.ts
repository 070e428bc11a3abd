/** Floors: what was made at one or before does not count. For one account, or for everybody. */
import type { Kysely, Transaction } from 'kysely';
import type { AccountTables } from '../tables.ts';
import type { FloorRow, Reach } from './device-tables.ts';

const everybody = 'everybody';

/** Those that concern an account. */
export const floorsOf = (db: Kysely<AccountTables>, accountId: string): Promise<FloorRow[]> =>
	db.selectFrom('floor').selectAll().where('subject', 'in', [accountId, everybody]).execute();

/** Sets the floor of an account, or with null of everybody. */
export const setFloor = async (
	tx: Transaction<AccountTables>,
	accountId: string | null,
	floor: { readonly reach: Reach; readonly at: number; readonly spreadOverMs: number },
): Promise<void> => {
	const { at, spreadOverMs } = floor;
	await tx
		.insertInto('floor')
		.values({ subject: accountId ?? everybody, ...floor })
		.onConflict((conflict) => conflict.columns(['subject', 'reach']).doUpdateSet({ at, spreadOverMs }))
		.execute();
};

/** True for what was made at a floor of this reach or before. What does not say when it was made is below any. */
export const isBelow = (floors: readonly FloorRow[], reach: Reach, madeAt: number | null): boolean =>
	floors.some((floor) => floor.reach === reach && (madeAt === null || madeAt <= floor.at));

/**
 * How long a device waits for its turn after a revocation, by its account's cohort; 0 where it may go on.
 * `sessionAt` is when its last session was made: one made since then is not concerned.
 */
export const turnInMs = (
	floors: readonly FloorRow[],
	device: { readonly sessionAt: number; readonly cohort: number },
	now: number,
): number => {
	const turns = floors
		.filter(({ reach, at }) => reach === 'session' && device.sessionAt <= at)
		.map(({ at, spreadOverMs }) => at + Math.floor((spreadOverMs * device.cohort) / cohorts));
	return Math.max(0, ...turns.map((turn) => turn - now));
};

/** 16 bits. */
const cohorts = 65_536;
