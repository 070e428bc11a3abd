/** Media servers, their claims, and who may enter them. */
import { sql } from 'kysely';
import type { Migration } from '#platform/db/migrate.ts';

export const migration: Migration = {
	name: 'accounts-0008-servers',
	up: async (db, { columns: { text, integer, bytes }, tableOptions }) => {
		await sql`create table "mediaServer" (
			"serverId" ${text} not null primary key, "keyName" ${text} not null unique,
			"publicKey" ${text} not null,
			"ownerId" ${text} not null references "account" ("accountId") on delete cascade,
			"status" ${text} not null, "name" ${bytes} not null, "addresses" ${bytes} not null,
			"redirects" ${text} not null, "position" ${integer} not null, "lastHeardAt" ${integer},
			"claimedAt" ${integer} not null
		) ${tableOptions}`.execute(db);
		await sql`create index "mediaServerOwner" on "mediaServer" ("ownerId")`.execute(db);
		await sql`create table "serverClaim" (
			"keyName" ${text} not null primary key, "publicKey" ${text} not null,
			"codeIndex" ${text} not null unique, "details" ${text} not null, "redirects" ${text} not null,
			"expiresAt" ${integer} not null
		) ${tableOptions}`.execute(db);
		await sql`create index "serverClaimExpiry" on "serverClaim" ("expiresAt")`.execute(db);
		await sql`create table "serverGrant" (
			"grantId" ${text} not null primary key,
			"serverId" ${text} not null references "mediaServer" ("serverId") on delete cascade,
			"accountId" ${text} references "account" ("accountId") on delete cascade,
			"whoIndex" ${text}, "invitedAs" ${bytes} not null, "serverName" ${bytes}, "role" ${text} not null,
			"isHousehold" ${integer} not null, "createdAt" ${integer} not null, "acceptedAt" ${integer},
			unique ("serverId", "accountId"), unique ("serverId", "whoIndex")
		) ${tableOptions}`.execute(db);
		await sql`create index "serverGrantAccount" on "serverGrant" ("accountId")`.execute(db);
	},
};
