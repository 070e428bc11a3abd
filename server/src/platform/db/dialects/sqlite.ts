/** The embedded database's half of every difference that `engine.ts` names. */
import { EventEmitter } from 'node:events';
import { open as openFile, stat } from 'node:fs/promises';
import { Kysely, sql } from 'kysely';
import { Fault, StartFault } from '../../fault.ts';
import type { ConstraintViolation, Engine, FullText } from '../engine.ts';
import { openThreads, type Reads, readsOf, sqliteDialect } from './sqlite-driver.ts';
import { createNearReader } from './sqlite-near.ts';
import { SqliteError } from './sqlite-thread.ts';

const violations = new Map<number, ConstraintViolation['kind']>([
	[1555, 'unique'],
	[2067, 'unique'],
	[787, 'foreign-key'],
	[1299, 'not-null'],
	[275, 'check'],
]);

const primaryCode = (error: unknown): number => (error instanceof SqliteError ? error.errcode & 0xff : 0);
const busyCodes = new Set([5, 6]);

/** Words as the index's own query language takes them: quoted, so that nothing in them is an operator. */
const matchOf = (words: readonly string[]): string =>
	words
		.map((word, index) => `"${word.replaceAll('"', '')}"${index === words.length - 1 ? '*' : ''}`)
		.join(' ');

/**
 * An external-content-free FTS5 table beside a map from id to rowid, since the index can only be keyed by
 * numbers. Prefix indexes of 1 to 3 letters keep search-as-you-type fast.
 */
const fullText: FullText = {
	create: async (db, name) => {
		await sql`create virtual table ${sql.table(name)} using fts5(
			"text", content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0', prefix='1 2 3'
		)`.execute(db);
		await sql`create table ${sql.table(`${name}Row`)} (
			"rowNumber" integer primary key, "id" text not null unique
		) strict`.execute(db);
	},
	// One statement for all entries: a scan indexes hundreds, and each statement is a message to a thread.
	put: async (db, name, entries) => {
		await fullText.remove(
			db,
			name,
			entries.map(({ id }) => id),
		);
		const texts = new Map(entries.filter(({ text }) => text !== '').map(({ id, text }) => [id, text]));
		if (texts.size === 0) return;
		const map = sql.table(`${name}Row`);
		await sql`insert into ${map} ("id") select "value" from json_each(${JSON.stringify([...texts.keys()])})`.execute(
			db,
		);
		await sql`insert into ${sql.table(name)} (rowid, "text")
			select "map"."rowNumber", "entry"."value" ->> 1 from json_each(${JSON.stringify([...texts])}) as "entry"
			join ${map} as "map" on "map"."id" = "entry"."value" ->> 0`.execute(db);
	},
	remove: async (db, name, ids) => {
		if (ids.length === 0) return;
		const rows = sql`select "rowNumber" from ${sql.table(`${name}Row`)} where "id" in (${sql.join(ids)})`;
		await sql`delete from ${sql.table(name)} where rowid in (${rows})`.execute(db);
		await sql`delete from ${sql.table(`${name}Row`)} where "id" in (${sql.join(ids)})`.execute(db);
	},
	search: async (db, name, words, limit) => {
		if (words.length === 0) return [];
		const found = await sql<{ id: string }>`select "map"."id" as "id" from ${sql.table(name)} as "hit"
			join ${sql.table(`${name}Row`)} as "map" on "map"."rowNumber" = "hit".rowid
			where ${sql.table(name)} match ${matchOf(words)} limit ${limit}`.execute(db);
		return found.rows.map(({ id }) => id);
	},
};

/** Device and inode of the file that has this name now; null where there is none. */
const identityOf = async (path: string): Promise<string | null> => {
	const found = await stat(path).catch(() => null);
	return found && `${found.dev}:${found.ino}`;
};

const createEngine = (
	path: string,
	identity: string | null,
	close: () => Promise<void>,
): Engine & { close(): Promise<void> } => {
	const wakes = new EventEmitter().setMaxListeners(0);
	return {
		close,
		columns: { text: sql`text`, integer: sql`integer`, real: sql`real`, bytes: sql`blob` },
		tableOptions: sql`strict`,
		fullText,
		constraintOf: (error) => {
			const kind = error instanceof SqliteError ? violations.get(error.errcode) : undefined;
			return kind ? { kind } : null;
		},
		isRetryable: (error) => busyCodes.has(primaryCode(error)),
		introspect: async (db) => {
			const found = await sql<{
				table: string;
				column: string;
				storage: string;
				notnull: number;
				pk: number;
			}>`
				select "t"."name" as "table", "c"."name" as "column", lower("c"."type") as "storage",
					"c"."notnull" as "notnull", "c"."pk" as "pk"
				from pragma_table_list as "t", pragma_table_info("t"."name") as "c"
				where "t"."schema" = 'main' and "t"."type" = 'table' and "t"."name" not like 'sqlite_%'`.execute(db);
			return found.rows.map(({ table, column, storage, notnull, pk }) => ({
				table,
				column,
				storage: storage === 'blob' ? 'bytes' : storage,
				isNullable: notnull === 0 && pk === 0,
			}));
		},
		notify: (channel) => {
			wakes.emit(channel);
			return Promise.resolve();
		},
		listen: (channel, wake) => {
			wakes.on(channel, wake);
			return Promise.resolve(() => {
				wakes.off(channel, wake);
				return Promise.resolve();
			});
		},
		claimSuffix: sql``,
		byBytes: (expression) => sql<string>`${expression} collate binary`,
		describe: async (db) => {
			const version = await sql<{ version: string }>`select sqlite_version() as "version"`.execute(db);
			const { size } = await stat(path);
			return { kind: 'embedded', version: version.rows[0]!.version, sizeBytes: size };
		},
		explain: async (db, query) => {
			const plan = await db.executeQuery<{ detail: string }>({
				sql: `explain query plan ${query.sql}`,
				parameters: query.parameters,
				query: { kind: 'RawNode', sqlFragments: [], parameters: [] },
				queryId: { queryId: 'explain' },
			} as never);
			return plan.rows.map(({ detail }) => detail).join('\n');
		},
		ping: async (db) => {
			// A file that was removed or replaced still answers here, and loses all that is written from then on.
			if ((await identityOf(path)) !== identity) throw new Fault('server.database-away');
			await sql`select 1`.execute(db);
			return true;
		},
	};
};

/** The first 16 bytes of every database file. */
const magic = 'SQLite format 3\0';
/**
 * Below this size the whole file is checked at every start; above, that would take longer than the start may.
 */
const fullCheckBytesMax = 32 * 1024 * 1024;

const damaged = (path: string, cause?: unknown): StartFault =>
	new StartFault(
		`The database ${path} is damaged. Nothing was changed: put a backup in its place, or move it away to start anew.`,
		{ exitCode: 3, cause },
	);

const sizeOf = async (path: string): Promise<number> => {
	const found = await stat(path).catch(() => null);
	return found?.size ?? 0;
};

const checkHeader = async (path: string): Promise<void> => {
	if ((await sizeOf(path)) === 0) return;
	const file = await openFile(path, 'r');
	try {
		const head = Buffer.alloc(16);
		await file.read(head, 0, 16, 0);
		if (head.toString('latin1') !== magic) throw damaged(path);
	} finally {
		await file.close();
	}
};

const checkContent = async (db: Kysely<never>, path: string): Promise<void> => {
	if ((await sizeOf(path)) > fullCheckBytesMax) return;
	const found = await sql<{ quick_check: string }>`pragma quick_check(1)`.execute(db);
	if (found.rows[0]?.quick_check !== 'ok') throw damaged(path, found.rows[0]?.quick_check);
};

/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const damageCodes = new Set([11, 26]);

interface Opened {
	readonly db: Kysely<never>;
	/** The same, whose selects outside of transactions run in this thread. */
	readonly near: Kysely<never>;
	readonly engine: Engine & { close(): Promise<void> };
}

/** Opens the embedded database at `path`, making it where there is none. */
export const openSqlite = async (path: string): Promise<Opened> => {
	await checkHeader(path);
	try {
		const threads = await openThreads(path);
		const db = new Kysely<never>({ dialect: sqliteDialect(threads, readsOf(threads)) });
		const reader = createNearReader(path);
		const readNear: Reads = async (text, parameters) => reader.run(text, parameters);
		const near = new Kysely<never>({ dialect: sqliteDialect(threads, readNear) });
		const close = async (): Promise<void> => {
			reader.close();
			await db.destroy();
		};
		await checkContent(db, path).catch(async (error: unknown) => {
			await db.destroy();
			throw error;
		});
		return { db, near, engine: createEngine(path, await identityOf(path), close) };
	} catch (error) {
		const code = (error as { errcode?: number }).errcode ?? 0;
		if (damageCodes.has(code & 0xff)) throw damaged(path, error);
		throw error;
	}
};
