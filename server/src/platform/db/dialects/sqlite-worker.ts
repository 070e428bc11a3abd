/**
 * One connection to the embedded database, in a thread of its own. Speaks the small protocol of
 * `sqlite-protocol.ts`.
 */
import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { type Answer, type Failure, type Request, type ToThread, unkept } from './sqlite-protocol.ts';

interface Open {
	readonly path: string;
	readonly isReader: boolean;
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

interface Prepared {
	readonly statement: StatementSync;
	readonly columns: readonly string[];
}

const connection = open(workerData as Open);
const texts = new Map<number, string>();
const statements = new Map<number, Prepared>();
/** Texts whose columns the main thread knows. */
const described = new Set<number>();

const prepare = (text: string): Prepared => {
	const statement = connection.prepare(text);
	const columns = statement.columns().map(({ name }) => name);
	// A text index leaves row numbers of its own behind as "the last one", beyond what a number holds.
	if (columns.length === 0) statement.setReadBigInts(true);
	else statement.setReturnArrays(true);
	return { statement, columns };
};

/** Whatever was prepared or described before may mean something else after these. */
const changesSchema = /^\s*(?:create|alter|drop)\b/iu;

const preparedOf = (textId: number): Prepared => {
	const known = statements.get(textId);
	if (known) {
		statements.delete(textId);
		statements.set(textId, known);
		return known;
	}
	const made = prepare(texts.get(textId) ?? '');
	statements.set(textId, made);
	if (statements.size > statementsMax) {
		const oldest = statements.keys().next().value;
		if (oldest !== undefined) statements.delete(oldest);
	}
	return made;
};

const forgetAll = (): void => {
	statements.clear();
	described.clear();
};

const executeOnce = (id: number, text: string, parameters: Request[3]): Answer => {
	const { statement, columns } = prepare(text);
	if (columns.length === 0) return [id, null, [], Number(statement.run(...parameters).changes)];
	return [id, columns, statement.all(...parameters) as unknown as SQLOutputValue[][], 0];
};

const execute = ([id, textId, text, parameters, begins]: Request): Answer => {
	if (text !== null && textId !== unkept) texts.set(textId, text);
	if (begins) begin();
	if (textId === unkept) return executeOnce(id, text ?? '', parameters);
	const { statement, columns } = preparedOf(textId);
	if (columns.length === 0) {
		const { changes } = statement.run(...parameters);
		if (changesSchema.test(texts.get(textId) ?? '')) forgetAll();
		return [id, null, [], Number(changes)];
	}
	const rows = statement.all(...parameters) as unknown as SQLOutputValue[][];
	if (described.has(textId)) return [id, null, rows, 0];
	described.add(textId);
	return [id, columns, rows, 0];
};

/** Of a transaction that could not begin: what was sent along with its first statement does not run either. */
let refusal: Failure | null = null;

const begin = (): void => {
	try {
		connection.exec('begin immediate');
	} catch (error) {
		refusal = failureOf(error);
		throw error;
	}
};

const failureOf = (error: unknown): Failure => {
	const { message, errcode } = error as { message?: string; errcode?: number };
	return { message: message ?? String(error), errcode: errcode ?? 0 };
};

const answer = (request: Request): Answer => {
	const [id, textId, text] = request;
	const isRollback = (text ?? texts.get(textId)) === 'rollback';
	if (refusal && !isRollback) {
		if (text !== null && textId !== unkept) texts.set(textId, text);
		return [id, refusal];
	}
	refusal = null;
	try {
		return execute(request);
	} catch (error) {
		return [id, failureOf(error)];
	}
};

parentPort?.on('message', (message: ToThread) => {
	if (message !== 'close') return parentPort?.postMessage(message.map(answer));
	statements.clear();
	connection.close();
	parentPort?.close();
});
parentPort?.postMessage([]);
