/** Playback's first tables: open playbacks and progress. */
import { sql, type Kysely } from 'kysely';
import type { Engine } from '../../platform/db/engine.ts';
import type { Migration } from '../../platform/db/migrate.ts';

const up = async (db: Kysely<never>, { columns: { text, integer }, tableOptions }: Engine): Promise<void> => {
	await sql`create table "playback" (
		"playbackId" ${text} not null primary key, "viewerId" ${text} not null, "itemId" ${text} not null,
		"fileId" ${text} not null, "plan" ${text} not null, "createdAt" ${integer} not null
	) ${tableOptions}`.execute(db);
	await sql`create index "playbackViewer" on "playback" ("viewerId", "playbackId")`.execute(db);
	await sql`create index "playbackCreated" on "playback" ("createdAt")`.execute(db);
	await sql`create table "watchProgress" (
		"viewerId" ${text} not null, "workId" ${text} not null, "groupWorkId" ${text} not null,
		"rootWorkId" ${text} not null, "positionMs" ${integer} not null, "durationMs" ${integer} not null,
		"isWatched" ${integer} not null, "playCount" ${integer} not null, "isContinuable" ${integer} not null,
		"updatedAt" ${integer} not null, primary key ("viewerId", "workId")
	) ${tableOptions}`.execute(db);
	await sql`create index "watchProgressContinue"
		on "watchProgress" ("viewerId", "isContinuable", "updatedAt")`.execute(db);
	await sql`create index "watchProgressGroup" on "watchProgress" ("viewerId", "groupWorkId")`.execute(db);
	await sql`create index "watchProgressRoot" on "watchProgress" ("viewerId", "rootWorkId")`.execute(db);
};

export const migration: Migration = { name: 'playback-0001-playback', up };
