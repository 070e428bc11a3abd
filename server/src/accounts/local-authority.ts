/** The authority of a media server that lives in the same process as its accounts. */
import type { Clock } from '#platform/clock.ts';
import { hashOf } from '#platform/ids.ts';
import type { Context } from './context.ts';
import type { LoggedEvent } from './event-log.ts';
import { mustAddFactor } from './factors/policy.ts';
import { proofOfSession } from './session-making.ts';
import { findByAccessToken } from './provider/access-tokens.ts';
import { type BasicCredentials, findByAppPassword } from './provider/app-passwords.ts';
import { createNetworkPace } from './provider/tries.ts';
import { networkOf } from './network.ts';
import {
	expiresAtOf,
	findSessionByToken,
	isTouchDue,
	type StoredSession,
	touchSession,
} from './session-store.ts';
import type { SessionRow } from './tables.ts';

interface Resolved {
	readonly sessionId: string;
	readonly accountId: string;
	readonly role: 'owner' | 'administrator' | 'member' | 'guest';
	readonly viewerId: string;
	readonly accountEpoch: number;
	readonly serverEpoch: number;
	readonly globalEpoch: number;
	readonly expiresAt: number;
	readonly scope: 'full' | 'media';
	readonly level: number;
	readonly highestLevel: number;
	readonly authenticatedAt: number;
	readonly mustAddFactor: boolean;
	readonly issuerId: string | null;
	readonly createdAt: number;
	/** From here on what was shown has to be renewed, though the session goes on; null where it lasts as long. */
	readonly usableUntil: number | null;
	/** Of the key that has to be proven with each use; null where none has to. */
	readonly keyThumbprint: string | null;
}

/** What the access room asks for, by shape: the two rooms do not know each other. */
export interface LocalAuthority {
	/**
	 * What a cookie names; with `bearer ` or `dpop ` before it, what an app's access token stands for. Neither
	 * is ever taken for the other.
	 */
	resolveSession(token: string): Promise<Resolved | null>;
	/**
	 * For protocols whose clients send a name and a password: never anything but an app password. Null for
	 * whatever is wrong.
	 *
	 * @throws request.too-many  for wrong ones from a network that sent many.
	 */
	resolveAppPassword(credentials: BasicCredentials, address: string | null): Promise<Resolved | null>;
	eventsAfter(
		cursor: number,
		limit: number,
	): Promise<{ readonly events: LoggedEvent[]; readonly cursor: number }>;
	newestPosition(): Promise<number>;
	onNews(wake: () => void): Promise<() => Promise<void>>;
}

type Needs = Pick<Context, 'db' | 'sealer' | 'clock' | 'events' | 'keeper'>;

const touch = async (
	{ db, clock }: { readonly db: Needs['db']; readonly clock: Pick<Clock, 'now'> },
	session: SessionRow,
): Promise<SessionRow> => {
	const now = clock.now();
	if (!isTouchDue(session, now)) return session;
	await db.transaction((tx) => touchSession(tx, session.sessionId, now));
	return { ...session, lastUsedAt: now };
};

/** What was shown, with the secret that opens what the session may open. */
interface Shown {
	readonly session: StoredSession;
	readonly secret: string;
	readonly usableUntil: number | null;
	readonly keyThumbprint: string | null;
}

/** What a cookie may name. Apps hold tokens of their own, and an app password is no cookie. */
const cookieKinds: ReadonlySet<SessionRow['kind']> = new Set(['browser', 'command-line']);

const findShown = async (needs: Needs, token: string): Promise<Shown | null> => {
	const app = /^(bearer|dpop) (.+)$/u.exec(token);
	if (app) return findByAccessToken(needs, { isKeyProven: app[1] === 'dpop', token: app[2]! });
	const session = await findSessionByToken(needs.db.query, hashOf(token), needs.clock.now());
	if (!session || !cookieKinds.has(session.kind)) return null;
	return { session, secret: token, usableUntil: null, keyThumbprint: null };
};

const resolve = async (needs: Needs, shown: Shown): Promise<Resolved> => {
	const { session, secret, usableUntil, keyThumbprint } = shown;
	const proof = proofOfSession(session, secret);
	const seal = await needs.sealer.open(session.accountId, session.wrapped, proof);
	const touched = await touch(needs, session);
	return {
		sessionId: session.sessionId,
		accountId: session.accountId,
		role: session.role,
		viewerId: seal.open('account', 'viewerId', session.viewerId),
		accountEpoch: session.accountEpoch,
		serverEpoch: session.serverEpoch,
		globalEpoch: session.globalEpoch,
		expiresAt: expiresAtOf(touched),
		scope: session.scope,
		level: session.level,
		highestLevel: session.highestLevel,
		authenticatedAt: session.authenticatedAt,
		issuerId: session.issuerId,
		createdAt: session.createdAt,
		mustAddFactor: await mustAddFactor(needs.db.query, session),
		usableUntil,
		keyThumbprint,
	};
};

const wrongPasswordsPerHour = 600;

export const createLocalAuthority = (needs: Needs): LocalAuthority => {
	const paceWrong = createNetworkPace(wrongPasswordsPerHour);
	return {
		resolveSession: async (token) => {
			const shown = await findShown(needs, token);
			return shown && resolve(needs, shown);
		},
		resolveAppPassword: async (credentials, address) => {
			const found = await findByAppPassword(needs, credentials);
			if (found) return resolve(needs, { ...found, usableUntil: null, keyThumbprint: null });
			paceWrong(networkOf(address) ?? 'none', needs.clock.now());
			return null;
		},
		eventsAfter: async (cursor, limit) => {
			// A process that stopped between its commit and the numbering left rows for the next reader to number.
			await needs.events.numberWaiting();
			const events = await needs.events.after(cursor, limit);
			return { events, cursor: events.at(-1)?.position ?? cursor };
		},
		newestPosition: async () => {
			await needs.events.numberWaiting();
			return needs.events.newestPosition();
		},
		onNews: (wake) => needs.events.onNews(wake),
	};
};
