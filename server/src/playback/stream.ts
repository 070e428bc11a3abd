/**
 * The bytes of a playback that is no plain file: playlists, initialisation segments and segments of one
 * track.
 */
import { Fault } from '../platform/fault.ts';
import { FileRefusal } from '../platform/files/refusal.ts';
import { cutSegment, isGap, segmentCountOf } from './packaging/cut.ts';
import { segmentAt } from './packaging/grid.ts';
import type { OpenedSource, PackagedTrack } from './packaging/opened-source.ts';
import { writeMediaPlaylist, writeMultivariant } from './packaging/playlists.ts';
import type { SourceCache } from './packaging/source-cache.ts';
import { type OpenedPlayback, openUnchanged, sourceKeyOf } from './opened-playback.ts';
import {
	audioStreamsOf,
	audioTrackOf,
	type Timeline,
	timelineOf,
	videoStreamOf,
	videoTrackOf,
} from './tracks.ts';
import {
	demuxerOf,
	type EncodePlan,
	encodedAudioCodec,
	encodedHeightMaxPx,
	encodedVideoCodec,
	videoBitrateOf,
} from './transcode/encode-plan.ts';
import type { Encoders } from './transcode/encoders.ts';
import type { TrackEncoder } from './transcode/track-encoder.ts';
import { heightOf } from './decide.ts';

export type TrackName = 'video' | 'audio';

export interface StreamNeeds {
	readonly sources: SourceCache;
	readonly encoders: Encoders;
}

const soundBitrateBps = 192_000;
/** Codecs in which broadcasts come half-picture by half-picture. */
const maybeInterlaced: ReadonlySet<string> = new Set(['mpeg2video', 'vc1', 'dvvideo']);
const usualBitrateBps = 4_000_000;

/** What a damaged file makes of its reader is a fault of the file, not of the server. */
const nameFault = (cause: unknown): unknown => {
	if (cause instanceof FileRefusal) return new Fault('catalogue.file.away', { cause });
	const isOurs = cause instanceof Fault || !(cause instanceof Error) || cause.name === 'AbortError';
	return isOurs ? cause : new Fault('playback.transcode.failed', { cause });
};

const withSource = async <Result>(
	needs: StreamNeeds,
	playback: OpenedPlayback,
	work: (source: OpenedSource, timeline: Timeline) => Promise<Result>,
): Promise<Result> => {
	if (playback.record.plan.method === 'direct') throw new Fault('playback.segment.absent');
	const file = await openUnchanged(playback);
	try {
		return await needs.sources.use(sourceKeyOf(file), file, async (source) => {
			playback.timeline ??= timelineOf(source, playback.file, playback.record.plan);
			if (!playback.timeline) throw new Fault('playback.plan.impossible');
			return work(source, playback.timeline);
		});
	} catch (cause) {
		throw nameFault(cause);
	}
};

const videoStream = (playback: OpenedPlayback) => videoStreamOf(playback.file, playback.playable.kind);

/** The track as the packager reads it, whether it is copied or encoded. */
const packagedTrack = (
	source: OpenedSource,
	playback: OpenedPlayback,
	name: TrackName,
): PackagedTrack | null =>
	name === 'video'
		? videoTrackOf(source, videoStream(playback))
		: audioTrackOf(source, playback.file, playback.record.plan.audioIndex);

const copiedTrack = (source: OpenedSource, playback: OpenedPlayback, name: TrackName): PackagedTrack => {
	const track = packagedTrack(source, playback, name);
	if (!track) throw new Fault('playback.segment.absent');
	return track;
};

const boundOf = (playback: OpenedPlayback): number => {
	const stream = videoStream(playback);
	const height = stream ? heightOf(stream) : 0;
	const wanted = playback.record.plan.heightMaxPx || encodedHeightMaxPx;
	return Math.max(144, Math.min(wanted, encodedHeightMaxPx, height || encodedHeightMaxPx));
};

const encodePlanOf = (
	playback: OpenedPlayback,
	timeline: Timeline,
	name: TrackName,
	start: { realPath: string; segment: number },
): EncodePlan => {
	const { plan } = playback.record;
	const demuxer = demuxerOf(playback.file.container);
	const stream =
		name === 'video' ? videoStream(playback) : audioStreamsOf(playback.file)[plan.audioIndex ?? 0];
	if (!demuxer || !stream) throw new Fault('playback.segment.absent');
	const base = {
		realPath: start.realPath,
		demuxer,
		streamNumber: stream.index,
		originSeconds: timeline.originSeconds,
		startSeconds: timeline.grid.starts[start.segment] ?? 0,
	};
	if (name === 'audio') return { ...base, kind: 'audio', bitrateBps: soundBitrateBps };
	return {
		...base,
		kind: 'video',
		boundarySeconds: timeline.grid.starts.slice(start.segment),
		heightMaxPx: boundOf(playback),
		bitrateMaxBps: plan.bitrateMaxBps > 0 ? Math.max(200_000, plan.bitrateMaxBps - soundBitrateBps) : 0,
		isHighDynamicRange: stream.transfer === 'pq' || stream.transfer === 'hlg',
		isMaybeInterlaced: maybeInterlaced.has(stream.codec),
	};
};

const encoderOf = (
	needs: StreamNeeds,
	playback: OpenedPlayback,
	timeline: Timeline,
	name: TrackName,
): TrackEncoder =>
	needs.encoders.track(playback.record, {
		kind: name,
		grid: timeline.grid,
		originSeconds: timeline.originSeconds,
		open: () => openUnchanged(playback),
		planFor: (realPath, segment) => encodePlanOf(playback, timeline, name, { realPath, segment }),
	});

const assertTrack = (playback: OpenedPlayback, name: TrackName): 'copy' | 'encode' => {
	const treatment = playback.record.plan[name];
	if (treatment === 'none') throw new Fault('playback.segment.absent');
	return treatment;
};

/** Playlists write HEVC as packaged: parameter sets in the sample entry. */
const playlistCodec = (codecString: string): string =>
	codecString.replace(/^hev1\./, 'hvc1.').replace(/^mp3$/, 'mp4a.6B');

const codecOf = (source: OpenedSource, playback: OpenedPlayback, name: TrackName): string | null => {
	const treatment = playback.record.plan[name];
	if (treatment === 'none') return null;
	if (treatment === 'copy') return playlistCodec(copiedTrack(source, playback, name).codecString);
	return name === 'video' ? encodedVideoCodec : encodedAudioCodec;
};

/** @throws playback.file.changed, catalogue.file.away */
export const multivariantOf = (needs: StreamNeeds, playback: OpenedPlayback): Promise<string> =>
	withSource(needs, playback, async (source) => {
		const isEncoded = playback.record.plan.video === 'encode';
		const bandwidthBps = isEncoded
			? videoBitrateOf(boundOf(playback))
			: (playback.file.bitrateBps ?? usualBitrateBps);
		return writeMultivariant({
			bandwidthBps,
			videoCodec: codecOf(source, playback, 'video'),
			audioCodec: codecOf(source, playback, 'audio'),
		});
	});

export const mediaPlaylistOf = (
	needs: StreamNeeds,
	playback: OpenedPlayback,
	name: TrackName,
): Promise<string> =>
	withSource(needs, playback, async (source, { grid }) => {
		const treatment = assertTrack(playback, name);
		const track = packagedTrack(source, playback, name);
		return writeMediaPlaylist({
			grid,
			segmentCount: track ? segmentCountOf(source, track, grid) : grid.starts.length,
			isGap: (segment) => treatment === 'copy' && track !== null && isGap(source, track, grid, segment),
		});
	});

/** @throws playback.transcode.busy, playback.transcode.failed */
export const initSegmentOf = (
	needs: StreamNeeds,
	playback: OpenedPlayback,
	name: TrackName,
	signal: AbortSignal,
): Promise<Uint8Array> =>
	withSource(needs, playback, async (source, timeline) => {
		if (assertTrack(playback, name) === 'copy') return copiedTrack(source, playback, name).init;
		return encoderOf(needs, playback, timeline, name).init(signal);
	});

/** @throws playback.segment.absent, playback.transcode.busy, playback.transcode.failed */
export const segmentOf = (
	needs: StreamNeeds,
	playback: OpenedPlayback,
	asked: { name: TrackName; segment: number; signal: AbortSignal },
): Promise<Uint8Array> =>
	withSource(needs, playback, async (source, timeline) => {
		const treatment = assertTrack(playback, asked.name);
		if (asked.segment >= timeline.grid.starts.length) throw new Fault('playback.segment.absent');
		if (treatment === 'encode') {
			return encoderOf(needs, playback, timeline, asked.name).segment(asked.segment, asked.signal);
		}
		const bytes = await cutSegment(
			source,
			copiedTrack(source, playback, asked.name),
			timeline.grid,
			asked.segment,
		);
		if (!bytes) throw new Fault('playback.segment.absent');
		return bytes;
	});

/** Lets encoders begin where the player will, before it asks; what goes wrong is told when it does. */
export const warmUp = (needs: StreamNeeds, playback: OpenedPlayback, positionMs: number): void => {
	const { timeline, record } = playback;
	if (!timeline) return;
	const segment = segmentAt(timeline.grid, positionMs / 1000);
	for (const name of ['video', 'audio'] as const) {
		if (record.plan[name] !== 'encode') continue;
		encoderOf(needs, playback, timeline, name)
			.segment(segment, new AbortController().signal)
			.catch(() => {});
	}
};
