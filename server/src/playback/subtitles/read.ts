/** A subtitle of a file as WebVTT: from beside it, or out of it by ffmpeg. */
import type { MediaStream, PlayableFile } from '../../catalogue/index.ts';
import { Fault } from '../../platform/fault.ts';
import { openBelow } from '../../platform/files/below.ts';
import { flag, input, mapStreamNumber, toStdout, word } from '../../platform/process/arguments.ts';
import { runTool, ToolRefusal, type ToolRunner } from '../../platform/process/tool.ts';
import { demuxerOf } from '../transcode/encode-plan.ts';
import { decodeText } from './charset.ts';
import { parseSubtitle, type SubtitleFormat } from './parse.ts';
import { writeWebVtt } from './webvtt.ts';

const subtitleBytesMax = 10 * 1024 * 1024;
const textCodecs: ReadonlySet<string> = new Set([
	'subrip',
	'srt',
	'ass',
	'ssa',
	'webvtt',
	'vtt',
	'mov_text',
	'text',
	'tx3g',
]);
const limits = { wallMs: 60_000, outputBytesMax: subtitleBytesMax, cpuSeconds: 120, memoryMb: 2_048 };
const embeddedPrefix = 'embedded-';

export interface SubtitleSummary {
	readonly subtitleId: string;
	readonly label: string;
	readonly language: string | null;
	readonly isForced: boolean;
	readonly isDefault: boolean;
}

const embeddedOf = (file: PlayableFile): MediaStream[] =>
	file.streams.filter(({ kind, codec }) => kind === 'subtitle' && textCodecs.has(codec));

const labelOf = (named: { title: string | null; language: string | null; isForced: boolean }): string =>
	named.title ?? named.language ?? 'Subtitles';

/** Those that can be shown as text: beside the file first, then inside it. Pictures of text are left out. */
export const listSubtitles = (
	file: PlayableFile,
	{ canExtract }: { canExtract: boolean },
): SubtitleSummary[] => {
	const beside = file.sidecarSubtitles.map((subtitle) => ({ ...subtitle, label: labelOf(subtitle) }));
	const inside = canExtract
		? embeddedOf(file).map((stream) => ({
				...stream,
				subtitleId: `${embeddedPrefix}${stream.index}`,
				label: labelOf(stream),
			}))
		: [];
	return [...beside, ...inside].map(({ subtitleId, label, language, isForced, isDefault }) => ({
		subtitleId,
		label,
		language,
		isForced,
		isDefault,
	}));
};

const toWebVtt = (bytes: Uint8Array, format: SubtitleFormat): string =>
	writeWebVtt(parseSubtitle(decodeText(bytes), format));

const readBeside = async (
	rootPath: string,
	relativePath: string,
	format: SubtitleFormat,
): Promise<string> => {
	await using opened = await openBelow(rootPath, relativePath);
	if (opened.sizeBytes > subtitleBytesMax) throw new Fault('playback.subtitle.absent');
	return toWebVtt(await opened.readAt(0, opened.sizeBytes), format);
};

const readInside = async (
	needs: { runner: ToolRunner },
	file: PlayableFile,
	stream: MediaStream,
	signal: AbortSignal,
): Promise<string> => {
	const demuxer = demuxerOf(file.container);
	if (!demuxer) throw new Fault('playback.subtitle.absent');
	await using opened = await openBelow(file.rootPath, file.relativePath);
	try {
		const argv = [
			input(opened.realPath, { demuxer }),
			...[flag('-map'), mapStreamNumber(stream.index), flag('-c:s'), word('webvtt')],
			...[flag('-f'), word('webvtt'), toStdout()],
		];
		const inputs = [{ realPath: opened.realPath }];
		const ran = await runTool(needs.runner, {
			tool: 'ffmpeg',
			argv,
			inputs,
			output: 'stdout',
			limits,
			signal,
		});
		if (ran.exitCode !== 0 && ran.stdout.length === 0) throw new Fault('playback.subtitle.absent');
		return toWebVtt(ran.stdout, 'vtt');
	} catch (error) {
		if (error instanceof ToolRefusal) throw new Fault('playback.transcode.unavailable', { cause: error });
		throw error;
	}
};

/**
 * One subtitle of `file` as WebVTT with bold, italic and underlined parts and nothing else in it.
 *
 * @throws playback.subtitle.absent
 */
export const readSubtitle = async (
	needs: { runner: ToolRunner },
	file: PlayableFile,
	subtitleId: string,
	signal: AbortSignal,
): Promise<string> => {
	const beside = file.sidecarSubtitles.find((subtitle) => subtitle.subtitleId === subtitleId);
	if (beside) return readBeside(file.rootPath, beside.relativePath, beside.format);
	const inside = embeddedOf(file).find(({ index }) => subtitleId === `${embeddedPrefix}${index}`);
	if (!inside) throw new Fault('playback.subtitle.absent');
	return readInside(needs, file, inside, signal);
};
