/** Apps, what they were let in for, what they have to be told, and the keys that sign it. */
import { sql } from 'kysely';
import type { Migration } from '#platform/db/migrate.ts';

export const migration: Migration = {
	name: 'accounts-0007-provider',
	up: async (db, { columns: { text, integer, bytes }, tableOptions }) => {
		await sql`create table "client" (
			"clientId" ${text} not null primary key, "kind" ${text} not null,
			"metadata" ${bytes} not null, "createdAt" ${integer} not null
		) ${tableOptions}`.execute(db);
		await sql`create table "letIn" (
			"sessionId" ${text} not null primary key references "session" ("sessionId") on delete cascade,
			"clientId" ${text} not null, "scope" ${text} not null, "idleMaxMs" ${integer} not null
		) ${tableOptions}`.execute(db);
		await sql`create index "letInClient" on "letIn" ("clientId", "sessionId")`.execute(db);
		await sql`create table "appLogout" (
			"sessionId" ${text} not null primary key, "accountId" ${text} not null,
			"clientId" ${text} not null, "tries" ${integer} not null, "nextAt" ${integer} not null
		) ${tableOptions}`.execute(db);
		await sql`create index "appLogoutAccount" on "appLogout" ("accountId")`.execute(db);
		await sql`create table "appSigningKey" (
			"keyId" ${text} not null primary key, "algorithm" ${text} not null,
			"jwk" ${bytes} not null, "madeAt" ${integer} not null
		) ${tableOptions}`.execute(db);
		await sql`create table "plainPassword" (
			"sessionId" ${text} not null primary key references "session" ("sessionId") on delete cascade,
			"secret" ${bytes} not null
		) ${tableOptions}`.execute(db);
	},
};
