/** The numbered log of security events: appended inside transactions, numbered after them, read by cursor. */
import { sql, type Kysely, type Transaction } from 'kysely';
import type { Clock } from '#platform/clock.ts';
import type { Database } from '#platform/db/database.ts';
import { toJson } from '#platform/db/types.ts';
import { newId } from '#platform/ids.ts';
import type { Logger } from '#platform/log.ts';
import type { NewEvent } from './events.ts';
import { collectNotices } from './mail/notices.ts';
import type { AccountTables } from './tables.ts';

type Log = Pick<AccountTables, 'securityEvent'>;

const channel = 'securityevents';
/** The events of one transaction keep their order: their ids differ in this last part. */
const ordinalDigits = 3;
/** Rows numbered in one statement. */
const numberedAtOnceMax = 500;

/** One numbered event, as readers get it. */
export interface LoggedEvent {
	readonly position: number;
	readonly kind: string;
	readonly at: number;
	readonly accountId: string | null;
	readonly sessionId: string | null;
	readonly epoch: number | null;
	readonly issuerId: string | null;
}

const rowOf = (eventId: string, event: NewEvent, now: number): AccountTables['securityEvent'] => ({
	eventId,
	position: null,
	kind: event.kind,
	cause: event.cause,
	at: now,
	accountId: event.accountId ?? null,
	sessionId: event.sessionId ?? null,
	serverId: event.serverId ?? null,
	epoch: event.epoch ?? null,
	issuerId: event.issuerId ?? null,
	reasons: event.reasons ? toJson(event.reasons) : null,
});

/**
 * Appends to the log in the transaction of what happened. A row has no position until that has committed.
 * Rows are numbered in the order of their ids.
 */
export const appendEvents = async (
	tx: Transaction<Log>,
	events: readonly NewEvent[],
	now: number,
): Promise<void> => {
	if (events.length === 0) return;
	const transactionId = newId(now);
	const rows = events.map((event, index) => {
		const ordinal = String(index).padStart(ordinalDigits, '0');
		return rowOf(`${transactionId}-${ordinal}`, event, now);
	});
	await tx.insertInto('securityEvent').values(rows).execute();
};

/**
 * Gives the rows that wait the next positions. Two sequencers at once end with one of them having done it:
 * the positions are unique, and a row that has one keeps it.
 */
export const numberEvents = (db: Database<Log>): Promise<number> =>
	db.transaction(async (tx) => {
		const result = await sql`update "securityEvent" set "position" = "numbered"."next" from (
			select "eventId" as "waitingId", row_number() over (order by "eventId") + (
				select coalesce(max("position"), 0) from "securityEvent"
			) as "next" from "securityEvent" where "position" is null order by "eventId" limit ${numberedAtOnceMax}
		) as "numbered" where "securityEvent"."eventId" = "numbered"."waitingId"
		returning "position"`.execute(tx);
		return result.rows.length;
	});

const isAnyWaiting = async (db: Kysely<Log>): Promise<boolean> =>
	(await db
		.selectFrom('securityEvent')
		.select('eventId')
		.where('position', 'is', null)
		.limit(1)
		.executeTakeFirst()) !== undefined;

/** Numbered events after a cursor, oldest first. */
export const eventsAfter = async (db: Kysely<Log>, cursor: number, limit: number): Promise<LoggedEvent[]> => {
	const rows = await db
		.selectFrom('securityEvent')
		.select(['position', 'kind', 'at', 'accountId', 'sessionId', 'epoch', 'issuerId'])
		.where('position', '>', cursor)
		.orderBy('position')
		.limit(limit)
		.execute();
	return rows.map((row) => ({ ...row, position: row.position! }));
};

export const newestPosition = async (db: Kysely<Log>): Promise<number> => {
	const row = await db
		.selectFrom('securityEvent')
		.select('position')
		.where('position', 'is not', null)
		.orderBy('position', 'desc')
		.limit(1)
		.executeTakeFirst();
	return row?.position ?? 0;
};

export interface EventLog {
	/**
	 * Runs a write transaction that may append events; when it resolves they are numbered and readers are
	 * woken.
	 */
	transaction<Result>(work: (tx: EventTransaction) => Promise<Result>): Promise<Result>;
	/** Numbers what waits, as a process that stopped at the wrong moment may have left it. */
	numberWaiting(): Promise<void>;
	after(cursor: number, limit: number): Promise<LoggedEvent[]>;
	newestPosition(): Promise<number>;
	onNews(wake: () => void): Promise<() => Promise<void>>;
}

export interface EventTransaction {
	readonly tx: Transaction<AccountTables>;
	/** The time of this transaction. */
	readonly now: number;
	append(event: NewEvent): Promise<void>;
}

export interface EventLogNeeds {
	readonly db: Database<AccountTables>;
	readonly clock: Pick<Clock, 'now'>;
	readonly log: Logger;
	/** Whether there is a mail server for the notices that follow from events. */
	readonly canMail?: boolean;
}

export const createEventLog = ({ db, clock, log, canMail = false }: EventLogNeeds): EventLog => {
	const logOnly = db.only<'securityEvent'>();
	const numberAll = async (): Promise<void> => {
		let rows = numberedAtOnceMax;
		while (rows === numberedAtOnceMax) rows = await numberEvents(logOnly);
		await db.engine.notify(channel);
	};
	const number = oneAtATime(numberAll);
	return {
		transaction: async (work) => {
			let isAppended = false;
			const result = await db.transaction(async (tx) => {
				const now = clock.now();
				const notices = collectNotices(tx, now, { isConfigured: canMail });
				const events: NewEvent[] = [];
				const append = async (event: NewEvent): Promise<void> => {
					events.push(event);
					await notices.note(event);
				};
				const made = await work({ tx, now, append });
				isAppended = events.length > 0;
				// The rows are there when the transaction ends; nobody reads them before.
				await appendEvents(tx, events, now);
				await notices.queue();
				return made;
			});
			// What happened has happened; a reader that finds rows without a position numbers them.
			if (isAppended)
				await number().catch((error: unknown) => log.warn({ err: error }, 'events wait for their numbers'));
			return result;
		},
		numberWaiting: async () => {
			if (await isAnyWaiting(logOnly.query)) await number();
		},
		after: (cursor, limit) => eventsAfter(db.query, cursor, limit),
		newestPosition: () => newestPosition(db.query),
		onNews: (wake) => db.engine.listen(channel, wake),
	};
};

/** Many callers at once share a run that starts after each of them called. */
const oneAtATime = (run: () => Promise<void>): (() => Promise<void>) => {
	let running: Promise<void> | null = null;
	let next: Promise<void> | null = null;
	const start = (): Promise<void> => {
		next = null;
		running = run().finally(() => {
			running = null;
		});
		return running;
	};
	return () => {
		if (!running) return start();
		next ??= running.then(start, start);
		return next;
	};
};
