/** What a path says about a song, where its tags say nothing. Pure. */
import { cleanTitle, foldersOf, stemOf } from './words.ts';

export interface TrackName {
	readonly artist: string | null;
	readonly album: string | null;
	readonly year: number | null;
	readonly disc: number | null;
	readonly track: number | null;
	/** Never empty. */
	readonly title: string;
	/** The folder that stands for the album: the file's own, or the one above its disc folder. */
	readonly albumFolder: string;
}

const discFolder = /^(?:cd|digital media|dis[ck]|vol(?:ume)?|part|act)[\s._-]*(\d{1,3})(?:\s*[-:(].*)?$/iu;
const groupFolder =
	/^(?:albums|broadcasts|bootlegs|compilations|dj-mixes|eps|live|mixtapes|others|remixes|singles|soundtracks|spokenwords|streets)$/iu;
const discAndTrack = /^(\d{1,2})[-.](\d{1,3})[\s._-]+(?=\S)/u;
const trackFirst = /^(?:track[\s._-]*)?(\d{1,3})(?:[\s._-]+(?=\S)|$)/iu;

interface Numbered {
	readonly disc: number | null;
	readonly track: number | null;
	readonly rest: string;
}

const takeNumbers = (stem: string): Numbered => {
	const both = discAndTrack.exec(stem);
	if (both) return { disc: Number(both[1]), track: Number(both[2]), rest: stem.slice(both[0].length) };
	const one = trackFirst.exec(stem);
	if (!one) return { disc: null, track: null, rest: stem };
	return { disc: null, track: Number(one[1]), rest: stem.slice(one[0].length) };
};

/** `Album (1999)`, `1999 - Album`, `[1999] Album`. */
const albumAndYear = (folder: string): { readonly album: string; readonly year: number | null } => {
	const first = /^[[(]?((?:19|20)\d\d)[\])]?[\s._-]+(\S.*)$/u.exec(folder);
	if (first?.[2]) return { album: cleanTitle(first[2], folder), year: Number(first[1]) };
	const last = /^(.*\S)\s*[[(]((?:19|20)\d\d)[\])]\s*$/u.exec(folder);
	if (last?.[1]) return { album: cleanTitle(last[1], folder), year: Number(last[2]) };
	return { album: folder.trim() === '' ? 'Untitled' : folder.trim(), year: null };
};

/** Reads a song's path, relative to its library: `Artist/Album/1-02 Title.flac` and its poorer relatives. */
export const parseTrack = (path: string): TrackName => {
	const folders = foldersOf(path);
	const discName = discFolder.exec(folders.at(-1) ?? '');
	const albumFolders = discName && folders.length > 1 ? folders.slice(0, -1) : folders;
	const { disc, track, rest } = takeNumbers(stemOf(path));
	const albumName = albumFolders.at(-1);
	const above = albumFolders.slice(0, -1).filter((folder) => !groupFolder.test(folder));
	const named = albumName === undefined ? null : albumAndYear(albumName);
	const artist = above.at(-1) ?? null;
	const split = /^(.{1,80}?) - (.+)$/u.exec(rest);
	const isArtistInName =
		split !== null && (artist === null || split[1]?.toLowerCase() === artist.toLowerCase());
	return {
		artist: artist ?? (isArtistInName ? (split[1]?.trim() ?? null) : null),
		album: named?.album ?? null,
		year: named?.year ?? null,
		disc: discName && folders.length > 1 ? Number(discName[1]) : disc,
		track,
		title: songTitle(isArtistInName ? (split[2] ?? rest) : rest, stemOf(path)),
		albumFolder: albumFolders.join('/'),
	};
};

const songTitle = (text: string, stem: string): string => {
	const opened = /\s/u.test(text.trim()) ? text : text.replace(/_+/gu, ' ');
	const trimmed = opened.replace(/\s+/gu, ' ').trim();
	return trimmed === '' ? cleanTitle(stem, stem) : trimmed.toWellFormed();
};
