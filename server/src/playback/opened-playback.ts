/** A playback of somebody, found again by its id: in memory, or rebuilt from its row and the catalogue. */
import type { Playable, PlayableFile } from '../catalogue/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { Fault } from '../platform/fault.ts';
import { type OpenFile, openBelow } from '../platform/files/below.ts';
import { FileRefusal } from '../platform/files/refusal.ts';
import { findPlayback, type PlaybackRecord } from './playback-store.ts';
import type { LastWrite } from './progress.ts';
import type { PlaybackTables } from './tables.ts';
import type { Timeline } from './tracks.ts';
import type { PlaybackCatalogue, PlaybackViewer } from './values.ts';

/** A playback that was opened a day ago is not one any more. */
export const playbackLifeMs = 24 * 3_600_000;
const heldMax = 512;

export interface OpenedPlayback {
	readonly record: PlaybackRecord;
	readonly playable: Playable;
	readonly file: PlayableFile;
	/** Set when the first playlist or segment was asked for. */
	timeline: Timeline | null;
	lastWrite: LastWrite | null;
	/** Sessions whose end is watched already. */
	readonly watched: WeakSet<AbortSignal>;
}

export interface OpenedPlaybacks {
	hold(opened: OpenedPlayback): void;
	/** @throws playback.session.absent for what is not this viewer's, is over or was never there */
	find(viewer: PlaybackViewer, playbackId: string): Promise<OpenedPlayback>;
	forget(playbackId: string): void;
}

export const newOpenedPlayback = (
	record: PlaybackRecord,
	playable: Playable,
	file: PlayableFile,
): OpenedPlayback => ({
	record,
	playable,
	file,
	timeline: null,
	lastWrite: null,
	watched: new WeakSet(),
});

export const createOpenedPlaybacks = (needs: {
	db: Database<PlaybackTables>;
	clock: Clock;
	catalogue: PlaybackCatalogue;
}): OpenedPlaybacks => {
	const held = new Map<string, OpenedPlayback>();
	const hold = (opened: OpenedPlayback): void => {
		held.delete(opened.record.playbackId);
		held.set(opened.record.playbackId, opened);
		for (const oldest of held.keys()) {
			if (held.size <= heldMax) break;
			held.delete(oldest);
		}
	};
	const rebuild = async (viewer: PlaybackViewer, playbackId: string): Promise<OpenedPlayback | null> => {
		const createdAfter = needs.clock.now() - playbackLifeMs;
		const record = await findPlayback(needs.db, { playbackId, viewerId: viewer.viewerId, createdAfter });
		const playable =
			record && (await needs.catalogue.findPlayable({ itemId: record.itemId, visible: viewer.visible }));
		const file = playable?.files.find(({ fileId }) => fileId === record?.fileId);
		if (!record || !playable || !file) return null;
		const opened = newOpenedPlayback(record, playable, file);
		hold(opened);
		return opened;
	};
	return {
		hold,
		find: async (viewer, playbackId) => {
			const known = held.get(playbackId);
			const isCurrent = known && needs.clock.now() - known.record.createdAt < playbackLifeMs;
			const opened = isCurrent ? known : await rebuild(viewer, playbackId);
			if (!opened || opened.record.viewerId !== viewer.viewerId) throw new Fault('playback.session.absent');
			return opened;
		},
		forget: (playbackId) => void held.delete(playbackId),
	};
};

/** Opens a file of somebody's for playing. */
export const openPlayable = async (file: PlayableFile): Promise<OpenFile> => {
	try {
		return await openBelow(file.rootPath, file.relativePath);
	} catch (error) {
		if (error instanceof FileRefusal) throw new Fault('catalogue.file.away', { cause: error });
		throw error;
	}
};

/** The file of a playback, as long as it is the one that the plan was made for. */
export const openUnchanged = async ({ record, file }: OpenedPlayback): Promise<OpenFile> => {
	const opened = await openPlayable(file);
	const { sizeBytes, modifiedAtMs, inode } = record.plan;
	if (opened.sizeBytes === sizeBytes && opened.modifiedAtMs === modifiedAtMs && opened.inode === inode)
		return opened;
	await opened[Symbol.asyncDispose]();
	throw new Fault('playback.file.changed');
};

export const sourceKeyOf = (file: Pick<OpenFile, 'inode' | 'sizeBytes' | 'modifiedAtMs'>): string =>
	`${file.inode}:${file.sizeBytes}:${file.modifiedAtMs}`;
