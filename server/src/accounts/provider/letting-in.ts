/** Letting an app in: a session row of its own, which is all that its codes and tokens ever stand on. */
import type { SessionKind } from '@holdfast/contract/accounts';
import { fromJson } from '#platform/db/types.ts';
import { Fault } from '#platform/fault.ts';
import type { Actor, ClientFacts, Context } from '../context.ts';
import type { EventTransaction } from '../event-log.ts';
import type { LetInFacts } from '../flows.ts';
import { type Lifetime, type NewSession, prepareSession, proofOfSession } from '../session-making.ts';
import { openOwn } from '../sessions.ts';
import { findOwnSession, insertSession, type StoredSession } from '../session-store.ts';
import type { AppClient, ClientKind } from './clients.ts';

const dayMs = 24 * 60 * 60_000;

/** However much it is used, an app is let in anew once a year; unused for 90 days it has to be as well. */
export const appLifetime: Lifetime = { lifetimeMaxMs: 365 * dayMs, idleMaxMs: 90 * dayMs };

const kindOf: Readonly<Record<ClientKind, SessionKind>> = { tv: 'tv', app: 'app', server: 'server' };

export interface Letting {
	readonly client: AppClient;
	/** What the session is called in the list. */
	readonly label: string;
	readonly scope: string;
	/** Where the app asked from. */
	readonly from: Pick<ClientFacts, 'address' | 'userAgent'>;
	/** Until the app has fetched its first token, the session lives no longer than this. */
	readonly waitMaxMs: number;
	readonly cause: 'app' | 'device-link';
	readonly tokenHash?: string;
}

export interface PreparedLetting {
	readonly session: NewSession;
	/** The approver's own session, as it was when this began. */
	readonly own: StoredSession;
	readonly facts: LetInFacts;
	/** Stores it, in the transaction that spends what was asked with. */
	store(write: EventTransaction): Promise<void>;
}

/**
 * Everything that has to be sealed and bound. The new session may browse and play and no more, however its
 * person is signed in here.
 */
export const prepareLetting = async (
	needs: Context,
	actor: Actor,
	letting: Letting,
): Promise<PreparedLetting> => {
	const { session: own, seal } = await openOwn(needs, actor);
	const { client, scope, label, tokenHash } = letting;
	const session = await prepareSession(needs, {
		accountId: actor.accountId,
		seal,
		proof: proofOfSession(own, actor.token),
		client: letting.from,
		methods: ['device-link'],
		authenticatedAt: own.authenticatedAt,
		issuerId: own.issuerId,
		...(tokenHash === undefined ? {} : { tokenHash }),
		app: {
			kind: kindOf[client.kind],
			scope: 'media',
			label,
			clientId: client.clientId,
			lifetime: { ...appLifetime, idleMaxMs: letting.waitMaxMs },
		},
	});
	const { sessionId } = session.row;
	const { accountId } = actor;
	const { authenticatedAt, level } = own;
	return {
		session,
		own,
		facts: { accountId, sessionId, authenticatedAt, level, methods: fromJson(own.methods) },
		store: async (write) => {
			// The approver's session is looked at again: signed out meanwhile, nobody is let in.
			const present = await findOwnSession(write.tx, actor, write.now);
			if (!present) throw new Fault('access.sign-in-needed');
			const { accountEpoch, verifierMadeAt } = present;
			await insertSession(write.tx, session.row, { accountEpoch, verifierMadeAt });
			const { clientId } = client;
			const { idleMaxMs } = appLifetime;
			await write.tx.insertInto('letIn').values({ sessionId, clientId, scope, idleMaxMs }).execute();
			if (client.logoutUri !== null) {
				const told = { sessionId, accountId, clientId, tries: 0, nextAt: 0 };
				await write.tx.insertInto('appLogout').values(told).execute();
			}
			await write.append({ kind: 'app-let-in', cause: letting.cause, accountId, sessionId });
		},
	};
};

export interface Grant {
	readonly sessionId: string;
	readonly accountId: string;
	readonly clientId: string;
	readonly scope: string;
	readonly expiresAt: number;
}

/** What a live session of an app was let in for; null where it is none. */
export const readGrant = async (
	{ db }: Pick<Context, 'db'>,
	session: Pick<StoredSession, 'sessionId' | 'accountId' | 'expiresAt'>,
): Promise<Grant | null> => {
	const { sessionId, accountId, expiresAt } = session;
	const row = await db.query
		.selectFrom('letIn')
		.select(['clientId', 'scope'])
		.where('sessionId', '=', sessionId)
		.executeTakeFirst();
	return row ? { sessionId, accountId, expiresAt, ...row } : null;
};
