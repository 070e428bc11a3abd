/** The one table of background work. */
import { column, type RowOf, table } from '../db/types.ts';

/** One row for each job that waits, runs or was given up; finished ones are gone. */
export const jobTable = table('job', {
	id: column.id(),
	/** Which kind of work: the name it was defined under. */
	queue: column.text('a name from our own code'),
	/** At most one row of a queue has the same key, whatever its state. */
	uniqueKey: column.text('an id of ours, or a fixed word').nullable(),
	input: column.json<unknown>('ids and settings of our own; handlers look up what they need'),
	madeAt: column.timeMs(),
	/** Not before this. */
	runAt: column.timeMs(),
	/** 0: nobody works on it. Past: whoever did is gone, and it may be taken again. */
	leaseUntil: column.timeMs(),
	/** Which process holds the lease; empty for none. */
	worker: column.text('an opaque id of a process'),
	attempts: column.integer(),
	/** It was asked for again while it ran, and runs once more. */
	isWantedAgain: column.flag(),
	/** 0, or when it was given up. */
	failedAt: column.timeMs(),
	lastError: column.text('the message of an error of ours, cut short; about work, not about people'),
});

/** The tables of background work, for a view of the database. */
export interface JobTables {
	job: RowOf<typeof jobTable>;
}

/** All tables of background work. */
export const jobTables = [jobTable];
