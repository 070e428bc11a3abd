/** What people do with their sessions: see them, end one, end all. */
import type { SessionEntry, Signed } from '@holdfast/contract/accounts';
import { fromJson } from '#platform/db/types.ts';
import { Fault } from '#platform/fault.ts';
import type { AccountSeal } from '../keeper/index.ts';
import { raiseEpoch } from './account-store.ts';
import type { Actor, ClientFacts, Context } from './context.ts';
import {
	prepareSession,
	presentSession,
	presentSigned,
	proofOfSession,
	type NewSession,
	type SignedIn,
} from './session-making.ts';
import {
	deleteOwnSession,
	findOwnSession,
	insertSession,
	listOwnSessions,
	type StoredSession,
} from './session-store.ts';

type Reading = Pick<Context, 'db' | 'clock' | 'sealer'>;

interface Opened {
	readonly session: StoredSession;
	readonly seal: AccountSeal;
}

/** The actor's own session, looked at again, and the seal that it opens. */
export const openOwn = async (needs: Reading, actor: Actor): Promise<Opened> => {
	const session = await findOwnSession(needs.db.query, actor, needs.clock.now());
	if (!session) throw new Fault('access.sign-in-needed');
	const seal = await needs.sealer.open(
		actor.accountId,
		session.wrapped,
		proofOfSession(session, actor.token),
	);
	return { session, seal };
};

export const readSession = async (needs: Reading, actor: Actor): Promise<Signed> => {
	const { session, seal } = await openOwn(needs, actor);
	return presentSigned(seal, session, session);
};

export const listSessions = async (needs: Reading, actor: Actor): Promise<SessionEntry[]> => {
	const { seal } = await openOwn(needs, actor);
	const rows = await listOwnSessions(needs.db.query, actor.accountId, needs.clock.now());
	return rows.map((row) => presentSession(seal, row, actor.sessionId));
};

/**
 * Ends one of the actor's own sessions. Another person's is as absent as one that never was.
 *
 * @throws accounts.session.absent
 */
export const endSession = async (
	{ events }: Pick<Context, 'events'>,
	actor: Pick<Actor, 'accountId'>,
	sessionId: string,
): Promise<void> => {
	const own = { accountId: actor.accountId, sessionId };
	await events.transaction(async ({ tx, append }) => {
		if (!(await deleteOwnSession(tx, own))) throw new Fault('accounts.session.absent');
		await append({ kind: 'session-ended', cause: 'sign-out', ...own });
	});
};

/** Ends the actor's own session. Twice is fine. */
export const signOut = (
	{ events }: Pick<Context, 'events'>,
	actor: Pick<Actor, 'accountId' | 'sessionId'>,
): Promise<void> =>
	events.transaction(async ({ tx, append }) => {
		const own = { accountId: actor.accountId, sessionId: actor.sessionId };
		if (await deleteOwnSession(tx, own)) await append({ kind: 'session-ended', cause: 'sign-out', ...own });
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
		return fresh && insertSession(tx, fresh.row, made);
	});
	return fresh && row && { token: fresh.token, signed: presentSigned(seal, session, row) };
};

const prepareNext = (
	needs: Pick<Context, 'keeper' | 'clock'>,
	{ session, seal }: Opened,
	actor: Actor,
	client: Pick<ClientFacts, 'address' | 'userAgent'>,
): Promise<NewSession> =>
	prepareSession(needs, {
		accountId: actor.accountId,
		seal,
		proof: proofOfSession(session, actor.token),
		client,
		methods: fromJson(session.methods),
		authenticatedAt: session.authenticatedAt,
		issuerId: session.issuerId,
		deviceId: session.deviceId,
	});
