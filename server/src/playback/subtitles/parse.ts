/**
 * Readers of SubRip, WebVTT and (Sub Station) Alpha subtitles. Lenient about everything but what may come
 * out.
 */
import { type Cue, cuesMax, readInline, type Span, type Style } from './cue.ts';

export type SubtitleFormat = 'srt' | 'vtt' | 'ass' | 'ssa';

const clockPattern = /(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})/;
const arrowPattern = new RegExp(`^\\s*${clockPattern.source}\\s*-->\\s*${clockPattern.source}`);

const millisecondsOf = (parts: readonly (string | undefined)[]): number => {
	const [hours, minutes, seconds, fraction = '0'] = parts;
	const whole = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
	return whole * 1000 + Number(fraction.padEnd(3, '0'));
};

const timesOf = (line: string): { startMs: number; endMs: number } | null => {
	const match = arrowPattern.exec(line);
	if (!match) return null;
	return { startMs: millisecondsOf(match.slice(1, 5)), endMs: millisecondsOf(match.slice(5, 9)) };
};

/** SubRip and WebVTT: blocks of an arrow line and the text up to an empty line. */
const parseBlocks = (text: string): Cue[] => {
	const cues: Cue[] = [];
	let times: { startMs: number; endMs: number } | null = null;
	let lines: string[] = [];
	const finish = (): void => {
		if (times && lines.length > 0 && times.endMs > times.startMs) {
			cues.push({ ...times, spans: readInline(lines.join('\n')) });
		}
		times = null;
		lines = [];
	};
	for (const line of text.split('\n')) {
		const found = timesOf(line);
		if (found) {
			// SubRip numbers its cues; where the empty line before the number is missing, it is no text.
			if (lines.length > 1 && /^\s*\d+\s*$/.test(lines.at(-1) ?? '')) lines.pop();
			finish();
			times = found;
		} else if (line.trim() === '') finish();
		else if (times) lines.push(line.trimEnd());
		if (cues.length >= cuesMax) break;
	}
	finish();
	return cues;
};

const assClock = /^(\d{1,2}):(\d{1,2}):(\d{1,2})[.:](\d{1,3})$/;

const assTime = (text: string): number | null => {
	const match = assClock.exec(text.trim());
	if (!match) return null;
	return millisecondsOf([match[1], match[2], match[3], match[4]]);
};

/** `{\i1}`, `{\b0}` and `{\u1}` inside an override block; everything else in one is dropped. */
const assStyles = (block: string): Span[] =>
	[...block.matchAll(/\\([biu])(\d{1,3})?(?=[\\}])/g)].map((match): Span => {
		const style = match[1] as Style;
		return { kind: (match[2] ?? '0') === '0' ? 'close' : 'open', style };
	});

const assSpans = (text: string): Span[] => {
	const spans: Span[] = [];
	// Drawings are numbers for a pen, not words.
	if (/\\p[1-9]/.test(text)) return spans;
	for (const part of text.slice(0, 8_000).split(/(\{[^{}]*\})/)) {
		if (part.startsWith('{') && part.endsWith('}')) spans.push(...assStyles(part));
		else if (part !== '') {
			const plain = part.replace(/\\[Nn]/g, '\n').replace(/\\h/g, '\u00a0');
			spans.push({ kind: 'text', text: plain });
		}
	}
	return spans;
};

interface AssColumns {
	readonly start: number;
	readonly end: number;
	/** The last column, which may have commas in it. */
	readonly text: number;
}

/** The format has ten; more are not looked at. */
const assColumnsMax = 64;

const assColumns = (line: string): AssColumns => {
	const names = line
		.slice(line.indexOf(':') + 1)
		.split(',', assColumnsMax)
		.map((name) => name.trim().toLowerCase());
	return { start: names.indexOf('start'), end: names.indexOf('end'), text: names.length - 1 };
};

const parseAss = (text: string): Cue[] => {
	const cues: Cue[] = [];
	let columns: AssColumns | null = null;
	for (const line of text.split('\n')) {
		if (/^format\s*:/i.test(line)) columns = assColumns(line);
		if (!/^dialogue\s*:/i.test(line) || !columns) continue;
		const values = line.slice(line.indexOf(':') + 1).split(',');
		const startMs = assTime(values[columns.start] ?? '');
		const endMs = assTime(values[columns.end] ?? '');
		const spans = assSpans(values.slice(columns.text).join(',').trim());
		const hasText = spans.some((span) => span.kind === 'text' && span.text.trim() !== '');
		if (startMs !== null && endMs !== null && endMs > startMs && hasText)
			cues.push({ startMs, endMs, spans });
		if (cues.length >= cuesMax) break;
	}
	return cues;
};

/** Cues in order of time. A text that is none of the format gives none. */
export const parseSubtitle = (text: string, format: SubtitleFormat): Cue[] => {
	const lines = text.replace(/\r\n?/g, '\n').replace(/\0/g, '');
	const cues = format === 'ass' || format === 'ssa' ? parseAss(lines) : parseBlocks(lines);
	return cues.sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
};
