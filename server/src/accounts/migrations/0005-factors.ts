/** Authenticator apps, passkeys, recovery codes, and the roles that must have a second factor. */
import { sql } from 'kysely';
import type { Migration } from '#platform/db/migrate.ts';

export const migration: Migration = {
	name: 'accounts-0005-factors',
	up: async (db, { columns: { text, integer, bytes }, tableOptions }) => {
		await sql`create table "factor" (
			"factorId" ${text} not null primary key,
			"accountId" ${text} not null references "account" ("accountId") on delete cascade,
			"kind" ${text} not null, "label" ${bytes} not null,
			"createdAt" ${integer} not null, "lastUsedAt" ${integer}
		) ${tableOptions}`.execute(db);
		await sql`create index "factorAccount" on "factor" ("accountId", "factorId")`.execute(db);
		await sql`create table "totp" (
			"factorId" ${text} not null primary key references "factor" ("factorId") on delete cascade,
			"secret" ${bytes} not null, "lastStep" ${integer} not null
		) ${tableOptions}`.execute(db);
		await sql`create table "passkey" (
			"factorId" ${text} not null primary key references "factor" ("factorId") on delete cascade,
			"credentialHash" ${text} not null unique, "credentialId" ${bytes} not null,
			"publicKey" ${bytes} not null, "counter" ${integer} not null, "transports" ${text} not null,
			"isSyncable" ${integer} not null, "isSynced" ${integer} not null
		) ${tableOptions}`.execute(db);
		await sql`create table "recoveryCode" (
			"hash" ${text} not null primary key,
			"accountId" ${text} not null references "account" ("accountId") on delete cascade,
			"madeAt" ${integer} not null, "usedAt" ${integer}
		) ${tableOptions}`.execute(db);
		await sql`create index "recoveryCodeAccount" on "recoveryCode" ("accountId")`.execute(db);
		await sql`create index "tokenAccount" on "token" ("accountId", "purpose")`.execute(db);
		await sql`create table "requiredFactor" (
			"role" ${text} not null primary key
		) ${tableOptions}`.execute(db);
	},
};
