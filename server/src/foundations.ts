/** What everything stands on: folder, database, keeper, tools. Opened side by side, closed in reverse. */
import { type AllTables, allMigrations } from './database.ts';
import { startKeeper } from './keeper/index.ts';
import type { Clock } from './platform/clock.ts';
import type { Config } from './platform/config/config.ts';
import { openDataFolder } from './platform/data-folder.ts';
import { migrate } from './platform/db/migrate.ts';
import { openDatabase } from './platform/db/open.ts';
import type { Logger } from './platform/log.ts';
import { findTools } from './platform/process/find.ts';
import { createToolRunner } from './platform/process/tool.ts';

export interface FoundationNeeds {
	readonly config: Config;
	readonly log: Logger;
	readonly clock: Clock;
}

/** Everything it opens is put on `stack`. @throws StartFault with one line for people */
export const openFoundations = async (needs: FoundationNeeds, stack: AsyncDisposableStack) => {
	const { config, log, clock } = needs;
	const { folder, keysFolder } = config.data;
	const dataFolder = stack.use(await openDataFolder({ path: folder, keysFolder }));
	const toolsSoon = findTools(config.media).then((tools) => createToolRunner({ tools, clock }));
	toolsSoon.catch(() => undefined);
	const keeper = stack.use(
		startKeeper({ log, clock, keysFolder, sealedCopyFolder: dataFolder.path, dataFolder: dataFolder.path }),
	);
	const db = stack.use(await openDatabase<AllTables>(config.database));
	await migrate(db, allMigrations);
	const tools = stack.use(await toolsSoon);
	await keeper.ready();
	return { dataFolder, keeper, db, tools };
};
