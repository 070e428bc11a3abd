/**
 * Playback as one value with a lifetime: what is open, what is being converted, and how far people have come.
 */
import { Readable } from 'node:stream';
import type { ClientCapabilities, PlaybackStart } from '@holdfast/contract/playback';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { Fault } from '../platform/fault.ts';
import type { ByteReply } from '../platform/http/mount.ts';
import type { Logger } from '../platform/log.ts';
import type { ToolRunner } from '../platform/process/tool.ts';
import { answerDirect, mimeTypeOf, type RangeRequest } from './direct.ts';
import {
	createOpenedPlaybacks,
	type OpenedPlayback,
	type OpenedPlaybacks,
	openUnchanged,
	playbackLifeMs,
} from './opened-playback.ts';
import { createOpenBodies, type OpenBodies } from './open-bodies.ts';
import { createSourceCache, type SourceCache } from './packaging/source-cache.ts';
import { prunePlaybacks, removePlayback } from './playback-store.ts';
import {
	countWatched,
	forgetViewer,
	readContinuable,
	readHistory,
	readRecentRoots,
	readStates,
} from './progress-store.ts';
import { durationOf, markWatched, type PlayerReport, recordReport, resumeAt } from './record.ts';
import { beginPlayback, type Started } from './start.ts';
import {
	initSegmentOf,
	mediaPlaylistOf,
	multivariantOf,
	segmentOf,
	type TrackName,
	warmUp,
} from './stream.ts';
import { listSubtitles, readSubtitle } from './subtitles/read.ts';
import type { PlaybackTables } from './tables.ts';
import { audioStreamsOf, videoStreamOf } from './tracks.ts';
import { createEncoders, type Encoders } from './transcode/encoders.ts';
import type { PlaybackCatalogue, PlaybackViewer, ProgressEvent, WatchState } from './values.ts';

const pruneEveryMs = 3_600_000;
const continueMax = 100;

/** What the room is built of. */
export interface PlaybackNeeds {
	readonly db: Database<PlaybackTables>;
	readonly clock: Clock;
	readonly log: Logger;
	readonly catalogue: PlaybackCatalogue;
	/** From `createToolRunner`; stays its owner's. */
	readonly runner: ToolRunner;
	/** `media.transcodesMax`. */
	readonly config: { readonly transcodesMax: number };
	readonly onEvent?: (event: ProgressEvent) => void;
}

/** Who asks, and when their session is over: everything that runs for them ends with it. */
export interface PlaybackCaller extends PlaybackViewer {
	readonly ended: AbortSignal;
}

/** How a client wants a title: its abilities, and a file or sound it chose. */
export interface StartOptions {
	readonly capabilities: ClientCapabilities;
	readonly fileId: string | null;
	readonly audioIndex: number | null;
}

/** The door of the room. Every id is checked against the caller; somebody else's playback is not there. */
export interface Playback extends AsyncDisposable {
	/** @throws catalogue.item.absent, catalogue.file.away, playback.plan.impossible, playback.transcode.* */
	start(caller: PlaybackCaller, itemId: string, options: StartOptions): Promise<PlaybackStart>;
	direct(
		caller: PlaybackCaller,
		playbackId: string,
		asked: RangeRequest,
		signal: AbortSignal,
	): Promise<ByteReply>;
	multivariant(caller: PlaybackCaller, playbackId: string): Promise<ByteReply>;
	mediaPlaylist(caller: PlaybackCaller, playbackId: string, track: TrackName): Promise<ByteReply>;
	initSegment(
		caller: PlaybackCaller,
		playbackId: string,
		track: TrackName,
		signal: AbortSignal,
	): Promise<ByteReply>;
	segment(
		caller: PlaybackCaller,
		playbackId: string,
		asked: { track: TrackName; segment: number; signal: AbortSignal },
	): Promise<ByteReply>;
	/** WebVTT. @throws playback.subtitle.absent */
	subtitle(
		caller: PlaybackCaller,
		playbackId: string,
		subtitleId: string,
		signal: AbortSignal,
	): Promise<ByteReply>;
	recordProgress(caller: PlaybackCaller, playbackId: string, report: PlayerReport): Promise<void>;
	end(caller: PlaybackCaller, playbackId: string): Promise<void>;
	/** Marks a title, or all below it. @throws catalogue.item.absent */
	setWatched(viewer: PlaybackViewer, itemId: string, isWatched: boolean): Promise<void>;
	/** By work; works never begun are left out. */
	watchStates(viewerId: string, workIds: readonly string[]): Promise<ReadonlyMap<string, WatchState>>;
	/** Watched works below each season, album, series or artist; those with none are left out. */
	watchedCounts(viewerId: string, workIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
	/** Begun and not finished, last touched first; at most 100. */
	continueWatching(viewerId: string, limit: number): Promise<readonly WatchState[]>;
	/** Works of series of which an episode was watched, last watched first; at most 100. */
	recentRoots(viewerId: string, limit: number): Promise<readonly string[]>;
	/** Everything a viewer has begun or watched, a page by work at a time; `after` null begins. */
	history(viewerId: string, after: string | null, limit: number): Promise<readonly WatchState[]>;
	/** Removes everything that is known of a viewer. */
	forgetViewer(viewerId: string): Promise<void>;
	/** What is held right now, for metrics and for the tests that count leftovers. */
	counts(): { readonly encoding: number; readonly sources: number };
}

/** Never stored by anybody: what it shows belongs to one session. */
const textReply = (body: string, type: string): ByteReply => ({
	headers: {
		'content-type': type,
		'cache-control': 'private, no-store',
		'x-content-type-options': 'nosniff',
	},
	body,
});
const bytesReply = (body: Uint8Array, isVideo: boolean): ByteReply => ({
	headers: {
		'content-type': isVideo ? 'video/mp4' : 'audio/mp4',
		'content-length': String(body.length),
		'cache-control': 'private, max-age=3600',
		'x-content-type-options': 'nosniff',
	},
	body,
});
const playlistType = 'application/vnd.apple.mpegurl';

const audioLabel = (
	stream: { title: string | null; language: string | null; codec: string },
	index: number,
): string => stream.title ?? stream.language ?? `${stream.codec.toUpperCase()} ${index + 1}`;

const presentStart = (
	{ playback, reasons, audioIndex }: Started,
	options: { resumeAtMs: number; canExtract: boolean },
): PlaybackStart => {
	const { playable, file, record } = playback;
	const base = `/api/playback/${record.playbackId}`;
	const { method, video, audio } = record.plan;
	const kind = videoStreamOf(file, playable.kind) ? 'video' : 'audio';
	return {
		playbackId: record.playbackId,
		itemId: playable.itemId,
		title: playable.title,
		subtitle: playable.subtitle,
		method,
		url: method === 'direct' ? `${base}/file` : `${base}/index.m3u8`,
		mimeType: method === 'direct' ? mimeTypeOf(file.container, kind) : playlistType,
		video,
		audio,
		reasons: [...reasons],
		durationMs: durationOf(playback),
		resumeAtMs: options.resumeAtMs,
		audioTracks: audioStreamsOf(file).map((stream, index) => ({
			audioIndex: index,
			label: audioLabel(stream, index),
			language: stream.language,
			isSelected: index === audioIndex,
		})),
		subtitles:
			kind === 'audio'
				? []
				: listSubtitles(file, options).map((subtitle) => ({
						...subtitle,
						url: `${base}/subtitles/${subtitle.subtitleId}`,
					})),
		nextItemId: playable.nextItemId,
		previousItemId: playable.previousItemId,
	};
};

interface Parts extends PlaybackNeeds {
	readonly sources: SourceCache;
	readonly encoders: Encoders;
	readonly opened: OpenedPlaybacks;
	readonly bodies: OpenBodies;
	readonly encodesMax: number;
	readonly onEvent: (event: ProgressEvent) => void;
}

type Find = (caller: PlaybackCaller, playbackId: string) => Promise<OpenedPlayback>;

/** Ends what runs for a playback when the session that asked is over; once for each session. */
const watchSession = ({ encoders }: Parts, playback: OpenedPlayback, caller: PlaybackCaller): void => {
	if (playback.watched.has(caller.ended)) return;
	playback.watched.add(caller.ended);
	const stop = (): void => void encoders.end(playback.record.playbackId);
	caller.ended.addEventListener('abort', stop, { once: true });
	if (caller.ended.aborted) stop();
};

type Streams = Pick<
	Playback,
	'direct' | 'multivariant' | 'mediaPlaylist' | 'initSegment' | 'segment' | 'subtitle'
>;

const streamsOf = (parts: Parts, find: Find): Streams => ({
	direct: async (caller, playbackId, asked, signal) => {
		const playback = await find(caller, playbackId);
		if (playback.record.plan.method !== 'direct') throw new Fault('playback.session.absent');
		const kind = videoStreamOf(playback.file, playback.playable.kind) ? 'video' : 'audio';
		const mimeType = mimeTypeOf(playback.file.container, kind);
		const reply = await answerDirect(await openUnchanged(playback), asked, { mimeType, signal });
		if (reply.body instanceof Readable) parts.bodies.hold(caller.viewerId, reply.body);
		return reply;
	},
	multivariant: async (caller, playbackId) =>
		textReply(await multivariantOf(parts, await find(caller, playbackId)), playlistType),
	mediaPlaylist: async (caller, playbackId, track) =>
		textReply(await mediaPlaylistOf(parts, await find(caller, playbackId), track), playlistType),
	initSegment: async (caller, playbackId, track, signal) => {
		const playback = await find(caller, playbackId);
		return bytesReply(await initSegmentOf(parts, playback, track, signal), track === 'video');
	},
	segment: async (caller, playbackId, { track, segment, signal }) => {
		const playback = await find(caller, playbackId);
		return bytesReply(await segmentOf(parts, playback, { name: track, segment, signal }), track === 'video');
	},
	subtitle: async (caller, playbackId, subtitleId, signal) => {
		const { file } = await find(caller, playbackId);
		return textReply(await readSubtitle(parts, file, subtitleId, signal), 'text/vtt; charset=utf-8');
	},
});

type WatchReads = Pick<
	Playback,
	| 'setWatched'
	| 'watchStates'
	| 'watchedCounts'
	| 'continueWatching'
	| 'history'
	| 'forgetViewer'
	| 'recentRoots'
>;

const watchReadsOf = (parts: Parts): WatchReads => ({
	setWatched: (viewer, itemId, isWatched) => markWatched(parts, viewer, { itemId, isWatched }),
	watchStates: (viewerId, workIds) => readStates(parts.db, viewerId, workIds),
	watchedCounts: (viewerId, workIds) => countWatched(parts.db, viewerId, workIds),
	continueWatching: (viewerId, limit) => readContinuable(parts.db, viewerId, Math.min(limit, continueMax)),
	history: (viewerId, after, limit) => readHistory(parts.db, viewerId, after, limit),
	forgetViewer: (viewerId) => forgetViewer(parts.db, viewerId),
	recentRoots: (viewerId, limit) => readRecentRoots(parts.db, viewerId, Math.min(limit, continueMax)),
});

const startIn = async (
	parts: Parts,
	caller: PlaybackCaller,
	itemId: string,
	options: StartOptions,
): Promise<PlaybackStart> => {
	const started = await beginPlayback(parts, caller, { itemId, ...options });
	watchSession(parts, started.playback, caller);
	const resumeAtMs = await resumeAt(parts, started.playback);
	warmUp(parts, started.playback, resumeAtMs);
	return presentStart(started, { resumeAtMs, canExtract: parts.runner.tools.ffmpeg !== null });
};

const endIn = async (parts: Parts, caller: PlaybackCaller, playbackId: string): Promise<void> => {
	const isRemoved = await removePlayback(parts.db, { playbackId, viewerId: caller.viewerId });
	if (!isRemoved) throw new Fault('playback.session.absent');
	parts.opened.forget(playbackId);
	await parts.encoders.end(playbackId);
};

/** Builds the room. Disposing it kills every encoder and closes every file; the runner stays its owner's. */
export const createPlayback = (needs: PlaybackNeeds): Playback => {
	const encodesMax = needs.config.transcodesMax;
	const parts: Parts = {
		...needs,
		sources: createSourceCache(needs),
		encoders: createEncoders(needs, { encodesMax }),
		opened: createOpenedPlaybacks(needs),
		bodies: createOpenBodies(),
		encodesMax,
		onEvent: needs.onEvent ?? (() => {}),
	};
	const { db, clock } = needs;
	const pruning = clock.every(pruneEveryMs, () => prunePlaybacks(db, clock.now() - playbackLifeMs));
	const find: Find = async (caller, playbackId) => {
		const playback = await parts.opened.find(caller, playbackId);
		watchSession(parts, playback, caller);
		return playback;
	};
	return {
		...streamsOf(parts, find),
		...watchReadsOf(parts),
		start: (caller, itemId, options) => startIn(parts, caller, itemId, options),
		recordProgress: async (caller, playbackId, report) =>
			recordReport(parts, await find(caller, playbackId), report),
		end: (caller, playbackId) => endIn(parts, caller, playbackId),
		counts: () => ({ encoding: parts.encoders.runningCount(), sources: parts.sources.size() }),
		[Symbol.asyncDispose]: async () => {
			pruning.stop();
			await parts.encoders[Symbol.asyncDispose]();
			await parts.sources[Symbol.asyncDispose]();
		},
	};
};
