/** Every table and every migration of the program, in order. */
import { type AccessTables, accessMigrations, accessTables } from './access/index.ts';
import { type AccountTables, accountMigrations, accountTables } from './accounts/index.ts';
import { type CatalogueTables, catalogueMigrations, catalogueTables } from './catalogue/index.ts';
import { type PlaybackTables, playbackMigrations, playbackTables } from './playback/index.ts';
import type { Migration } from './platform/db/migrate.ts';
import { type JobTables, jobMigrations, jobTables } from './platform/jobs/index.ts';
import { type SettingTables, settingMigrations, settingTables } from './platform/settings.ts';

/** What the one database holds; each room is handed a view of its own part. */
export type AllTables = SettingTables &
	JobTables &
	AccountTables &
	AccessTables &
	CatalogueTables &
	PlaybackTables;

/** Declarations, for the check that every text or bytes column is sealed or public with a reason. */
export const allTables = [
	...settingTables,
	...jobTables,
	...accountTables,
	...accessTables,
	...catalogueTables,
	...playbackTables,
] as const;

/** Append only: a migration that was released keeps its place and its name. */
export const allMigrations: readonly Migration[] = [
	...settingMigrations,
	...jobMigrations,
	...accountMigrations,
	...accessMigrations,
	...catalogueMigrations,
	...playbackMigrations,
];
