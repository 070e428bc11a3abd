/** Reads NFO files: the few fields we show, without entities, DTDs or addresses. Pure, bounded. */
import { safeText } from '../probe/probe-job.ts';

export interface NfoFacts {
	readonly title?: string;
	readonly originalTitle?: string;
	readonly sortTitle?: string;
	readonly year?: number;
	readonly plot?: string;
	readonly tagline?: string;
	readonly genres?: readonly string[];
	readonly people?: readonly { readonly name: string; readonly part: string | null }[];
	readonly ids?: Readonly<Record<string, string>>;
	readonly season?: number;
	readonly episode?: number;
}

/** Larger NFO files are not looked at. */
export const nfoBytesMax = 256 * 1024;

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Replaces as far as the last `end` goes: behind it nothing can match, and looking from each opening to the
 * end of the text would take hours for a file made of openings alone.
 */
const replaceUpTo = (text: string, end: string, change: (closed: string) => string): string => {
	const last = text.toLowerCase().lastIndexOf(end);
	if (last === -1) return text;
	return change(text.slice(0, last + end.length)) + text.slice(last + end.length);
};

const unwrapped = (text: string): string =>
	replaceUpTo(text, ']]>', (closed) =>
		closed.replace(/<!\[CDATA\[(.*?)\]\]>/gsu, (_, inner: string) => inner.replaceAll('&', '&amp;')),
	);

/** The five entities of XML and numbers; anything a document declares stays as it is written. */
const decode = (text: string): string =>
	replaceUpTo(unwrapped(text), '>', (closed) => closed.replace(/<[^>]*>/gu, ' ')).replace(
		/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{2,5}));/giu,
		(whole, decimal: string, hex: string, name: string) => {
			if (name !== undefined) return entities[name.toLowerCase()] ?? whole;
			const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
			return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
		},
	);

/** Contents of each `<name>`, at most `most`; elements do not nest in the ones we read. */
const contents = (xml: string, name: string, most = 1): string[] => {
	const found: string[] = [];
	const lower = xml.toLowerCase();
	let position = 0;
	while (found.length < most) {
		const open = lower.indexOf(`<${name}`, position);
		if (open === -1) break;
		position = open + 1;
		if (!/[\s>/]/u.test(lower.charAt(open + name.length + 1))) continue;
		const start = lower.indexOf('>', open) + 1;
		if (start === 0) break;
		position = start;
		if (lower.charAt(start - 2) === '/') continue;
		const end = lower.indexOf(`</${name}`, start);
		if (end === -1) break;
		found.push(xml.slice(start, end));
		position = end;
	}
	return found;
};

const text = (xml: string, name: string, charactersMax = 300): string | undefined => {
	const [raw] = contents(xml, name);
	return raw === undefined ? undefined : safeText(decode(raw), charactersMax);
};

const wholeNumber = (xml: string, name: string): number | undefined => {
	const value = Number(text(xml, name, 12)?.slice(0, 4));
	return Number.isInteger(value) && value >= 0 && value < 10_000 ? value : undefined;
};

const idsOf = (xml: string): Record<string, string> => {
	const ids: Record<string, string> = {};
	for (const match of xml.matchAll(
		/<uniqueid\b[^>]{0,200}?type\s*=\s*["'](\w{2,8})["'][^>]{0,200}>\s*([\w-]{1,20})\s*</giu,
	)) {
		if (match[1] && match[2]) ids[match[1].toLowerCase()] = match[2];
		if (Object.keys(ids).length >= 8) break;
	}
	for (const key of ['tmdb', 'imdb', 'tvdb']) {
		const value = text(xml, `${key}id`, 20);
		if (value !== undefined && /^[\w-]+$/u.test(value)) ids[key] ??= value;
	}
	return ids;
};

const peopleOf = (xml: string): { name: string; part: string | null }[] => {
	const people: { name: string; part: string | null }[] = [];
	for (const name of contents(xml, 'director', 4)) {
		const clean = safeText(decode(name), 80);
		if (clean !== undefined) people.push({ name: clean, part: 'Director' });
	}
	for (const actor of contents(xml, 'actor', 30)) {
		const name = text(actor, 'name', 80);
		if (name !== undefined) people.push({ name, part: text(actor, 'role', 80) ?? null });
	}
	return people;
};

const filled = <T extends object>(value: T): T =>
	Object.fromEntries(
		Object.entries(value).filter(
			([, entry]) => entry !== undefined && (!Array.isArray(entry) || entry.length > 0),
		),
	) as T;

/**
 * Facts of the first root in the document (`movie`, `tvshow`, `episodedetails`), or of the episode with
 * this number where several stand in one file. Null for anything that is not an NFO.
 */
export const readNfo = (bytes: Uint8Array, wanted: { readonly episode?: number } = {}): NfoFacts | null => {
	if (bytes.length > nfoBytesMax) return null;
	const xml = Buffer.from(bytes).toString('utf8').toWellFormed();
	const episodes = contents(xml, 'episodedetails', 32);
	const matching = episodes.find((each) => wholeNumber(each, 'episode') === wanted.episode);
	const root = matching ?? episodes[0] ?? contents(xml, 'movie')[0] ?? contents(xml, 'tvshow')[0];
	if (root === undefined) return null;
	const people = peopleOf(root);
	// A name or year inside an actor is not the title's own.
	const own = replaceUpTo(root, '</actor', (closed) => closed.replace(/<actor\b[\s\S]*?<\/actor/giu, '<'));
	const genres = contents(own, 'genre', 12).map((genre) => safeText(decode(genre), 60));
	const ids = idsOf(own);
	return filled({
		title: text(own, 'title'),
		originalTitle: text(own, 'originaltitle'),
		sortTitle: text(own, 'sorttitle'),
		year: wholeNumber(own, 'year') ?? wholeNumber(own, 'premiered'),
		plot: text(own, 'plot', 4000),
		tagline: text(own, 'tagline'),
		genres: genres.filter((genre) => genre !== undefined),
		people,
		ids: Object.keys(ids).length === 0 ? undefined : ids,
		season: wholeNumber(own, 'season'),
		episode: wholeNumber(own, 'episode'),
	}) as NfoFacts;
};
