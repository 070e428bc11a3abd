/** The catalogue's first tables, and the indexes that its listings run on. */
import { sql, type Kysely } from 'kysely';
import type { Engine } from '../../platform/db/engine.ts';
import type { Migration } from '../../platform/db/migrate.ts';

const libraries = async (
	db: Kysely<never>,
	{ columns: { text, integer }, tableOptions }: Engine,
): Promise<void> => {
	await sql`create table "library" (
		"libraryId" ${text} not null primary key, "name" ${text} not null, "nameFolded" ${text} not null unique,
		"kind" ${text} not null, "createdAt" ${integer} not null, "scannedAt" ${integer},
		"version" ${integer} not null, "itemCount" ${integer} not null, "damagedCount" ${integer} not null
	) ${tableOptions}`.execute(db);
	await sql`create table "libraryFolder" (
		"folderId" ${text} not null primary key,
		"libraryId" ${text} not null references "library" ("libraryId") on delete cascade,
		"path" ${text} not null, "isAway" ${integer} not null, "rootMark" ${text}, "fileCount" ${integer} not null
	) ${tableOptions}`.execute(db);
	await sql`create index "libraryFolderLibrary" on "libraryFolder" ("libraryId")`.execute(db);
};

const files = async (
	db: Kysely<never>,
	{ columns: { text, integer }, tableOptions }: Engine,
): Promise<void> => {
	await sql`create table "file" (
		"fileId" ${text} not null primary key, "libraryId" ${text} not null,
		"folderId" ${text} not null references "libraryFolder" ("folderId") on delete cascade,
		"relativePath" ${text} not null, "role" ${text} not null, "sizeBytes" ${integer} not null,
		"modifiedAtMs" ${integer} not null, "inode" ${text} not null, "headHash" ${text}, "container" ${text},
		"durationMs" ${integer}, "bitrateBps" ${integer}, "streams" ${text} not null, "facts" ${text} not null,
		"damage" ${text}, "damageDetail" ${text}, "seenAt" ${integer} not null, "isPresent" ${integer} not null
	) ${tableOptions}`.execute(db);
	await sql`create unique index "filePath" on "file" ("folderId", "relativePath")`.execute(db);
	await sql`create index "fileDamage" on "file" ("libraryId", "relativePath") where "damage" is not null`.execute(
		db,
	);
	await sql`create table "itemFile" (
		"itemId" ${text} not null, "fileId" ${text} not null references "file" ("fileId") on delete cascade,
		"label" ${text}, "partNumber" ${integer} not null, primary key ("itemId", "fileId")
	) ${tableOptions}`.execute(db);
	await sql`create index "itemFileFile" on "itemFile" ("fileId")`.execute(db);
	await sql`create table "sidecarSubtitle" (
		"subtitleId" ${text} not null primary key,
		"fileId" ${text} not null references "file" ("fileId") on delete cascade, "videoFileId" ${text} not null,
		"format" ${text} not null, "language" ${text}, "title" ${text},
		"isForced" ${integer} not null, "isDefault" ${integer} not null
	) ${tableOptions}`.execute(db);
	await sql`create unique index "sidecarSubtitlePair" on "sidecarSubtitle" ("videoFileId", "fileId")`.execute(
		db,
	);
	await sql`create index "sidecarSubtitleFile" on "sidecarSubtitle" ("fileId")`.execute(db);
};

const items = async (db: Kysely<never>, engine: Engine): Promise<void> => {
	const { columns, tableOptions } = engine;
	const { text, integer, real } = columns;
	await sql`create table "item" (
		"itemId" ${text} not null primary key, "workId" ${text} not null, "workKey" ${text} not null,
		"libraryId" ${text} not null references "library" ("libraryId") on delete cascade, "kind" ${text} not null,
		"parentId" ${text}, "rootId" ${text}, "title" ${text} not null, "sortTitle" ${text} not null,
		"year" ${integer}, "datedAt" ${integer} not null, "groupNumber" ${integer}, "number" ${integer},
		"numberEnd" ${integer}, "overview" ${text}, "tagline" ${text}, "details" ${text} not null,
		"durationMs" ${integer}, "addedAt" ${integer} not null, "leafCount" ${integer} not null,
		"isPresent" ${integer} not null, "imageId" ${text}, "backdropId" ${text}, "logoId" ${text}
	) ${tableOptions}`.execute(db);
	await sql`create unique index "itemWorkKey" on "item" ("libraryId", "workKey")`.execute(db);
	await sql`create index "itemWork" on "item" ("workId")`.execute(db);
	await sql`create index "itemParent" on "item" ("parentId", "isPresent", "sortTitle", "itemId")`.execute(db);
	await sql`create index "itemRoot" on "item" ("rootId", "isPresent", "sortTitle", "itemId")`.execute(db);
	for (const [name, key] of [
		['itemTitle', 'sortTitle'],
		['itemAdded', 'addedAt'],
		['itemDated', 'datedAt'],
	]) {
		const index = sql.ref(name as string);
		await sql`create index ${index} on "item" ("libraryId", "kind", "isPresent", ${sql.ref(key as string)}, "itemId")`.execute(
			db,
		);
	}
	await sql`create table "image" (
		"imageId" ${text} not null primary key,
		"itemId" ${text} not null references "item" ("itemId") on delete cascade, "libraryId" ${text} not null,
		"role" ${text} not null, "source" ${text} not null, "fileId" ${text} not null, "mark" ${text} not null,
		"aspect" ${real} not null, "thumbhash" ${text}, "accent" ${text}, "state" ${integer} not null
	) ${tableOptions}`.execute(db);
	await sql`create unique index "imagePlace" on "image" ("itemId", "role", "source", "fileId")`.execute(db);
	await sql`create index "imageUnmeasured" on "image" ("imageId") where "state" = 0`.execute(db);
	await sql`create index "imageFile" on "image" ("fileId")`.execute(db);
	await engine.fullText.create(db, 'itemSearch');
};

/** Libraries, folders, files, items, pictures, subtitles, and the text index over titles. */
export const migration: Migration = {
	name: 'catalogue-0001-items',
	up: async (db, engine) => {
		await libraries(db, engine);
		await files(db, engine);
		await items(db, engine);
	},
};
