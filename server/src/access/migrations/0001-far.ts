/** A media server's memory of a far account service. */
import { sql } from 'kysely';
import type { Migration } from '#platform/db/migrate.ts';

export const migration: Migration = {
	name: 'access-0001-far',
	up: async (db, { columns: { text, integer, bytes }, tableOptions }) => {
		await sql`create table "farState" (
			"authority" ${text} not null primary key, "keys" ${text} not null, "serverId" ${text},
			"ownerId" ${text}, "position" ${integer} not null, "checkpointAt" ${integer} not null,
			"heardAt" ${integer}
		) ${tableOptions}`.execute(db);
		await sql`create table "farSession" (
			"sessionId" ${text} not null primary key, "tokenHash" ${text} not null unique,
			"accountId" ${text} not null, "role" ${text} not null, "isHousehold" ${integer} not null,
			"accountEpoch" ${integer} not null, "serverEpoch" ${integer} not null,
			"globalEpoch" ${integer} not null, "issuerId" ${text}, "position" ${integer} not null, "level" ${integer} not null,
			"highestLevel" ${integer} not null, "authenticatedAt" ${integer} not null,
			"createdAt" ${integer} not null, "expiresAt" ${integer} not null, "sealed" ${bytes} not null
		) ${tableOptions}`.execute(db);
		await sql`create index "farSessionAccount" on "farSession" ("accountId")`.execute(db);
		await sql`create table "farEnding" (
			"subject" ${text} not null primary key, "position" ${integer} not null, "at" ${integer} not null
		) ${tableOptions}`.execute(db);
	},
};
