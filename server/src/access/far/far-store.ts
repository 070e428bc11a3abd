/** The account service's state and the sessions that came by it, as rows. */
import type { Kysely, Transaction } from 'kysely';
import type { PublicKey } from '#platform/jws.ts';
import { publicKeyOf } from '#platform/jws.ts';
import { fromJson, toJson } from '#platform/db/types.ts';
import type { AccessTables, FarSessionRow } from './tables.ts';

type Reader = Kysely<AccessTables>;
type Writer = Transaction<AccessTables>;

/** Endings are kept for sign-ins that may be on their way; none takes so long. */
const endingKeptMs = 60 * 60_000;

export interface FarState {
	readonly keys: ReadonlyMap<string, PublicKey>;
	readonly serverId: string | null;
	readonly ownerId: string | null;
	readonly position: number;
	readonly checkpointAt: number;
	readonly heardAt: number | null;
}

/** Null where nothing was ever heard from this account service. */
export const readState = async (db: Reader, authority: string): Promise<FarState | null> => {
	const row = await db
		.selectFrom('farState')
		.selectAll()
		.where('authority', '=', authority)
		.executeTakeFirst();
	if (!row) return null;
	const { keys, authority: _, ...rest } = row;
	return { ...rest, keys: new Map(fromJson(keys).map(({ name, x }) => [name, publicKeyOf(x)])) };
};

export const insertState = async (
	db: Reader,
	authority: string,
	keys: readonly { readonly name: string; readonly x: string }[],
): Promise<void> => {
	await db
		.insertInto('farState')
		.values({
			authority,
			keys: toJson(keys),
			serverId: null,
			ownerId: null,
			position: 0,
			checkpointAt: 0,
			heardAt: null,
		})
		.onConflict((conflict) => conflict.column('authority').doNothing())
		.execute();
};

/** How far the feed has come; `heardAt` is left alone where it is null. */
export const moveState = async (
	tx: Writer,
	authority: string,
	moved: { readonly position: number; readonly checkpointAt: number; readonly heardAt: number | null },
): Promise<void> => {
	const { heardAt, ...rest } = moved;
	await tx
		.updateTable('farState')
		.set(heardAt === null ? rest : { ...rest, heardAt })
		.where('authority', '=', authority)
		.execute();
};

export const storeClaim = async (
	tx: Writer,
	authority: string,
	claim: { readonly serverId: string; readonly ownerId: string; readonly position: number },
): Promise<void> => {
	await tx.updateTable('farState').set(claim).where('authority', '=', authority).execute();
};

/** Nobody's server again: whoever is signed in is signed out, and says who that was. */
export const deleteClaim = async (tx: Writer, authority: string): Promise<string[]> => {
	await tx
		.updateTable('farState')
		.set({ serverId: null, ownerId: null, heardAt: null })
		.where('authority', '=', authority)
		.execute();
	const rows = await tx.deleteFrom('farSession').returning('sessionId').execute();
	return rows.map(({ sessionId }) => sessionId);
};

export const findSession = (db: Reader, tokenHash: string, now: number): Promise<FarSessionRow | undefined> =>
	db
		.selectFrom('farSession')
		.selectAll()
		.where('tokenHash', '=', tokenHash)
		.where('expiresAt', '>', now)
		.executeTakeFirst();

/** The sessions of friends, or of the household. */
export const sessionIdsOf = async (db: Reader, isHousehold: boolean): Promise<string[]> => {
	const rows = await db
		.selectFrom('farSession')
		.select('sessionId')
		.where('isHousehold', '=', isHousehold ? 1 : 0)
		.execute();
	return rows.map(({ sessionId }) => sessionId);
};

/**
 * Stores a session unless an event that is newer than its making was about it or its account: such a one came
 * while the sign-in was on its way.
 */
export const insertSession = async (tx: Writer, session: FarSessionRow): Promise<boolean> => {
	const subjects = [session.sessionId, session.accountId, everybody];
	const newer = await tx
		.selectFrom('farEnding')
		.select('subject')
		.where('subject', 'in', session.issuerId === null ? subjects : [...subjects, session.issuerId])
		.where('position', '>', session.position)
		.executeTakeFirst();
	if (newer) return false;
	await tx.insertInto('farSession').values(session).execute();
	return true;
};

export const deleteByToken = (tx: Writer, tokenHash: string): Promise<{ sessionId: string } | undefined> =>
	tx.deleteFrom('farSession').where('tokenHash', '=', tokenHash).returning('sessionId').executeTakeFirst();

/** What an event is about, where it is about everybody. */
export const everybody = 'everybody';

/** Which sessions an event ends. Each of them says so only of sessions that are older than the event. */
export type Ended =
	| { readonly kind: 'session'; readonly sessionId: string }
	| { readonly kind: 'account-epoch'; readonly accountId: string; readonly epoch: number }
	| { readonly kind: 'account'; readonly accountId: string }
	| { readonly kind: 'server-epoch' | 'global-epoch'; readonly epoch: number }
	| { readonly kind: 'issuer'; readonly issuerId: string; readonly madeUntil: number };

const subjectOf = (ended: Ended): string => {
	switch (ended.kind) {
		case 'session':
			return ended.sessionId;
		case 'account-epoch':
		case 'account':
			return ended.accountId;
		case 'issuer':
			return ended.issuerId;
		case 'server-epoch':
		case 'global-epoch':
			return everybody;
	}
};

const doomed = (tx: Writer, ended: Ended, position: number) => {
	const sessions = tx.deleteFrom('farSession').where('position', '<', position);
	switch (ended.kind) {
		case 'session':
			return sessions.where('sessionId', '=', ended.sessionId);
		case 'account-epoch':
			return sessions.where('accountId', '=', ended.accountId).where('accountEpoch', '<', ended.epoch);
		case 'account':
			return sessions.where('accountId', '=', ended.accountId);
		case 'server-epoch':
			return sessions.where('serverEpoch', '<', ended.epoch);
		case 'global-epoch':
			return sessions.where('globalEpoch', '<', ended.epoch);
		case 'issuer':
			return sessions.where('issuerId', '=', ended.issuerId).where('createdAt', '<=', ended.madeUntil);
	}
};

/** Ends what an event ends, remembers it for a while, and says which sessions those were. */
export const endSessions = async (
	tx: Writer,
	ended: Ended,
	position: number,
	now: number,
): Promise<string[]> => {
	await tx
		.insertInto('farEnding')
		.values({ subject: subjectOf(ended), position, at: now })
		.onConflict((conflict) => conflict.column('subject').doUpdateSet({ position, at: now }))
		.execute();
	const rows = await doomed(tx, ended, position).returning('sessionId').execute();
	return rows.map(({ sessionId }) => sessionId);
};

/** Removes what nobody can use any more. */
export const sweepFar = async (tx: Writer, now: number): Promise<void> => {
	await tx.deleteFrom('farSession').where('expiresAt', '<=', now).execute();
	await tx
		.deleteFrom('farEnding')
		.where('at', '<', now - endingKeptMs)
		.execute();
};
