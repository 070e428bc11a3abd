/**
 * Sessions that the authority found alive, held in memory for a minute, and ended by the log of security
 * events.
 */
import { setMaxListeners } from 'node:events';
import type { Clock } from '#platform/clock.ts';
import { Fault } from '#platform/fault.ts';
import { hashOf } from '#platform/ids.ts';
import type { Authority, LiveSession, SecurityEvent } from './authority.ts';
import { endingsOf, isChangedBy, isEndedBy } from './endings.ts';

/** Oldest answer of the authority that is still acted on. The log of events ends a session much sooner. */
const verifiedAtMostMs = 60_000;
/** How often a look-up starts again because sessions ended while it ran. */
const verifyTriesMax = 10;
const sessionsHeldMaxDefault = 10_000;

export interface HeldSession {
	session: LiveSession;
	verifiedAt: number;
	/** Calls that are being answered for it: such a session is not dropped to make room. */
	openCalls: number;
	readonly ending: AbortController;
}

export interface LiveSessions {
	/** The live session behind a token, or null. */
	find(token: string): Promise<HeldSession | null>;
	/** Ends what these events end. Events that come twice do no harm. */
	apply(events: readonly SecurityEvent[]): void;
	/** Ends the sessions whose time is over. */
	expire(): void;
	/** Nobody is held or being looked up. */
	isIdle(): boolean;
}

export interface LiveSessionsNeeds {
	readonly authority: Pick<Authority, 'resolveSession'>;
	readonly clock: Pick<Clock, 'now'>;
	/** Waits until the reader of events knows where it stands; called before each look-up. */
	readonly beforeLookUp: () => Promise<void>;
	readonly sessionsHeldMax?: number;
}

export const createLiveSessions = (needs: LiveSessionsNeeds): LiveSessions => {
	/** By hash of the token, so that a heap holds no token; least recently used first. */
	const held = new Map<string, HeldSession>();
	const pending = new Map<string, Promise<HeldSession | null>>();
	let batchesApplied = 0;

	const end = (key: string, entry: HeldSession): void => {
		held.delete(key);
		entry.ending.abort(new Fault('access.sign-in-needed'));
	};
	const keep = (key: string, session: LiveSession | null): HeldSession | null => {
		const before = held.get(key);
		if (!session || session.expiresAt <= needs.clock.now()) {
			if (before) end(key, before);
			return null;
		}
		const entry = before ?? { session, verifiedAt: 0, openCalls: 0, ending: newEnding() };
		entry.session = session;
		entry.verifiedAt = needs.clock.now();
		held.delete(key);
		held.set(key, entry);
		makeRoom(held, needs.sessionsHeldMax ?? sessionsHeldMaxDefault);
		return entry;
	};
	/**
	 * An event that is read while the authority answers may be about this very session: then the answer is
	 * stale.
	 */
	const lookUp = async (key: string, token: string): Promise<HeldSession | null> => {
		await needs.beforeLookUp();
		for (let tried = 0; tried < verifyTriesMax; tried += 1) {
			const batches = batchesApplied;
			const session = await needs.authority.resolveSession(token);
			if (batches === batchesApplied) return keep(key, session);
		}
		throw new Fault('server.database-busy');
	};
	return {
		find: async (token) => {
			const key = hashOf(token);
			const entry = held.get(key);
			if (entry && isFresh(entry, needs.clock.now())) {
				held.delete(key);
				held.set(key, entry);
				return entry;
			}
			const running = pending.get(key);
			if (running) return running;
			const started = lookUp(key, token).finally(() => pending.delete(key));
			pending.set(key, started);
			return started;
		},
		apply: (events) => {
			const endings = endingsOf(events);
			if (!endings) return;
			batchesApplied += 1;
			for (const [key, entry] of held) {
				if (isEndedBy(entry.session, endings)) end(key, entry);
				else if (isChangedBy(entry.session, endings)) entry.verifiedAt = 0;
			}
		},
		expire: () => {
			for (const [key, entry] of held) if (entry.session.expiresAt <= needs.clock.now()) end(key, entry);
		},
		isIdle: () => held.size === 0 && pending.size === 0,
	};
};

/** Every open stream of a session listens to it, so there is no telling how many. */
const newEnding = (): AbortController => {
	const ending = new AbortController();
	setMaxListeners(0, ending.signal);
	return ending;
};

const isFresh = (entry: HeldSession, now: number): boolean =>
	now - entry.verifiedAt < verifiedAtMostMs && now < entry.session.expiresAt;

const makeRoom = (held: Map<string, HeldSession>, max: number): void => {
	if (held.size <= max) return;
	for (const [key, entry] of held) {
		if (entry.openCalls > 0) continue;
		held.delete(key);
		if (held.size <= max) return;
	}
};
