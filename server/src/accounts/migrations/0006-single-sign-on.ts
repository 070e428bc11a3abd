/** Providers that people sign in with, and the links between them and accounts. */
import { sql } from 'kysely';
import type { Migration } from '#platform/db/migrate.ts';

export const migration: Migration = {
	name: 'accounts-0006-single-sign-on',
	up: async (db, { columns: { text, integer, bytes }, tableOptions }) => {
		await sql`create table "issuer" (
			"issuerId" ${text} not null primary key, "issuer" ${text} not null unique, "name" ${text} not null,
			"clientId" ${text} not null, "clientSecret" ${bytes}, "asksProfile" ${integer} not null,
			"allowsPrivate" ${integer} not null, "allowsJoining" ${integer} not null,
			"isBlocked" ${integer} not null, "floorAt" ${integer} not null, "linkFloorAt" ${integer} not null,
			"provesFreshness" ${integer}, "createdAt" ${integer} not null, "updatedAt" ${integer} not null
		) ${tableOptions}`.execute(db);
		await sql`create table "issuerLink" (
			"linkId" ${text} not null primary key,
			"issuerId" ${text} not null references "issuer" ("issuerId") on delete cascade,
			"accountId" ${text} not null references "account" ("accountId") on delete cascade,
			"subjectIndex" ${text} not null unique, "subject" ${bytes} not null, "label" ${bytes},
			"madeAt" ${integer} not null, unique ("accountId", "issuerId")
		) ${tableOptions}`.execute(db);
		await sql`create index "issuerLinkIssuer" on "issuerLink" ("issuerId")`.execute(db);
		await sql`create table "issuerLogout" (
			"issuerId" ${text} not null references "issuer" ("issuerId") on delete cascade,
			"tokenHash" ${text} not null, "expiresAt" ${integer} not null, primary key ("issuerId", "tokenHash")
		) ${tableOptions}`.execute(db);
		await sql`create index "issuerLogoutExpiry" on "issuerLogout" ("expiresAt")`.execute(db);
	},
};
