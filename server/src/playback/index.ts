/** The one door of playback: decisions, bytes of every kind, and watch state. */
import type { Migration } from '../platform/db/migrate.ts';
import { migration as playback } from './migrations/0001-playback.ts';

export {
	createPlayback,
	type Playback,
	type PlaybackCaller,
	type PlaybackNeeds,
	type StartOptions,
} from './playback.ts';
export type { PlayerReport } from './record.ts';
export { playbackTables, type PlaybackTables } from './tables.ts';
export type { LeafWork, PlaybackCatalogue, PlaybackViewer, ProgressEvent, WatchState } from './values.ts';

/** Playback's part of the schema, in order. */
export const playbackMigrations: readonly Migration[] = [playback];
