/** What happened to an account, for the person whose it is. */
import type { ActivityEntry } from '@holdfast/contract/activity';
import type { Kysely } from 'kysely';
import { fromJson } from '#platform/db/types.ts';
import type { Actor, Context } from './context.ts';
import type { EventCause, EventKind } from './events.ts';
import { openOwn } from './sessions.ts';
import type { AccountTables, SecurityEventRow } from './tables.ts';

const pageDefault = 50;

/** Done by an administrator or on the machine. */
const byOthers: ReadonlySet<EventCause> = new Set<EventCause>(['console', 'administration']);
/** An administrator's own invitation stands with themselves: nobody else made it. */
const isByOthers = (kind: EventKind, cause: EventCause): boolean =>
	byOthers.has(cause) && !(kind === 'invitation-made' && cause === 'administration');
/** What only tells other parts of the program to look again. */
const hiddenKinds: readonly EventKind[] = ['account-changed'];
/** A session that made room for the next one of the same browser is no news. */
const replacing: readonly EventCause[] = ['sign-in', 'step-up', 'password-change', 'device', 'setup'];

const eventsOf = (
	db: Kysely<AccountTables>,
	accountId: string,
	before: string | undefined,
	limit: number,
) => {
	const all = db
		.selectFrom('securityEvent')
		.selectAll()
		.where('accountId', '=', accountId)
		.where('kind', 'not in', hiddenKinds)
		.where((where) => where.or([where('kind', '!=', 'session-ended'), where('cause', 'not in', replacing)]));
	const page = before === undefined ? all : all.where('eventId', '<', before);
	return page.orderBy('eventId', 'desc').limit(limit).execute();
};

const labelsOf = async (
	db: Kysely<AccountTables>,
	accountId: string,
	events: readonly SecurityEventRow[],
) => {
	const ids = events.flatMap(({ sessionId }) => sessionId ?? []);
	if (ids.length === 0) return new Map<string, SessionLabel>();
	const rows = await db
		.selectFrom('session')
		.select(['sessionId', 'label'])
		.where('accountId', '=', accountId)
		.where('sessionId', 'in', ids)
		.execute();
	return new Map(rows.map(({ sessionId, label }) => [sessionId, label]));
};

type SessionLabel = AccountTables['session']['label'];

/** Own events only, newest first, a page at a time. */
export const listActivity = async (
	needs: Pick<Context, 'db' | 'clock' | 'sealer'>,
	actor: Actor,
	page: { readonly before?: string | undefined; readonly limit?: number | undefined },
): Promise<{ entries: ActivityEntry[]; next: string | null }> => {
	const { seal } = await openOwn(needs, actor);
	const { accountId } = actor;
	const limit = page.limit ?? pageDefault;
	const rows = await eventsOf(needs.db.query, accountId, page.before, limit + 1);
	const shown = rows.slice(0, limit);
	const labels = await labelsOf(needs.db.query, accountId, shown);
	const entries = shown.map(({ eventId, kind, cause, at, sessionId, reasons }) => {
		const label = labels.get(sessionId ?? '');
		return {
			...{ eventId, kind, cause, at },
			sessionLabel: label ? seal.open('session', 'label', label) : null,
			isByOthers: isByOthers(kind, cause),
			reasons: reasons === null ? [] : [...fromJson(reasons)],
		};
	});
	return { entries, next: rows.length > limit ? shown.at(-1)!.eventId : null };
};
