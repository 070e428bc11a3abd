/** Where the bytes of a picture come from: a file, a cover inside one, a frame of a film. */
import { type OpenFile, openBelow } from '../../platform/files/below.ts';
import { flag, input, mapStream, number, seconds, toStdout, word } from '../../platform/process/arguments.ts';
import { filters, scaleWithin, squarePixels } from '../../platform/process/filters.ts';
import { runTool, type ToolRunner } from '../../platform/process/tool.ts';
import { type Demuxer, demuxers } from '../../platform/process/vocabulary.ts';
import type { ProbePool } from '../probe/probe-pool.ts';
import { sniff } from '../probe/sniff.ts';
import type { ImageSource } from '../tables.ts';

export interface SourceNeeds {
	readonly pool: ProbePool;
	readonly tools: ToolRunner | null;
}

/** A picture's row with the place of its file. */
export interface PictureSource {
	readonly source: ImageSource;
	readonly rootPath: string;
	readonly relativePath: string;
	readonly durationMs: number | null;
}

const pictureBytesMax = 96 * 1024 * 1024;
const frameLimits = { wallMs: 20_000, outputBytesMax: 24 * 1024 * 1024, cpuSeconds: 30, memoryMb: 4096 };

/** The file itself; a format that only ffmpeg decodes comes as PNG. */
const readFile = async (tools: ToolRunner | null, from: PictureSource): Promise<Uint8Array | null> => {
	await using file = await openBelow(from.rootPath, from.relativePath);
	if (file.sizeBytes === 0 || file.sizeBytes > pictureBytesMax) return null;
	const bytes = await file.readAt(0, file.sizeBytes);
	const sniffed = sniff(bytes.subarray(0, 4096));
	const isForTool = sniffed.kind === 'picture' && sniffed.container === 'jxl' && tools !== null;
	return isForTool ? runFrame(tools, file, 'jpegxl_pipe', null) : bytes;
};

/** A tenth into the film, where titles are over, but never far into a long one. */
const frameAtMs = (durationMs: number | null): number =>
	Math.min(300_000, Math.round((durationMs ?? 0) * 0.1));

const isDemuxer = (name: string): name is Demuxer => (demuxers as readonly string[]).includes(name);

/** One frame as PNG; null where the tool finds none. `atMs` null: the first, without looking for a time. */
const runFrame = async (
	tools: ToolRunner,
	file: OpenFile,
	demuxer: Demuxer,
	atMs: number | null,
): Promise<Uint8Array | null> => {
	const argv = [
		...(atMs === null ? [] : [flag('-ss'), seconds(atMs)]),
		input(file.realPath, { demuxer }),
		...[flag('-map'), mapStream('video', 0), flag('-frames:v'), word('1')],
		...[flag('-vf'), filters(scaleWithin(2560, 2560), squarePixels()), flag('-c:v'), word('png')],
		...[flag('-threads'), number(1, { min: 1, max: 4 }), flag('-f'), word('image2pipe'), toStdout()],
	];
	const request = { tool: 'ffmpeg', argv, inputs: [file], output: 'stdout', limits: frameLimits } as const;
	const { stdout } = await runTool(tools, request);
	return stdout.length > 0 ? stdout : null;
};

const readFrame = async (tools: ToolRunner, from: PictureSource): Promise<Uint8Array | null> => {
	await using file = await openBelow(from.rootPath, from.relativePath);
	const sniffed = sniff(await file.readAt(0, 16 * 1024));
	if (sniffed.kind !== 'media' || !isDemuxer(sniffed.demuxer)) return null;
	for (const atMs of new Set([frameAtMs(from.durationMs), 0])) {
		const frame = await runFrame(tools, file, sniffed.demuxer, atMs);
		if (frame) return frame;
	}
	return null;
};

/** The bytes, or null where there is no picture. Throws what `openBelow` throws. */
export const readPicture = async (needs: SourceNeeds, from: PictureSource): Promise<Uint8Array | null> => {
	if (from.source === 'embedded') return needs.pool.picture(from);
	const tools = needs.tools?.tools.ffmpeg == null ? null : needs.tools;
	if (from.source === 'file') return readFile(tools, from);
	return tools === null ? null : readFrame(tools, from);
};
