/**
 * A connection thread as the main thread sees it: send a statement, get rows. Statements run in the order
 * sent.
 */
import type { SQLInputValue } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { threadEnvironment } from '../../process/compiled-code.ts';
import { type Answer, type Request, type ToThread, unkept } from './sqlite-protocol.ts';
import { checkParameter, toObject } from './sqlite-values.ts';

/** What a statement gave: rows, or how many it changed. */
export interface StatementResult {
	readonly rows: unknown[];
	readonly changes: number;
}

/** One connection in a thread of its own. */
export interface SqliteThread {
	/** With `begins`, a transaction is begun before the statement; where that fails, it does not run. */
	run(sql: string, parameters: readonly unknown[], begins?: boolean): Promise<StatementResult>;
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

interface Waiting {
	readonly textId: number;
	resolve(result: StatementResult): void;
	reject(error: Error): void;
}

/** Texts kept on a connection. A program has a few hundred; lists of many lengths make more. */
const textsMax = 5_000;

/** Texts by number, and the columns that each was answered with. */
const createTexts = () => {
	const ids = new Map<string, number>();
	const columnsOf = new Map<number, readonly string[]>();
	return {
		columnsOf,
		/** The number of a text, and the text itself where the other end does not know it. */
		name: (text: string): readonly [number, string | null] => {
			const known = ids.get(text);
			if (known !== undefined) return [known, null];
			if (ids.size >= textsMax) return [unkept, text];
			ids.set(text, ids.size + 1);
			return [ids.size, text];
		},
	};
};

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
	const texts = createTexts();
	let outbox: Request[] = [];
	const post = (message: ToThread): void => worker.postMessage(message);
	const flush = (): void => {
		const sent = outbox;
		outbox = [];
		post(sent);
	};
	const settle = (answer: Answer): void => {
		const waiter = waiting.get(answer[0]);
		if (!waiter) return;
		waiting.delete(answer[0]);
		if (answer.length === 2) return waiter.reject(new SqliteError(answer[1].message, answer[1].errcode));
		const [, described, rows, changes] = answer;
		if (described && waiter.textId !== unkept) texts.columnsOf.set(waiter.textId, described);
		const columns = described ?? texts.columnsOf.get(waiter.textId) ?? [];
		waiter.resolve({ rows: rows.map((values) => toObject(columns, values)), changes });
	};
	worker.on('message', (answers: readonly Answer[]) => {
		for (const answer of answers) settle(answer);
		if (waiting.size === 0) worker.unref();
	});
	worker.on('error', (error) => end(error as Error));
	worker.on('exit', () => end(new Error('the database connection has ended')));
	await new Promise<void>((resolve, reject) => {
		worker.once('message', () => resolve());
		worker.once('error', reject);
	});
	worker.unref();
	return {
		run: (sql, parameters, begins = false) => {
			if (ended) return Promise.reject(ended);
			parameters.forEach(checkParameter);
			lastId += 1;
			const id = lastId;
			const [textId, text] = texts.name(sql);
			if (waiting.size === 0) worker.ref();
			if (outbox.length === 0) queueMicrotask(flush);
			outbox.push([id, textId, text, parameters as SQLInputValue[], begins]);
			return new Promise((resolve, reject) => waiting.set(id, { textId, resolve, reject }));
		},
		get waiting() {
			return waiting.size;
		},
		close: async () => {
			if (ended) return;
			const exited = new Promise((resolve) => worker.once('exit', resolve));
			worker.ref();
			post('close');
			await exited;
		},
	};
};
