/** Runs migrations in order, each in a transaction of its own, once. Forward only. */
import { sql, type Kysely } from 'kysely';
import { StartFault } from '../fault.ts';
import type { Database } from './database.ts';
import type { Engine } from './engine.ts';

/**
 * One step of the schema. `name` is for ever; `up` uses the engine's words and no table declaration of today.
 */
export interface Migration {
	readonly name: string;
	readonly up: (db: Kysely<never>, engine: Engine) => Promise<void>;
}

interface MigrationTables {
	schemaMigration: { name: string; position: number };
}

/**
 * Brings the schema up to `migrations`.
 *
 * @throws StartFault where the database holds a migration this program does not know: it is newer, and is
 * left alone.
 */
export const migrate = async <Tables>(
	database: Database<Tables>,
	migrations: readonly Migration[],
): Promise<number> => {
	const db = database as unknown as Database<MigrationTables>;
	const { columns, tableOptions } = db.engine;
	await sql`create table if not exists "schemaMigration" (
		"name" ${columns.text} not null primary key, "position" ${columns.integer} not null
	) ${tableOptions}`.execute(db.query);
	const done = await db.query.selectFrom('schemaMigration').select('name').orderBy('position').execute();
	const known = new Set(migrations.map(({ name }) => name));
	const foreign = done.find(({ name }) => !known.has(name));
	if (foreign) {
		throw new StartFault(
			`The database was written by a newer Holdfast (it has "${foreign.name}"). Start that version; nothing was changed.`,
			{ exitCode: 4 },
		);
	}
	const missing = migrations.filter(({ name }) => !done.some((row) => row.name === name));
	for (const migration of missing) {
		await db.transaction(async (tx) => {
			await migration.up(tx as unknown as Kysely<never>, db.engine);
			const position = migrations.indexOf(migration);
			await tx.insertInto('schemaMigration').values({ name: migration.name, position }).execute();
		});
	}
	return missing.length;
};
