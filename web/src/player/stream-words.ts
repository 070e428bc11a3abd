/** Streams of a file as people say them: `1080p H.264`, `Dolby Digital 5.1`, `4.2 GB`. */
import type { FileSummary, StreamSummary } from '@holdfast/contract/catalogue';
import type { Static } from 'typebox';

type Stream = Static<typeof StreamSummary>;
type File = Static<typeof FileSummary>;

const names: Readonly<Record<string, string>> = {
	h264: 'H.264',
	avc: 'H.264',
	hevc: 'HEVC',
	h265: 'HEVC',
	vp8: 'VP8',
	vp9: 'VP9',
	av1: 'AV1',
	mpeg1video: 'MPEG-1',
	mpeg2video: 'MPEG-2',
	mpeg4: 'MPEG-4',
	vc1: 'VC-1',
	prores: 'ProRes',
	aac: 'AAC',
	mp3: 'MP3',
	opus: 'Opus',
	vorbis: 'Vorbis',
	flac: 'FLAC',
	alac: 'ALAC',
	ac3: 'AC-3',
	eac3: 'E-AC-3',
	truehd: 'TrueHD',
	dts: 'DTS',
	pcm: 'PCM',
	srt: 'SubRip',
	subrip: 'SubRip',
	ass: 'ASS',
	ssa: 'SSA',
	webvtt: 'WebVTT',
	vtt: 'WebVTT',
	hdmv_pgs_subtitle: 'PGS',
	dvd_subtitle: 'VobSub',
	mov_text: 'Timed text',
};

/** A codec's name as it is written on boxes; what is unknown is shouted, as codecs are. */
export const codecName = (codec: string): string => {
	const key = codec.toLowerCase();
	if (key.startsWith('pcm')) return 'PCM';
	return names[key] ?? codec.toUpperCase();
};

const heightSteps: readonly (readonly [number, string])[] = [
	[4000, '8K'],
	[2000, '4K'],
	[1300, '1440p'],
	[1000, '1080p'],
	[700, '720p'],
	[560, '576p'],
	[460, '480p'],
	[340, '360p'],
];

/** `1920x1080` -> `1080p`. A cinema frame is judged by its width as well: 1920x800 is 1080p to people. */
export const resolutionName = (detail: string | null): string | null => {
	const found = /^(\d{2,5})\s*[x\u00d7]\s*(\d{2,5})/.exec(detail ?? '');
	if (!found) return null;
	const [width, height] = [Number(found[1]), Number(found[2])];
	const judged = Math.max(Math.min(width, height), Math.round((Math.max(width, height) * 9) / 16));
	return heightSteps.find(([least]) => judged >= least)?.[1] ?? `${Math.min(width, height)}p`;
};

/** `2` or `2.0` is stereo, `1` is mono; the rest is said as it is. The words themselves are messages. */
export const channelWord = (detail: string | null): 'mono' | 'stereo' | string | null => {
	if (detail === null) return null;
	const plain = detail.trim().toLowerCase();
	if (plain === '1' || plain === '1.0' || plain === 'mono') return 'mono';
	if (plain === '2' || plain === '2.0' || plain === 'stereo') return 'stereo';
	return detail;
};

/** The picture in a few words, such as `1080p H.264`. */
export const videoWords = (stream: Stream): string =>
	[resolutionName(stream.detail), codecName(stream.codec)].filter(Boolean).join(' ');

/** The sound in a few words, such as `AAC stereo` or `AC-3 5.1`. */
export const audioWords = (stream: Stream): string =>
	[codecName(stream.codec), channelWord(stream.detail)].filter(Boolean).join(' ');

/** First picture and default sound of a file: the line under a title. */
export const fileWords = (file: Pick<File, 'streams' | 'container'>): string[] => {
	const video = file.streams.find((stream) => stream.kind === 'video');
	const sounds = file.streams.filter((stream) => stream.kind === 'audio');
	const sound = sounds.find((stream) => stream.isDefault) ?? sounds[0];
	return [video && videoWords(video), sound && audioWords(sound)].filter((words) => words !== undefined);
};

const units = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** Size with its unit in powers of ten, as disks are sold: `4.2 GB`. */
export const sizeParts = (sizeBytes: number): { value: number; unit: (typeof units)[number] } => {
	let value = Math.max(0, sizeBytes);
	let step = 0;
	while (value >= 1000 && step < units.length - 1) {
		value /= 1000;
		step += 1;
	}
	return {
		value: value >= 100 || step === 0 ? Math.round(value) : Math.round(value * 10) / 10,
		unit: units[step] ?? 'B',
	};
};
