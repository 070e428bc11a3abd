/**
 * The words that ffmpeg and ffprobe may be given: closed lists, checked numbers, and real paths of opened
 * files. No text of a request or of a file's name can become an option, a filter or a protocol.
 */
import { isAbsolute } from 'node:path';
import { type Demuxer, demuxers, type Flag, flags, type Word, words } from './vocabulary.ts';

declare const toolArgumentBrand: unique symbol;

/** One or more words of a command line. Only the functions of this file make one; a forged one is refused. */
export interface ToolArgument {
	readonly [toolArgumentBrand]: true;
	readonly words: readonly string[];
	/** Set on inputs only: the file that the sandbox must show. */
	readonly realPath: string | null;
}

const made = new WeakSet<ToolArgument>();

const make = (argumentWords: readonly string[], realPath: string | null = null): ToolArgument => {
	const argument = Object.freeze({
		words: Object.freeze([...argumentWords]),
		realPath,
	}) as unknown as ToolArgument;
	made.add(argument);
	return argument;
};

/** True for arguments that this file made. */
export const isMadeHere = (argument: ToolArgument): boolean => made.has(argument);

const flagSet: ReadonlySet<string> = new Set(flags);
const wordSet: ReadonlySet<string> = new Set(words);
const demuxerSet: ReadonlySet<string> = new Set(demuxers);

const assertKnown = (known: ReadonlySet<string>, text: string, what: string): void => {
	if (!known.has(text)) throw new TypeError(`This is not a ${what} that a tool may be given.`);
};

const assertNumber = (value: number, min: number, max: number): void => {
	if (!Number.isFinite(value) || value < min || value > max) {
		throw new RangeError(`A tool's number must lie between ${min} and ${max}.`);
	}
};

/** Plain decimal notation, at most six digits after the point; never an exponent. */
const decimal = (value: number): string =>
	Number.isInteger(value) ? value.toFixed(0) : value.toFixed(6).replace(/0+$/, '').replace(/\.$/, '');

/** An option's name, from the closed list. */
export const flag = (name: Flag): ToolArgument => {
	assertKnown(flagSet, name, 'flag');
	return make([name]);
};

/** A codec, container, preset or other fixed value, from the closed list. */
export const word = (value: Word): ToolArgument => {
	assertKnown(wordSet, value, 'word');
	return make([value]);
};

/** A number within its bounds, both included. */
export const number = (value: number, { min, max }: { min: number; max: number }): ToolArgument => {
	assertNumber(value, min, max);
	return make([decimal(value)]);
};

/** A number of bits a second, or of bits for a buffer: at most 400 Mbit. */
export const bitrate = (bitsPerSecond: number): ToolArgument =>
	number(Math.round(bitsPerSecond), { min: 1_000, max: 400_000_000 });

/** `durationMs` (or a position, negative ones too) written in seconds, at most 100 hours either way. */
export const seconds = (durationMs: number): ToolArgument => {
	const boundMs = 360_000_000;
	assertNumber(durationMs, -boundMs, boundMs);
	return make([decimal(durationMs / 1_000)]);
};

export type StreamKind = 'video' | 'audio' | 'subtitle';
const streamLetters: Readonly<Record<StreamKind, string>> = { video: 'v', audio: 'a', subtitle: 's' };
const streamIndexMax = 1_023;
const inputIndexMax = 15;

/** For ffprobe: `v:0` is the first video stream. Indexes count from 0. */
export const streamSpecifier = (kind: StreamKind, index: number): ToolArgument => {
	assertIndex(index, streamIndexMax);
	return make([`${streamLetters[kind]}:${index}`]);
};

/** For `-map`: the stream number `index` of its kind in input `input`, as `0:v:0`. Both count from 0. */
export const mapStream = (
	kind: StreamKind,
	index: number,
	{ input = 0 }: { input?: number } = {},
): ToolArgument => {
	assertIndex(index, streamIndexMax);
	assertIndex(input, inputIndexMax);
	return make([`${input}:${streamLetters[kind]}:${index}`]);
};

/**
 * For `-map`: the stream with this number among all streams of input `input`, as `0:3`. Both count from 0.
 */
export const mapStreamNumber = (index: number, { input = 0 }: { input?: number } = {}): ToolArgument => {
	assertIndex(index, streamIndexMax);
	assertIndex(input, inputIndexMax);
	return make([`${input}:${index}`]);
};

const assertIndex = (index: number, max: number): void => {
	if (!Number.isInteger(index)) throw new RangeError('An index is a whole number.');
	assertNumber(index, 0, max);
};

/**
 * One input: the whole group `-protocol_whitelist file,pipe -f DEMUXER -i file:PATH`, so that an input can
 * neither name a protocol, choose its own format nor be taken for an option. Options of the input (`-ss`)
 * stand before it.
 *
 * @param realPath `OpenFile.realPath` of a file that is held open.
 */
export const input = (realPath: string, { demuxer }: { demuxer: Demuxer }): ToolArgument => {
	assertKnown(demuxerSet, demuxer, 'demuxer');
	if (!isAbsolute(realPath) || realPath.includes('\0')) throw new TypeError('An input is an absolute path.');
	return make(['-protocol_whitelist', 'file,pipe', '-f', demuxer, '-i', `file:${realPath}`], realPath);
};

/** Where the output goes: always our own pipe. Last among the arguments of ffmpeg; ffprobe needs none. */
export const toStdout = (): ToolArgument => make(['pipe:1']);

/** The plain text of the arguments, for golden files and messages. */
export const wordsOf = (argv: readonly ToolArgument[]): string[] =>
	argv.flatMap((argument) => argument.words);

/** Internal to `process/`: makes an argument from text that its caller has built from checked parts only. */
export const fromCheckedParts = (text: string): ToolArgument => make([text]);
