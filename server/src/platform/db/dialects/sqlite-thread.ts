/**
 * A connection thread as the main thread sees it: send a statement, get rows. Statements run in the order
 * sent.
 */
import { Worker } from 'node:worker_threads';
import { threadEnvironment } from '../../process/compiled-code.ts';

/** What a statement gave: rows, or how many it changed. */
export interface StatementResult {
	readonly rows: unknown[];
	readonly changes: number;
}

/** One connection in a thread of its own. */
export interface SqliteThread {
	run(sql: string, parameters: readonly unknown[]): Promise<StatementResult>;
	/** Statements sent and not answered. */
	readonly waiting: number;
	close(): Promise<void>;
}

/** What the driver said, with its numeric code, so that the dialect can tell what it was about. */
export class SqliteError extends Error {
	readonly errcode: number;
	readonly code: 'ENOSPC' | null;
	constructor(message: string, errcode: number) {
		super(message);
		this.name = 'SqliteError';
		this.errcode = errcode;
		// SQLITE_FULL, by the name that every full disk goes by.
		this.code = (errcode & 0xff) === 13 ? 'ENOSPC' : null;
	}
}

/**
 * The driver stores a `Date` as NULL and takes an object for named parameters; both are bugs of ours, so
 * both, and everything else it does not know by heart, are refused here.
 */
const checkParameter = (value: unknown): void => {
	if (value === null || typeof value === 'string' || typeof value === 'bigint') return;
	if (typeof value === 'number') {
		if (Number.isNaN(value)) throw new TypeError('NaN cannot be stored');
		return;
	}
	if (value instanceof Uint8Array) return;
	throw new TypeError(`a ${value === undefined ? 'missing value' : typeof value} cannot be stored`);
};

interface Waiting {
	resolve(result: StatementResult): void;
	reject(error: Error): void;
}

type Answer =
	| { id: number; error: { message: string; errcode: number } }
	| ({ id: number; error?: never } & StatementResult);

/** The heap of one connection thread: rows pass through, nothing stays. */
const heapMbMax = 256;
const youngHeapMbMax = 2;

/** Starts a connection thread; rejects where the file cannot be opened. */
export const startThread = async (path: string, isReader: boolean): Promise<SqliteThread> => {
	const worker = new Worker(new URL('./sqlite-worker.ts', import.meta.url), {
		workerData: { path, isReader },
		resourceLimits: { maxOldGenerationSizeMb: heapMbMax, maxYoungGenerationSizeMb: youngHeapMbMax },
		execArgv: ['--disable-warning=ExperimentalWarning'],
		env: threadEnvironment(),
	});
	const waiting = new Map<number, Waiting>();
	let lastId = 0;
	let ended: Error | null = null;
	const end = (error: Error): void => {
		ended ??= error;
		for (const { reject } of waiting.values()) reject(error);
		waiting.clear();
	};
	worker.on('message', (answer: Answer) => {
		const waiter = waiting.get(answer.id);
		waiting.delete(answer.id);
		if (waiting.size === 0) worker.unref();
		if (answer.error) waiter?.reject(new SqliteError(answer.error.message, answer.error.errcode));
		else waiter?.resolve(answer);
	});
	worker.on('error', (error) => end(error as Error));
	worker.on('exit', () => end(new Error('the database connection has ended')));
	await new Promise<StatementResult>((resolve, reject) => waiting.set(0, { resolve, reject }));
	return {
		run: (sql, parameters) => {
			if (ended) return Promise.reject(ended);
			parameters.forEach(checkParameter);
			lastId += 1;
			const id = lastId;
			if (waiting.size === 0) worker.ref();
			return new Promise((resolve, reject) => {
				waiting.set(id, { resolve, reject });
				worker.postMessage({ id, sql, parameters });
			});
		},
		get waiting() {
			return waiting.size;
		},
		close: async () => {
			if (ended) return;
			const exited = new Promise((resolve) => worker.once('exit', resolve));
			worker.ref();
			worker.postMessage('close');
			await exited;
		},
	};
};
