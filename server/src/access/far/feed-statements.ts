/**
 * What the account service says, checked word by word before anything is done: events (RFC 8417, CAEP, RISC)
 * and the checkpoint that goes with each answer.
 */
import { eventAudience, eventTypes, statementTypes } from '@holdfast/contract/feed';
import { type Claims, type PublicKey, readStatement } from '#platform/jws.ts';
import type { Ended } from './far-store.ts';

/** Why an answer was not believed, for the log and `holdfast doctor`. */
export type FeedDistrust =
	| 'checkpoint-unsigned'
	| 'checkpoint-of-another'
	| 'checkpoint-went-back'
	| 'events-missing'
	| 'event-unsigned'
	| 'event-malformed'
	| 'event-replayed';

export class FeedDistrusted extends Error {
	readonly reason: FeedDistrust;
	constructor(reason: FeedDistrust) {
		super(`The account service's answer is not believed: ${reason}.`);
		this.name = 'FeedDistrusted';
		this.reason = reason;
	}
}

export interface Trust {
	readonly authority: string;
	readonly keys: ReadonlyMap<string, PublicKey>;
	/** This server's key name, for which checkpoints are made out. */
	readonly self: string;
	readonly serverId: string;
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const whole = (value: unknown): number | null =>
	typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
const record = (value: unknown): Claims | null =>
	typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Claims) : null;

/** How far the feed has come, said for this server in answer to this question. */
export interface Checkpoint {
	readonly position: number;
	/** By the account service's clock, in ms. */
	readonly at: number;
	/** The `jti` of every event since the position that was asked for, in order. */
	readonly events: readonly string[];
}

const keysFor = (trust: Trust, typ: string): ReadonlyMap<string, PublicKey> =>
	new Map(
		[...trust.keys]
			.filter(([name]) => name.startsWith(`${typ}:`))
			.map(([name, key]) => [name.slice(typ.length + 1), key]),
	);

/** The names under which keys are kept: what they are for, then their own name. */
export const keptKeyName = (use: 'event' | 'checkpoint', name: string): string => `${use}:${name}`;

/** @throws FeedDistrusted */
export const readCheckpoint = async (
	statement: string,
	trust: Trust,
	asked: { readonly nonce: string; readonly after: number; readonly checkpointAt: number },
): Promise<Checkpoint> => {
	const keys = keysFor(trust, 'checkpoint');
	const claims = await readStatement(statement, { typ: statementTypes.checkpoint, keys });
	if (!claims) throw new FeedDistrusted('checkpoint-unsigned');
	const isOurs =
		claims['iss'] === trust.authority &&
		claims['aud'] === trust.self &&
		claims['nonce'] === asked.nonce &&
		claims['after'] === asked.after;
	if (!isOurs) throw new FeedDistrusted('checkpoint-of-another');
	const position = whole(claims['position']);
	const at = whole(claims['at']);
	const events = claims['events'];
	if (position === null || at === null || !Array.isArray(events) || !events.every((id) => text(id) !== null))
		throw new FeedDistrusted('checkpoint-unsigned');
	if (position < asked.after || at < asked.checkpointAt) throw new FeedDistrusted('checkpoint-went-back');
	return { position, at, events: events as string[] };
};

/** One event that this server acts on. */
export interface FeedEvent {
	readonly position: number;
	/** Null for what needs nothing done here. */
	readonly ended: Ended | null;
	readonly isRelease: boolean;
}

const subjectOf = (
	claims: Claims,
): { readonly accountId: string | null; readonly sessionId: string | null } => {
	const subject = record(claims['sub_id']);
	if (subject?.['format'] === 'opaque') return { accountId: text(subject['id']), sessionId: null };
	if (subject?.['format'] !== 'complex') return { accountId: null, sessionId: null };
	return {
		accountId: text(record(subject['user'])?.['id']),
		sessionId: text(record(subject['session'])?.['id']),
	};
};

const endedBySession = (claims: Claims, event: Claims): Ended | null => {
	const { accountId, sessionId } = subjectOf(claims);
	if (sessionId !== null) return { kind: 'session', sessionId };
	const epoch = whole(event['epoch']);
	if (accountId === null || epoch === null) return null;
	return { kind: 'account-epoch', accountId, epoch };
};

const endedByFloor = (event: Claims): Ended | null => {
	const epoch = whole(event['epoch']);
	if (epoch === null) return null;
	if (event['scope'] === 'server') return { kind: 'server-epoch', epoch };
	if (event['scope'] === 'global') return { kind: 'global-epoch', epoch };
	const issuerId = text(event['issuer']);
	return event['scope'] === 'issuer' && issuerId !== null
		? { kind: 'issuer', issuerId, madeUntil: epoch }
		: null;
};

const meaningOf = (claims: Claims, serverId: string): Pick<FeedEvent, 'ended' | 'isRelease'> => {
	const [only, ...more] = Object.entries(record(claims['events']) ?? {});
	if (!only || more.length > 0) throw new FeedDistrusted('event-malformed');
	const [type, event] = only;
	const said = record(event) ?? {};
	const { accountId } = subjectOf(claims);
	const account: Ended | null = accountId === null ? null : { kind: 'account', accountId };
	const isForUs = said['server'] === serverId;
	const nothing = { ended: null, isRelease: false };
	switch (type) {
		case eventTypes.sessionRevoked:
			return { ended: endedBySession(claims, said), isRelease: false };
		case eventTypes.floorRaised:
			return { ended: endedByFloor(said), isRelease: false };
		case eventTypes.accountDisabled:
		case eventTypes.accountPurged:
			return { ended: account, isRelease: false };
		case eventTypes.personChanged:
			return isForUs ? { ended: account, isRelease: false } : nothing;
		case eventTypes.serverReleased:
			return isForUs ? { ended: null, isRelease: true } : nothing;
		default:
			return nothing;
	}
};

/**
 * @throws FeedDistrusted  for what is not signed for events, of another issuer or audience, has `exp` or
 * `sub` (RFC 8417 2.2; CAEP: a SET is no token), or stands where something has been read already.
 */
export const readEvent = async (
	statement: string,
	jti: string,
	trust: Trust,
	range: { readonly after: number; readonly upTo: number },
): Promise<FeedEvent> => {
	const claims = await readStatement(statement, {
		typ: statementTypes.event,
		keys: keysFor(trust, 'event'),
	});
	if (!claims) throw new FeedDistrusted('event-unsigned');
	const isEvent =
		claims['iss'] === trust.authority &&
		claims['aud'] === eventAudience &&
		claims['jti'] === jti &&
		!('exp' in claims) &&
		!('sub' in claims);
	const position = whole(claims['position']);
	if (!isEvent || position === null) throw new FeedDistrusted('event-malformed');
	if (position <= range.after || position > range.upTo) throw new FeedDistrusted('event-replayed');
	return { position, ...meaningOf(claims, trust.serverId) };
};

/** A whole answer: every event that the checkpoint names, in order, and nothing beside it. */
export const readAnswer = async (
	answer: { readonly sets: Readonly<Record<string, string>>; readonly checkpoint: string },
	trust: Trust,
	asked: { readonly nonce: string; readonly after: number; readonly checkpointAt: number },
): Promise<{ readonly checkpoint: Checkpoint; readonly events: readonly FeedEvent[] }> => {
	const checkpoint = await readCheckpoint(answer.checkpoint, trust, asked);
	const given = Object.keys(answer.sets);
	const isWhole =
		given.length === checkpoint.events.length &&
		checkpoint.events.every((jti) => Object.hasOwn(answer.sets, jti));
	if (!isWhole) throw new FeedDistrusted('events-missing');
	const events: FeedEvent[] = [];
	let { after } = asked;
	for (const jti of checkpoint.events) {
		const range = { after, upTo: checkpoint.position };
		const event = await readEvent(answer.sets[jti] ?? '', jti, trust, range);
		events.push(event);
		after = event.position;
	}
	return { checkpoint, events };
};
