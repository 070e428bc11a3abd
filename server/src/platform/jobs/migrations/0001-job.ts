/** Makes the table of background work. */
import { sql } from 'kysely';
import type { Migration } from '../../db/migrate.ts';

/** The table `job` and its index of due work. */
export const migration: Migration = {
	name: 'platform-0001-job',
	up: async (db, engine) => {
		const { text, integer } = engine.columns;
		await sql`create table "job" (
			"id" ${text} not null primary key,
			"queue" ${text} not null,
			"uniqueKey" ${text},
			"input" ${text} not null,
			"madeAt" ${integer} not null,
			"runAt" ${integer} not null,
			"leaseUntil" ${integer} not null,
			"worker" ${text} not null,
			"attempts" ${integer} not null,
			"isWantedAgain" ${integer} not null,
			"failedAt" ${integer} not null,
			"lastError" ${text} not null,
			unique ("queue", "uniqueKey")
		) ${engine.tableOptions}`.execute(db);
		await sql`create index "jobDue" on "job" ("queue", "failedAt", "runAt", "id")`.execute(db);
	},
};
