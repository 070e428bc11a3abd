/** Who is calling, as far as mounting routes must know it. Made by `access` only. */

/** A signed-in person, as the gate found them for this request. */
export interface Caller {
	readonly accountId: string;
	readonly role: 'owner' | 'administrator' | 'member' | 'guest';
	readonly sessionId: string;
	/** `media`: by an app that may only browse and play. */
	readonly scope: 'full' | 'media';
	/** Names the person in viewing history; the link from account to it is sealed. */
	readonly viewerId: string;
	/** Aborts within a second of this session's end; streams and long work hang on it. */
	readonly ended: AbortSignal;
}
