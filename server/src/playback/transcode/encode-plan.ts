/** What to encode, as closed values; and the arguments for ffmpeg that follow from it. Pure. */
import {
	bitrate,
	flag,
	input,
	mapStreamNumber,
	number,
	seconds,
	type ToolArgument,
	toStdout,
	word,
} from '../../platform/process/arguments.ts';
import {
	deinterlace,
	downmixToStereo,
	type Filter,
	filters,
	keepInTimeFrom,
	keyFramesAt,
	pixelFormat,
	scaleWithin,
	squarePixels,
	toneMap,
} from '../../platform/process/filters.ts';
import { type Demuxer, demuxers } from '../../platform/process/vocabulary.ts';

export interface EncodeBase {
	readonly realPath: string;
	readonly demuxer: Demuxer;
	/** The stream's number among all streams of the file. */
	readonly streamNumber: number;
	/** Where the title's time 0 lies on the source's own time. */
	readonly originSeconds: number;
	/** Where the first wanted segment begins, from the start of the title. */
	readonly startSeconds: number;
}

export interface VideoEncode extends EncodeBase {
	readonly kind: 'video';
	/** Starts of the segments from `startSeconds` on: a key frame is put at each. */
	readonly boundarySeconds: readonly number[];
	readonly heightMaxPx: number;
	readonly bitrateMaxBps: number;
	readonly isHighDynamicRange: boolean;
	readonly isMaybeInterlaced: boolean;
}

export interface AudioEncode extends EncodeBase {
	readonly kind: 'audio';
	readonly bitrateBps: number;
}

export type EncodePlan = VideoEncode | AudioEncode;

/** What a browser decodes everywhere, at this size at most. */
export const encodedHeightMaxPx = 1080;
export const encodedVideoCodec = 'avc1.64002a';
export const encodedAudioCodec = 'mp4a.40.2';
export const encodedSampleRateHz = 48_000;
/** One AAC frame. */
export const encodedFrameSamples = 1024;
/** Units a second of encoded video; a multiple of every usual frame rate. */
const videoUnitsPerSecond = 90_000;
/** Read before the wanted time, then dropped: hides the coder's priming and small differences of clocks. */
const prerollSeconds = 0.25;
const boundariesMax = 2_000;

/** Bits a second for a picture of this height, generous for `veryfast`. */
export const videoBitrateOf = (heightPx: number): number => {
	if (heightPx <= 480) return 2_500_000;
	return heightPx <= 720 ? 5_000_000 : 9_000_000;
};

const containerDemuxers: ReadonlyMap<string, Demuxer> = new Map([
	['mp4', 'mov'],
	['webm', 'matroska'],
	['adts', 'aac'],
	['mpegps', 'mpeg'],
]);

/** The reader for a container as the catalogue names it, or null where none of the closed list fits. */
export const demuxerOf = (container: string): Demuxer | null => {
	const name = container.split(',')[0]?.trim().toLowerCase() ?? '';
	return containerDemuxers.get(name) ?? demuxers.find((demuxer) => demuxer === name) ?? null;
};

const inputOf = (plan: EncodePlan): ToolArgument[] => {
	const fromSeconds = Math.max(0, plan.startSeconds - prerollSeconds);
	return [
		flag('-copyts'),
		...(fromSeconds > 0 ? [flag('-ss'), seconds(fromSeconds * 1000)] : []),
		...[flag('-fflags'), word('+genpts+discardcorrupt')],
		input(plan.realPath, { demuxer: plan.demuxer }),
		...[flag('-map'), mapStreamNumber(plan.streamNumber), flag('-sn'), flag('-dn')],
		...[flag('-map_metadata'), word('-1'), flag('-map_chapters'), word('-1')],
	];
};

const pictureFilters = (plan: VideoEncode): ToolArgument => {
	const heightPx = plan.heightMaxPx;
	const chain: Filter[] = [];
	if (plan.isMaybeInterlaced) chain.push(deinterlace());
	chain.push(scaleWithin(Math.round((heightPx * 16) / 9), heightPx));
	if (plan.isHighDynamicRange) chain.push(toneMap());
	return filters(squarePixels(), ...chain, pixelFormat('yuv420p'));
};

const videoWords = (plan: VideoEncode): ToolArgument[] => {
	const originMs = plan.originSeconds * 1000;
	const boundaries = plan.boundarySeconds.slice(0, boundariesMax);
	const timesMs = boundaries.map((boundary) => Math.max(0, Math.round(boundary * 1000 + originMs)));
	const rate = Math.min(plan.bitrateMaxBps || Number.POSITIVE_INFINITY, videoBitrateOf(plan.heightMaxPx));
	return [
		...[flag('-vf'), pictureFilters(plan), flag('-c:v'), word('libx264'), flag('-preset'), word('veryfast')],
		...[
			flag('-crf'),
			number(21, { min: 0, max: 51 }),
			flag('-maxrate'),
			bitrate(rate),
			flag('-bufsize'),
			bitrate(rate * 2),
		],
		// No reordering: times stay plain, and the first frame leaves the coder sooner.
		...[
			flag('-bf'),
			word('0'),
			flag('-g'),
			number(1_000, { min: 1, max: 10_000 }),
			flag('-sc_threshold'),
			word('0'),
		],
		...[flag('-profile:v'), word('high'), flag('-level'), word('4.2')],
		...(timesMs.length > 0 ? [flag('-force_key_frames'), keyFramesAt(timesMs)] : []),
		...[
			flag('-f'),
			word('mp4'),
			flag('-movflags'),
			word('+frag_keyframe+empty_moov+default_base_moof+delay_moov+frag_discont'),
		],
		...[flag('-video_track_timescale'), number(videoUnitsPerSecond, { min: 1, max: 1_000_000 })],
	];
};

/**
 * The first sample that the coder gets: on a frame of a grid that begins at the source's zero, so that runs
 * agree.
 */
const firstSampleOf = (plan: AudioEncode): number => {
	const fromSeconds = plan.originSeconds + Math.max(0, plan.startSeconds - prerollSeconds / 2);
	return Math.max(
		0,
		Math.ceil((fromSeconds * encodedSampleRateHz) / encodedFrameSamples) * encodedFrameSamples,
	);
};

const audioWords = (plan: AudioEncode): ToolArgument[] => [
	...[flag('-af'), filters(keepInTimeFrom(firstSampleOf(plan), encodedSampleRateHz), downmixToStereo())],
	...[flag('-c:a'), word('aac'), flag('-b:a'), bitrate(plan.bitrateBps)],
	...[
		flag('-f'),
		word('mp4'),
		flag('-movflags'),
		word('+empty_moov+default_base_moof+delay_moov+frag_discont'),
	],
	...[flag('-frag_duration'), number(250_000, { min: 1, max: 10_000_000 })],
];

/**
 * The whole command line but program and general options. Only numbers and words of closed lists are in it.
 */
export const argumentsOf = (plan: EncodePlan): ToolArgument[] => [
	...inputOf(plan),
	...(plan.kind === 'video' ? videoWords(plan) : audioWords(plan)),
	...[flag('-flush_packets'), word('1'), toStdout()],
];
