/** The nouns of playback that other rooms see or that rows hold. */
import type { Playable, Visible } from '../catalogue/index.ts';
import type { Treatment } from './decide.ts';

/** Who plays, as far as playback must know: the viewing id and what may be seen. */
export interface PlaybackViewer {
	readonly viewerId: string;
	readonly visible: Visible;
}

/** The decision as it is stored. Everything else follows from it and from the file. */
export interface StoredPlan {
	readonly method: 'direct' | 'packaged' | 'transcoded';
	readonly video: Treatment;
	readonly audio: Treatment;
	/** Number among the audio tracks of the file; null where it has none. */
	readonly audioIndex: number | null;
	readonly heightMaxPx: number;
	readonly bitrateMaxBps: number;
	/** The file as it was: another one under its name ends the playback. */
	readonly sizeBytes: number;
	readonly modifiedAtMs: number;
	readonly inode: string;
}

/** A leaf below an item: what can be watched, with what it counts for. */
export interface LeafWork {
	readonly workId: string;
	readonly groupWorkId: string | null;
	readonly rootWorkId: string | null;
	readonly durationMs: number | null;
}

/** What playback asks of the catalogue; `main` binds it to the catalogue's functions. */
export interface PlaybackCatalogue {
	findPlayable(asked: { itemId: string; visible: Visible }): Promise<Playable | null>;
	/**
	 * The item itself where it can be played, else all episodes or tracks below it; null where it may not be
	 * seen.
	 */
	findLeafWorks(asked: { itemId: string; visible: Visible }): Promise<readonly LeafWork[] | null>;
}

/** Where a viewer stands with a work. */
export interface WatchState {
	readonly workId: string;
	/** 0 where not begun. */
	readonly positionMs: number;
	readonly durationMs: number;
	readonly isWatched: boolean;
	readonly playCount: number;
	readonly updatedAt: number;
}

/** A change of somebody's progress, for their other screens. */
export interface ProgressEvent {
	readonly viewerId: string;
	readonly itemId: string;
	readonly positionMs: number;
	readonly isWatched: boolean;
}
