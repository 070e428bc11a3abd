/** The handle that stores get: queries outside a transaction, transactions, and the engine's differences. */
import type { Kysely, Transaction } from 'kysely';
import type { Engine } from './engine.ts';

/**
 * A view of the tables `Tables`. A domain is handed a view of its own tables (`only`) and cannot name
 * another's.
 */
export interface Database<Tables> {
	readonly engine: Engine;
	/**
	 * Single statements, each its own transaction. Selects run beside the writer and never wait for it. Reads
	 * may miss what a transaction that has not committed wrote.
	 */
	readonly query: Kysely<Tables>;
	/**
	 * Runs `work` in one serialised write transaction: all of it or nothing. Retried as a whole, at most five
	 * times, where the database asks for it; so `work` has no effects but its statements, and never awaits the
	 * outside world.
	 */
	transaction<Result>(work: (tx: Transaction<Tables>) => Promise<Result>): Promise<Result>;
	/**
	 * The same database for a room whose selects are all by key or by short page: the embedded one answers
	 * them in the calling thread.
	 */
	near(): Database<Tables>;
	/** The same database, seen through fewer tables. Exists for types; costs nothing. */
	only<Name extends keyof Tables>(): Database<Pick<Tables, Name>>;
}

/** Whoever opens a database closes it; views do not. */
export interface OpenDatabase<Tables> extends Database<Tables>, AsyncDisposable {}
