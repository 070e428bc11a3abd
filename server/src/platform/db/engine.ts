/**
 * Everything in which the two databases differ, behind one interface by concern. Implemented in `dialects/`
 * only: no other file may name a database product, and a check holds that.
 */
import type { Expression, Kysely, RawBuilder, SqlBool } from 'kysely';

/** What a driver said went wrong, where a store can do something about it. */
export type ConstraintViolation = { readonly kind: 'unique' | 'foreign-key' | 'not-null' | 'check' };

/**
 * Column types for migrations, in the dialect's own words. Tables are strict about them in both databases.
 */
export interface ColumnTypes {
	readonly text: RawBuilder<unknown>;
	readonly integer: RawBuilder<unknown>;
	readonly real: RawBuilder<unknown>;
	readonly bytes: RawBuilder<unknown>;
}

/**
 * A text index over folded words. Words are given folded (`foldText`), so both databases find the same.
 * The index is a table of its own, keyed by an id, and is written in the same transaction as its subject.
 */
export interface FullText {
	/** For migrations: makes the index table `name`. */
	create(db: Kysely<never>, name: string): Promise<void>;
	/** Replaces what is stored for each id; an empty text removes the id. At most 1,000 entries a call. */
	put(db: Kysely<never>, name: string, entries: readonly { id: string; text: string }[]): Promise<void>;
	remove(db: Kysely<never>, name: string, ids: readonly string[]): Promise<void>;
	/** Ids whose text has every word, the last one as a prefix; best match first; at most `limit`. */
	search(db: Kysely<never>, name: string, words: readonly string[], limit: number): Promise<string[]>;
}

/** One database's half of every difference; stores use it and never ask which it is. */
export interface Engine {
	readonly columns: ColumnTypes;
	readonly fullText: FullText;
	/** What stands after `create table (...)`: storage options. */
	readonly tableOptions: RawBuilder<unknown>;
	/** Which constraint a driver error is about, or null where it is about none. */
	constraintOf(error: unknown): ConstraintViolation | null;
	/** True where the whole transaction may simply be run again. */
	isRetryable(error: unknown): boolean;
	/** The tables and columns that are there, for the check against the declarations. */
	introspect(
		db: Kysely<never>,
	): Promise<{ table: string; column: string; storage: string; isNullable: boolean }[]>;
	/**
	 * Wakes `listen`ers of this channel, in this process and in others. A hint only: readers read by cursor.
	 */
	notify(channel: string): Promise<void>;
	/** Calls `wake` after a `notify`; returns how to stop. */
	listen(channel: string, wake: () => void): Promise<() => Promise<void>>;
	/** Takes up to `limit` due jobs off the table for this worker; no other worker gets them. */
	readonly claimSuffix: RawBuilder<unknown>;
	/** `expression` compared as text by bytes, whatever the database's locale. */
	byBytes(expression: Expression<string>): RawBuilder<string>;
	/** A page of diagnostics: size on disk, journal mode, version. */
	describe(db: Kysely<never>): Promise<Readonly<Record<string, string | number>>>;
	/** Whether a plan scans a whole table; for the tests of hot queries. */
	explain(db: Kysely<never>, query: { sql: string; parameters: readonly unknown[] }): Promise<string>;
	/** True as long as the database answers. */
	ping(db: Kysely<never>): Promise<SqlBool>;
}
