/** Writes down how far somebody has come, and reads it back for pages and players. */
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { Fault } from '../platform/fault.ts';
import type { OpenedPlayback } from './opened-playback.ts';
import { isWorthWriting, judgeProgress, type ProgressReport } from './progress.ts';
import { readStates, type ProgressWrite, writeProgress, writeWatched } from './progress-store.ts';
import type { PlaybackTables } from './tables.ts';
import type { LeafWork, PlaybackCatalogue, PlaybackViewer, ProgressEvent } from './values.ts';

export interface RecordNeeds {
	readonly db: Database<PlaybackTables>;
	readonly clock: Clock;
	readonly catalogue: PlaybackCatalogue;
	/** For the viewer's other screens. */
	readonly onEvent: (event: ProgressEvent) => void;
}

/** What a player says about itself. */
export interface PlayerReport {
	readonly positionMs: number;
	readonly isPaused: boolean;
	readonly hasEnded: boolean;
}

export const durationOf = (playback: OpenedPlayback): number => {
	const known = playback.file.durationMs;
	return known ?? Math.round((playback.timeline?.grid.endSeconds ?? 0) * 1000);
};

/** Remembers a report, at most every few seconds; an end, a pause and a jump always. */
export const recordReport = async (
	needs: RecordNeeds,
	playback: OpenedPlayback,
	said: PlayerReport,
): Promise<void> => {
	const { playable, record } = playback;
	const durationMs = durationOf(playback);
	const report: ProgressReport = { ...said, durationMs, isMusic: playable.kind === 'track' };
	const outcome = judgeProgress(report);
	const now = needs.clock.now();
	if (!isWorthWriting(playback.lastWrite, outcome, report, now)) return;
	const playsAdded = outcome.hasPlayed && !playback.lastWrite?.hasPlayed ? 1 : 0;
	playback.lastWrite = { atMs: now, positionMs: outcome.positionMs, hasPlayed: outcome.hasPlayed };
	const write: ProgressWrite = {
		viewerId: record.viewerId,
		workId: playable.workId,
		groupWorkId: playable.parentWorkIds.group,
		rootWorkId: playable.parentWorkIds.root,
		positionMs: Math.round(outcome.positionMs),
		durationMs,
		isWatched: outcome.isWatched,
		playsAdded,
		isContinuable: outcome.isContinuable,
		updatedAt: now,
	};
	const isWatched = await writeProgress(needs.db, write);
	needs.onEvent({
		viewerId: record.viewerId,
		itemId: playable.itemId,
		positionMs: write.positionMs,
		isWatched,
	});
};

/** Where to begin: where the viewer stopped, or at the start. */
export const resumeAt = async (needs: Pick<RecordNeeds, 'db'>, playback: OpenedPlayback): Promise<number> => {
	if (playback.playable.kind === 'track') return 0;
	const { workId } = playback.playable;
	const states = await readStates(needs.db, playback.record.viewerId, [workId]);
	return states.get(workId)?.positionMs ?? 0;
};

const writeOf = (viewerId: string, leaf: LeafWork, isWatched: boolean, now: number): ProgressWrite => ({
	viewerId,
	workId: leaf.workId,
	groupWorkId: leaf.groupWorkId,
	rootWorkId: leaf.rootWorkId,
	positionMs: 0,
	durationMs: leaf.durationMs ?? 0,
	isWatched,
	playsAdded: 0,
	isContinuable: false,
	updatedAt: now,
});

/**
 * Marks everything that can be watched below an item.
 *
 * @throws catalogue.item.absent
 */
export const markWatched = async (
	needs: RecordNeeds,
	viewer: PlaybackViewer,
	asked: { itemId: string; isWatched: boolean },
): Promise<void> => {
	const leaves = await needs.catalogue.findLeafWorks({ itemId: asked.itemId, visible: viewer.visible });
	if (!leaves) throw new Fault('catalogue.item.absent');
	const now = needs.clock.now();
	await writeWatched(
		needs.db,
		leaves.map((leaf) => writeOf(viewer.viewerId, leaf, asked.isWatched, now)),
	);
	needs.onEvent({
		viewerId: viewer.viewerId,
		itemId: asked.itemId,
		positionMs: 0,
		isWatched: asked.isWatched,
	});
};
