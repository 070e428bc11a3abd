/** Where the bytes of a picture come from: a file, a cover inside one, a frame of a film. */
import { type OpenFile, openBelow } from '../../platform/files/below.ts';
import { flag, input, mapStream, number, seconds, toStdout, word } from '../../platform/process/arguments.ts';
import { filters, scaleWithin, squarePixels } from '../../platform/process/filters.ts';
import { runTool, type ToolRunner } from '../../platform/process/tool.ts';
import { type Demuxer, demuxers } from '../../platform/process/vocabulary.ts';
import type { ProbePool } from '../probe/probe-pool.ts';
import { sniff } from '../probe/sniff.ts';
import type { ImageSource } from '../tables.ts';
import type { RenderJob, RenderResult } from './render-job.ts';

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

const frameLimits = { wallMs: 20_000, outputBytesMax: 24 * 1024 * 1024, cpuSeconds: 30, memoryMb: 4096 };

/** A photo in a format that only ffmpeg decodes, as PNG. */
const readByTool = async (tools: ToolRunner, from: PictureSource): Promise<Uint8Array | null> => {
	await using file = await openBelow(from.rootPath, from.relativePath);
	return runFrame(tools, file, 'jpegxl_pipe', null);
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

const nothing: RenderResult = { outcome: 'undecodable', detail: 'There is no picture in this file.' };

/**
 * Renders one picture in a process of its own, with ffmpeg's help where it takes that.
 *
 * @throws FileRefusal  of a film that a frame was wanted of; HelperUnavailable
 */
export const renderSource = async (
	needs: SourceNeeds,
	from: PictureSource,
	asked: Pick<RenderJob, 'variant' | 'isMeasured'>,
): Promise<RenderResult> => {
	const tools = needs.tools?.tools.ffmpeg == null ? null : needs.tools;
	const renderBytes = async (bytes: Uint8Array | null): Promise<RenderResult> =>
		bytes === null ? nothing : needs.pool.render({ ...asked, origin: { kind: 'bytes', bytes } });
	if (from.source === 'frame') return tools === null ? nothing : renderBytes(await readFrame(tools, from));
	const { source: kind, rootPath, relativePath } = from;
	const result = await needs.pool.render({ ...asked, origin: { kind, rootPath, relativePath } });
	if (result.outcome !== 'for-tool') return result;
	return tools === null ? nothing : renderBytes(await readByTool(tools, from));
};
