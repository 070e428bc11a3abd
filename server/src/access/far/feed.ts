/**
 * The conversation with the account service: saying hello until somebody has claimed this server, then asking
 * for security events for as long as it runs, one question after the other.
 */
import { pollWaitMs } from '@holdfast/contract/feed';
import { announceServer, getFeedKeys, pollFeed } from '@holdfast/contract/servers';
import type { Clock } from '#platform/clock.ts';
import type { Database } from '#platform/db/database.ts';
import { isFault } from '#platform/fault.ts';
import { keyNameOf, publicKeyOf } from '#platform/jws.ts';
import type { Logger } from '#platform/log.ts';
import type { AuthorityClient } from './authority-client.ts';
import { claimHashOf, newClaimCode, sealDetails } from './claim-details.ts';
import {
	deleteClaim,
	endSessions,
	type FarState,
	insertState,
	moveState,
	readState,
	storeClaim,
} from './far-store.ts';
import { FeedDistrusted, keptKeyName, readAnswer } from './feed-statements.ts';
import type { Identity } from './identity.ts';
import type { LocalEndings } from './local-endings.ts';
import type { AccessTables } from './tables.ts';

const helloEveryMs = 2_000;
const tryAgainFirstMs = 500;
const tryAgainMaxMs = 10_000;
/** Over what the account service waits: a connection that says nothing for so long is dead. */
const pollTimeMs = pollWaitMs + 15_000;
const firstAnswerMs = 5_000;
const eventsPerPoll = 200;

export interface FeedNeeds {
	readonly authority: string;
	readonly db: Database<AccessTables>;
	readonly clock: Clock;
	readonly log: Logger;
	readonly identity: Identity;
	readonly client: AuthorityClient;
	readonly endings: LocalEndings;
	readonly serverName: string;
}

export interface FeedStart {
	/** Where a browser may open this server. */
	readonly addresses: () => readonly string[];
	readonly onClaimed: () => void;
}

/** What is known at this moment. */
export interface FeedFacts {
	/** Null until something was heard for the first time. */
	state: FarState | null;
	isReachable: boolean;
	/** Why the last answer was not believed; stays until the next that is. */
	alarm: string | null;
	/** While nobody has claimed this server. */
	claimCode: string | null;
}

export interface Feed extends AsyncDisposable {
	readonly facts: Readonly<FeedFacts>;
	/** Where browsers may be sent back to. */
	addresses(): readonly string[];
	begin(start: FeedStart): void;
	/** Resolves after the first question was answered, or could not be. */
	settled(): Promise<void>;
	/** Nobody's server again, by somebody on this machine or a signed word of the account service. */
	release(): Promise<void>;
}

const alarmWords = (error: unknown): string | null => {
	if (error instanceof FeedDistrusted) return error.message;
	if (isFault(error, 'servers.assertion.wrong'))
		return 'The account service does not know this server, or the clocks of the two differ by minutes.';
	return null;
};

/** Keys are taken as they are first seen, and only those are believed from then on. */
const learnKeys = async ({ authority, client, db }: FeedNeeds): Promise<FarState> => {
	const { reply } = await client.ask(getFeedKeys, {});
	if (reply.issuer !== authority) throw new FeedDistrusted('checkpoint-of-another');
	const keys: { name: string; x: string }[] = [];
	for (const { kid, x } of reply.keys) {
		const [use, name] = kid.split(':');
		const isKnown = use === 'event' || use === 'checkpoint';
		if (!isKnown || name !== (await keyNameOf(publicKeyOf(x))))
			throw new FeedDistrusted('checkpoint-unsigned');
		keys.push({ name: keptKeyName(use, name), x });
	}
	await insertState(db.query, authority, keys);
	const state = await readState(db.query, authority);
	if (!state) throw new Error('the state of the account service was not stored');
	return state;
};

const hello = async (
	needs: FeedNeeds,
	facts: FeedFacts,
	addresses: readonly string[],
): Promise<{ readonly serverId: string; readonly ownerId: string; readonly position: number } | null> => {
	const code = facts.claimCode;
	const details = { name: needs.serverName, addresses };
	const claim = code === null ? null : { codeHash: claimHashOf(code), details: sealDetails(code, details) };
	const body = { key: needs.identity.key, claim, addresses: [...addresses] };
	const { reply } = await needs.client.ask(announceServer, { body });
	const { state, serverId, ownerId, position } = reply;
	return state === 'claimed' && serverId !== null && ownerId !== null
		? { serverId, ownerId, position }
		: null;
};

type Claimed = FarState & { readonly serverId: string };

/** One question and all that its answer asks for, in one transaction. True where nothing more waits. */
const pollOnce = async (
	needs: FeedNeeds,
	state: Claimed,
	options: { readonly isWaiting: boolean; readonly signal: AbortSignal },
): Promise<{ readonly state: FarState; readonly isCaughtUp: boolean; readonly isReleased: boolean }> => {
	const { authority, client, clock, db } = needs;
	const body = { after: state.position, maxEvents: eventsPerPoll, returnImmediately: !options.isWaiting };
	const timeMs = options.isWaiting ? pollTimeMs : firstAnswerMs;
	const { reply, nonce } = await client.ask(pollFeed, { body }, { timeMs, signal: options.signal });
	const trust = { authority, keys: state.keys, self: needs.identity.name, serverId: state.serverId };
	const asked = { nonce, after: state.position, checkpointAt: state.checkpointAt };
	const { checkpoint, events } = await readAnswer(reply, trust, asked);
	const now = clock.now();
	const heardAt = reply.moreAvailable ? null : now;
	const moved = { position: checkpoint.position, checkpointAt: checkpoint.at, heardAt };
	const isReleased = events.some(({ isRelease }) => isRelease);
	const ended = await db.transaction(async (tx) => {
		const sessionIds: string[] = [];
		for (const event of events) {
			if (event.ended) sessionIds.push(...(await endSessions(tx, event.ended, event.position, now)));
		}
		await moveState(tx, authority, moved);
		if (isReleased) sessionIds.push(...(await deleteClaim(tx, authority)));
		return sessionIds;
	});
	needs.endings.push(ended, now);
	const next = { ...state, ...moved, heardAt: heardAt ?? state.heardAt };
	return {
		state: isReleased ? { ...next, serverId: null, ownerId: null, heardAt: null } : next,
		isCaughtUp: !reply.moreAvailable,
		isReleased,
	};
};

const isClaimed = (state: FarState | null): state is Claimed => state !== null && state.serverId !== null;

/** The steps of the conversation over what is known; each one throws where it cannot be done now. */
const createSteps = (needs: FeedNeeds, facts: FeedFacts, start: FeedStart, signal: AbortSignal) => {
	let isCaughtUp = false;
	const becomeUnclaimed = (): void => {
		facts.claimCode = newClaimCode();
		isCaughtUp = false;
		needs.log.warn({ claimCode: facts.claimCode }, 'nobody owns this server now; this code claims it');
	};
	const claimStep = async (): Promise<void> => {
		facts.claimCode ??= newClaimCode();
		facts.state ??= await learnKeys(needs);
		const claim = await hello(needs, facts, start.addresses());
		facts.isReachable = true;
		facts.alarm = null;
		if (!claim) return needs.clock.sleep(helloEveryMs, signal);
		await needs.db.transaction((tx) => storeClaim(tx, needs.authority, claim));
		facts.state = await readState(needs.db.query, needs.authority);
		facts.claimCode = null;
		needs.log.info({ serverId: claim.serverId }, 'this server has been claimed');
		start.onClaimed();
	};
	const pollStep = async (state: Claimed): Promise<void> => {
		const polled = await pollOnce(needs, state, { isWaiting: isCaughtUp, signal });
		facts.state = polled.state;
		({ isCaughtUp } = polled);
		if (polled.isReleased) becomeUnclaimed();
	};
	return {
		/** Tells a server's present addresses once for each start. */
		greet: async (): Promise<void> => {
			if (isClaimed(facts.state)) await hello(needs, facts, start.addresses());
		},
		next: (): Promise<void> => (isClaimed(facts.state) ? pollStep(facts.state) : claimStep()),
		failed: (): void => {
			isCaughtUp = false;
		},
		becomeUnclaimed,
	};
};

const note = (needs: FeedNeeds, facts: FeedFacts, error: unknown): void => {
	const alarm = alarmWords(error);
	if (alarm !== null && alarm !== facts.alarm) needs.log.error({ err: error }, alarm);
	else if (facts.isReachable)
		needs.log.warn({ err: error }, 'the account service cannot be reached; trying on');
	facts.alarm = alarm;
	facts.isReachable = false;
};

/** Goes on until told to stop; waits longer after each failure, and not at all after a success. */
const converse = async (
	needs: FeedNeeds,
	facts: FeedFacts,
	steps: ReturnType<typeof createSteps>,
	control: { readonly signal: AbortSignal; readonly onSettled: () => void },
): Promise<void> => {
	let waitMs = tryAgainFirstMs;
	let isGreeted = false;
	while (!control.signal.aborted) {
		try {
			if (!isGreeted) await steps.greet();
			isGreeted = true;
			await steps.next();
			facts.isReachable = true;
			facts.alarm = null;
			waitMs = tryAgainFirstMs;
			control.onSettled();
		} catch (error) {
			if (control.signal.aborted) return;
			steps.failed();
			note(needs, facts, error);
			control.onSettled();
			await needs.clock.sleep(waitMs, control.signal).catch(() => undefined);
			waitMs = Math.min(waitMs * 2, tryAgainMaxMs);
		}
	}
};

export const openFeed = async (needs: FeedNeeds): Promise<Feed> => {
	const state = await readState(needs.db.query, needs.authority);
	const claimCode = isClaimed(state) ? null : newClaimCode();
	const facts: FeedFacts = { state, isReachable: false, alarm: null, claimCode };
	const stopping = new AbortController();
	const first = Promise.withResolvers<void>();
	let talking: Promise<void> | null = null;
	let addresses: FeedStart['addresses'] = () => [];
	let steps: ReturnType<typeof createSteps> | null = null;
	return {
		facts,
		addresses: () => addresses(),
		begin: (start) => {
			({ addresses } = start);
			steps = createSteps(needs, facts, start, stopping.signal);
			talking = converse(needs, facts, steps, { signal: stopping.signal, onSettled: first.resolve });
		},
		settled: () => (talking ? first.promise : Promise.resolve()),
		release: async () => {
			const ended = await needs.db.transaction((tx) => deleteClaim(tx, needs.authority));
			needs.endings.push(ended, needs.clock.now());
			if (facts.state) facts.state = { ...facts.state, serverId: null, ownerId: null, heardAt: null };
			if (steps) steps.becomeUnclaimed();
			else facts.claimCode = newClaimCode();
		},
		[Symbol.asyncDispose]: async () => {
			stopping.abort();
			first.resolve();
			await talking;
		},
	};
};
