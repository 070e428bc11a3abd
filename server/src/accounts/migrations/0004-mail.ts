/** Mails: rows in the transaction of what they are about. */
import { sql } from 'kysely';
import type { Migration } from '#platform/db/migrate.ts';

export const migration: Migration = {
	name: 'accounts-0004-mail',
	up: async (db, { columns: { text, integer, bytes }, tableOptions }) => {
		await sql`create table "mail" (
			"mailId" ${text} not null primary key, "mailNumber" ${text} not null unique,
			"template" ${text} not null, "accountId" ${text}, "language" ${text}, "mint" ${text},
			"address" ${bytes}, "wrapped" ${text}, "addressIndex" ${text},
			"state" ${text} not null, "tries" ${integer} not null, "dueAt" ${integer} not null,
			"expiresAt" ${integer} not null, "problem" ${text}, "tokenHash" ${text},
			"createdAt" ${integer} not null, "sentAt" ${integer}
		) ${tableOptions}`.execute(db);
		await sql`create index "mailDue" on "mail" ("state", "dueAt")`.execute(db);
		await sql`create index "mailAccount" on "mail" ("accountId", "mailId")`.execute(db);
		await sql`create index "mailAddress" on "mail" ("addressIndex", "createdAt")`.execute(db);
	},
};
