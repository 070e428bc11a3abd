/** Brings together what the catalogue knows of a file's tracks and what the packager found in it. Pure. */
import type { MediaStream, Playable, PlayableFile } from '../catalogue/index.ts';
import type { DecisionSource, PackagingFacts, Treatment } from './decide.ts';
import { type Grid, gridOfKeys, gridOfTime } from './packaging/grid.ts';
import type { OpenedSource, PackagedTrack } from './packaging/opened-source.ts';

/** Seconds of a segment that is encoded: short, since nothing is seen before the first is whole. */
const encodedSeconds = 2;
const soundSeconds = 4;

/** The packager's names for the catalogue's codecs, where they differ. */
const packagerNames: Readonly<Record<string, string>> = { h264: 'avc' };

const isSameCodec = (stream: MediaStream, track: PackagedTrack): boolean =>
	track.codec === (packagerNames[stream.codec] ?? stream.codec);

export const audioStreamsOf = (file: PlayableFile): MediaStream[] =>
	file.streams.filter(({ kind }) => kind === 'audio');

/** The picture, unless the title is a track of music: there it is the sleeve. */
export const videoStreamOf = (file: PlayableFile, kind: Playable['kind']): MediaStream | null =>
	kind === 'track' ? null : (file.streams.find((stream) => stream.kind === 'video') ?? null);

/** The audio track heard by default: the one marked so, else the first. */
export const defaultAudioIndex = (file: PlayableFile): number | null => {
	const streams = audioStreamsOf(file);
	if (streams.length === 0) return null;
	return Math.max(
		0,
		streams.findIndex(({ isDefault }) => isDefault),
	);
};

/** The picture as the packager reads it; null where it cannot, or where it sees something else. */
export const videoTrackOf = (source: OpenedSource, stream: MediaStream | null): PackagedTrack | null =>
	stream && source.video && isSameCodec(stream, source.video) ? source.video : null;

/** The audio track number `audioIndex` as the packager reads it, where both count the same tracks. */
export const audioTrackOf = (
	source: OpenedSource,
	file: PlayableFile,
	audioIndex: number | null,
): PackagedTrack | null => {
	const streams = audioStreamsOf(file);
	const stream = audioIndex === null ? undefined : streams[audioIndex];
	if (!stream || audioIndex === null || source.audio.length !== streams.length) return null;
	const track = source.audio[audioIndex] ?? null;
	return track && isSameCodec(stream, track) ? track : null;
};

export const packagingFactsOf = (
	source: OpenedSource,
	file: PlayableFile,
	chosen: { video: MediaStream | null; audioIndex: number | null },
): PackagingFacts => {
	const video = videoTrackOf(source, chosen.video);
	return {
		video: video === null ? 'unreadable' : source.keySeconds === null ? 'no-index' : 'ready',
		audio: audioTrackOf(source, file, chosen.audioIndex) ? 'ready' : 'unreadable',
	};
};

export const decisionSourceOf = (
	file: PlayableFile,
	kind: Playable['kind'],
	audioIndex: number | null,
	packaging: PackagingFacts | null,
): DecisionSource => ({
	container: file.container,
	bitrateBps: file.bitrateBps,
	video: videoStreamOf(file, kind),
	audio: audioIndex === null ? null : (audioStreamsOf(file)[audioIndex] ?? null),
	isOtherAudioChosen: audioIndex !== defaultAudioIndex(file),
	packaging,
});

export interface Timeline {
	readonly grid: Grid;
	/** Where the title's 0 lies on the source's own time. */
	readonly originSeconds: number;
}

/**
 * Where segments lie: at key frames where the picture is copied, else at even distances. Null without any
 * length.
 */
export const timelineOf = (
	source: OpenedSource,
	file: PlayableFile,
	treatment: { video: Treatment; audio: Treatment },
): Timeline | null => {
	const { originSeconds } = source;
	const durationSeconds = source.durationSeconds || (file.durationMs ?? 0) / 1000;
	if (durationSeconds <= 0) return null;
	if (treatment.video === 'copy') {
		if (!source.keySeconds) return null;
		const keys = source.keySeconds.map((key) => key - originSeconds);
		return { grid: gridOfKeys(keys, durationSeconds), originSeconds };
	}
	const lengthSeconds = treatment.video === 'encode' ? encodedSeconds : soundSeconds;
	return { grid: gridOfTime(durationSeconds, lengthSeconds), originSeconds };
};
