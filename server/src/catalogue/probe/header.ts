/** Tracks and duration of the containers that are read in process: no child, no codec, a few small reads. */
import {
	ADTS,
	CustomSource,
	FLAC,
	Input,
	type InputAudioTrack,
	type InputTrack,
	type InputVideoTrack,
	Logging,
	MATROSKA,
	MP3,
	MP4,
	MPEG_TS,
	OGG,
	QTFF,
	WAVE,
	WEBM,
} from 'mediabunny';
import type { MediaStream } from '../values.ts';
import type { ByteWindow } from './byte-window.ts';
import { shortCodec, traitsOf } from './codec-strings.ts';
import { type MatroskaTrack, matroskaTracks } from './matroska-tracks.ts';
import { safeText } from './probe-job.ts';

const formats = [MP4, QTFF, MATROSKA, WEBM, MPEG_TS, MP3, FLAC, OGG, WAVE, ADTS];
Logging.level = 0;

const containers: Readonly<Record<string, string>> = {
	MP4: 'mp4',
	'QuickTime File Format': 'mov',
	Matroska: 'matroska',
	WebM: 'webm',
	'MPEG Transport Stream': 'mpegts',
	MP3: 'mp3',
	FLAC: 'flac',
	Ogg: 'ogg',
	WAVE: 'wav',
	ADTS: 'adts',
};

export interface HeaderFound {
	readonly container: string;
	readonly durationMs: number | null;
	readonly streams: readonly MediaStream[];
	/** Some track is unknown to this reader: another may know more. */
	readonly isPartial: boolean;
	readonly isEncrypted: boolean;
	readonly hasPicture: boolean;
	readonly title: string | undefined;
}

const nothing = {
	widthPx: null,
	heightPx: null,
	frameRate: null,
	channels: null,
	sampleRateHz: null,
	transfer: null,
} as const;

const orNull = async <T>(value: Promise<T>): Promise<T | null> => {
	try {
		return await value;
	} catch {
		return null;
	}
};

const rounded = (value: number | null): number | null =>
	value === null || !Number.isFinite(value) ? null : Math.round(value);

/** Frames a second; null for what no film has. */
const rateOf = (rate: number | null | undefined): number | null =>
	rate != null && rate > 0 && rate <= 1000 ? Math.round(rate * 1000) / 1000 : null;

const videoTraits = async (track: InputVideoTrack, container: string) => {
	const color = await orNull(track.getColorSpace());
	const transfer = String(color?.transfer ?? '');
	const isCounted = container === 'mp4' || container === 'mov';
	const stats = isCounted ? await orNull(track.computePacketStats(40)) : null;
	return {
		...nothing,
		widthPx: rounded(await orNull(track.getCodedWidth())),
		heightPx: rounded(await orNull(track.getCodedHeight())),
		frameRate: rateOf(stats?.averagePacketRate),
		transfer: transfer === 'pq' ? 'pq' : transfer === 'hlg' ? 'hlg' : color?.transfer ? 'sdr' : null,
	} as const;
};

const audioTraits = async (track: InputAudioTrack) => ({
	...nothing,
	channels: rounded(await orNull(track.getNumberOfChannels())),
	sampleRateHz: rounded(await orNull(track.getSampleRate())),
});

const languageOf = (code: string | null): string | null =>
	code === null || code === 'und' || code === '' ? null : code.toLowerCase().slice(0, 35);

const streamOf = async (track: InputTrack, index: number, container: string): Promise<MediaStream> => {
	const codecString = await orNull(track.getCodecParameterString());
	const internal = await orNull(track.getInternalCodecId());
	const known = await orNull(track.getCodec());
	const disposition = await orNull(track.getDisposition());
	const traits = track.isVideoTrack()
		? await videoTraits(track, container)
		: track.isAudioTrack()
			? await audioTraits(track)
			: nothing;
	return {
		index,
		kind: track.isVideoTrack() ? 'video' : track.isAudioTrack() ? 'audio' : 'subtitle',
		codec: shortCodec(known ?? (typeof internal === 'string' ? internal : 'unknown')),
		codecString: codecString?.slice(0, 80) ?? null,
		...traitsOf(codecString),
		...traits,
		bitrateBps: rounded((await orNull(track.getAverageBitrate())) ?? (await orNull(track.getBitrate()))),
		language: languageOf(await orNull(track.getLanguageCode())),
		title: safeText(await orNull(track.getName()), 120) ?? null,
		isDefault: disposition?.default ?? false,
		isForced: disposition?.forced ?? false,
	};
};

const subtitleCodecs: Readonly<Record<string, string>> = {
	'S_TEXT/UTF8': 'srt',
	'S_TEXT/ASS': 'ass',
	'S_TEXT/SSA': 'ssa',
	S_ASS: 'ass',
	S_SSA: 'ssa',
	'S_TEXT/WEBVTT': 'webvtt',
	'D_WEBVTT/SUBTITLES': 'webvtt',
	'S_HDMV/PGS': 'hdmv_pgs_subtitle',
	S_VOBSUB: 'dvd_subtitle',
	S_DVBSUB: 'dvb_subtitle',
};

/**
 * Codecs that the main reader has no name for, by ffmpeg's names. Everything else that it does not know is
 * asked of ffprobe, which takes fifty times as long. @source RFC 9559 section 27, Matroska codec mappings
 */
const plainCodecs: Readonly<Record<string, string>> = {
	V_MPEG1: 'mpeg1video',
	V_MPEG2: 'mpeg2video',
	'V_MPEG4/ISO/SP': 'mpeg4',
	'V_MPEG4/ISO/ASP': 'mpeg4',
	'V_MPEG4/ISO/AP': 'mpeg4',
	'V_MPEG4/MS/V3': 'msmpeg4v3',
	V_THEORA: 'theora',
	'A_MPEG/L1': 'mp1',
	'A_MPEG/L2': 'mp2',
	A_TRUEHD: 'truehd',
	A_MLP: 'mlp',
	A_ALAC: 'alac',
	A_TTA1: 'tta',
	A_WAVPACK4: 'wavpack',
};

const subtitleStream = (track: MatroskaTrack): MediaStream => ({
	index: track.index,
	kind: 'subtitle',
	codec: subtitleCodecs[track.codecId] ?? shortCodec(track.codecId),
	codecString: null,
	...traitsOf(null),
	...nothing,
	bitrateBps: null,
	language: languageOf(track.language),
	title: safeText(track.title, 120) ?? null,
	isDefault: track.isDefault,
	isForced: track.isForced,
});

/**
 * Puts the subtitles and frame rates of a Matroska file's own list beside what the main reader found, in file
 * order.
 */
const withMatroska = (streams: readonly MediaStream[], tracks: readonly MatroskaTrack[]): MediaStream[] => {
	const media = tracks.filter(({ kind }) => kind === 'video' || kind === 'audio');
	const isAligned = media.length === streams.length;
	const placed = streams.map((stream, position) => {
		const own = isAligned ? media[position] : undefined;
		return own
			? {
					...stream,
					index: own.index,
					codec: plainCodecs[own.codecId] ?? stream.codec,
					isDefault: own.isDefault,
					isForced: own.isForced,
					frameRate: stream.kind === 'video' ? rateOf(own.frameRate) : null,
				}
			: stream;
	});
	const subtitles = tracks.filter(({ kind }) => kind === 'subtitle').map(subtitleStream);
	return [...placed, ...subtitles].sort((a, b) => a.index - b.index);
};

/**
 * Fragmented files and streams of broadcasts say no length in front; ours is then taken from their last
 * packets.
 */
const durationOf = async (input: Input): Promise<number | null> => {
	const said = await orNull(input.getDurationFromMetadata());
	// A fragmented file may say 2^32 ticks where it does not know.
	const seconds =
		said !== null && said > 0 && said < 1_000_000 / 10 ? said : await orNull(input.computeDuration());
	return seconds === null || !Number.isFinite(seconds) || seconds <= 0 ? null : Math.round(seconds * 1000);
};

/** Reads the header. Throws where the container is none of the known ones or is broken. */
export const readHeader = async (window: ByteWindow, wantsTags: boolean): Promise<HeaderFound> => {
	const source = new CustomSource({
		getSize: () => window.sizeBytes,
		read: (start, end) => window.read(start, end),
		prefetchProfile: 'none',
		maxCacheSize: 1024 * 1024,
	});
	using input = new Input({ formats, source });
	const format = await input.getFormat();
	const container = containers[format.name] ?? format.name.toLowerCase();
	const tracks = (await input.getTracks()).slice(0, 64);
	const streams = await Promise.all(tracks.map((track, index) => streamOf(track, index, container)));
	const isMatroska = container === 'matroska' || container === 'webm';
	const own = isMatroska ? matroskaTracks(window) : [];
	const tags = wantsTags ? await orNull(input.getMetadataTags()) : null;
	const isKnown = await Promise.all(tracks.map(async (track) => (await orNull(track.getCodec())) !== null));
	const media = own.filter(({ kind }) => kind === 'video' || kind === 'audio');
	const isNamed = (position: number): boolean =>
		media.length === tracks.length && plainCodecs[media[position]?.codecId ?? ''] !== undefined;
	const isPartial = isKnown.some((known, position) => !known && !isNamed(position));
	const protectedTrack = streams.some(({ codec }) => codec === 'enca' || codec === 'encv');
	return {
		container,
		durationMs: tracks.length === 0 ? null : await durationOf(input),
		streams: isMatroska ? withMatroska(streams, own) : streams,
		isPartial: tracks.length === 0 || isPartial || container === 'mpegts',
		isEncrypted: protectedTrack || own.some((track) => track.isEncrypted),
		hasPicture: (tags?.images?.length ?? 0) > 0,
		title: safeText(tags?.title),
	};
};
