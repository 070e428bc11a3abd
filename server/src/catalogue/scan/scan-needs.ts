/** What every step of a scan is given. */
import { basename } from 'node:path';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Logger } from '../../platform/log.ts';
import type { ToolRunner } from '../../platform/process/tool.ts';
import type { ProbePool } from '../probe/probe-pool.ts';
import type { CatalogueTables } from '../tables.ts';

export interface ScanNeeds {
	readonly db: Database<CatalogueTables>;
	readonly clock: Clock;
	readonly log: Logger;
	readonly pool: ProbePool;
	readonly tools: ToolRunner | null;
}

/** The name of a library's folder, as photos at its top show it. */
export const rootNameOf = (folder: { readonly path: string }): string => basename(folder.path) || 'Media';
