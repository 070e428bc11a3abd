/** The embedded database: filled in one file, which becomes the server's. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { allMigrations, type AllTables } from '../../../server/src/database.ts';
import { migrate } from '../../../server/src/platform/db/migrate.ts';
import { openDatabase } from '../../../server/src/platform/db/open.ts';
import { searchIndexName } from '../../../server/src/catalogue/index.ts';
import {
	type Bare,
	type FilledEngine,
	imageColumns,
	itemColumns,
	pageStatement,
	quoted,
	startsStatement,
} from './engine.ts';
import type { Large } from './rows.ts';

const marks = (count: number): string => Array.from({ length: count }, () => '?').join(', ');

/** Indexes are made anew after the rows are in: in order they take a tenth of the time. */
const withoutIndexes = (database: DatabaseSync, work: () => void): void => {
	const indexes = database
		.prepare(
			`select "name", "sql" from sqlite_master where "type" = 'index' and "tbl_name" in ('item', 'image') and "sql" is not null`,
		)
		.all();
	for (const { name } of indexes) database.exec(`drop index "${String(name)}"`);
	work();
	for (const { sql } of indexes) database.exec(String(sql));
};

const fillRows = (database: DatabaseSync, large: Large): void => {
	const library = database.prepare(
		`insert into "library" ("libraryId", "name", "nameFolded", "kind", "createdAt", "scannedAt", "version",
		"itemCount", "damagedCount") values (?, ?, ?, ?, 1, 1, 1, ?, 0)`,
	);
	for (const { libraryId, name, kind, itemCount } of large.libraries)
		library.run(libraryId, name, name.toLowerCase(), kind, itemCount);
	const item = database.prepare(
		`insert into "item" (${quoted(itemColumns)}) values (${marks(itemColumns.length)})`,
	);
	const image = database.prepare(
		`insert into "image" (${quoted(imageColumns)}) values (${marks(imageColumns.length)})`,
	);
	const map = database.prepare(`insert into "${searchIndexName}Row" ("rowNumber", "id") values (?, ?)`);
	const text = database.prepare(`insert into "${searchIndexName}" (rowid, "text") values (?, ?)`);
	let rowNumber = 0;
	for (const entry of large.entries()) {
		rowNumber += 1;
		const { item: itemRow, image: imageRow } = entry;
		item.run(...itemColumns.map((name) => itemRow[name] as SQLInputValue));
		if (imageRow) image.run(...imageColumns.map((name) => imageRow[name] as SQLInputValue));
		map.run(rowNumber, itemRow.itemId);
		text.run(rowNumber, entry.words);
	}
};

const openBare = (path: string, large: Large): Bare => {
	const database = new DatabaseSync(path, { readOnly: true });
	database.exec('pragma mmap_size = 268435456');
	const films = large.libraries[0];
	const page = database.prepare(pageStatement(() => '?'));
	const search = database.prepare(
		`select "item".*, "image"."aspect" from "${searchIndexName}" as "hit"
		join "${searchIndexName}Row" as "map" on "map"."rowNumber" = "hit".rowid
		join "item" on "item"."itemId" = "map"."id" left join "image" on "image"."imageId" = "item"."imageId"
		where "${searchIndexName}" match ? limit 60`,
	);
	const every = Math.max(1, Math.floor((films?.itemCount ?? 1) / 100));
	const starts = database.prepare(startsStatement(() => '?')).all(films?.libraryId ?? '', every);
	return {
		page: async (share) => {
			const start = starts[Math.floor(share * starts.length)];
			return page.all(films?.libraryId ?? '', String(start?.['sortTitle']), String(start?.['itemId'])).length;
		},
		search: async (words) =>
			search.all(words.map((word, index) => `"${word}"${index === words.length - 1 ? '*' : ''}`).join(' '))
				.length,
		[Symbol.asyncDispose]: async () => database.close(),
	};
};

/** Nothing is made before a server asks for it. */
export const embeddedEngine = (large: Large): FilledEngine => ({
	name: 'sqlite',
	settings: {},
	prepare: async (dataFolder) => {
		await mkdir(dataFolder, { recursive: true, mode: 0o700 });
		const path = join(dataFolder, 'holdfast.db');
		const made = await openDatabase<AllTables>({ kind: 'sqlite', path });
		await migrate(made, allMigrations);
		await made[Symbol.asyncDispose]();
		const database = new DatabaseSync(path);
		try {
			database.exec('pragma synchronous = off; pragma cache_size = -400000; begin');
			withoutIndexes(database, () => fillRows(database, large));
			database.exec('commit; pragma wal_checkpoint(truncate)');
		} finally {
			database.close();
		}
	},
	openBare: async (dataFolder) => openBare(join(dataFolder, 'holdfast.db'), large),
	[Symbol.asyncDispose]: async () => undefined,
});
