/** Reading names: brackets with ids, editions, years, and the words that release names add to a title. */

/** Ids of outside databases, as names and NFO files give them. */
export type OutsideIds = Readonly<Record<string, string>>;

/** Longest name that is read; the rest of a longer one is ignored. */
const nameCharactersMax = 400;

const bracketedId = /[[({]\s*(tmdb|tvdb|imdb)(?:id)?\s*[-=]\s*(tt\d{6,10}|\d{1,10})\s*[\])}]/giu;
const bareImdb = /(?<![a-z0-9])(tt\d{7,10})(?![a-z0-9])/iu;
const editionMark = /\{\s*edition-([^{}]{0,80})\}/giu;

export interface Marked {
	/** The name without ids and editions. */
	readonly rest: string;
	readonly ids: OutsideIds;
	readonly edition: string | null;
}

/** Takes ids (`[tmdbid-680]`, `{imdb=tt0111161}`, a bare `tt0111161`) and `{edition-…}` out of a name. */
export const takeMarks = (name: string): Marked => {
	const ids: Record<string, string> = {};
	let edition: string | null = null;
	let rest = name.toWellFormed().slice(0, nameCharactersMax);
	rest = rest.replace(bracketedId, (_, key: string, value: string) => {
		ids[key.toLowerCase()] = value.toLowerCase();
		return ' ';
	});
	rest = rest.replace(editionMark, (_, text: string) => {
		if (text.trim() !== '') edition = text.trim();
		return ' ';
	});
	const bare = bareImdb.exec(rest)?.[1];
	if (bare !== undefined && rest.trim().toLowerCase() !== bare.toLowerCase()) {
		ids['imdb'] ??= bare.toLowerCase();
		rest = rest.replace(/[[({]?\s*\btt\d{7,10}\b\s*[\])}]?/iu, ' ');
	}
	return { rest, ids, edition };
};

/** Words that end a title in release names. Matched as whole words between separators, case-free. */
const releaseWords =
	/^(?:2160p|1440p|1080[pi]|720p|576[pi]|480[pi]|360p|4k|8k|uhd|hdr|hdr10(?:plus)?|hdr10\+|dv|dovi|sdr|10bit|8bit|12bit|x26[456]|h26[456]|h\.?26[456]|hevc|avc|av1|vp9|xvid|divx|mpeg2|blu-?ray|bd-?rip|br-?rip|bdremux|remux|web|web-?dl|web-?rip|hdtv|pdtv|dvd-?rip|dvd-?scr|dvd[59r]?|hd-?rip|hddvd|ts-?rip|cam-?rip|telesync|vhs-?rip|r5|aac(?:\d.*)?|ac-?3|e-?ac-?3|ddp?(?:\d.*)?|dts(?:-?hd)?|dts-?x|truehd|atmos|flac|opus|mp3|proper|repack|rerip|internal|limited|multi|dual|dubbed|subbed|vostfr|truefrench|german|nordic|amzn|nf|dsnp|hmax|atvp|hulu|imax|3d|hsbs|fsbs|htab|ftab|sbs|unrated|uncut|extended|criterion)$/iu;

const wordGap = /[\s._]+/u;

export interface TitleAndYear {
	/** Never empty. */
	readonly title: string;
	readonly year: number | null;
}

const yearPattern = /(?<!\d)((?:18[89]|19\d|20\d)\d)(?!\d)(?!\s?[x×]\s?\d)(?![-._ ]\d\d[-._ ]\d\d(?!\d))/gu;

interface FoundYear {
	readonly year: number;
	readonly start: number;
	readonly end: number;
}

/**
 * The last year wins, one in brackets before one that is bare; a name that is nothing but a year is a title.
 */
const findYear = (text: string): FoundYear | null => {
	let best: FoundYear | null = null;
	let isBracketed = false;
	for (const match of text.matchAll(yearPattern)) {
		const start = match.index;
		const end = start + match[0].length;
		const inBrackets = /[([{]\s*$/u.test(text.slice(0, start)) && /^\s*[)\]}]/u.test(text.slice(end));
		const before = text.slice(0, start).replace(/[\s._()[\]{}-]+/gu, '');
		if (before === '' || (isBracketed && !inBrackets)) continue;
		if (!inBrackets && !/^$|[\s._,(-]/u.test(text.slice(start - 1, start))) continue;
		best = { year: Number(match[1]), start, end };
		isBracketed = inBrackets;
	}
	return best;
};

/** Dots and underscores stand for spaces only where a name has no real ones. */
const spaced = (text: string): string => {
	const hasSpaces = /\S\s+\S/u.test(text.trim());
	const opened = hasSpaces ? text.replace(/_/gu, ' ') : dotsToSpaces(text);
	return opened.replace(/[\s\p{Cc}]+/gu, ' ').trim();
};

/** `S.W.A.T.` keeps its dots, `Big.Buck.Bunny` loses them. */
const dotsToSpaces = (text: string): string => {
	if (/^(?:\p{L}\.){2,}\p{L}?$/u.test(text.trim())) return text;
	return text.replace(/[._]+/gu, ' ');
};

const trimEdges = (text: string): string =>
	text
		.replace(/[[({]\s*[\])}]/gu, ' ')
		.replace(/^[\s\-_.,[({]+(?=\S)/u, '')
		.replace(/[\s\-_,[({]+$/u, '')
		.replace(/(?<!\.\p{L})\.+$/u, '')
		.replace(/[\s\p{Cc}]+/gu, ' ')
		.trim();

/** Cuts a name at the first word that only releases have; the first word always stays. */
const cutReleaseWords = (text: string, isTitleFirst = true): string => {
	let position = 0;
	let isFirst = isTitleFirst;
	for (const piece of text.split(/([\s._]+|[[\](){}]|-(?=\S+$))/u)) {
		const word = piece.trim();
		if (!isFirst && releaseWords.test(word)) return text.slice(0, position);
		if (word !== '' && !wordGap.test(piece) && /[\p{L}\p{N}]/u.test(word)) isFirst = false;
		position += piece.length;
	}
	return text;
};

/**
 * A title as people read it, from whatever is left of a name. Never empty: the name itself where nothing is
 * left.
 */
export const cleanTitle = (text: string, fallback: string): string => {
	const cleaned = trimEdges(spaced(cutReleaseWords(text)));
	if (cleaned !== '') return cleaned;
	const raw = fallback
		.toWellFormed()
		.replace(/[\s\p{Cc}]+/gu, ' ')
		.trim();
	return raw === '' ? 'Untitled' : raw;
};

/** What stands before a year is a title as it is: `The Extended Family`. */
const plainTitle = (text: string, fallback: string): string => {
	const plain = trimEdges(spaced(text));
	return plain === '' ? cleanTitle(text, fallback) : plain;
};

/** What follows the numbers of an episode: its title, or null where only release words do. */
export const tailTitle = (text: string): string | null => {
	const cleaned = trimEdges(spaced(cutReleaseWords(text, false)));
	return /[\p{L}\p{N}]/u.test(cleaned) ? cleaned : null;
};

/**
 * Splits a name without its extension into title and year. Brackets at its start (`[Group]`) are no title.
 */
export const titleAndYear = (name: string): TitleAndYear => {
	const withoutGroup = name.replace(/^\s*\[[^\]]{1,40}\]\s*(?=[\p{L}\p{N}])/u, '');
	const text = withoutGroup === '' ? name : withoutGroup;
	const found = findYear(text);
	if (!found) return { title: cleanTitle(dropTrailingBrackets(text), name), year: null };
	return { title: plainTitle(text.slice(0, found.start), name), year: found.year };
};

/** `Title [1080p]`: what is in brackets at the end describes the file, not the film. */
const dropTrailingBrackets = (text: string): string => {
	const cut = text.replace(/(?:\s*[[{][^\]}]*[\]}])+\s*$/u, '');
	return cut.trim() === '' ? text : cut;
};

/** The name of a file without folder and extension. */
export const stemOf = (path: string): string => {
	const name = path.slice(path.lastIndexOf('/') + 1);
	const dot = name.lastIndexOf('.');
	return dot > 0 ? name.slice(0, dot) : name;
};

/** The extension in lower case without its dot; empty where there is none. */
export const extensionOf = (path: string): string => {
	const name = path.slice(path.lastIndexOf('/') + 1);
	const dot = name.lastIndexOf('.');
	return dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
};

/** Folders of a path from the top down, without the file. */
export const foldersOf = (path: string): string[] => path.split('/').slice(0, -1);
