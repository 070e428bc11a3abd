/** Runs a store suite on both databases, each test with a database of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'node:test';
import { randomBytes } from 'node:crypto';
import type { OpenDatabase } from '../../src/platform/db/database.ts';
import { migrate, type Migration } from '../../src/platform/db/migrate.ts';
import { openDatabase } from '../../src/platform/db/open.ts';

/** Opens an empty, migrated database; disposing it removes every trace. */
export type OpenEmpty = <Tables>() => Promise<OpenDatabase<Tables>>;

const sqliteEmpty = async <Tables>(migrations: readonly Migration[]): Promise<OpenDatabase<Tables>> => {
	const folder = await mkdtemp(join(tmpdir(), 'holdfast-db-'));
	const database = await openDatabase<Tables>({ kind: 'sqlite', path: join(folder, 'holdfast.db') });
	await migrate(database, migrations);
	return {
		...database,
		[Symbol.asyncDispose]: async () => {
			await database[Symbol.asyncDispose]();
			await rm(folder, { recursive: true, force: true });
		},
	};
};

/** The address of the tests' own PostgreSQL; `npm test` starts one. A missing one fails, never skips. */
export const postgresUrl = (): string => {
	const url = process.env['HOLDFAST_TEST_POSTGRES_URL'];
	if (!url) throw new Error('HOLDFAST_TEST_POSTGRES_URL is not set: run the tests through "npm test"');
	return url;
};

const inSchemaStatement = async (statement: string): Promise<void> => {
	const { default: pg } = await import('pg');
	const client = new pg.Client({ connectionString: postgresUrl() });
	await client.connect();
	try {
		await client.query(statement);
	} finally {
		await client.end();
	}
};

const postgresEmpty = async <Tables>(migrations: readonly Migration[]): Promise<OpenDatabase<Tables>> => {
	const schema = `t${randomBytes(8).toString('hex')}`;
	await inSchemaStatement(`create schema ${schema}`);
	const database = await openDatabase<Tables>({ kind: 'postgres', url: postgresUrl(), poolSize: 6, schema });
	await migrate(database, migrations);
	return {
		...database,
		[Symbol.asyncDispose]: async () => {
			await database[Symbol.asyncDispose]();
			await inSchemaStatement(`drop schema ${schema} cascade`);
		},
	};
};

/** Runs `suite` once for each database; `open` gives it an empty one with these migrations. */
export const describeOnBothEngines = (
	name: string,
	options: { readonly migrations: readonly Migration[] },
	suite: (open: OpenEmpty, engine: 'sqlite' | 'postgres') => void,
): void => {
	describe(`${name} on SQLite`, () => suite(() => sqliteEmpty(options.migrations), 'sqlite'));
	describe(`${name} on PostgreSQL`, () => suite(() => postgresEmpty(options.migrations), 'postgres'));
};
