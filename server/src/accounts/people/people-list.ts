/** The people of this server as administrators see them, a page by id at a time. */
import type { PersonEntry } from '@holdfast/contract/people';
import type { Kysely } from 'kysely';
import { accountsAfter, type StoredAccount } from '../account-store.ts';
import type { Context } from '../context.ts';
import { openPerson } from '../people.ts';
import type { AccountTables } from '../tables.ts';
import { authorityOf, type By } from './authority.ts';
import { type Authority, mayAdminister, mayHandOver, rolesToGive } from './roles.ts';

const pageDefault = 50;

export interface PeoplePage {
	readonly people: PersonEntry[];
	readonly next: string | null;
}

interface Seen {
	readonly lastSeenAt: ReadonlyMap<string, number>;
	readonly withPassword: ReadonlySet<string>;
}

const findSeen = async (db: Kysely<AccountTables>, accountIds: readonly string[]): Promise<Seen> => {
	if (accountIds.length === 0) return { lastSeenAt: new Map(), withPassword: new Set() };
	const sessions = await db
		.selectFrom('session')
		.select(({ fn }) => ['accountId', fn.max('lastUsedAt').as('lastSeenAt')])
		.where('accountId', 'in', accountIds)
		.groupBy('accountId')
		.execute();
	const credentials = await db
		.selectFrom('credential')
		.select('accountId')
		.where('accountId', 'in', accountIds)
		.execute();
	return {
		lastSeenAt: new Map(sessions.map(({ accountId, lastSeenAt }) => [accountId, lastSeenAt])),
		withPassword: new Set(credentials.map(({ accountId }) => accountId)),
	};
};

const mayWith = (authority: Authority, by: By, row: StoredAccount): PersonEntry['may'] => {
	const isSelf = by !== 'machine' && by.accountId === row.accountId;
	return {
		administer: !isSelf && mayAdminister(authority, row.role),
		roles: isSelf ? [] : rolesToGive(authority, row.role),
		becomeOwner: !isSelf && row.status === 'active' && mayHandOver(authority, row.role),
	};
};

/** Opens each of them without their own proof, which the keeper counts. */
export const listPeople = async (
	{ db, sealer }: Pick<Context, 'db' | 'sealer'>,
	by: By,
	page: { readonly after?: string | undefined; readonly limit?: number | undefined },
): Promise<PeoplePage> => {
	const limit = page.limit ?? pageDefault;
	const authority = await authorityOf(db.query, by);
	const rows = await accountsAfter(db.query, page.after ?? '', limit + 1);
	const shown = rows.slice(0, limit);
	const seen = await findSeen(
		db.query,
		shown.map(({ accountId }) => accountId),
	);
	const seals = await sealer.openMany(
		shown.map(({ accountId, wrapped }) => ({ accountId, wrapped, proof: null })),
	);
	const people = shown.map((row, index) => ({
		...openPerson(seals[index]!, row),
		status: row.status,
		highestLevel: row.highestLevel,
		hasPassword: seen.withPassword.has(row.accountId),
		hasEmail: row.email !== null,
		lastSeenAt: seen.lastSeenAt.get(row.accountId) ?? null,
		createdAt: row.createdAt,
		deleteAfter: row.status === 'leaving' ? row.deleteAfter : null,
		may: mayWith(authority, by, row),
	}));
	return { people, next: rows.length > limit ? shown.at(-1)!.accountId : null };
};
