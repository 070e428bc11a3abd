/**
 * A subtitle as a closed tree: times, text, and bold, italic or underlined parts. Nothing else survives a
 * parser.
 */

export type Style = 'b' | 'i' | 'u';

export type Span =
	| { readonly kind: 'text'; readonly text: string }
	| { readonly kind: 'open'; readonly style: Style }
	| { readonly kind: 'close'; readonly style: Style };

export interface Cue {
	readonly startMs: number;
	readonly endMs: number;
	/** Balanced by the writer, whatever the source did. */
	readonly spans: readonly Span[];
}

/** More than any film has; a larger file is no subtitle. */
export const cuesMax = 50_000;
const cueCharactersMax = 4_000;

/**
 * A line with a tag of HTML's kind, as SRT and WebVTT write it: `<i>`, `</b>`, `<font color=…>`,
 * `<c.yellow>`. The name is bounded, so that one without an end is not looked at from each of its letters.
 */
const tagPattern = /<(\/?)([a-z][a-z0-9]{0,31})[^<>]*>|\{\\[^{}]*\}/gi;

const styleOf = (name: string): Style | null => {
	const lower = name.toLowerCase();
	return lower === 'b' || lower === 'i' || lower === 'u' ? lower : null;
};

const entities: Readonly<Record<string, string>> = {
	'&amp;': '&',
	'&lt;': '<',
	'&gt;': '>',
	'&nbsp;': '\u00a0',
	'&lrm;': '\u200e',
	'&rlm;': '\u200f',
};

const withoutControls = (text: string): string =>
	// biome-ignore lint/suspicious/noControlCharactersInRegex: taking them out is the point
	text.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');

const textSpan = (raw: string): Span => ({
	kind: 'text',
	text: withoutControls(raw).replace(/&(?:amp|lt|gt|nbsp|lrm|rlm);/g, (entity) => entities[entity] ?? entity),
});

/** Reads inline marks: the three styles are kept, every other tag is dropped, and what is no tag is text. */
export const readInline = (source: string): Span[] => {
	const text = source.slice(0, cueCharactersMax);
	const spans: Span[] = [];
	let at = 0;
	for (const match of text.matchAll(tagPattern)) {
		if (match.index > at) spans.push(textSpan(text.slice(at, match.index)));
		const style = match[2] === undefined ? null : styleOf(match[2]);
		if (style) spans.push({ kind: match[1] === '/' ? 'close' : 'open', style });
		at = match.index + match[0].length;
	}
	if (at < text.length) spans.push(textSpan(text.slice(at)));
	return spans;
};
