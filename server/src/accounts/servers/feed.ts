/**
 * The feed to media servers: RFC 8936 long polling over the numbered log, which is the truth. An event is
 * signed once for all; a checkpoint is signed for each answer, so that nothing can be left out on the way.
 */
import { pollWaitMs, statementTypes } from '@holdfast/contract/feed';
import type { Kysely } from 'kysely';
import { keyNameOf, publicKeyOf, signStatement } from '#platform/jws.ts';
import type { Context } from '../context.ts';
import type { AccountTables } from '../tables.ts';
import { eventClaims, type FeedRow, kindsForAll, toldKinds } from './feed-events.ts';
import { moveCursor } from './server-store.ts';
import type { MediaServerRow } from './server-tables.ts';

const readEveryMs = 250;
const eventsAtOnceMax = 200;
const cursorEveryMs = 10_000;
/** Signed events kept for the other servers that want them too. */
const signedKeptMax = 2_000;
/** Polls that wait at once, over all servers; beyond it they are answered at once and come again. */
const waitingMax = 20_000;

interface Poll {
	readonly after: number;
	readonly maxEvents?: number | undefined;
	readonly returnImmediately?: boolean | undefined;
}

export interface FeedAnswer {
	readonly sets: Record<string, string>;
	readonly moreAvailable: boolean;
	readonly checkpoint: string;
}

export interface ServerFeed {
	/** Public keys of events and checkpoints; each name says what the key is for. */
	keys(): Promise<{ kty: 'OKP'; crv: 'Ed25519'; x: string; kid: string; use: 'sig' }[]>;
	poll(server: MediaServerRow, nonce: string, poll: Poll, signal: AbortSignal): Promise<FeedAnswer>;
	/** Answers the polls that wait, and lets no other wait: the server is stopping. */
	stopWaiting(): void;
}

type Needs = Pick<Context, 'db' | 'keeper' | 'clock' | 'events' | 'publicUrl' | 'log'>;
type NumberedRow = FeedRow & { readonly position: number };

/** What of the log concerns a server: its people, its owner, itself, and everybody. */
const rowsFor = async (
	db: Kysely<AccountTables>,
	server: Pick<MediaServerRow, 'serverId' | 'ownerId'>,
	range: { readonly after: number; readonly upTo: number; readonly limit: number },
): Promise<NumberedRow[]> => {
	const rows = await db
		.selectFrom('securityEvent')
		.select(['eventId', 'position', 'kind', 'at', 'accountId', 'sessionId', 'serverId', 'epoch', 'issuerId'])
		.where('position', '>', range.after)
		.where('position', '<=', range.upTo)
		.where('kind', 'in', toldKinds)
		.where((where) =>
			where.or([
				where('kind', 'in', kindsForAll),
				where('serverId', '=', server.serverId),
				where('accountId', '=', server.ownerId),
				where(
					'accountId',
					'in',
					where
						.selectFrom('serverGrant')
						.select('serverGrant.accountId')
						.where('serverGrant.serverId', '=', server.serverId)
						.where('serverGrant.accountId', 'is not', null),
				),
			]),
		)
		.orderBy('position')
		.limit(range.limit)
		.execute();
	return rows.map((row) => ({ ...row, position: row.position! }));
};

/** The keeper's keys for the feed, by what they are for. Asked for once. */
const createSigners = ({ keeper }: Pick<Needs, 'keeper'>) => {
	const load = async (purpose: 'feed-event' | 'feed-checkpoint') => {
		const key = publicKeyOf(await keeper.sign.publicKey(purpose));
		return { key, keyName: await keyNameOf(key) };
	};
	const once = { 'feed-event': load('feed-event'), 'feed-checkpoint': load('feed-checkpoint') };
	for (const soon of Object.values(once)) soon.catch(() => undefined);
	return {
		keyOf: (purpose: 'feed-event' | 'feed-checkpoint') => once[purpose],
		sign: async (purpose: 'feed-event' | 'feed-checkpoint', typ: string, claims: object) => {
			const { keyName } = await once[purpose];
			const sign = (bytes: Uint8Array): Promise<string> => keeper.sign.sign(purpose, bytes);
			return signStatement({ typ, keyName, claims: { ...claims }, sign });
		},
	};
};

interface Waiter {
	/** The newest event when it began to wait: a later one wakes it. */
	readonly seen: number;
	readonly wake: () => void;
}

/** Wakes the polls that wait. One reader of the log for all of this process. */
const createWaker = ({ events, clock, log }: Needs) => {
	const waiting = new Set<Waiter>();
	let stop: (() => void) | null = null;
	const look = async (): Promise<void> => {
		try {
			await events.numberWaiting();
			const newest = await events.newestPosition();
			for (const { seen, wake } of [...waiting]) if (newest > seen) wake();
		} catch (error) {
			log.warn({ err: error }, 'the log of security events cannot be read for the feed; trying again');
		}
	};
	const start = (): void => {
		if (stop) return;
		const ticker = clock.every(readEveryMs, look);
		const listening = events.onNews(() => void look());
		listening.catch(() => undefined);
		stop = () => {
			ticker.stop();
			void listening.then((end) => end()).catch(() => undefined);
			stop = null;
		};
	};
	return {
		get size() {
			return waiting.size;
		},
		wakeAll: (): void => {
			for (const { wake } of [...waiting]) wake();
		},
		/** Resolves when there is an event after `seen`, the time is over, or nobody waits any more. */
		wait: async (seen: number, durationMs: number, signal: AbortSignal): Promise<void> => {
			const news = Promise.withResolvers<void>();
			const waiter: Waiter = { seen, wake: news.resolve };
			const over = new AbortController();
			waiting.add(waiter);
			start();
			clock.sleep(durationMs, over.signal).then(news.resolve, () => undefined);
			signal.addEventListener('abort', waiter.wake, { once: true });
			await news.promise;
			over.abort();
			signal.removeEventListener('abort', waiter.wake);
			waiting.delete(waiter);
			if (waiting.size === 0) stop?.();
		},
	};
};

/** At most every ten seconds: what is between is asked for again at worst. */
const noteCursor = async ({ db, clock }: Needs, server: MediaServerRow, after: number): Promise<void> => {
	const now = clock.now();
	if (server.lastHeardAt !== null && now - server.lastHeardAt < cursorEveryMs) return;
	const { serverId } = server;
	await db.transaction((tx) => moveCursor(tx, serverId, { position: after, lastHeardAt: now }));
};

interface Found {
	readonly rows: readonly NumberedRow[];
	readonly after: number;
	readonly upTo: number;
	readonly isMore: boolean;
}

const look = async ({ db, events }: Needs, server: MediaServerRow, poll: Poll): Promise<Found> => {
	const limit = Math.min(poll.maxEvents ?? eventsAtOnceMax, eventsAtOnceMax);
	await events.numberWaiting();
	const newest = await events.newestPosition();
	const range = { after: poll.after, upTo: newest, limit: limit + 1 };
	const rows = await rowsFor(db.query, server, range);
	const isMore = rows.length > limit;
	const shown = rows.slice(0, limit);
	// A server that is ahead of us was restored elsewhere, or we were: it must see that, not we.
	const upTo = isMore ? (shown.at(-1)?.position ?? poll.after) : newest;
	return { rows: shown, after: poll.after, upTo, isMore };
};

export const createServerFeed = (needs: Needs): ServerFeed => {
	const { clock } = needs;
	const signers = createSigners(needs);
	const waker = createWaker(needs);
	const signed = new Map<string, Promise<string>>();
	let isStopping = false;
	const issuer = (): string => needs.publicUrl() ?? '';

	const signOnce = (row: NumberedRow): Promise<string> => {
		const known = signed.get(row.eventId);
		if (known) return known;
		const made = signers.sign('feed-event', statementTypes.event, eventClaims(row, issuer()));
		made.catch(() => signed.delete(row.eventId));
		signed.set(row.eventId, made);
		if (signed.size > signedKeptMax) signed.delete(signed.keys().next().value!);
		return made;
	};
	const answer = async (server: MediaServerRow, nonce: string, found: Found): Promise<FeedAnswer> => {
		const { rows, after, upTo, isMore } = found;
		const sets: Record<string, string> = {};
		for (const row of rows) sets[row.eventId] = await signOnce(row);
		const checkpoint = await signers.sign('feed-checkpoint', statementTypes.checkpoint, {
			...{ iss: issuer(), aud: server.keyName, nonce, after, position: upTo },
			...{ at: clock.now(), events: rows.map(({ eventId }) => eventId) },
		});
		return { sets, moreAvailable: isMore, checkpoint };
	};
	return {
		keys: async () =>
			Promise.all(
				(['feed-event', 'feed-checkpoint'] as const).map(async (purpose) => {
					const { key, keyName } = await signers.keyOf(purpose);
					return { ...key, kid: `${purpose.slice('feed-'.length)}:${keyName}`, use: 'sig' as const };
				}),
			),
		poll: async (server, nonce, poll, signal) => {
			await noteCursor(needs, server, poll.after);
			const isWaiting = !poll.returnImmediately && server.status === 'claimed' && waker.size < waitingMax;
			const until = clock.elapsedMs() + pollWaitMs;
			for (;;) {
				const found = await look(needs, server, poll);
				const leftMs = until - clock.elapsedMs();
				const isOver = isStopping || signal.aborted || leftMs <= 0;
				if (found.rows.length > 0 || !isWaiting || isOver) return answer(server, nonce, found);
				await waker.wait(found.upTo, leftMs, signal);
			}
		},
		stopWaiting: () => {
			isStopping = true;
			waker.wakeAll();
		},
	};
};
