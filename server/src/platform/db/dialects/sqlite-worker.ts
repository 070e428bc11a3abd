/**
 * One connection to the embedded database, in a thread of its own. Speaks the small protocol of
 * `sqlite-thread.ts`.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

interface Open {
	readonly path: string;
	readonly isReader: boolean;
}

interface Request {
	readonly id: number;
	readonly sql: string;
	readonly parameters: readonly SQLInputValue[];
}

/** Statements kept prepared; the least used is dropped first. */
const statementsMax = 200;
const busyTimeoutMs = 5_000;

const open = ({ path, isReader }: Open): DatabaseSync => {
	const database = new DatabaseSync(path, { readOnly: isReader, timeout: busyTimeoutMs });
	if (!isReader) {
		database.exec('pragma journal_mode = wal');
		database.exec('pragma synchronous = normal');
		database.exec('pragma foreign_keys = on');
		database.exec('pragma secure_delete = fast');
		database.exec('pragma journal_size_limit = 67108864');
	}
	database.exec('pragma temp_store = memory');
	database.exec(`pragma cache_size = -${isReader ? 32_768 : 16_384}`);
	database.exec('pragma mmap_size = 268435456');
	return database;
};

const connection = open(workerData as Open);
const statements = new Map<string, StatementSync>();

const prepared = (sql: string): StatementSync => {
	const known = statements.get(sql);
	if (known) {
		statements.delete(sql);
		statements.set(sql, known);
		return known;
	}
	const statement = connection.prepare(sql);
	// A text index leaves row numbers of its own behind as "the last one", beyond what a number holds.
	if (statement.columns().length === 0) statement.setReadBigInts(true);
	statements.set(sql, statement);
	if (statements.size > statementsMax) {
		const oldest = statements.keys().next().value;
		if (oldest !== undefined) statements.delete(oldest);
	}
	return statement;
};

const execute = ({ sql, parameters }: Request): { rows: unknown[]; changes: number } => {
	const statement = prepared(sql);
	if (statement.columns().length > 0) return { rows: statement.all(...parameters), changes: 0 };
	return { rows: [], changes: Number(statement.run(...parameters).changes) };
};

const describeError = (error: unknown): { message: string; errcode: number } => {
	const { message, errcode } = error as { message?: string; errcode?: number };
	return { message: message ?? String(error), errcode: errcode ?? 0 };
};

parentPort?.on('message', (message: Request | 'close') => {
	if (message === 'close') {
		statements.clear();
		connection.close();
		parentPort?.close();
		return;
	}
	try {
		parentPort?.postMessage({ id: message.id, ...execute(message) });
	} catch (error) {
		parentPort?.postMessage({ id: message.id, error: describeError(error) });
	}
});
parentPort?.postMessage({ id: 0, rows: [], changes: 0 });
