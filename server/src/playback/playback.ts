/** Playback as one value with a lifetime: what is open, what is being converted, and how far people have come. */
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
	openUnchanged,
	playbackLifeMs,
} from './opened-playback.ts';
import { createSourceCache } from './packaging/source-cache.ts';
import { prunePlaybacks, removePlayback } from './playback-store.ts';
import { countWatched, readContinuable, readStates } from './progress-store.ts';
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
import { createEncoders } from './transcode/encoders.ts';
import type { PlaybackCatalogue, PlaybackViewer, ProgressEvent, WatchState } from './values.ts';

const pruneEveryMs = 3_600_000;
const continueMax = 100;

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

/** Builds the room. Disposing it kills every encoder and closes every file; the runner stays its owner's. */
export const createPlayback = (given: PlaybackNeeds): Playback => {
	const encodesMax = given.config.transcodesMax;
	const sources = createSourceCache(given);
	const encoders = createEncoders(given, { encodesMax });
	const opened = createOpenedPlaybacks(given);
	const needs = { ...given, sources, encoders, opened, encodesMax, onEvent: given.onEvent ?? (() => {}) };
	const canExtract = given.runner.tools.ffmpeg !== null;
	const pruning = given.clock.every(pruneEveryMs, () =>
		prunePlaybacks(given.db, given.clock.now() - playbackLifeMs),
	);

	/** Ends what runs for a playback when the session that asked is over; once for each session. */
	const watchSession = (playback: OpenedPlayback, caller: PlaybackCaller): void => {
		if (playback.watched.has(caller.ended)) return;
		playback.watched.add(caller.ended);
		const stop = (): void => void encoders.end(playback.record.playbackId);
		caller.ended.addEventListener('abort', stop, { once: true });
		if (caller.ended.aborted) stop();
	};
	const find = async (caller: PlaybackCaller, playbackId: string): Promise<OpenedPlayback> => {
		const playback = await opened.find(caller, playbackId);
		watchSession(playback, caller);
		return playback;
	};

	return {
		start: async (caller, itemId, options) => {
			const started = await beginPlayback(needs, caller, { itemId, ...options });
			watchSession(started.playback, caller);
			const resumeAtMs = await resumeAt(needs, started.playback);
			warmUp(needs, started.playback, resumeAtMs);
			return presentStart(started, { resumeAtMs, canExtract });
		},
		direct: async (caller, playbackId, asked, signal) => {
			const playback = await find(caller, playbackId);
			if (playback.record.plan.method !== 'direct') throw new Fault('playback.session.absent');
			const kind = videoStreamOf(playback.file, playback.playable.kind) ? 'video' : 'audio';
			const mimeType = mimeTypeOf(playback.file.container, kind);
			return answerDirect(await openUnchanged(playback), asked, { mimeType, signal });
		},
		multivariant: async (caller, playbackId) =>
			textReply(await multivariantOf(needs, await find(caller, playbackId)), playlistType),
		mediaPlaylist: async (caller, playbackId, track) =>
			textReply(await mediaPlaylistOf(needs, await find(caller, playbackId), track), playlistType),
		initSegment: async (caller, playbackId, track, signal) =>
			bytesReply(
				await initSegmentOf(needs, await find(caller, playbackId), track, signal),
				track === 'video',
			),
		segment: async (caller, playbackId, { track, segment, signal }) => {
			const playback = await find(caller, playbackId);
			return bytesReply(
				await segmentOf(needs, playback, { name: track, segment, signal }),
				track === 'video',
			);
		},
		subtitle: async (caller, playbackId, subtitleId, signal) => {
			const { file } = await find(caller, playbackId);
			return textReply(await readSubtitle(needs, file, subtitleId, signal), 'text/vtt; charset=utf-8');
		},
		recordProgress: async (caller, playbackId, report) =>
			recordReport(needs, await find(caller, playbackId), report),
		end: async (caller, playbackId) => {
			const isRemoved = await removePlayback(given.db, { playbackId, viewerId: caller.viewerId });
			if (!isRemoved) throw new Fault('playback.session.absent');
			opened.forget(playbackId);
			await encoders.end(playbackId);
		},
		setWatched: (viewer, itemId, isWatched) => markWatched(needs, viewer, { itemId, isWatched }),
		watchStates: (viewerId, workIds) => readStates(given.db, viewerId, workIds),
		watchedCounts: (viewerId, workIds) => countWatched(given.db, viewerId, workIds),
		continueWatching: (viewerId, limit) => readContinuable(given.db, viewerId, Math.min(limit, continueMax)),
		counts: () => ({ encoding: encoders.runningCount(), sources: sources.size() }),
		[Symbol.asyncDispose]: async () => {
			pruning.stop();
			await encoders[Symbol.asyncDispose]();
			await sources[Symbol.asyncDispose]();
		},
	};
};
