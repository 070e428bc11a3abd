/** The authority of a media server that lives in the same process as its accounts. */
import type { Clock } from '#platform/clock.ts';
import { hashOf } from '#platform/ids.ts';
import type { Context } from './context.ts';
import type { LoggedEvent } from './event-log.ts';
import { proofOfSession } from './session-making.ts';
import { expiresAtOf, findSessionByToken, isTouchDue, touchSession } from './session-store.ts';
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
}

/** What the access room asks for, by shape: the two rooms do not know each other. */
export interface LocalAuthority {
	resolveSession(token: string): Promise<Resolved | null>;
	eventsAfter(
		cursor: number,
		limit: number,
	): Promise<{ readonly events: LoggedEvent[]; readonly cursor: number }>;
	newestPosition(): Promise<number>;
	onNews(wake: () => void): Promise<() => Promise<void>>;
}

type Needs = Pick<Context, 'db' | 'sealer' | 'clock' | 'events'>;

const touch = async (
	{ db, clock }: { readonly db: Needs['db']; readonly clock: Pick<Clock, 'now'> },
	session: SessionRow,
): Promise<SessionRow> => {
	const now = clock.now();
	if (!isTouchDue(session, now)) return session;
	await db.transaction((tx) => touchSession(tx, session.sessionId, now));
	return { ...session, lastUsedAt: now };
};

export const createLocalAuthority = (needs: Needs): LocalAuthority => ({
	resolveSession: async (token) => {
		const session = await findSessionByToken(needs.db.query, hashOf(token), needs.clock.now());
		if (!session) return null;
		const proof = proofOfSession(session, token);
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
			mustAddFactor: false,
		};
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
});
