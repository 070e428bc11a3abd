/** What a path says about a film: title, year, ids, edition, version and part. Pure. */
import { foldText } from './fold.ts';
import { foldersOf, stemOf, takeMarks, titleAndYear, type OutsideIds } from './words.ts';

export interface FilmName {
	/** Never empty. */
	readonly title: string;
	readonly year: number | null;
	readonly ids: OutsideIds;
	readonly edition: string | null;
	/** `1080p`, `Director's Cut`: what follows ` - ` after the folder's own name. */
	readonly version: string | null;
	/** 1 and up for a film in several files; 0 for a whole one. */
	readonly part: number;
}

const partPattern =
	/^(.*?)(?:(?<=[\])}])|[ _.-]+)[([]?(?:cd|dvd|part|pt|dis[ck])[ _.-]*(\d{1,2}|[a-d])[)\]]?$/iu;
const discFolder = /^(?:video_ts|audio_ts|bdmv|stream|cd ?\d{1,2}|dis[ck] ?\d{1,2})$/iu;

const partNumber = (text: string): number =>
	/^\d+$/u.test(text) ? Number(text) : text.toLowerCase().charCodeAt(0) - 'a'.charCodeAt(0) + 1;

interface Part {
	readonly stem: string;
	readonly part: number;
}

const takePart = (stem: string): Part => {
	const match = partPattern.exec(stem);
	if (!match?.[1] || match[2] === undefined) return { stem, part: 0 };
	return { stem: match[1], part: partNumber(match[2]) };
};

/**
 * A version label only where the file's name starts with its folder's: ` - ` in any other name belongs to the
 * title.
 */
const versionOf = (stem: string, folder: string | undefined): string | null => {
	if (folder === undefined || folder === '') return null;
	const name = folder.trim();
	const bare = takeMarks(name).rest.trim();
	const prefix = [name, bare].find(
		(text) => text !== '' && stem.toLowerCase().startsWith(text.toLowerCase()),
	);
	if (prefix === undefined) return null;
	const label = /^\s+-\s+\[?([^\]]{1,80})\]?\s*$/u.exec(takeMarks(stem.slice(prefix.length)).rest)?.[1];
	return label?.trim() || null;
};

const isFilmFolder = (folder: string | undefined): boolean =>
	folder !== undefined &&
	(titleAndYear(takeMarks(folder).rest).year !== null || takeMarks(folder).rest !== folder);

/**
 * Reads a film's path, relative to its library.
 *
 * `isAlone`: its folder holds this film only, so the folder may carry the title whatever the file is
 * called.
 */
export const parseFilm = (path: string, isAlone = false): FilmName => {
	const folders = foldersOf(path).filter((folder) => !discFolder.test(folder));
	const folder = folders.at(-1);
	const { stem, part } = takePart(stemOf(path));
	const inFile = takeMarks(stem);
	const inFolder = takeMarks(folder ?? '');
	const version = versionOf(stem, folder);
	const named = titleAndYear(inFile.rest);
	const ids = { ...inFolder.ids, ...inFile.ids };
	const edition = inFile.edition ?? inFolder.edition;
	const shared = { ids, edition, version, part };
	if (folder !== undefined && takesFolder({ folder, named, version, isAlone })) {
		const { title, year } = titleAndYear(inFolder.rest);
		return { title, year: year ?? named.year, ...shared };
	}
	return { title: named.title, year: named.year, ...shared };
};

/** The folder's name wins where it looks like a film's and the file's own does not contradict it. */
const takesFolder = (seen: {
	readonly folder: string;
	readonly named: { readonly title: string; readonly year: number | null };
	readonly version: string | null;
	readonly isAlone: boolean;
}): boolean => {
	if (seen.version !== null) return true;
	if (!isFilmFolder(seen.folder)) return false;
	const there = titleAndYear(takeMarks(seen.folder).rest);
	const folderKey = foldText(there.title);
	const fileKey = foldText(seen.named.title);
	if (folderKey === fileKey) return true;
	if (fileKey.startsWith(`${folderKey} `) && (seen.named.year === null || seen.named.year === there.year))
		return true;
	return seen.isAlone;
};
