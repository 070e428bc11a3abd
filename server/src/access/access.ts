/** The gate that every route goes through, and the sessions behind it. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '#platform/clock.ts';
import { Fault } from '#platform/fault.ts';
import type { Gate } from '#platform/http/mount.ts';
import type { Caller } from '#platform/http/viewer.ts';
import type { Logger } from '#platform/log.ts';
import type { Authority, LiveSession } from './authority.ts';
import { isCrossSite } from './cross-site.ts';
import { createEventReader } from './event-reader.ts';
import { createLiveSessions, type HeldSession } from './live-sessions.ts';

/** What the gate is built over. */
export interface AccessNeeds {
	readonly authority: Authority;
	readonly clock: Clock;
	readonly log: Logger;
	/** The session token that came with the request, whatever carried it; null where none did. */
	readonly tokenOf: (request: FastifyRequest) => string | null;
	/** True only for requests that arrived over the Unix socket in the data folder. */
	readonly isConsole: (request: FastifyRequest) => boolean;
	/**
	 * The configured public address's origin, where there is one: a proxy may hide it from the `Host` header.
	 */
	readonly publicOrigin?: () => string | null;
	/**
	 * Whether a call proves the key that its token is bound to. Left out: bound tokens are refused.
	 */
	readonly isKeyProven?: (request: FastifyRequest, thumbprint: string) => Promise<boolean>;
	/** Sessions held in memory at most, beside those with open streams. Default 10,000. */
	readonly sessionsHeldMax?: number;
}

/** The gate of one process; whoever made it disposes it. */
export interface Access extends AsyncDisposable {
	/** Asked by the mounter before any body is parsed. */
	readonly gate: Gate;
	/**
	 * Reads the log of security events to its end: whatever ended before this call is ended here when it
	 * resolves.
	 */
	catchUp(): Promise<void>;
}

/**
 * The gate over an authority. A session found alive is believed for at most 60 s and as long as the log of
 * security events, read at least every 250 ms, does not end it; then every `Caller.ended` of it aborts.
 *
 * @throws access.sign-in-needed, access.not-allowed, access.step-up-needed, access.factor-needed,
 * request.cross-site from the gate.
 */
export const createAccess = (needs: AccessNeeds): Access => {
	const sessions = createLiveSessions({
		authority: needs.authority,
		clock: needs.clock,
		beforeLookUp: () => reader.begin(),
		...(needs.sessionsHeldMax === undefined ? {} : { sessionsHeldMax: needs.sessionsHeldMax }),
	});
	const { apply, isIdle } = sessions;
	const reader = createEventReader({ ...needs, apply, isIdle });
	const expiring = needs.clock.every(expireEveryMs, sessions.expire);

	/** What the session cannot say of itself: that the token is not over yet, and that its key is there. */
	const isStillShown = async (session: LiveSession, request: FastifyRequest): Promise<boolean> => {
		const { usableUntil = null, keyThumbprint = null } = session;
		if (usableUntil !== null && usableUntil <= needs.clock.now()) return false;
		return keyThumbprint === null || (await needs.isKeyProven?.(request, keyThumbprint)) === true;
	};
	const gate: Gate = async (rule, request, reply, accepts) => {
		if (rule === 'console') return refuseUnless(needs.isConsole(request));
		if (isCrossSite(request.raw as ArrivedRaw, needs.publicOrigin?.() ?? null, accepts))
			throw new Fault('request.cross-site');
		if (rule === 'anyone') return undefined;
		const token = needs.tokenOf(request);
		const held = token === null ? null : await sessions.find(token);
		if (!held || !(await isStillShown(held.session, request))) throw new Fault('access.sign-in-needed');
		check(rule, held.session, needs.clock.now());
		countCall(held, reply);
		return callerOf(held);
	};
	return {
		gate,
		catchUp: () => reader.read(),
		[Symbol.asyncDispose]: async () => {
			expiring.stop();
			await reader[Symbol.asyncDispose]();
		},
	};
};

const expireEveryMs = 60_000;

type ArrivedRaw = Parameters<typeof isCrossSite>[0];

const refuseUnless = (isRight: boolean): undefined => {
	if (!isRight) throw new Fault('access.not-allowed');
};

/** How long a proof counts as fresh for what is sensitive. */
const freshForMs = 5 * 60_000;

const isFresh = (session: LiveSession, now: number): boolean =>
	session.level >= session.highestLevel && now < session.authenticatedAt + freshForMs;

/** What a rule asks of a session. Everything that is not named here is refused. */
const asks = {
	viewer: { scope: null, isAdministrator: false, isFresh: false, isFactorNeeded: true },
	self: { scope: 'full', isAdministrator: false, isFresh: false, isFactorNeeded: false },
	'self-fresh': { scope: 'full', isAdministrator: false, isFresh: true, isFactorNeeded: false },
	administrator: { scope: 'full', isAdministrator: true, isFresh: false, isFactorNeeded: true },
	'administrator-fresh': { scope: 'full', isAdministrator: true, isFresh: true, isFactorNeeded: true },
} as const;

const check = (rule: keyof typeof asks, session: LiveSession, now: number): void => {
	const asked = asks[rule];
	refuseUnless(asked.scope === null || session.scope === asked.scope);
	if (asked.isAdministrator) refuseUnless(session.role === 'owner' || session.role === 'administrator');
	if (asked.isFactorNeeded && session.mustAddFactor) throw new Fault('access.factor-needed');
	if (asked.isFresh && !isFresh(session, now)) throw new Fault('access.step-up-needed');
};

const countCall = (held: HeldSession, reply: FastifyReply): void => {
	held.openCalls += 1;
	reply.raw.once('close', () => {
		held.openCalls -= 1;
	});
};

const callerOf = ({ session, ending }: HeldSession): Caller => ({
	accountId: session.accountId,
	role: session.role,
	sessionId: session.sessionId,
	scope: session.scope,
	viewerId: session.viewerId,
	ended: ending.signal,
});
