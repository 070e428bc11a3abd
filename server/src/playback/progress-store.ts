/** Rows of progress: one upsert, batched reads. */
import type { Database } from '../platform/db/database.ts';
import { toFlag } from '../platform/db/types.ts';
import type { PlaybackTables } from './tables.ts';
import type { WatchState } from './values.ts';

type Db = Database<Pick<PlaybackTables, 'watchProgress'>>;
type Row = PlaybackTables['watchProgress'];

/** Ids in one statement, below every database's bound on parameters. */
const batchSize = 500;
const leavesMax = 20_000;

export interface ProgressWrite {
	readonly viewerId: string;
	readonly workId: string;
	readonly groupWorkId: string | null;
	readonly rootWorkId: string | null;
	readonly positionMs: number;
	readonly durationMs: number;
	/** Null leaves it as it is: going back into a film that was watched does not unwatch it. */
	readonly isWatched: boolean | null;
	readonly playsAdded: number;
	readonly isContinuable: boolean;
	readonly updatedAt: number;
}

const rowOf = (write: ProgressWrite): Row => ({
	viewerId: write.viewerId,
	workId: write.workId,
	groupWorkId: write.groupWorkId ?? write.workId,
	rootWorkId: write.rootWorkId ?? write.workId,
	positionMs: write.positionMs,
	durationMs: write.durationMs,
	isWatched: toFlag(write.isWatched ?? false),
	playCount: write.playsAdded,
	isContinuable: toFlag(write.isContinuable),
	updatedAt: write.updatedAt,
});

/** Inserts or updates one row; returns whether the work now counts as watched. */
export const writeProgress = async (db: Db, write: ProgressWrite): Promise<boolean> => {
	const row = rowOf(write);
	const stored = await db.query
		.insertInto('watchProgress')
		.values(row)
		.onConflict((conflict) =>
			conflict.columns(['viewerId', 'workId']).doUpdateSet((eb) => ({
				groupWorkId: row.groupWorkId,
				rootWorkId: row.rootWorkId,
				positionMs: row.positionMs,
				durationMs: row.durationMs,
				...(write.isWatched === null ? {} : { isWatched: row.isWatched }),
				playCount: eb('watchProgress.playCount', '+', write.playsAdded),
				isContinuable: row.isContinuable,
				updatedAt: row.updatedAt,
			})),
		)
		.returning('isWatched')
		.executeTakeFirst();
	return stored?.isWatched === 1;
};

/** Marks many works at once, all or none; at most 20,000. */
export const writeWatched = async (db: Db, writes: readonly ProgressWrite[]): Promise<void> => {
	const rows = writes.slice(0, leavesMax).map(rowOf);
	await db.transaction(async (tx) => {
		for (let from = 0; from < rows.length; from += batchSize) {
			await tx
				.insertInto('watchProgress')
				.values(rows.slice(from, from + batchSize))
				.onConflict((conflict) =>
					conflict.columns(['viewerId', 'workId']).doUpdateSet((eb) => ({
						positionMs: 0,
						isWatched: eb.ref('excluded.isWatched'),
						isContinuable: 0,
						updatedAt: eb.ref('excluded.updatedAt'),
					})),
				)
				.execute();
		}
	});
};

const stateOf = (row: Row): WatchState => ({
	workId: row.workId,
	positionMs: row.positionMs,
	durationMs: row.durationMs,
	isWatched: row.isWatched === 1,
	playCount: row.playCount,
	updatedAt: row.updatedAt,
});

/** By work; works never begun are left out. */
export const readStates = async (
	db: Db,
	viewerId: string,
	workIds: readonly string[],
): Promise<Map<string, WatchState>> => {
	const found = new Map<string, WatchState>();
	for (let from = 0; from < workIds.length; from += batchSize) {
		const rows = await db.query
			.selectFrom('watchProgress')
			.selectAll()
			.where('viewerId', '=', viewerId)
			.where('workId', 'in', workIds.slice(from, from + batchSize))
			.execute();
		for (const row of rows) found.set(row.workId, stateOf(row));
	}
	return found;
};

/** How many watched works lie below each season, album, series or artist; those with none are left out. */
export const countWatched = async (
	db: Db,
	viewerId: string,
	workIds: readonly string[],
): Promise<Map<string, number>> => {
	const counts = new Map<string, number>();
	for (let from = 0; from < workIds.length; from += batchSize) {
		const batch = workIds.slice(from, from + batchSize);
		for (const level of ['groupWorkId', 'rootWorkId'] as const) {
			const rows = await db.query
				.selectFrom('watchProgress')
				.select((eb) => [`${level} as above`, eb.fn.countAll<number>().as('watched')])
				.where('viewerId', '=', viewerId)
				.where('isWatched', '=', 1)
				.where(level, 'in', batch)
				.whereRef(level, '<>', 'workId')
				.groupBy(level)
				.execute();
			for (const { above, watched } of rows)
				counts.set(above, Math.max(counts.get(above) ?? 0, Number(watched)));
		}
	}
	return counts;
};

/** Series and the like of which something was watched, last watched first. */
export const readRecentRoots = async (db: Db, viewerId: string, limit: number): Promise<string[]> => {
	const rows = await db.query
		.selectFrom('watchProgress')
		.select((eb) => ['rootWorkId', eb.fn.max('updatedAt').as('lastAt')])
		.where('viewerId', '=', viewerId)
		.where('isWatched', '=', 1)
		.whereRef('rootWorkId', '<>', 'workId')
		.groupBy('rootWorkId')
		.orderBy('lastAt', 'desc')
		.orderBy('rootWorkId')
		.limit(limit)
		.execute();
	return rows.map(({ rootWorkId }) => rootWorkId);
};

/** What was begun and not finished, last touched first. */
export const readContinuable = async (db: Db, viewerId: string, limit: number): Promise<WatchState[]> => {
	const rows = await db.query
		.selectFrom('watchProgress')
		.selectAll()
		.where('viewerId', '=', viewerId)
		.where('isContinuable', '=', 1)
		.orderBy('updatedAt', 'desc')
		.orderBy('workId')
		.limit(limit)
		.execute();
	return rows.map(stateOf);
};

/** Everything a viewer has begun or watched, by work. */
export const readHistory = async (
	db: Db,
	viewerId: string,
	after: string | null,
	limit: number,
): Promise<WatchState[]> => {
	const rows = await db.query
		.selectFrom('watchProgress')
		.selectAll()
		.where('viewerId', '=', viewerId)
		.where('workId', '>', after ?? '')
		.orderBy('workId')
		.limit(limit)
		.execute();
	return rows.map(stateOf);
};

/** Removes what a viewer has watched and what they have open. */
export const forgetViewer = async (
	db: Database<Pick<PlaybackTables, 'watchProgress' | 'playback'>>,
	viewerId: string,
): Promise<void> => {
	await db.transaction(async (tx) => {
		await tx.deleteFrom('watchProgress').where('viewerId', '=', viewerId).execute();
		await tx.deleteFrom('playback').where('viewerId', '=', viewerId).execute();
	});
};
