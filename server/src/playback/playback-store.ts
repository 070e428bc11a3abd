/** Rows of open playbacks. */
import type { Database } from '../platform/db/database.ts';
import { fromJson, toJson } from '../platform/db/types.ts';
import type { PlaybackTables } from './tables.ts';
import type { StoredPlan } from './values.ts';

type Db = Database<Pick<PlaybackTables, 'playback'>>;

export interface PlaybackRecord {
	readonly playbackId: string;
	readonly viewerId: string;
	readonly itemId: string;
	readonly fileId: string;
	readonly plan: StoredPlan;
	readonly createdAt: number;
}

/** Adds a playback and drops the viewer's oldest beyond `keepMax`; returns the ids that were dropped. */
export const addPlayback = async (db: Db, record: PlaybackRecord, keepMax: number): Promise<string[]> =>
	db.transaction(async (tx) => {
		await tx
			.insertInto('playback')
			.values({ ...record, plan: toJson(record.plan) })
			.execute();
		const surplus = await tx
			.selectFrom('playback')
			.select('playbackId')
			.where('viewerId', '=', record.viewerId)
			.orderBy('playbackId', 'desc')
			.offset(keepMax)
			.limit(100)
			.execute();
		const dropped = surplus.map(({ playbackId }) => playbackId);
		if (dropped.length > 0) await tx.deleteFrom('playback').where('playbackId', 'in', dropped).execute();
		return dropped;
	});

/** The viewer's own playback; somebody else's is not there. */
export const findPlayback = async (
	db: Db,
	asked: { playbackId: string; viewerId: string; createdAfter: number },
): Promise<PlaybackRecord | null> => {
	const row = await db.query
		.selectFrom('playback')
		.selectAll()
		.where('playbackId', '=', asked.playbackId)
		.where('viewerId', '=', asked.viewerId)
		.where('createdAt', '>', asked.createdAfter)
		.executeTakeFirst();
	return row ? { ...row, plan: fromJson(row.plan) } : null;
};

/** True where there was one. */
export const removePlayback = async (
	db: Db,
	asked: { playbackId: string; viewerId: string },
): Promise<boolean> => {
	const { numDeletedRows } = await db.query
		.deleteFrom('playback')
		.where('playbackId', '=', asked.playbackId)
		.where('viewerId', '=', asked.viewerId)
		.executeTakeFirst();
	return numDeletedRows > 0n;
};

export const prunePlaybacks = async (db: Db, createdBefore: number): Promise<void> => {
	await db.query.deleteFrom('playback').where('createdAt', '<=', createdBefore).execute();
};
