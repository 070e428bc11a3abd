/**
 * A reading connection in the main thread, for selects by key. Such a select takes some ten microseconds;
 * waking a thread for it and being woken for its answer takes five times as long.
 */
import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { SqliteError, type StatementResult } from './sqlite-thread.ts';
import { checkParameter, toObject } from './sqlite-values.ts';

const statementsMax = 200;
const busyTimeoutMs = 1_000;
const cacheKib = 4_096;

interface Prepared {
	readonly statement: StatementSync;
	readonly columns: readonly string[];
}

/** Runs selects where it is called. Nothing here writes: the connection cannot. */
export interface NearReader {
	run(sql: string, parameters: readonly unknown[]): StatementResult;
	close(): void;
}

const open = (path: string): DatabaseSync => {
	const database = new DatabaseSync(path, { readOnly: true, timeout: busyTimeoutMs });
	database.exec('pragma temp_store = memory');
	database.exec(`pragma cache_size = -${cacheKib}`);
	database.exec('pragma mmap_size = 268435456');
	return database;
};

/** Opens the file when the first select comes: by then the schema stands. */
export const createNearReader = (path: string): NearReader => {
	let connection: DatabaseSync | null = null;
	const statements = new Map<string, Prepared>();
	const prepare = (sql: string): Prepared => {
		connection ??= open(path);
		const statement = connection.prepare(sql);
		const columns = statement.columns().map(({ name }) => name);
		statement.setReturnArrays(true);
		return { statement, columns };
	};
	const preparedOf = (sql: string): Prepared => {
		const prepared = statements.get(sql) ?? prepare(sql);
		statements.delete(sql);
		statements.set(sql, prepared);
		if (statements.size > statementsMax) {
			const oldest = statements.keys().next().value;
			if (oldest !== undefined) statements.delete(oldest);
		}
		return prepared;
	};
	return {
		run: (sql, parameters) => {
			for (const value of parameters) checkParameter(value);
			try {
				const { statement, columns } = preparedOf(sql);
				const rows = statement.all(...(parameters as [])) as unknown as SQLOutputValue[][];
				return { rows: rows.map((values) => toObject(columns, values)), changes: 0 };
			} catch (error) {
				const { message, errcode } = error as { message: string; errcode?: number };
				throw new SqliteError(message, errcode ?? 0);
			}
		},
		close: () => {
			statements.clear();
			connection?.close();
			connection = null;
		},
	};
};
