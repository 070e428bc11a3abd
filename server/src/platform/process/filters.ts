/**
 * Filters by template, with numbers only: the text of a filter graph is a language, so nobody passes it
 * through.
 */
import { fromCheckedParts, type ToolArgument } from './arguments.ts';

declare const filterBrand: unique symbol;
/** One filter of a chain. Only the functions of this file make one. */
export type Filter = string & { readonly [filterBrand]: true };

const whole = (value: number, min: number, max: number): number => {
	if (!Number.isInteger(value) || value < min || value > max) {
		throw new RangeError(`A filter's number must be whole and lie between ${min} and ${max}.`);
	}
	return value;
};

const filter = (text: string): Filter => text as Filter;

const sidePixelsMax = 16_384;

const side = (pixels: number): number => whole(pixels, 2, sidePixelsMax);
const evenSide = (pixels: number): number => 2 * Math.round(side(pixels) / 2);

/** To exactly this size, in pixels; both sides are made even, as 4:2:0 needs. */
export const scaleTo = (width: number, height: number): Filter =>
	filter(`scale=${evenSide(width)}:${evenSide(height)}`);

/** Fits into a box and keeps the shape; never makes larger. Sides come out even. */
export const scaleWithin = (width: number, height: number): Filter =>
	filter(
		`scale=w='min(iw,${side(width)})':h='min(ih,${side(height)})'` +
			':force_original_aspect_ratio=decrease:force_divisible_by=2',
	);

/** Square pixels, so that a width and a height say the shape. */
export const squarePixels = (): Filter => filter('setsar=1');

/** Interlaced pictures to full ones; progressive ones pass. */
export const deinterlace = (): Filter => filter('yadif=deint=interlaced');

const pixelFormats = ['yuv420p', 'yuv420p10le', 'nv12', 'rgb24', 'rgba', 'gray'] as const;

/** To one pixel format. */
export const pixelFormat = (name: (typeof pixelFormats)[number]): Filter => {
	if (!pixelFormats.includes(name))
		throw new TypeError('This is not a pixel format that a tool may be given.');
	return filter(`format=${name}`);
};

/** PQ or HLG to the ordinary range, in software. */
export const toneMap = (): Filter =>
	filter(
		'zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=hable:desat=0,' +
			'zscale=t=bt709:m=bt709:r=tv,format=yuv420p',
	);

/** At most this many frames a second, in thousandths: 23976 is 23.976. */
export const frameRate = (framesPerThousandSeconds: number): Filter =>
	filter(`fps=${whole(framesPerThousandSeconds, 1, 240_000)}/1000`);

/** One frame every `periodMs`, for preview images. */
export const oneFrameEvery = (periodMs: number): Filter =>
	filter(`fps=1000/${whole(periodMs, 100, 3_600_000)}`);

/** Sheets of `columns` by `rows` pictures. */
export const tile = (columns: number, rows: number): Filter =>
	filter(`tile=${whole(columns, 1, 32)}x${whole(rows, 1, 32)}`);

/** The most telling of each `frames` frames. */
export const thumbnail = (frames: number): Filter => filter(`thumbnail=n=${whole(frames, 2, 1_000)}`);

/** To two channels, with the centre kept loud enough to follow a dialogue. */
export const downmixToStereo = (): Filter => filter('aformat=channel_layouts=stereo');

/** Fills gaps and follows drifting clocks, so that sound stays with the picture. */
export const keepInTime = (): Filter => filter('aresample=async=1:first_pts=0');

/**
 * The same at `sampleRateHz`, with the first sample numbered `firstSample` on the input's own time: padded
 * or cut to it. Two steps, since the number counts samples of what comes into its own step.
 */
export const keepInTimeFrom = (firstSample: number, sampleRateHz: number): Filter =>
	filter(
		`aresample=${whole(sampleRateHz, 8_000, 192_000)},` +
			`aresample=async=1:first_pts=${whole(firstSample, 0, 192_000 * 360_000)}`,
	);

/** A chain of filters, for `-vf` or `-af`. */
export const filters = (...chain: readonly [Filter, ...Filter[]]): ToolArgument =>
	fromCheckedParts(chain.join(','));

/** For `-force_key_frames`: a key frame every `periodMs`, counted from the first frame of the output. */
export const keyFrameEvery = (periodMs: number): ToolArgument =>
	fromCheckedParts(`expr:gte(t,n_forced*${whole(periodMs, 100, 60_000) / 1_000})`);

/**
 * For `-force_key_frames`: at these times and nowhere else by force; increasing, in ms of the output's own
 * time.
 */
export const keyFramesAt = (timesMs: readonly number[]): ToolArgument =>
	fromCheckedParts(
		timesMs
			.slice(0, 10_000)
			.map((timeMs) => (whole(timeMs, 0, 360_000_000) / 1_000).toFixed(3))
			.join(','),
	);

/**
 * For `-filter_complex`: burns the picture subtitles of stream `subtitle` into the first video, named
 * `[out]`.
 */
export const burnSubtitles = (subtitle: number, ...chain: readonly Filter[]): ToolArgument =>
	fromCheckedParts([`[0:v:0][0:s:${whole(subtitle, 0, 1_023)}]overlay`, ...chain].join(',').concat('[out]'));

/** For `-map`: what `burnSubtitles` made. */
export const burntVideo = (): ToolArgument => fromCheckedParts('[out]');

/** For `-read_intervals` of ffprobe: from `startMs`, for `durationMs`. */
export const readInterval = (startMs: number, durationMs: number): ToolArgument =>
	fromCheckedParts(`${whole(startMs, 0, 360_000_000) / 1_000}%+${whole(durationMs, 1, 360_000_000) / 1_000}`);
