/**
 * What playback stores: open playbacks, and how far somebody has come. People are named by the viewing id
 * only.
 */
import { column, table, type RowOf } from '../platform/db/types.ts';
import type { StoredPlan } from './values.ts';

/** A playback that was started, so that every replica can answer for it. */
export const playbackTable = table('playback', {
	playbackId: column.id(),
	viewerId: column.id(),
	itemId: column.id(),
	fileId: column.id(),
	/** What was decided, and which state of the file it was decided for. */
	plan: column.json<StoredPlan>('numbers and words of closed lists about a file; no title, no path'),
	createdAt: column.timeMs(),
});

/** One row for each work that a viewer has begun or watched. Outlives files, items and libraries. */
export const progressTable = table('watchProgress', {
	viewerId: column.id(),
	workId: column.id(),
	/** Season or album; the work itself where it has none. */
	groupWorkId: column.id(),
	/** Series or artist; the work itself where it has none. */
	rootWorkId: column.id(),
	positionMs: column.integer(),
	durationMs: column.integer(),
	isWatched: column.flag(),
	playCount: column.integer(),
	/** 1 where it belongs among what one continues: begun, not finished, and no music. */
	isContinuable: column.flag(),
	updatedAt: column.timeMs(),
});

/** Every table of this room, for the check against what the migrations made. */
export const playbackTables = [playbackTable, progressTable];

/** Row types by table, for the database view of this room. */
export interface PlaybackTables {
	playback: RowOf<typeof playbackTable>;
	watchProgress: RowOf<typeof progressTable>;
}
