/** Small films made by ffmpeg for tests, and what ffprobe says of files and bytes. */
import { execFileSync } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { MediaStream, PlayableFile } from '../../src/catalogue/index.ts';

const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=24000/1001:d=12'];
const sound = ['-f', 'lavfi', '-i', 'sine=f=440:r=48000:d=12'];
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '3', '-g', '48', '-pix_fmt', 'yuv420p'];

/**
 * By file name: what to encode. Every one is twelve seconds of picture and sound unless it says otherwise.
 */
const recipes = {
	'h264-aac.mkv': [...picture, ...sound, ...h264, '-c:a', 'aac'],
	'h264-aac.mp4': [...picture, ...sound, ...h264, '-c:a', 'aac'],
	'h264-aac-fragmented.mp4': [
		...[...picture, ...sound, ...h264, '-c:a', 'aac'],
		...['-movflags', '+frag_keyframe+empty_moov'],
	],
	'h264-aac.ts': [...picture, ...sound, ...h264, '-c:a', 'aac'],
	'h264-mp2.ts': [...picture, ...sound, ...h264, '-c:a', 'mp2'],
	'h264-ac3.mkv': [...picture, ...sound, ...h264, '-c:a', 'ac3'],
	'hevc-aac.mkv': [
		...[...picture, ...sound, '-c:v', 'libx265', '-preset', 'ultrafast', '-g', '48'],
		...['-x265-params', 'log-level=none', '-c:a', 'aac'],
	],
	'mpeg2-ac3.mkv': [...picture, ...sound, '-c:v', 'mpeg2video', '-q:v', '5', '-c:a', 'ac3'],
	'vp9-opus.webm': [
		...[...picture, ...sound, '-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-g', '48'],
		...['-c:a', 'libopus'],
	],
	'mpeg4-mp3.avi': [...picture, ...sound, '-c:v', 'mpeg4', '-c:a', 'libmp3lame'],
	/** A minute and a half, so that an encoder is still at work while a test looks. */
	'long-mpeg2.mkv': [
		...['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=25:d=90', '-f', 'lavfi', '-i', 'sine=f=440:r=48000:d=90'],
		...['-c:v', 'mpeg2video', '-c:a', 'ac3'],
	],
	'song.flac': [...sound, '-c:a', 'flac'],
	'song.mp3': [...sound, '-c:a', 'libmp3lame'],
	'song.aiff': [...sound],
} as const satisfies Record<string, readonly string[]>;

export type FilmName = keyof typeof recipes;

/** Makes one film in `folder` and returns its path. */
export const makeFilm = (folder: string, name: FilmName, as: string = name): string => {
	const path = join(folder, as);
	execFileSync('ffmpeg', ['-v', 'error', '-y', ...recipes[name], '-shortest', `file:${path}`]);
	return path;
};

interface ProbedStream {
	readonly index: number;
	readonly codec_type: string;
	readonly codec_name?: string;
	readonly profile?: string;
	readonly width?: number;
	readonly height?: number;
	readonly channels?: number;
	readonly sample_rate?: string;
	readonly disposition?: { readonly default?: number; readonly attached_pic?: number };
	readonly tags?: { readonly language?: string; readonly title?: string };
}

const streamOf = (stream: ProbedStream): MediaStream => ({
	index: stream.index,
	kind: stream.codec_type as MediaStream['kind'],
	codec: stream.codec_name ?? 'unknown',
	codecString: null,
	profile: stream.profile ?? null,
	level: null,
	bitDepth: /10/.test(stream.profile ?? '') ? 10 : 8,
	widthPx: stream.width ?? null,
	heightPx: stream.height ?? null,
	frameRate: null,
	channels: stream.channels ?? null,
	sampleRateHz: stream.sample_rate ? Number(stream.sample_rate) : null,
	bitrateBps: null,
	language: stream.tags?.language ?? null,
	title: stream.tags?.title ?? null,
	isDefault: stream.disposition?.default === 1,
	isForced: false,
	transfer: null,
});

const containers: Readonly<Record<string, string>> = {
	'.mkv': 'matroska',
	'.webm': 'webm',
	'.mp4': 'mp4',
	'.ts': 'mpegts',
	'.avi': 'avi',
	'.flac': 'flac',
	'.mp3': 'mp3',
};

/** The file as the catalogue would hand it over, by way of ffprobe. */
export const describeFilm = (path: string): PlayableFile => {
	const text = execFileSync(
		'ffprobe',
		['-v', 'error', '-show_streams', '-show_format', '-of', 'json', `file:${path}`],
		{ encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
	);
	const probed = JSON.parse(text) as {
		streams: ProbedStream[];
		format: { format_name: string; duration?: string; bit_rate?: string };
	};
	const facts = statSync(path);
	const extension = /\.[^.]+$/.exec(path)?.[0] ?? '';
	return {
		fileId: `file-${basename(path).replace(/[^a-z0-9]/gi, '-')}`,
		rootPath: dirname(path),
		relativePath: basename(path),
		name: basename(path),
		sizeBytes: facts.size,
		modifiedAtMs: facts.mtimeMs,
		container: containers[extension] ?? probed.format.format_name.split(',')[0] ?? 'unknown',
		durationMs: probed.format.duration ? Math.round(Number(probed.format.duration) * 1000) : null,
		bitrateBps: probed.format.bit_rate ? Number(probed.format.bit_rate) : null,
		streams: probed.streams
			.filter(
				({ codec_type, disposition }) =>
					['video', 'audio', 'subtitle'].includes(codec_type) && disposition?.attached_pic !== 1,
			)
			.map(streamOf),
		sidecarSubtitles: [],
		isAway: false,
	};
};

export interface Packet {
	readonly ptsSeconds: number;
	readonly isKey: boolean;
}

/** Packets of one stream by time of presentation. `specifier` is ffprobe's, such as `v:0`. */
export const packetsOf = (path: string, specifier: string): Packet[] => {
	const entries = ['-show_entries', 'packet=pts_time,flags', '-of', 'csv=p=0'];
	const text = execFileSync(
		'ffprobe',
		['-v', 'error', '-select_streams', specifier, ...entries, `file:${path}`],
		{
			encoding: 'utf8',
			maxBuffer: 64 * 1024 * 1024,
		},
	);
	return text
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => {
			const [pts, flags = ''] = line.split(',');
			return { ptsSeconds: Number(pts), isKey: flags.includes('K') };
		})
		.sort((a, b) => a.ptsSeconds - b.ptsSeconds);
};

/** Decodes the picture; a checksum of each frame, in order. */
export const pictureSums = (path: string): string[] => {
	const argv = ['-v', 'error', '-i', `file:${path}`, '-map', '0:v:0', '-f', 'framemd5', 'pipe:1'];
	const text = execFileSync('ffmpeg', argv, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
	return text
		.split('\n')
		.filter((line) => line !== '' && !line.startsWith('#'))
		.map((line) => line.split(',').at(-1)?.trim() ?? '');
};

/** Writes the parts as one file and returns its path. */
export const joinParts = (folder: string, name: string, parts: readonly Uint8Array[]): string => {
	const path = join(folder, name);
	writeFileSync(path, Buffer.concat(parts));
	return path;
};
