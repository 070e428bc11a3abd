/** From a file and what lies around it to the works it belongs to. Pure. */
import { createHash } from 'node:crypto';
import { dateText } from '../dates.ts';
import { type EpisodeName, parseEpisode } from '../naming/episode.ts';
import { parseFilm } from '../naming/film.ts';
import { foldText, sortKeyOf } from '../naming/fold.ts';
import { parseTrack } from '../naming/music.ts';
import { foldersOf, stemOf } from '../naming/words.ts';
import type { FileFacts, ItemDetails } from '../tables.ts';
import type { ItemKind, LibraryKind } from '../values.ts';
import type { NfoFacts } from './nfo.ts';

/** A work as one file tells it; stored under `workKey` within its library. */
export interface ItemDraft {
	readonly kind: ItemKind;
	readonly workKey: string;
	readonly parentKey: string | null;
	readonly rootKey: string | null;
	readonly title: string;
	readonly sortTitle: string;
	readonly year: number | null;
	readonly datedAt: number;
	readonly groupNumber: number | null;
	readonly number: number | null;
	readonly numberEnd: number | null;
	readonly overview: string | null;
	readonly tagline: string | null;
	readonly details: ItemDetails;
	/** Folder whose pictures show this work; null where only pictures named after the file do. */
	readonly artFolder: string | null;
}

export interface Identity {
	/** From the top down; the last one is what plays. */
	readonly chain: readonly ItemDraft[];
	readonly label: string | null;
	readonly partNumber: number;
}

export interface FileSeen {
	readonly relativePath: string;
	readonly libraryKind: LibraryKind;
	readonly facts: FileFacts;
	/** The name of the library's own folder, for photos that lie at its top. */
	readonly rootName: string;
	readonly modifiedAtMs: number;
	/** Its folder holds no other film. */
	readonly isAlone: boolean;
	readonly nfo: { readonly own: NfoFacts | null; readonly series: NfoFacts | null };
}

/** Watch state hangs on this: the same work has the same one, in every library and after every rebuild. */
export const workIdOf = (workKey: string): string =>
	createHash('sha256').update(workKey).digest('base64url').slice(0, 24);

const keyPart = (text: string): string => {
	const folded = foldText(text);
	return folded === '' ? `"${text.toWellFormed().trim().toLowerCase()}"` : folded;
};

const startOfYear = (year: number | null): number => (year === null ? 0 : Date.UTC(year, 0, 1));
const padded = (value: number | null): string => String(value ?? 0).padStart(6, '0');

const blank = {
	parentKey: null,
	rootKey: null,
	year: null,
	datedAt: 0,
	groupNumber: null,
	number: null,
	numberEnd: null,
	overview: null,
	tagline: null,
	details: {},
	artFolder: null,
} as const;

const nfoDetails = (nfo: NfoFacts | null): ItemDetails => ({
	...(nfo?.genres ? { genres: nfo.genres } : {}),
	...(nfo?.people ? { people: nfo.people } : {}),
	...(nfo?.ids ? { ids: nfo.ids } : {}),
	...(nfo?.originalTitle === undefined ? {} : { originalTitle: nfo.originalTitle }),
});

const identifyFilm = (seen: FileSeen): Identity => {
	const name = parseFilm(seen.relativePath, seen.isAlone);
	const nfo = seen.nfo.own;
	const title = nfo?.title ?? name.title;
	const year = nfo?.year ?? name.year;
	const ids = { ...name.ids, ...nfo?.ids };
	const details = { ...nfoDetails(nfo), ...(Object.keys(ids).length === 0 ? {} : { ids }) };
	const film: ItemDraft = {
		...blank,
		kind: 'movie',
		workKey: `movie|${keyPart(title)}|${year ?? ''}`,
		title,
		sortTitle: sortKeyOf(nfo?.sortTitle ?? title),
		year,
		datedAt: startOfYear(year),
		overview: nfo?.plot ?? null,
		tagline: nfo?.tagline ?? null,
		details,
		artFolder:
			foldersOf(seen.relativePath).length > 0 && (seen.isAlone || name.version !== null || name.part > 0)
				? foldersOf(seen.relativePath).join('/')
				: null,
	};
	const label = [name.edition, name.version].filter((part) => part !== null).join(' - ');
	return { chain: [film], label: label === '' ? null : label, partNumber: name.part };
};

/** Specials sort behind the seasons they accompany. */
const seasonOrder = (season: number): string => padded(season === 0 ? 999_999 : season);

const seriesDraft = (
	name: EpisodeName,
	nfo: NfoFacts | null,
	{ title, year, key }: { readonly title: string; readonly year: number | null; readonly key: string },
): ItemDraft => {
	const ids = { ...name.ids, ...nfo?.ids };
	return {
		...blank,
		kind: 'series',
		workKey: key,
		title,
		sortTitle: sortKeyOf(nfo?.sortTitle ?? title),
		year,
		datedAt: startOfYear(year),
		overview: nfo?.plot ?? null,
		tagline: nfo?.tagline ?? null,
		details: { ...nfoDetails(nfo), ...(Object.keys(ids).length === 0 ? {} : { ids }) },
		artFolder: name.seriesFolder === '' ? null : name.seriesFolder,
	};
};

const identifyEpisode = (seen: FileSeen): Identity => {
	const name = parseEpisode(seen.relativePath);
	const { own, series: seriesNfo } = seen.nfo;
	const seriesTitle = seriesNfo?.title ?? name.series;
	const seriesYear = seriesNfo?.year ?? name.seriesYear;
	const season = name.season ?? own?.season ?? 1;
	const number = name.number ?? own?.episode ?? null;
	const seriesKey = `series|${keyPart(seriesTitle)}|${seriesYear ?? ''}`;
	const seasonKey = `${seriesKey}|s${season}`;
	const title = own?.title ?? name.title ?? (name.airedAt === null ? null : dateText(name.airedAt));
	const place = episodePlace(number, name.numberEnd, name.airedAt, title ?? stemOf(seen.relativePath));
	const series = seriesDraft(name, seriesNfo, { title: seriesTitle, year: seriesYear, key: seriesKey });
	const folder = foldersOf(seen.relativePath).join('/');
	const seasonDraft: ItemDraft = {
		...blank,
		kind: 'season',
		workKey: seasonKey,
		parentKey: seriesKey,
		rootKey: seriesKey,
		title: season === 0 ? 'Specials' : `Season ${season}`,
		sortTitle: seasonOrder(season),
		groupNumber: season,
		details: { subtitle: seriesTitle },
		artFolder: folder !== name.seriesFolder && folder !== '' ? folder : null,
	};
	const episode: ItemDraft = {
		...blank,
		kind: 'episode',
		workKey: `${seasonKey}|${place}`,
		parentKey: seasonKey,
		rootKey: seriesKey,
		title: title ?? (number === null ? stemOf(seen.relativePath) : `Episode ${number}`),
		sortTitle: `${seasonOrder(season)} ${number === null ? `~${place}` : padded(number)} ${padded(name.numberEnd)}`,
		year: null,
		datedAt: name.airedAt ?? 0,
		groupNumber: season,
		number,
		numberEnd: name.numberEnd,
		overview: own?.plot ?? null,
		details: { ...nfoDetails(own), subtitle: seriesTitle },
	};
	return { chain: [series, seasonDraft, episode], label: null, partNumber: 0 };
};

const episodePlace = (
	number: number | null,
	end: number | null,
	airedAt: number | null,
	title: string,
): string => {
	if (number !== null) return `e${number}${end === null ? '' : `-${end}`}`;
	return airedAt === null ? `t${keyPart(title)}` : `d${dateText(airedAt)}`;
};

const variousArtists = 'Various Artists';

const identifyTrack = (seen: FileSeen): Identity => {
	const name = parseTrack(seen.relativePath);
	const music = seen.facts.music ?? {};
	const trackArtists = music.artists ?? (name.artist === null ? [] : [name.artist]);
	const albumArtist =
		music.albumArtist ?? (music.isCompilation ? variousArtists : (trackArtists[0] ?? 'Unknown artist'));
	const albumTitle = music.album ?? name.album ?? 'Unknown album';
	const year = music.year ?? name.year;
	const disc = music.disc ?? name.disc;
	const track = music.track ?? name.track;
	const title = music.title ?? name.title;
	const artistKey = `artist|${keyPart(albumArtist)}`;
	const albumKey = `album|${keyPart(albumArtist)}|${keyPart(albumTitle)}`;
	const genres = music.genres ? { genres: music.genres } : {};
	const artist: ItemDraft = {
		...blank,
		kind: 'artist',
		workKey: artistKey,
		title: albumArtist,
		sortTitle: sortKeyOf(albumArtist),
		artFolder: name.albumFolder.includes('/')
			? name.albumFolder.slice(0, name.albumFolder.lastIndexOf('/'))
			: null,
	};
	const album: ItemDraft = {
		...blank,
		kind: 'album',
		workKey: albumKey,
		parentKey: artistKey,
		rootKey: artistKey,
		title: albumTitle,
		sortTitle: sortKeyOf(albumTitle),
		year,
		datedAt: startOfYear(year),
		details: { artists: [albumArtist], ...genres },
		artFolder: name.albumFolder === '' ? null : name.albumFolder,
	};
	const song: ItemDraft = {
		...blank,
		kind: 'track',
		workKey: `${albumKey}|${disc ?? ''}|${track ?? ''}|${keyPart(title)}`,
		parentKey: albumKey,
		rootKey: artistKey,
		title,
		sortTitle: `${padded(disc)} ${padded(track)} ${sortKeyOf(title)}`.slice(0, 300),
		year,
		datedAt: startOfYear(year),
		groupNumber: disc,
		number: track,
		details: { artists: trackArtists.length === 0 ? [albumArtist] : trackArtists, ...genres },
	};
	return { chain: [artist, album, song], label: null, partNumber: 0 };
};

const identifyPhoto = (seen: FileSeen): Identity => {
	const folder = foldersOf(seen.relativePath).join('/');
	const albumKey = `photo-album|${seen.rootName}/${folder}`;
	const takenAt = seen.facts.photo?.takenAt ?? seen.modifiedAtMs;
	const albumTitle = folder === '' ? seen.rootName : folder.slice(folder.lastIndexOf('/') + 1);
	const album: ItemDraft = {
		...blank,
		kind: 'photo-album',
		workKey: albumKey,
		title: albumTitle.trim() === '' ? 'Photos' : albumTitle,
		sortTitle: sortKeyOf(folder === '' ? seen.rootName : folder.replaceAll('/', ' ')),
		datedAt: takenAt,
		artFolder: null,
	};
	const photo: ItemDraft = {
		...blank,
		kind: 'photo',
		workKey: `photo|${seen.rootName}/${seen.relativePath}`,
		parentKey: albumKey,
		title: stemOf(seen.relativePath).trim() || 'Photo',
		sortTitle: `${String(Math.max(0, takenAt)).padStart(15, '0')} ${sortKeyOf(stemOf(seen.relativePath))}`,
		datedAt: takenAt,
		details: {},
	};
	return { chain: [album, photo], label: null, partNumber: 0 };
};

/** The works that a file belongs to, by the kind of its library. */
export const identify = (seen: FileSeen): Identity => {
	switch (seen.libraryKind) {
		case 'movies':
			return identifyFilm(seen);
		case 'shows':
			return identifyEpisode(seen);
		case 'music':
			return identifyTrack(seen);
		case 'photos':
			return identifyPhoto(seen);
	}
};
