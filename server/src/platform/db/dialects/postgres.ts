/** PostgreSQL's half of every difference that `engine.ts` names. */
import { Kysely, sql } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import { Fault, StartFault } from '../../fault.ts';
import type { ConstraintViolation, Engine, FullText } from '../engine.ts';
import { RetryingPostgresDialect } from './postgres-driver.ts';

const violations = new Map<string, ConstraintViolation['kind']>([
	['23505', 'unique'],
	['23503', 'foreign-key'],
	['23502', 'not-null'],
	['23514', 'check'],
]);
/** Serialisation failure, deadlock, lock not available. */
const retryable = new Set(['40001', '40P01', '55P03']);

const codeOf = (error: unknown): string => (error as { code?: string }).code ?? '';
const isRetryable = (error: unknown): boolean => retryable.has(codeOf(error));

const queryOf = (words: readonly string[]): string =>
	words
		.map((word, index) => `'${word.replaceAll(/['\\]/g, '')}'${index === words.length - 1 ? ':*' : ''}`)
		.join(' & ');

const fullText: FullText = {
	create: async (db, name) => {
		await sql`create table ${sql.table(name)} ("id" text collate "C" not null primary key, "words" tsvector not null)`.execute(
			db,
		);
		await sql`create index ${sql.ref(`${name}Words`)} on ${sql.table(name)} using gin ("words") with (fastupdate = off)`.execute(
			db,
		);
	},
	put: async (db, name, entries) => {
		const filled = entries.filter(({ text }) => text !== '');
		await fullText.remove(
			db,
			name,
			entries.filter(({ text }) => text === '').map(({ id }) => id),
		);
		if (filled.length === 0) return;
		const values = filled.map(({ id, text }) => sql`(${id}, to_tsvector('simple', ${text}))`);
		await sql`insert into ${sql.table(name)} ("id", "words") values ${sql.join(values)}
			on conflict ("id") do update set "words" = excluded."words"`.execute(db);
	},
	remove: async (db, name, ids) => {
		if (ids.length === 0) return;
		await sql`delete from ${sql.table(name)} where "id" in (${sql.join(ids)})`.execute(db);
	},
	search: async (db, name, words, limit) => {
		if (words.length === 0) return [];
		const found = await sql<{ id: string }>`select "id" from ${sql.table(name)}
			where "words" @@ to_tsquery('simple', ${queryOf(words)}) limit ${limit}`.execute(db);
		return found.rows.map(({ id }) => id);
	},
};

interface Listeners {
	listen(channel: string, wake: () => void): Promise<() => Promise<void>>;
	close(): void;
}

/**
 * One connection listens for all channels. When it breaks, readers still read by cursor; it comes back by
 * itself.
 */
const createListeners = (pool: Pool): Listeners => {
	const wakes = new Map<string, Set<() => void>>();
	let client: Promise<PoolClient> | null = null;
	const connect = async (): Promise<PoolClient> => {
		const made = await pool.connect();
		made.on('notification', ({ channel }) => {
			for (const wake of wakes.get(channel) ?? []) wake();
		});
		made.on('error', () => {
			client = null;
			made.release(true);
		});
		for (const channel of wakes.keys()) await made.query(`listen "${channel}"`);
		return made;
	};
	return {
		listen: async (channel, wake) => {
			if (!/^[a-z]+$/.test(channel)) throw new TypeError('a channel is a lower-case word');
			const known = wakes.get(channel) ?? new Set();
			known.add(wake);
			wakes.set(channel, known);
			client ??= connect();
			await (await client).query(`listen "${channel}"`);
			return () => {
				known.delete(wake);
				return Promise.resolve();
			};
		},
		close: () => {
			void client?.then((made) => made.release(true)).catch(() => undefined);
			client = null;
		},
	};
};

const createEngine = (db: Kysely<never>, pool: Pool): Engine & { close(): Promise<void> } => {
	const listeners = createListeners(pool);
	return {
		close: async () => {
			listeners.close();
			await db.destroy();
		},
		columns: {
			text: sql`text collate "C"`,
			integer: sql`bigint`,
			real: sql`double precision`,
			bytes: sql`bytea`,
		},
		tableOptions: sql``,
		fullText,
		constraintOf: (error) => {
			const kind = violations.get(codeOf(error));
			return kind ? { kind } : null;
		},
		isRetryable,
		introspect: async (handle) => {
			const found = await sql<{ table: string; column: string; type: string; nullable: string }>`
				select "table_name" as "table", "column_name" as "column", "data_type" as "type", "is_nullable" as "nullable"
				from information_schema.columns where "table_schema" = current_schema()
				order by "table_name", "ordinal_position"`.execute(handle);
			const storageOf: Record<string, string> = {
				bigint: 'integer',
				'double precision': 'real',
				bytea: 'bytes',
			};
			return found.rows.map(({ table, column, type, nullable }) => ({
				table,
				column,
				storage: storageOf[type] ?? type,
				isNullable: nullable === 'YES',
			}));
		},
		notify: async (channel) => {
			await sql`select pg_notify(${channel}, '')`.execute(db);
		},
		listen: listeners.listen,
		claimSuffix: sql`for update skip locked`,
		byBytes: (expression) => sql<string>`${expression} collate "C"`,
		describe: async (handle) => {
			const found = await sql<{ version: string; size: number }>`
				select version() as "version", pg_database_size(current_database()) as "size"`.execute(handle);
			return { kind: 'postgres', version: found.rows[0]!.version, sizeBytes: found.rows[0]!.size };
		},
		explain: async (handle, query) => {
			const plan = await handle.executeQuery<{ 'QUERY PLAN': string }>({
				sql: `explain ${query.sql}`,
				parameters: query.parameters,
				query: { kind: 'RawNode', sqlFragments: [], parameters: [] },
				queryId: { queryId: 'explain' },
			} as never);
			return plan.rows.map((row) => row['QUERY PLAN']).join('\n');
		},
		ping: async (handle) => {
			await sql`select 1`.execute(handle);
			return true;
		},
	};
};

/** A number that the program can hold exactly; a larger one is a mistake of ours. */
const parseInteger = (text: string): number => {
	const value = Number(text);
	if (!Number.isSafeInteger(value)) throw new RangeError(`${text} does not fit a number`);
	return value;
};

/** How long to wait for a connection before saying that the database is away. */
const connectTimeoutMs = 10_000;
const int8Oid = 20;
const numericOid = 1700;

/**
 * Opens PostgreSQL at `url`. `schema` is for tests that share a server: each works in a schema of its own.
 *
 * Transactions are serialisable, so both databases give the same guarantees.
 */
export const openPostgres = async (options: {
	readonly url: string;
	readonly poolSize: number;
	readonly schema?: string;
}): Promise<{ db: Kysely<never>; engine: Engine & { close(): Promise<void> } }> => {
	const { default: pg } = await import('pg');
	pg.types.setTypeParser(int8Oid, parseInteger);
	pg.types.setTypeParser(numericOid, Number);
	const search = options.schema ? ` -c search_path=${options.schema}` : '';
	const pool = new pg.Pool({
		connectionString: options.url,
		max: options.poolSize,
		connectionTimeoutMillis: connectTimeoutMs,
		options: `-c default_transaction_isolation=serializable -c lock_timeout=10s${search}`,
	});
	// A broken idle connection is replaced at the next use; without a listener it would end the program.
	pool.on('error', () => undefined);
	// So would one that breaks in the hands of a query; the query itself hears of it.
	pool.on('connect', (client) => void client.on('error', () => undefined));
	const db = new Kysely<never>({ dialect: new RetryingPostgresDialect({ pool }, isRetryable) });
	try {
		await sql`select 1`.execute(db);
	} catch (error) {
		await db.destroy();
		const said = error instanceof Fault ? error.cause : error;
		const reason = said instanceof Error ? said.message : String(said);
		throw new StartFault(`The database does not answer: ${reason}. Check HOLDFAST_DATABASE_URL.`, {
			exitCode: 3,
			cause: error,
		});
	}
	return { db, engine: createEngine(db, pool) };
};
