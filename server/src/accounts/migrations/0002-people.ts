/** Invitations, addresses that wait to be proven, and pictures of people. */
import { sql } from 'kysely';
import type { Migration } from '#platform/db/migrate.ts';

export const migration: Migration = {
	name: 'accounts-0002-people',
	up: async (db, { columns: { text, integer, bytes }, tableOptions }) => {
		await sql`create table "invitation" (
			"invitationId" ${text} not null primary key,
			"inviterId" ${text} not null references "account" ("accountId") on delete cascade,
			"role" ${text} not null, "note" ${bytes}, "email" ${bytes},
			"createdAt" ${integer} not null, "expiresAt" ${integer} not null, "acceptedAt" ${integer},
			"acceptedBy" ${text} references "account" ("accountId") on delete set null, "revokedAt" ${integer}
		) ${tableOptions}`.execute(db);
		await sql`create index "invitationInviter" on "invitation" ("inviterId", "invitationId")`.execute(db);
		await sql`create index "invitationAccepter" on "invitation" ("acceptedBy")`.execute(db);
		await sql`create index "invitationExpiry" on "invitation" ("expiresAt")`.execute(db);
		await sql`create table "emailClaim" (
			"accountId" ${text} not null primary key references "account" ("accountId") on delete cascade,
			"claimId" ${text} not null, "email" ${bytes} not null, "emailIndex" ${text} not null,
			"madeAt" ${integer} not null
		) ${tableOptions}`.execute(db);
		await sql`create table "accountPicture" (
			"pictureId" ${text} not null primary key,
			"accountId" ${text} not null unique references "account" ("accountId") on delete cascade,
			"picture" ${bytes} not null, "madeAt" ${integer} not null
		) ${tableOptions}`.execute(db);
		await sql`create index "accountLeaving" on "account" ("deleteAfter") where "status" = 'leaving'`.execute(
			db,
		);
	},
};
