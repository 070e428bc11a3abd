/** Writes cues as WebVTT. All text is escaped, so that no mark but ours is in it. */
import type { Cue, Span, Style } from './cue.ts';

const two = (value: number): string => String(value).padStart(2, '0');

const clock = (timeMs: number): string => {
	const whole = Math.max(0, Math.round(timeMs));
	const seconds = Math.floor(whole / 1000);
	const hours = Math.floor(seconds / 3600);
	return `${two(hours)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${String(whole % 1000).padStart(3, '0')}`;
};

/** Empty lines would end the cue, and an arrow would begin another. */
const escapeText = (text: string): string =>
	text
		.replace(/&/g, '&amp;')
		.replace(/</g, '&lt;')
		.replace(/>/g, '&gt;')
		.replace(/\n(?:[ \t]*\n)+/g, '\n');

const writeSpans = (spans: readonly Span[]): string => {
	const open: Style[] = [];
	let text = '';
	for (const span of spans) {
		if (span.kind === 'text') text += escapeText(span.text);
		else if (span.kind === 'open' && !open.includes(span.style)) {
			open.push(span.style);
			text += `<${span.style}>`;
		} else if (span.kind === 'close' && open.includes(span.style)) {
			// Styles that were opened inside are closed with it: a tree has no crossing branches.
			while (open.length > 0) {
				const style = open.pop();
				text += `</${style}>`;
				if (style === span.style) break;
			}
		}
	}
	for (const style of open.reverse()) text += `</${style}>`;
	return text.replace(/\n(?:[ \t]*\n)+/g, '\n').trim();
};

export const writeWebVtt = (cues: readonly Cue[]): string => {
	const blocks = cues
		.map((cue) => ({ cue, text: writeSpans(cue.spans) }))
		.filter(({ text }) => text !== '')
		.map(({ cue, text }) => `${clock(cue.startMs)} --> ${clock(cue.endMs)}\n${text}\n`);
	return ['WEBVTT\n', ...blocks].join('\n');
};
