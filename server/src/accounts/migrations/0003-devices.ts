/** Devices people signed in on, the floors below which nothing counts, and how careful sign-in is. */
import { sql } from 'kysely';
import type { Migration } from '#platform/db/migrate.ts';

export const migration: Migration = {
	name: 'accounts-0003-devices',
	up: async (db, { columns: { text, integer, bytes }, tableOptions }) => {
		await sql`create table "device" (
			"deviceId" ${text} not null primary key,
			"accountId" ${text} not null references "account" ("accountId") on delete cascade,
			"tokenHash" ${text} not null, "label" ${bytes} not null, "network" ${bytes}, "place" ${bytes},
			"deviceEpoch" ${integer} not null, "keyThumbprint" ${text}, "publicKey" ${text},
			"keyMadeAt" ${integer}, "deviceMac" ${text}, "level" ${integer} not null, "methods" ${text} not null,
			"issuerId" ${text}, "verifierMadeAt" ${integer}, "authenticatedAt" ${integer} not null,
			"sessionAt" ${integer} not null, "expiresAt" ${integer} not null, "idleMaxMs" ${integer} not null,
			"createdAt" ${integer} not null, "lastSeenAt" ${integer} not null,
			unique ("accountId", "tokenHash")
		) ${tableOptions}`.execute(db);
		await sql`create index "deviceToken" on "device" ("tokenHash")`.execute(db);
		await sql`create index "deviceSeen" on "device" ("lastSeenAt")`.execute(db);
		await sql`create table "deviceProof" (
			"proofHash" ${text} not null primary key, "expiresAt" ${integer} not null
		) ${tableOptions}`.execute(db);
		await sql`create index "deviceProofExpiry" on "deviceProof" ("expiresAt")`.execute(db);
		await sql`create table "floor" (
			"subject" ${text} not null, "reach" ${text} not null, "at" ${integer} not null,
			"spreadOverMs" ${integer} not null, primary key ("subject", "reach")
		) ${tableOptions}`.execute(db);
		await sql`create table "policyState" (
			"name" ${text} not null primary key, "value" ${text} not null
		) ${tableOptions}`.execute(db);
	},
};
