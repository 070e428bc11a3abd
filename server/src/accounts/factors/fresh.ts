/** What a change of factors asks of a session, looked at again where the change is written. */
import { fromJson } from '#platform/db/types.ts';
import { Fault } from '#platform/fault.ts';
import type { AccountSeal } from '../../keeper/index.ts';
import type { Actor, ClientFacts, Context } from '../context.ts';
import type { EventTransaction } from '../event-log.ts';
import { levelOf, type Method } from '../methods.ts';
import {
	type NewSession,
	prepareSession,
	presentSigned,
	proofOfSession,
	type SignedIn,
} from '../session-making.ts';
import {
	deleteOwnSession,
	findOwnSession,
	freshUntilOf,
	insertSession,
	type StoredSession,
} from '../session-store.ts';
import { listFactorRows } from './factor-store.ts';

type Own = Pick<Actor, 'accountId' | 'sessionId'>;

/**
 * The actor's session, alive, of full scope, and fresh at the account's highest level.
 *
 * @throws access.sign-in-needed, access.not-allowed, access.step-up-needed
 */
export const requireFresh = async ({ tx, now }: EventTransaction, actor: Own): Promise<StoredSession> => {
	const session = await findOwnSession(tx, actor, now);
	if (!session) throw new Fault('access.sign-in-needed');
	if (session.scope !== 'full') throw new Fault('access.not-allowed');
	if (now >= freshUntilOf(session)) throw new Fault('access.step-up-needed');
	return session;
};

/** Writes the account's highest level as its factors make it, with the event by which sessions look again. */
export const settleLevel = async (
	{ tx, now, append }: EventTransaction,
	accountId: string,
): Promise<void> => {
	const highestLevel = (await listFactorRows(tx, accountId)).length > 0 ? 2 : 1;
	const changed = await tx
		.updateTable('account')
		.set({ highestLevel, updatedAt: now })
		.where('accountId', '=', accountId)
		.where('highestLevel', '!=', highestLevel)
		.executeTakeFirst();
	if (changed.numUpdatedRows === 1n) await append({ kind: 'account-changed', cause: 'factors', accountId });
};

/** A session to go on with, sealed and bound before the transaction that may store it. */
export interface Raise {
	readonly seal: AccountSeal;
	readonly next: NewSession;
}

/** Whoever adds a factor has just shown it: the session goes on at the level that makes, under a new token. */
export const prepareRaise = async (
	needs: Pick<Context, 'keeper' | 'clock'>,
	{ session, seal }: { readonly session: StoredSession; readonly seal: AccountSeal },
	{
		actor,
		method,
		client,
	}: { actor: Actor; method: Method; client: Pick<ClientFacts, 'address' | 'userAgent'> },
): Promise<Raise | null> => {
	const methods = [...fromJson(session.methods), method];
	if (levelOf(methods) <= session.level) return null;
	const next = await prepareSession(needs, {
		accountId: actor.accountId,
		seal,
		proof: proofOfSession(session, actor.token),
		client,
		methods,
		authenticatedAt: session.authenticatedAt,
		issuerId: session.issuerId,
		issuerSessionIndex: session.issuerSessionIndex,
		deviceId: session.deviceId,
	});
	return { seal, next };
};

/** Puts the raised session in the place of the one that added the factor. */
export const storeRaised = async (
	{ tx, append }: EventTransaction,
	raise: Raise | null,
	before: StoredSession,
): Promise<SignedIn | null> => {
	if (!raise) return null;
	const { accountId, sessionId, accountEpoch, verifierMadeAt } = before;
	await deleteOwnSession(tx, { accountId, sessionId });
	await append({ kind: 'session-ended', cause: 'factors', accountId, sessionId });
	const row = await insertSession(tx, raise.next.row, { accountEpoch, verifierMadeAt });
	return { token: raise.next.token, signed: presentSigned(raise.seal, before, row) };
};
