/**
 * What an administrator changes while the server runs, and the server's own id: a small table of names and
 * texts.
 */
import { sql } from 'kysely';
import type { Clock } from './clock.ts';
import type { Database } from './db/database.ts';
import type { Migration } from './db/migrate.ts';
import { column, type RowOf, table } from './db/types.ts';
import { newId } from './ids.ts';

export type SettingName = 'server-id' | 'public-url' | 'initial-libraries-made';

/** Names and texts; never anything about a person. */
export const settingTable = table('setting', {
	name: column.text<SettingName>('a name from a closed list'),
	value: column.text('facts about the server, never about a person'),
});

/** What a caller's view of the database must hold. */
export interface SettingTables {
	setting: RowOf<typeof settingTable>;
}

/** For the check of every column. */
export const settingTables = [settingTable] as const;

/** In order, for the program's list. */
export const settingMigrations: readonly Migration[] = [
	{
		name: 'platform-0001-settings',
		up: async (db, engine) => {
			const { text } = engine.columns;
			await sql`create table "setting" ("name" ${text} not null primary key, "value" ${text} not null)
				${engine.tableOptions}`.execute(db);
		},
	},
];

/** The stored text, or null where nobody set it. */
export const readSetting = async (db: Database<SettingTables>, name: SettingName): Promise<string | null> => {
	const row = await db.query
		.selectFrom('setting')
		.select('value')
		.where('name', '=', name)
		.executeTakeFirst();
	return row?.value ?? null;
};

/** Sets or replaces the text; the last writer wins. */
export const writeSetting = async (
	db: Database<SettingTables>,
	name: SettingName,
	value: string,
): Promise<void> => {
	await db.query
		.insertInto('setting')
		.values({ name, value })
		.onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
		.execute();
};

/** The server's id, made at the first start and never changed. Two starts at once agree on one. */
export const serverIdOf = async (needs: { db: Database<SettingTables>; clock: Clock }): Promise<string> => {
	const known = await readSetting(needs.db, 'server-id');
	if (known !== null) return known;
	await needs.db.query
		.insertInto('setting')
		.values({ name: 'server-id', value: newId(needs.clock.now()) })
		.onConflict((conflict) => conflict.column('name').doNothing())
		.execute();
	return (await readSetting(needs.db, 'server-id')) ?? '';
};
