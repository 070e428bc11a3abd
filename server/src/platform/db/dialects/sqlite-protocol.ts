/**
 * What goes between the main thread and a connection thread. A thread is woken once for everything that was
 * sent in the same moment, a statement's text travels once, and rows travel as lists: waking threads and
 * copying objects costs more than most statements do.
 */
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';

/** One statement to run. */
export type Request = readonly [
	id: number,
	/** Names the text on this connection; `unkept` where it is not worth keeping. */
	textId: number,
	/** The text itself, the first time that it is named. */
	text: string | null,
	parameters: readonly SQLInputValue[],
	/** Begins a transaction before it. Where that fails, the statement does not run. */
	begins: boolean,
];

/** The number of a text that is sent each time: there are too many of them already. */
export const unkept = 0;

/** What the database said, with its numeric code. */
export interface Failure {
	readonly message: string;
	readonly errcode: number;
}

/** What it gave: the names of its columns the first time, and its rows as lists of values. */
export type Answer =
	| readonly [
			id: number,
			columns: readonly string[] | null,
			rows: readonly (readonly SQLOutputValue[])[],
			changes: number,
	  ]
	| readonly [id: number, error: Failure];

/** What a connection thread is sent: statements in their order, or the word to end. */
export type ToThread = readonly Request[] | 'close';
