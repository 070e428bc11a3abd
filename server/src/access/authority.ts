/** What a media server asks of the service that knows people: in the same process, or far away. */
import type { Caller } from '#platform/http/viewer.ts';

/** A session that the authority found alive just now. */
export interface LiveSession {
	readonly sessionId: string;
	readonly accountId: string;
	readonly role: Caller['role'];
	readonly viewerId: string;
	/** The epochs under which the session was made: it dies when one of them is raised. */
	readonly accountEpoch: number;
	readonly serverEpoch: number;
	readonly globalEpoch: number;
	/** From here on the session is dead without any event. */
	readonly expiresAt: number;
	/** `media`: an app that browses and plays, and sees nothing of accounts. */
	readonly scope: 'full' | 'media';
	/** 1 or 2 factors were shown when it began. */
	readonly level: number;
	/** The level that its person can reach: what is sensitive asks for it. */
	readonly highestLevel: number;
	readonly authenticatedAt: number;
	/** Its person has to add a second factor before anything else. */
	readonly mustAddFactor: boolean;
	/** The provider that vouched for it, if one did. */
	readonly issuerId: string | null;
	readonly createdAt: number;
	/** An app's token has to be renewed from here on, though the session goes on. Left out: it lasts as long. */
	readonly usableUntil?: number | null;
	/** Of the key that has to be proven with each call (RFC 9449). Left out: none has to. */
	readonly keyThumbprint?: string | null;
}

/** The kinds that can end a session or change what it may do. Others are read and passed over. */
export type EndingKind =
	| 'session-ended'
	| 'account-epoch-raised'
	| 'server-epoch-raised'
	| 'global-epoch-raised'
	| 'issuer-floor-raised'
	| 'account-changed'
	| 'factor-policy-changed';

/** One entry of the numbered log of security events. */
export interface SecurityEvent {
	/** Grows by one for each event; a reader's cursor is the last one it has read. */
	readonly position: number;
	readonly kind: string;
	readonly at: number;
	readonly accountId: string | null;
	readonly sessionId: string | null;
	/** The epoch that holds from this event on, for the kinds that raise one. */
	readonly epoch: number | null;
	/** The provider that it is about; its sessions made up to the time in `epoch` are dead. */
	readonly issuerId: string | null;
}

/** Whoever knows people: in this process by its accounts room, else over the network. */
export interface Authority {
	/** The session behind a token, or null where there is none that is alive. May note that it was used. */
	resolveSession(token: string): Promise<LiveSession | null>;
	/** Events after `cursor`, oldest first, and the cursor to ask with next. Never skips one. */
	eventsAfter(
		cursor: number,
		limit: number,
	): Promise<{ readonly events: readonly SecurityEvent[]; readonly cursor: number }>;
	/** The position of the newest event. */
	newestPosition(): Promise<number>;
	/** Calls `wake` when there may be news. A hint only. Returns how to stop. */
	onNews(wake: () => void): Promise<() => Promise<void>>;
}
