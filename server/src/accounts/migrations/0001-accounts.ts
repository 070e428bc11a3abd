/** People, their keys and credentials, sessions, tokens, and the numbered log. */
import { sql, type Kysely } from 'kysely';
import type { Engine } from '#platform/db/engine.ts';
import type { Migration } from '#platform/db/migrate.ts';

const people = async (
	db: Kysely<never>,
	{ columns: { text, integer, bytes }, tableOptions }: Engine,
): Promise<void> => {
	await sql`create table "account" (
		"accountId" ${text} not null primary key, "role" ${text} not null, "status" ${text} not null,
		"epoch" ${integer} not null, "deviceEpoch" ${integer} not null, "highestLevel" ${integer} not null,
		"usernameIndex" ${text} not null unique, "username" ${bytes} not null,
		"displayName" ${bytes} not null, "viewerId" ${bytes} not null,
		"email" ${bytes}, "emailIndex" ${text} unique, "language" ${text}, "pictureId" ${text},
		"deleteAfter" ${integer},
		"createdAt" ${integer} not null, "updatedAt" ${integer} not null
	) ${tableOptions}`.execute(db);
	await sql`create unique index "accountOwner" on "account" ("role") where "role" = 'owner'`.execute(db);
	await sql`create table "keyring" (
		"accountId" ${text} not null primary key, "wrapped" ${text} not null, "madeAt" ${integer} not null
	) ${tableOptions}`.execute(db);
	await sql`create table "credential" (
		"credentialId" ${text} not null primary key, "evaluationId" ${text} not null,
		"accountId" ${text} not null unique references "account" ("accountId") on delete cascade,
		"setupId" ${text} not null, "record" ${text} not null, "madeAt" ${integer} not null
	) ${tableOptions}`.execute(db);
};

const sessions = async (
	db: Kysely<never>,
	{ columns: { text, integer, bytes }, tableOptions }: Engine,
): Promise<void> => {
	await sql`create table "session" (
		"sessionId" ${text} not null primary key, "tokenHash" ${text} not null unique,
		"accountId" ${text} not null references "account" ("accountId") on delete cascade,
		"accountEpoch" ${integer} not null, "serverEpoch" ${integer} not null, "globalEpoch" ${integer} not null,
		"kind" ${text} not null, "scope" ${text} not null, "level" ${integer} not null, "methods" ${text} not null,
		"authenticatedAt" ${integer} not null, "deviceId" ${text}, "issuerId" ${text}, "clientId" ${text},
		"issuerSessionIndex" ${text},
		"label" ${bytes} not null, "network" ${bytes}, "sessionMac" ${text},
		"createdAt" ${integer} not null, "lastUsedAt" ${integer} not null, "expiresAt" ${integer} not null,
		"idleMaxMs" ${integer} not null, "verifierMadeAt" ${integer},
		"cohort" ${integer} not null
	) ${tableOptions}`.execute(db);
	await sql`create index "sessionAccount" on "session" ("accountId", "lastUsedAt")`.execute(db);
	await sql`create index "sessionExpiry" on "session" ("expiresAt")`.execute(db);
	await sql`create table "token" (
		"tokenId" ${text} not null primary key, "purpose" ${text} not null, "accountId" ${text},
		"accountEpoch" ${integer}, "hash" ${text} not null unique, "payload" ${text} not null,
		"createdAt" ${integer} not null, "expiresAt" ${integer} not null, "consumedAt" ${integer}
	) ${tableOptions}`.execute(db);
	await sql`create index "tokenExpiry" on "token" ("expiresAt")`.execute(db);
	await sql`create table "attempt" (
		"subject" ${text} not null primary key, "count" ${integer} not null, "lastAt" ${integer} not null
	) ${tableOptions}`.execute(db);
	await sql`create index "attemptLast" on "attempt" ("lastAt")`.execute(db);
};

const log = async (
	db: Kysely<never>,
	{ columns: { text, integer }, tableOptions }: Engine,
): Promise<void> => {
	await sql`create table "epoch" (
		"scope" ${text} not null primary key, "value" ${integer} not null
	) ${tableOptions}`.execute(db);
	await sql`insert into "epoch" ("scope", "value") values ('server', 1), ('global', 1)`.execute(db);
	await sql`create table "securityEvent" (
		"eventId" ${text} not null primary key, "position" ${integer} unique, "kind" ${text} not null,
		"cause" ${text} not null, "at" ${integer} not null, "accountId" ${text}, "sessionId" ${text},
		"serverId" ${text}, "epoch" ${integer}, "issuerId" ${text}, "reasons" ${text}
	) ${tableOptions}`.execute(db);
	await sql`create index "securityEventAccount" on "securityEvent" ("accountId", "eventId")`.execute(db);
	await sql`create index "securityEventWaiting" on "securityEvent" ("eventId") where "position" is null`.execute(
		db,
	);
};

export const migration: Migration = {
	name: 'accounts-0001-accounts',
	up: async (db, engine) => {
		await people(db, engine);
		await sessions(db, engine);
		await log(db, engine);
	},
};
