/** Windows into long lists: any depth costs the same, through a sparse table of sort keys kept in memory. */
import { sql } from 'kysely';
import type { Database } from '../../platform/db/database.ts';
import type { CatalogueTables } from '../tables.ts';
import type { ItemKind } from '../values.ts';

type Db = Database<CatalogueTables>;

/** Every so many rows one sort key is remembered: a window skips at most this many rows. */
const anchorEvery = 500;
/** Tables kept; the least used goes first. One holds about 100 bytes for each 500 items. */
const tablesMax = 64;

export type ListSort = 'title' | 'added' | 'year';
export type ListOrder = 'asc' | 'desc';
type SortColumn = 'sortTitle' | 'addedAt' | 'datedAt';
const columns: Readonly<Record<ListSort, SortColumn>> = {
	title: 'sortTitle',
	added: 'addedAt',
	year: 'datedAt',
};

/** A list: one kind of item in a library, or the children of one item. */
export type ListScope =
	| { readonly libraryId: string; readonly kind: ItemKind }
	| { readonly parentId: string; readonly kind: ItemKind };

interface Anchor {
	readonly key: string | number;
	readonly itemId: string;
}

interface AnchorTable {
	readonly version: number;
	readonly anchors: readonly Anchor[];
	readonly total: number;
}

export interface Windows {
	/** Ids of `limit` items from position `from`, and how many there are. `version` is that of the library. */
	read(
		list: {
			readonly scope: ListScope;
			readonly sort: ListSort;
			readonly order: ListOrder;
			readonly version: number;
		},
		from: number,
		limit: number,
	): Promise<{ readonly itemIds: readonly string[]; readonly total: number }>;
}

const select = (db: Db, scope: ListScope, column: SortColumn, order: ListOrder) =>
	db.query
		.selectFrom('item')
		.select(['itemId', column])
		.$if('libraryId' in scope, (query) =>
			query.where('libraryId', '=', 'libraryId' in scope ? scope.libraryId : ''),
		)
		.$if('parentId' in scope, (query) =>
			query.where('parentId', '=', 'parentId' in scope ? scope.parentId : ''),
		)
		.where('kind', '=', scope.kind)
		.where('isPresent', '=', 1)
		.orderBy(column, order)
		.orderBy('itemId', order);

const after = (
	query: ReturnType<typeof select>,
	column: SortColumn,
	order: ListOrder,
	anchor: Anchor,
	isIncluded: boolean,
) =>
	query.where(({ eb, refTuple, tuple }) =>
		eb(
			refTuple(column, 'itemId'),
			order === 'asc' ? (isIncluded ? '>=' : '>') : isIncluded ? '<=' : '<',
			tuple(anchor.key as never, anchor.itemId),
		),
	);

/**
 * Numbers the list where it lies and takes every so manieth row: the list itself never leaves the database.
 */
const makeTable = async (
	db: Db,
	scope: ListScope,
	column: SortColumn,
	order: ListOrder,
	version: number,
): Promise<AnchorTable> => {
	const direction = order === 'asc' ? sql`asc` : sql`desc`;
	const key = sql.ref(column);
	const within =
		'libraryId' in scope ? sql`"libraryId" = ${scope.libraryId}` : sql`"parentId" = ${scope.parentId}`;
	const numbered = sql`select ${key} as "key", "itemId",
		row_number() over (order by ${key} ${direction}, "itemId" ${direction}) as "position"
		from "item" where ${within} and "kind" = ${scope.kind} and "isPresent" = 1`;
	const found = await sql<Anchor & { readonly position: number }>`select "key", "itemId", "position"
		from (${numbered}) as "numbered" where ("position" - 1) % ${sql.lit(anchorEvery)} = 0 order by "position"`.execute(
		db.query,
	);
	const last = found.rows.at(-1);
	if (!last) return { version, anchors: [], total: 0 };
	const rest = await after(select(db, scope, column, order), column, order, last, true)
		.limit(anchorEvery + 1)
		.execute();
	const anchors = found.rows.map(({ key: value, itemId }) => ({ key: value, itemId }));
	return { version, anchors, total: last.position - 1 + rest.length };
};

/**
 * The windows of one database. A table is made at the first look after a change, once for all who wait for
 * it.
 */
export const createWindows = (db: Db): Windows => {
	const tables = new Map<string, Promise<AnchorTable>>();
	const tableOf = async (
		key: string,
		version: number,
		make: () => Promise<AnchorTable>,
	): Promise<AnchorTable> => {
		const there = tables.get(key);
		if (there) {
			const table = await there;
			if (table.version === version) {
				tables.delete(key);
				tables.set(key, there);
				return table;
			}
		}
		if (tables.get(key) !== there) return tableOf(key, version, make);
		const made = make();
		tables.set(key, made);
		made.catch(() => tables.delete(key));
		for (const oldest of tables.keys()) {
			if (tables.size <= tablesMax) break;
			tables.delete(oldest);
		}
		return made;
	};
	return {
		read: async ({ scope, sort, order, version }, from, limit) => {
			const column = columns[sort];
			const name = 'libraryId' in scope ? scope.libraryId : scope.parentId;
			const key = [name, scope.kind, sort, order].join('|');
			const table = await tableOf(key, version, () => makeTable(db, scope, column, order, version));
			const anchor = table.anchors[Math.floor(from / anchorEvery)];
			if (!anchor || from >= table.total) return { itemIds: [], total: table.total };
			const rows = await after(select(db, scope, column, order), column, order, anchor, true)
				.limit(limit)
				.offset(from % anchorEvery)
				.execute();
			return { itemIds: rows.map(({ itemId }) => itemId), total: table.total };
		},
	};
};
