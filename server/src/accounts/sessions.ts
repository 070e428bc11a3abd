/** What people do with their sessions: see them, end one, end all. */
import type { SessionEntry, Signed } from '@holdfast/contract/accounts';
import { fromJson } from '#platform/db/types.ts';
import { Fault } from '#platform/fault.ts';
import { raiseEpoch } from './account-store.ts';
import type { Actor, ClientFacts, Context } from './context.ts';
import { openOwn, type Opened, type Reading } from './own-session.ts';
import { sources } from './devices/acting.ts';
import { carryDevice } from './devices/device-store.ts';
import { sessionSource } from './devices/session-source.ts';
import {
	prepareSession,
	presentSigned,
	proofOfSession,
	type NewSession,
	type SignedIn,
} from './session-making.ts';
import { findOwnSession, insertSession, sessionsListedMax } from './session-store.ts';

export { openOwn } from './own-session.ts';

export const readSession = async (needs: Reading, actor: Actor): Promise<Signed> => {
	const { session, seal } = await openOwn(needs, actor);
	return presentSigned(seal, session, session);
};

/** Everything that can act for the actor, newest use first. */
export const listSessions = async (needs: Reading, actor: Actor): Promise<SessionEntry[]> => {
	const { seal } = await openOwn(needs, actor);
	const { accountId, sessionId } = actor;
	const now = needs.clock.now();
	const whose = { accountId, sessionId, seal };
	const lists = await Promise.all(sources.map((source) => source.list(needs.db.query, whose, now)));
	const entries = lists.flat().sort((a, b) => b.lastUsedAt - a.lastUsedAt);
	return entries.slice(0, sessionsListedMax);
};

/**
 * Ends one of what can act for the actor. Another person's is as absent as one that never was. Releasing a
 * server takes `isConfirmed`.
 *
 * @throws accounts.session.absent, accounts.session.confirm-needed, access.step-up-needed
 */
export const endSession = async (
	{ events }: Pick<Context, 'events'>,
	actor: Pick<Actor, 'accountId' | 'sessionId'>,
	sessionId: string,
	options: { readonly isConfirmed: boolean } = { isConfirmed: false },
): Promise<void> => {
	const own = { accountId: actor.accountId, sessionId, actingSessionId: actor.sessionId, ...options };
	await events.transaction(async (write) => {
		for (const source of sources) if (await source.end(write, own)) return;
		throw new Fault('accounts.session.absent');
	});
};

/** Ends the actor's own session, and its device's key. Twice is fine. */
export const signOut = (
	{ events }: Pick<Context, 'events'>,
	actor: Pick<Actor, 'accountId' | 'sessionId'>,
): Promise<void> =>
	events.transaction(async (write) => {
		const { accountId, sessionId } = actor;
		await sessionSource.end(write, { accountId, sessionId, actingSessionId: sessionId, isConfirmed: false });
	});

/** Raises the epoch: one row and one event, whatever the number of sessions. */
export const signOutEverywhere = async (
	needs: Context,
	actor: Actor,
	options: { readonly keepThis: boolean; readonly client: Pick<ClientFacts, 'address' | 'userAgent'> },
): Promise<SignedIn | null> => {
	const { session, seal } = await openOwn(needs, actor);
	const fresh = options.keepThis ? await prepareNext(needs, { session, seal }, actor, options.client) : null;
	const { accountId } = actor;
	const row = await needs.events.transaction(async ({ tx, now, append }) => {
		if (!(await findOwnSession(tx, actor, now))) throw new Fault('access.sign-in-needed');
		const epoch = await raiseEpoch(tx, accountId, now);
		if (epoch === null) throw new Fault('access.sign-in-needed');
		await append({ kind: 'account-epoch-raised', cause: 'sign-out-everywhere', accountId, epoch });
		const made = { accountEpoch: epoch, verifierMadeAt: session.verifierMadeAt };
		if (!fresh) return null;
		if (session.deviceId !== null) await carryDevice(tx, session.deviceId, now);
		return insertSession(tx, fresh.row, made);
	});
	return fresh && row && { token: fresh.token, signed: presentSigned(seal, session, row) };
};

/** The same session under a new id and a new token: it ends when it would have ended. */
export const prepareNext = async (
	needs: Pick<Context, 'keeper' | 'clock'>,
	{ session, seal }: Opened,
	actor: Actor,
	client: Pick<ClientFacts, 'address' | 'userAgent'>,
): Promise<NewSession> => {
	const { accountId } = actor;
	const { authenticatedAt, issuerId, issuerSessionIndex, deviceId, expiresAt } = session;
	const next = await prepareSession(needs, {
		...{ accountId, seal, client, authenticatedAt, issuerId, issuerSessionIndex, deviceId },
		proof: proofOfSession(session, actor.token),
		methods: fromJson(session.methods),
	});
	return { ...next, row: { ...next.row, expiresAt } };
};
