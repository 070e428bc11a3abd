/**
 * Kysely's driver over connection threads: one writer that belongs to one transaction from begin to commit
 * while others queue, and readers that never wait for it.
 */
import {
	type CompiledQuery,
	type DatabaseConnection,
	type Dialect,
	type Driver,
	type QueryResult,
	SqliteAdapter,
	SqliteIntrospector,
	SqliteQueryCompiler,
	type TransactionSettings,
} from 'kysely';
import { type SqliteThread, startThread, type StatementResult } from './sqlite-thread.ts';

/** More readers than cores only take memory. */
const readersMax = 3;

/** A queue for the one writer: first come, first served. */
const createTurnstile = () => {
	let last: Promise<void> = Promise.resolve();
	return {
		enter: async (): Promise<() => void> => {
			const before = last;
			let leave: () => void = () => undefined;
			last = new Promise((resolve) => {
				leave = resolve;
			});
			await before;
			return leave;
		},
	};
};

/** The connections of one database file, and the queue for the one that writes. */
export interface SqliteThreads extends AsyncDisposable {
	readonly writer: SqliteThread;
	enter(): Promise<() => void>;
	/** The reader with the least to do; a new one where all are busy. */
	reader(): Promise<SqliteThread>;
}

/** Opens the writer first, since it makes the file; readers come when they are needed. */
export const openThreads = async (path: string): Promise<SqliteThreads> => {
	const writer = await startThread(path, false);
	const turnstile = createTurnstile();
	const readers: SqliteThread[] = [];
	let starting: Promise<SqliteThread> | null = null;
	const startReader = (): Promise<SqliteThread> => {
		starting ??= startThread(path, true).then((thread) => {
			readers.push(thread);
			starting = null;
			return thread;
		});
		return starting;
	};
	return {
		writer,
		enter: turnstile.enter,
		reader: async () => {
			const idle = readers.find((thread) => thread.waiting === 0);
			if (idle) return idle;
			if (readers.length === 0) return startReader();
			if (readers.length < readersMax) void startReader().catch(() => undefined);
			return readers.reduce((least, thread) => (thread.waiting < least.waiting ? thread : least));
		},
		[Symbol.asyncDispose]: async () => {
			if (starting) await starting.catch(() => undefined);
			await Promise.all(readers.map((thread) => thread.close()));
			await writer.close();
		},
	};
};

const toResult = <Row>({ rows, changes }: { rows: unknown[]; changes: number }): QueryResult<Row> => ({
	rows: rows as Row[],
	numAffectedRows: BigInt(changes === 0 ? rows.length : changes),
});

const isRead = (query: CompiledQuery): boolean => {
	if (query.query.kind === 'SelectQueryNode') return true;
	return query.query.kind === 'RawNode' && /^\s*select\b/i.test(query.sql);
};

/** Where selects outside of transactions run: in the reader with the least to do, or right here. */
export type Reads = (sql: string, parameters: readonly unknown[]) => Promise<StatementResult>;

/** In the reader with the least to do. */
export const readsOf =
	(threads: SqliteThreads): Reads =>
	async (sql, parameters) =>
		(await threads.reader()).run(sql, parameters);

const createConnection = (threads: SqliteThreads, read: Reads) => {
	const connection = {
		/** Lets the next one write; set while this connection holds the writer. */
		leave: null as (() => void) | null,
		/** The transaction begins with its first statement, in one message. */
		mustBegin: false,
		executeQuery: async <Row>(query: CompiledQuery): Promise<QueryResult<Row>> => {
			if (connection.leave) {
				const begins = connection.mustBegin;
				connection.mustBegin = false;
				return toResult(await threads.writer.run(query.sql, query.parameters, begins));
			}
			if (isRead(query)) return toResult(await read(query.sql, query.parameters));
			const leave = await threads.enter();
			try {
				return toResult(await threads.writer.run(query.sql, query.parameters));
			} finally {
				leave();
			}
		},
		streamQuery: (): never => {
			throw new Error('streaming is done by keyset pages');
		},
	} satisfies DatabaseConnection & Record<string, unknown>;
	return connection;
};

type Connection = ReturnType<typeof createConnection>;

const createDriver = (threads: SqliteThreads, read: Reads): Driver => {
	const release = (connection: Connection): void => {
		connection.leave?.();
		connection.leave = null;
	};
	// A commit that fails (disk full) keeps the writer, since the rollback that follows must meet this
	// transaction.
	const commit = async (connection: Connection): Promise<void> => {
		if (!connection.mustBegin) await threads.writer.run('commit', []);
		release(connection);
	};
	// The database may have rolled back by itself already; then there is nothing left to undo.
	const rollback = async (connection: Connection): Promise<void> => {
		try {
			if (!connection.mustBegin) await threads.writer.run('rollback', []);
		} catch (error) {
			if (!/no transaction is active/.test(String(error))) throw error;
		} finally {
			release(connection);
		}
	};
	return {
		init: () => Promise.resolve(),
		acquireConnection: () => Promise.resolve(createConnection(threads, read)),
		beginTransaction: async (connection: DatabaseConnection, _settings: TransactionSettings) => {
			const own = connection as Connection;
			own.leave = await threads.enter();
			own.mustBegin = true;
		},
		commitTransaction: (connection) => commit(connection as Connection),
		rollbackTransaction: (connection) => rollback(connection as Connection),
		releaseConnection: () => Promise.resolve(),
		destroy: async () => {
			await threads[Symbol.asyncDispose]();
		},
	};
};

/** Queries may run side by side: the threads above order what must be ordered. */
class ThreadedAdapter extends SqliteAdapter {
	override get supportsMultipleConnections(): boolean {
		return true;
	}
}

/** Kysely's dialect for the embedded database. */
export const sqliteDialect = (threads: SqliteThreads, read: Reads): Dialect => ({
	createAdapter: () => new ThreadedAdapter(),
	createDriver: () => createDriver(threads, read),
	createIntrospector: (db) => new SqliteIntrospector(db),
	createQueryCompiler: () => new SqliteQueryCompiler(),
});
