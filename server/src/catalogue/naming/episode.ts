/** What a path says about an episode: series, season, numbers, date, title. Pure. */
import { timeOfDate } from '../dates.ts';
import {
	cleanTitle,
	foldersOf,
	stemOf,
	tailTitle,
	takeMarks,
	titleAndYear,
	type OutsideIds,
} from './words.ts';

export interface EpisodeName {
	/** Never empty. */
	readonly series: string;
	readonly seriesYear: number | null;
	readonly ids: OutsideIds;
	/** 0 for specials; null where only a date or nothing is known. */
	readonly season: number | null;
	readonly number: number | null;
	/** Last number where one file holds several episodes. */
	readonly numberEnd: number | null;
	/** Milliseconds of the day it aired, for series numbered by date. */
	readonly airedAt: number | null;
	/** What follows the numbers; null where nothing does. */
	readonly title: string | null;
	/** The folder of the series, relative; empty where files lie in the library's root. */
	readonly seriesFolder: string;
}

const seasonWords =
	'season|sæson|saison|staffel|series|stagione|säsong|seizoen|sezon|sezona|série|serie|temporada|kausi|сезон|シーズン|시즌|sesong|évad|sezóna';
const seasonFolder = new RegExp(
	`^(?:.*?[\\s._-])?(?:(?:${seasonWords})[\\s._-]*(\\d{1,4})|(\\d{1,4})(?:st|nd|rd|th|\\.|ª|º)?[\\s._-]*(?:${seasonWords})|s(\\d{1,4}))(?:[\\s._-].*|\\s*[[({].*)?$`,
	'iu',
);
const specialsFolder = /^(?:specials?|extras? episodes|ova|ovas|spezial|especiales|speciali)$/iu;

/** The season that a folder's name says; 0 for specials, null for any other folder. */
export const seasonOfFolder = (folder: string): number | null => {
	const name = takeMarks(folder).rest.trim();
	if (specialsFolder.test(name)) return 0;
	const match = seasonFolder.exec(name);
	const digits = match?.[1] ?? match?.[2] ?? match?.[3];
	return digits === undefined ? null : Number(digits);
};

interface Numbers {
	readonly season: number | null;
	readonly number: number | null;
	readonly numberEnd: number | null;
	readonly airedAt: number | null;
	/** Where the numbers stand in the name. */
	readonly start: number;
	readonly end: number;
}

const sxxEyy =
	/(?<![a-z0-9])s(\d{1,4})[\s._x-]*e(\d{1,4})((?:[\s._]*(?:-[\s._]*(?:s\d{1,4})?[\s._]*e?|(?:s\d{1,4})?e)\d{1,4}(?![\dpi]))*)/iu;
const crossed =
	/(?<![a-z0-9])(\d{1,2})x(\d{2,4})((?:(?:[\s._]*-[\s._]*(?:\d{1,2}x)?|x)\d{2,4}(?![\dpi]))*)(?!\d)/iu;
const spelled = /season[\s._-]*(\d{1,3})[\s._,-]*episode[\s._-]*(\d{1,4})/iu;
const byDate = /(?<!\d)((?:19|20)\d\d)[-._ ](\d\d)[-._ ](\d\d)(?!\d)/u;
const byDateTurned = /(?<!\d)(\d\d)[-._ ](\d\d)[-._ ]((?:19|20)\d\d)(?!\d)/u;
const episodeOnly = /(?<![a-z0-9])(?:e|ep|episode|folge|odcinek)[\s._-]*(\d{1,4})(?:-(\d{1,4}))?(?![\dpi])/iu;

const lastOf = (first: number, tail: string | undefined): number | null => {
	const all = [...(tail ?? '').matchAll(/(?:s\d+[\s._]*)?e?(?:\d{1,2}x)?(\d{1,4})(?!\d|x)/giu)].map((match) =>
		Number(match[1]),
	);
	const last = all.at(-1);
	return last !== undefined && last > first && last - first < 100 ? last : null;
};

const seasonAndEpisode = (name: string): Numbers | null => {
	for (const pattern of [sxxEyy, crossed, spelled]) {
		const match = pattern.exec(name);
		if (!match) continue;
		const number = Number(match[2]);
		return {
			season: Number(match[1]),
			number,
			numberEnd: lastOf(number, match[3]),
			airedAt: null,
			start: match.index,
			end: match.index + match[0].length,
		};
	}
	return null;
};

const dated = (name: string): Numbers | null => {
	const match = byDate.exec(name);
	const turned = match ? null : byDateTurned.exec(name);
	const found = match ?? turned;
	if (!found) return null;
	const [year, month, day] = match ? [found[1], found[2], found[3]] : [found[3], found[2], found[1]];
	const airedAt =
		timeOfDate(Number(year), Number(month), Number(day)) ??
		timeOfDate(Number(year), Number(day), Number(month));
	if (airedAt === null) return null;
	const position = { start: found.index, end: found.index + found[0].length };
	return { season: Number(year), number: null, numberEnd: null, airedAt, ...position };
};

const absolutePatterns = [
	/^\[[^\]]+\]\s*\[[^\]]+\]\s*\[(\d{1,4})(?:v\d)?\]()/u,
	/\s-\s(\d{1,4})(?:v\d)?(?:\s*-\s*(\d{1,4}))?(?=\s|$|[[(])/u,
	/^(\d{1,3})(?:\s*-\s*(\d{1,3}))?(?=\s*$|[\s._]*[-.][\s._]*\D|\s+\D)/u,
	/[\s._](\d{1,3})()(?=\s*(?:$|[[(]))/u,
];

const bareNumber = (name: string, season: number | null): Numbers | null => {
	const named = episodeOnly.exec(name);
	const match =
		named ?? absolutePatterns.map((pattern) => pattern.exec(name)).find((found) => found !== null);
	if (!match) return null;
	const number = Number(match[1]);
	const end = match[2] === undefined || match[2] === '' ? null : Number(match[2]);
	return {
		season: season ?? 1,
		number,
		numberEnd: end !== null && end > number && end - number < 100 ? end : null,
		airedAt: null,
		start: match.index,
		end: match.index + match[0].length,
	};
};

const nothing = (season: number | null, name: string): Numbers => ({
	season,
	number: null,
	numberEnd: null,
	airedAt: null,
	start: name.length,
	end: name.length,
});

/** The numbers of one file's name, strongest form first. */
const numbersOf = (name: string, folderSeason: number | null): Numbers => {
	const strong = seasonAndEpisode(name);
	if (strong) return strong;
	return dated(name) ?? bareNumber(name, folderSeason) ?? nothing(folderSeason, name);
};

const packPattern = new RegExp(
	`^(.*?[^\\s._-])[\\s._-]+(?:(?:${seasonWords})[\\s._-]*(\\d{1,4})|s(\\d{1,4}))(?=$|[\\s._[({-])`,
	'iu',
);

/** A folder that is one season of a series and stands alone, as releases are named: `Show S01 COMPLETE 720p`. */
const seasonPack = (folder: string): { readonly name: string; readonly season: number } | null => {
	const found = packPattern.exec(folder);
	return found ? { name: found[1] ?? '', season: Number(found[2] ?? found[3]) } : null;
};

/** Reads an episode's path, relative to its library. */
export const parseEpisode = (path: string): EpisodeName => {
	const folders = foldersOf(path);
	const { rest, ids } = takeMarks(stemOf(path));
	const seasonAt = folders.findLastIndex((folder, index) => index > 0 && seasonOfFolder(folder) !== null);
	const pack = seasonAt === -1 ? seasonPack(folders[0] ?? '') : null;
	const folderSeason = seasonAt === -1 ? (pack?.season ?? null) : seasonOfFolder(folders[seasonAt] ?? '');
	const seriesFolders = seasonAt === -1 ? folders.slice(0, 1) : folders.slice(0, seasonAt);
	const numbers = numbersOf(rest, folderSeason);
	const series = seriesName(pack?.name ?? seriesFolders.at(-1), rest, numbers);
	return {
		...series,
		ids: { ...takeMarks(seriesFolders.at(-1) ?? '').ids, ...(seriesFolders.length === 0 ? ids : {}) },
		season: numbers.season,
		number: numbers.number,
		numberEnd: numbers.numberEnd,
		airedAt: numbers.airedAt,
		title: titleAfter(rest, numbers, series.series),
		seriesFolder: seriesFolders.join('/'),
	};
};

/** The folder names the series; without one, what stands before the numbers does. */
const seriesName = (
	folder: string | undefined,
	stem: string,
	numbers: Numbers,
): { readonly series: string; readonly seriesYear: number | null } => {
	const before = stem.slice(0, numbers.start);
	const source = folder === undefined ? (before.trim() === '' ? stem : before) : takeMarks(folder).rest;
	const { title, year } = titleAndYear(source.trim() === '' ? (folder ?? stem) : source);
	return { series: title, seriesYear: year };
};

const titleAfter = (stem: string, numbers: Numbers, series: string): string | null => {
	if (numbers.start === stem.length) {
		const title = cleanTitle(stem, stem);
		return title === series ? null : title;
	}
	const after = stem
		.slice(numbers.end)
		.replace(/^[\s._-]+/u, '')
		.replace(/(?:\s*[[({][^\])}]*[\])}])+\s*$/u, '');
	return tailTitle(after);
};
