/** Which apps have to hear that somebody's session in them ended. The rows are the truth; news only wakes. */
import type { Context } from '../context.ts';

/** A session that is over, and the app that has not heard of it. */
export interface DueLogout {
	/** The session's id, which the app knows as `sid`. */
	readonly sessionId: string;
	readonly accountId: string;
	readonly clientId: string;
	readonly tries: number;
}

const atOnceMax = 50;
const triesMax = 8;
const firstWaitMs = 5_000;

type Needs = Pick<Context, 'db' | 'clock'>;

/**
 * Sessions that are over in whatever way - signed out, an epoch raised, expired, the account off - and whose
 * app has not heard of it.
 */
export const dueLogouts = ({ db, clock }: Needs): Promise<DueLogout[]> => {
	const now = clock.now();
	const epochOf = (scope: 'server' | 'global') =>
		db.query.selectFrom('epoch').select('epoch.value').where('epoch.scope', '=', scope);
	return db.query
		.selectFrom('appLogout')
		.select(['appLogout.sessionId', 'appLogout.accountId', 'appLogout.clientId', 'appLogout.tries'])
		.where('appLogout.nextAt', '<=', now)
		.where((where) =>
			where.not(
				where.exists(
					where
						.selectFrom('session')
						.innerJoin('account', 'account.accountId', 'session.accountId')
						.select('session.sessionId')
						.whereRef('session.sessionId', '=', 'appLogout.sessionId')
						.where('account.status', '=', 'active')
						.whereRef('session.accountEpoch', '=', 'account.epoch')
						.where('session.serverEpoch', '=', epochOf('server'))
						.where('session.globalEpoch', '=', epochOf('global'))
						.where('session.expiresAt', '>', now)
						.where((inner) =>
							inner(inner('session.lastUsedAt', '+', inner.ref('session.idleMaxMs')), '>', now),
						),
				),
			),
		)
		.orderBy('appLogout.nextAt')
		.orderBy('appLogout.sessionId')
		.limit(atOnceMax)
		.execute();
};

/** It heard it, or never will: either way nothing is left to do. */
export const closeLogout = async ({ db }: Pick<Needs, 'db'>, sessionId: string): Promise<void> => {
	await db.query.deleteFrom('appLogout').where('sessionId', '=', sessionId).execute();
};

/** Tries again later, twice as late each time, and gives up after eight. */
export const delayLogout = async ({ db, clock }: Needs, due: DueLogout): Promise<void> => {
	const tries = due.tries + 1;
	if (tries >= triesMax) return closeLogout({ db }, due.sessionId);
	await db.query
		.updateTable('appLogout')
		.set({ tries, nextAt: clock.now() + firstWaitMs * 2 ** tries })
		.where('sessionId', '=', due.sessionId)
		.execute();
};
