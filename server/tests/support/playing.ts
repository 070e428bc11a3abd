/**
 * A playback room over films of a folder, with a database of its own and everything real but the catalogue.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientCapabilities } from '@holdfast/contract/playback';
import type { Playable, PlayableFile } from '../../src/catalogue/index.ts';
import { systemClock, type Clock } from '../../src/platform/clock.ts';
import { migrate } from '../../src/platform/db/migrate.ts';
import { openDatabase } from '../../src/platform/db/open.ts';
import { silentLog } from '../../src/platform/log.ts';
import { findTools } from '../../src/platform/process/find.ts';
import { createToolRunner, type ToolRunner } from '../../src/platform/process/tool.ts';
import {
	createPlayback,
	type Playback,
	type PlaybackCaller,
	type PlaybackTables,
	playbackMigrations,
	type ProgressEvent,
} from '../../src/playback/index.ts';

/** What Chromium of Debian decodes. */
export const browser: ClientCapabilities = {
	directContainers: ['mp4', 'webm', 'mp3', 'flac', 'ogg', 'wav', 'adts'],
	videoCodecs: ['h264', 'vp8', 'vp9', 'av1'],
	audioCodecs: ['aac', 'mp3', 'opus', 'vorbis', 'flac', 'pcm'],
	segmentVideoCodecs: ['h264', 'vp9', 'av1'],
	segmentAudioCodecs: ['aac', 'mp3', 'opus', 'flac'],
	isTenBitH264Supported: false,
	heightMaxPx: 0,
	bitrateMaxBps: 0,
};

export interface Room extends AsyncDisposable {
	readonly folder: string;
	readonly playback: Playback;
	readonly runner: ToolRunner;
	readonly events: ProgressEvent[];
	/** Makes a file playable as item `item-NAME` with work `work-NAME`; returns the item's id. */
	add(file: PlayableFile, kind?: Playable['kind']): string;
	/** A second room over the same database: another replica. */
	replica(): Playback;
}

export const callerNamed = (name: string, ended = new AbortController().signal): PlaybackCaller => ({
	viewerId: `viewer-${name}`,
	visible: { libraryIds: 'all' } as PlaybackCaller['visible'],
	ended,
});

export const openRoom = async (options: { transcodesMax?: number; clock?: Clock } = {}): Promise<Room> => {
	const folder = await mkdtemp(join(tmpdir(), 'holdfast-play-'));
	const clock = options.clock ?? systemClock;
	const db = await openDatabase<PlaybackTables>({ kind: 'sqlite', path: join(folder, 'holdfast.db') });
	await migrate(db, playbackMigrations);
	const tools = await findTools({ ffmpegFolder: null, searchPath: process.env['PATH'] ?? '' });
	const runner = await createToolRunner({ tools, clock: systemClock });
	const items = new Map<string, Playable>();
	const events: ProgressEvent[] = [];
	const open = (): Playback =>
		createPlayback({
			db,
			clock,
			log: silentLog,
			runner,
			catalogue: {
				findPlayable: async ({ itemId }) => items.get(itemId) ?? null,
				findLeafWorks: async ({ itemId }) => {
					const item = items.get(itemId);
					if (!item) return null;
					return [{ workId: item.workId, groupWorkId: null, rootWorkId: null, durationMs: null }];
				},
			},
			config: { transcodesMax: options.transcodesMax ?? 2 },
			onEvent: (event) => void events.push(event),
		});
	const playback = open();
	const replicas: Playback[] = [];
	return {
		folder,
		playback,
		runner,
		events,
		add: (file, kind = 'movie') => {
			const itemId = `item-${file.fileId}`;
			items.set(itemId, {
				itemId,
				workId: `work-${file.fileId}`,
				kind,
				title: file.name,
				subtitle: null,
				parentWorkIds: { group: null, root: null },
				nextItemId: null,
				previousItemId: null,
				files: [file],
			});
			return itemId;
		},
		replica: () => {
			const made = open();
			replicas.push(made);
			return made;
		},
		[Symbol.asyncDispose]: async () => {
			for (const each of [playback, ...replicas]) await each[Symbol.asyncDispose]();
			await runner[Symbol.asyncDispose]();
			await db[Symbol.asyncDispose]();
			await rm(folder, { recursive: true, force: true });
		},
	};
};
