/**
 * Asks ffprobe about what our own readers do not know, with the format pinned to what the first bytes said.
 */
import { openBelow } from '../../platform/files/below.ts';
import { type Demuxer, demuxers } from '../../platform/process/vocabulary.ts';
import { flag, input, word } from '../../platform/process/arguments.ts';
import { runTool, type ToolRunner } from '../../platform/process/tool.ts';
import type { MediaStream } from '../values.ts';
import { type ProbeFound, type ProbeJob, type ProbeResult, safeText, shortDetail } from './probe-job.ts';
import { shortCodec } from './codec-strings.ts';

const limits = {
	wallMs: 15_000,
	outputBytesMax: 2 * 1024 * 1024,
	cpuSeconds: 20,
	memoryMb: 2048,
};

interface Said {
	readonly format?: {
		readonly format_name?: string;
		readonly duration?: string;
		readonly bit_rate?: string;
		readonly tags?: Tags;
	};
	readonly streams?: readonly SaidStream[];
}
type Tags = Readonly<Record<string, string>>;
interface SaidStream {
	readonly index?: number;
	readonly codec_type?: string;
	readonly codec_name?: string;
	readonly codec_tag_string?: string;
	readonly profile?: string;
	readonly level?: number;
	readonly width?: number;
	readonly height?: number;
	readonly pix_fmt?: string;
	readonly avg_frame_rate?: string;
	readonly channels?: number;
	readonly sample_rate?: string;
	readonly bit_rate?: string;
	readonly color_transfer?: string;
	readonly disposition?: Readonly<Record<string, number>>;
	readonly tags?: Tags;
}

const numberOf = (text: string | undefined): number | null => {
	const value = Number(text);
	return text === undefined || !Number.isFinite(value) || value <= 0 ? null : value;
};

const rateOf = (text: string | undefined): number | null => {
	const [top, bottom] = (text ?? '').split('/').map(Number);
	if (!top || !bottom) return null;
	return Math.round((top / bottom) * 1000) / 1000;
};

const bitDepthOf = (pixelFormat: string | undefined): number | null => {
	if (pixelFormat === undefined) return null;
	return Number(/p(9|10|12|14|16)(?:le|be)?$/u.exec(pixelFormat)?.[1] ?? 8);
};

const transferOf = (text: string | undefined): MediaStream['transfer'] => {
	if (text === 'smpte2084') return 'pq';
	if (text === 'arib-std-b67') return 'hlg';
	return text === undefined || text === 'unknown' ? null : 'sdr';
};

const levelOf = (stream: SaidStream): string | null => {
	if (stream.level === undefined || stream.level <= 0) return null;
	if (stream.codec_name === 'h264') return (stream.level / 10).toFixed(1);
	if (stream.codec_name === 'hevc') return (stream.level / 30).toFixed(1);
	return String(stream.level);
};

const codecOf = (stream: SaidStream): string => {
	const name = stream.codec_name ?? stream.codec_tag_string ?? 'unknown';
	return /^pcm_(?:s|u|f)\d/u.test(name) ? 'pcm' : name === 'subrip' ? 'srt' : shortCodec(name);
};

const profileOf = (profile: string | undefined): string | null =>
	profile === undefined ? null : profile.toLowerCase().replaceAll(' ', '').slice(0, 32);

const toStream = (stream: SaidStream, position: number): MediaStream | null => {
	const kind = stream.codec_type;
	if (kind !== 'video' && kind !== 'audio' && kind !== 'subtitle') return null;
	// A cover inside a song or film is a picture, not a track.
	if (kind === 'video' && stream.disposition?.['attached_pic'] === 1) return null;
	const language = stream.tags?.['language']?.toLowerCase();
	return {
		index: stream.index ?? position,
		kind,
		codec: codecOf(stream),
		codecString: null,
		profile: profileOf(stream.profile),
		level: kind === 'video' ? levelOf(stream) : null,
		bitDepth: kind === 'video' ? bitDepthOf(stream.pix_fmt) : null,
		widthPx: stream.width || null,
		heightPx: stream.height || null,
		frameRate: kind === 'video' ? rateOf(stream.avg_frame_rate) : null,
		channels: stream.channels ?? null,
		sampleRateHz: numberOf(stream.sample_rate),
		bitrateBps: numberOf(stream.bit_rate),
		language: language === undefined || language === 'und' ? null : language.slice(0, 35),
		title: safeText(stream.tags?.['title'], 120) ?? null,
		isDefault: stream.disposition?.['default'] === 1,
		isForced: stream.disposition?.['forced'] === 1,
		transfer: kind === 'video' ? transferOf(stream.color_transfer) : null,
	};
};

const toFound = (said: Said, before: ProbeFound | null, demuxer: string): ProbeFound | null => {
	const streams = (said.streams ?? [])
		.slice(0, 64)
		.map(toStream)
		.filter((stream) => stream !== null);
	const isUseful = streams.some(({ kind, codec }) => kind !== 'subtitle' && codec !== 'unknown');
	if (!isUseful) return null;
	const seconds = numberOf(said.format?.duration);
	const title = safeText(said.format?.tags?.['title']);
	return {
		container: before?.container ?? containerOf(demuxer),
		durationMs: seconds === null ? (before?.durationMs ?? null) : Math.round(seconds * 1000),
		bitrateBps: numberOf(said.format?.bit_rate) ?? before?.bitrateBps ?? null,
		streams: mergeStrings(streams, before?.streams ?? []),
		facts: before?.facts ?? (title === undefined ? {} : { title }),
	};
};

const containerOf = (demuxer: string): string =>
	({ mov: 'mp4', mpeg: 'mpegps', aac: 'adts' })[demuxer] ?? demuxer;

/**
 * Our reader knows codec strings, ffprobe knows all tracks: where both count the same tracks, both are kept.
 */
const mergeStrings = (said: readonly MediaStream[], own: readonly MediaStream[]): MediaStream[] => {
	const seen = { video: 0, audio: 0, subtitle: 0 };
	const ofKind = (kind: MediaStream['kind']): MediaStream[] => own.filter((stream) => stream.kind === kind);
	return said.map((stream) => {
		const position = seen[stream.kind]++;
		const match = ofKind(stream.kind)[position];
		if (match?.codec !== stream.codec) return stream;
		return { ...stream, codecString: match.codecString, transfer: stream.transfer ?? match.transfer };
	});
};

const isDemuxer = (name: string): name is Demuxer => (demuxers as readonly string[]).includes(name);

/**
 * Completes `before` by ffprobe. Where there is no ffprobe, or it knows no more, `before` stands.
 * The file is opened below its root, and only that file is shown to the child.
 */
export const probeByTool = async (
	needs: { readonly tools: ToolRunner | null },
	job: ProbeJob,
	before: ProbeResult,
): Promise<ProbeResult> => {
	const { demuxer } = before;
	const { tools } = needs;
	if (demuxer === null || !isDemuxer(demuxer) || tools?.tools.ffprobe == null) return before;
	try {
		await using file = await openBelow(job.rootPath, job.relativePath);
		const argv = [word('json'), flag('-show_format'), flag('-show_streams')];
		const ended = await runTool(tools, {
			tool: 'ffprobe',
			argv: [flag('-of'), ...argv, input(file.realPath, { demuxer })],
			inputs: [file],
			output: 'stdout',
			limits,
		});
		if (ended.ended === 'wall-limit')
			return { ...before, damage: before.damage ?? { reason: 'probe-timeout', detail: null } };
		const said = JSON.parse(Buffer.from(ended.stdout).toString('utf8') || '{}') as Said;
		const found = toFound(said, before.found, demuxer);
		if (found) return { ...before, found, damage: null };
		const damage =
			before.damage ?? (isHeard(before) ? null : { reason: 'header-broken', detail: 'No track was found.' });
		return { ...before, damage } as ProbeResult;
	} catch (error) {
		return before.found && !before.damage
			? before
			: { ...before, damage: before.damage ?? { reason: 'header-broken', detail: shortDetail(error) } };
	}
};

const isHeard = (result: ProbeResult): boolean =>
	result.found?.streams.some(({ kind }) => kind !== 'subtitle') ?? false;
