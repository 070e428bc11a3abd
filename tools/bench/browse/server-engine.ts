/** PostgreSQL: a private cluster, filled by COPY from files, which are removed again. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { allMigrations, type AllTables } from '../../../server/src/database.ts';
import { searchIndexName } from '../../../server/src/catalogue/index.ts';
import { migrate } from '../../../server/src/platform/db/migrate.ts';
import { openDatabase } from '../../../server/src/platform/db/open.ts';
import { startPostgres } from '../../testing/postgres.ts';
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

/** As Debian ships it, but for the memory of making indexes, which is for the filling alone. */
const settings = ['shared_buffers=128MB', 'jit=on', 'maintenance_work_mem=512MB', 'max_wal_size=4GB'];

const fieldOf = (value: unknown): string =>
	value === null ? '\\N' : String(value).replace(/[\\\t\n\r]/g, (character) => `\\${character}`);
const lineOf = (values: readonly unknown[]): string => `${values.map(fieldOf).join('\t')}\n`;

const writeFiles = async (folder: string, large: Large): Promise<void> => {
	const files = Object.fromEntries(
		['item', 'image', 'words'].map((name) => [name, createWriteStream(join(folder, name))]),
	);
	const put = async (name: string, line: string): Promise<void> => {
		if (files[name]?.write(line) === false) await once(files[name], 'drain');
	};
	for (const { item, image, words } of large.entries()) {
		await put('item', lineOf(itemColumns.map((name) => item[name])));
		if (image) await put('image', lineOf(imageColumns.map((name) => image[name])));
		await put('words', lineOf([item.itemId, words]));
	}
	for (const file of Object.values(files)) {
		file.end();
		await once(file, 'close');
	}
};

const withoutIndexes = async (client: pg.Client, work: () => Promise<void>): Promise<void> => {
	const tables = ['item', 'image', searchIndexName];
	const { rows } = await client.query<{ indexname: string; indexdef: string }>(
		`select "indexname", "indexdef" from pg_indexes where "tablename" = any($1) and "indexname" not in
		(select "conname" from pg_constraint)`,
		[tables],
	);
	for (const { indexname } of rows) await client.query(`drop index "${indexname}"`);
	await work();
	for (const { indexdef } of rows) await client.query(indexdef);
	for (const table of tables) await client.query(`vacuum analyze "${table}"`);
};

const fill = async (client: pg.Client, large: Large): Promise<void> => {
	const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-rows-'));
	// The database reads the files under another account.
	await chmod(folder, 0o755);
	try {
		await writeFiles(folder, large);
		for (const { libraryId, name, kind, itemCount } of large.libraries) {
			await client.query(
				`insert into "library" ("libraryId", "name", "nameFolded", "kind", "createdAt", "scannedAt", "version",
				"itemCount", "damagedCount") values ($1, $2, $3, $4, 1, 1, 1, $5, 0)`,
				[libraryId, name, name.toLowerCase(), kind, itemCount],
			);
		}
		await withoutIndexes(client, async () => {
			await client.query(`copy "item" (${quoted(itemColumns)}) from '${join(folder, 'item')}'`);
			await client.query(`copy "image" (${quoted(imageColumns)}) from '${join(folder, 'image')}'`);
			await client.query('create temp table "benchWords" ("id" text, "text" text)');
			await client.query(`copy "benchWords" from '${join(folder, 'words')}'`);
			await client.query(
				`insert into "${searchIndexName}" ("id", "words") select "id", to_tsvector('simple', "text") from "benchWords"`,
			);
			await client.query('drop table "benchWords"');
		});
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
};

const openBare = async (url: string, large: Large): Promise<Bare> => {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	const films = large.libraries[0];
	const place = (position: number): string => `$${position}`;
	const every = Math.max(1, Math.floor((films?.itemCount ?? 1) / 100));
	const { rows: starts } = await client.query(startsStatement(place), [films?.libraryId, every]);
	const search = `select "item".*, "image"."aspect" from (
		select "id" from "${searchIndexName}" where "words" @@ to_tsquery('simple', $1) limit 60
	) as "hit" join "item" on "item"."itemId" = "hit"."id" left join "image" on "image"."imageId" = "item"."imageId"`;
	return {
		page: async (share) => {
			const start = starts[Math.floor(share * starts.length)];
			const found = await client.query(pageStatement(place), [
				films?.libraryId,
				start.sortTitle,
				start.itemId,
			]);
			return found.rows.length;
		},
		search: async (words) => {
			const typed = words
				.map((word, index) => `'${word}'${index === words.length - 1 ? ':*' : ''}`)
				.join(' & ');
			return (await client.query(search, [typed])).rows.length;
		},
		[Symbol.asyncDispose]: () => client.end(),
	};
};

/** Starts the cluster at once; disposing ends it. */
export const postgresEngine = async (large: Large): Promise<FilledEngine> => {
	const cluster = await startPostgres({ settings });
	const { url } = cluster;
	return {
		name: 'postgres',
		settings: { HOLDFAST_DATABASE_URL: url },
		prepare: async () => {
			const made = await openDatabase<AllTables>({ kind: 'postgres', url, poolSize: 2 });
			await migrate(made, allMigrations);
			await made[Symbol.asyncDispose]();
			const client = new pg.Client({ connectionString: url });
			await client.connect();
			try {
				await fill(client, large);
			} finally {
				await client.end();
			}
		},
		openBare: () => openBare(url, large),
		[Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
	};
};
