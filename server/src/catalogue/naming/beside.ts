/** What lies beside media: subtitles, pictures, NFO files; and what is not looked at. Pure. */
import { extensionOf, foldersOf, stemOf } from './words.ts';
import type { ImageRole } from '../tables.ts';

export type SubtitleFormat = 'srt' | 'vtt' | 'ass' | 'ssa';

export interface SubtitleName {
	readonly format: SubtitleFormat;
	readonly language: string | null;
	readonly title: string | null;
	readonly isForced: boolean;
	readonly isDefault: boolean;
}

const subtitleFormats: ReadonlySet<string> = new Set(['srt', 'vtt', 'ass', 'ssa']);
const subtitleFolder = /^(?:subs?|subtitles?|untertitel)$/iu;
const languageTag = /^(?:[a-z]{2,3})(?:[-_](?:[a-z]{2}|[a-z]{4}|\d{3}))?$/iu;
const languageNames: Readonly<Record<string, string>> = {
	english: 'en',
	german: 'de',
	deutsch: 'de',
	french: 'fr',
	spanish: 'es',
	italian: 'it',
	dutch: 'nl',
	swedish: 'sv',
	danish: 'da',
	norwegian: 'no',
	finnish: 'fi',
	polish: 'pl',
	portuguese: 'pt',
	russian: 'ru',
	japanese: 'ja',
	chinese: 'zh',
	korean: 'ko',
	arabic: 'ar',
	turkish: 'tr',
	czech: 'cs',
	greek: 'el',
	hungarian: 'hu',
	hebrew: 'he',
};

/** True for text subtitles that can be shown beside a video. */
export const isSubtitle = (path: string): boolean => subtitleFormats.has(extensionOf(path));

/** The folder whose videos a subtitle may belong to: its own, or the one above `Subs`. */
export const subtitleHome = (path: string): string => {
	const folders = foldersOf(path);
	const subsAt = folders.findIndex((folder) => subtitleFolder.test(folder));
	return (subsAt === -1 ? folders : folders.slice(0, subsAt)).join('/');
};

interface Flags {
	readonly language: string | null;
	readonly isForced: boolean;
	readonly isDefault: boolean;
	readonly title: string | null;
}

const readTokens = (tokens: readonly string[]): Flags => {
	let language: string | null = null;
	let isForced = false;
	let isDefault = false;
	const rest: string[] = [];
	for (const token of tokens) {
		const word = token.toLowerCase();
		if (word === 'forced' || word === 'foreign') isForced = true;
		else if (word === 'default') isDefault = true;
		else if (word === 'sdh' || word === 'cc' || (word === 'hi' && language !== null)) rest.push('SDH');
		else if (language === null && languageNames[word] !== undefined) language = languageNames[word] ?? null;
		else if (language === null && languageTag.test(word)) language = word.replace('_', '-');
		else if (word !== '') rest.push(token);
	}
	return { language, isForced, isDefault, title: rest.length === 0 ? null : rest.join(' ').slice(0, 80) };
};

/**
 * Reads `<video>.<title>.<lang>.<flag>.srt` against its video's stem. Null where the subtitle is not this
 * video's. In a `Subs` folder, `Subs/<video>/2_English.srt` and, for a film alone, `Subs/English.srt`
 * belong to it too.
 */
export const parseSubtitle = (path: string, videoPath: string, isAlone: boolean): SubtitleName | null => {
	const format = extensionOf(path);
	if (!subtitleFormats.has(format) || subtitleHome(path) !== foldersOf(videoPath).join('/')) return null;
	const videoStem = stemOf(videoPath).toLowerCase();
	const stem = stemOf(path);
	const shared = { format: format as SubtitleFormat };
	if (stem.toLowerCase() === videoStem) return { ...shared, ...readTokens([]) };
	if (stem.toLowerCase().startsWith(`${videoStem}.`)) {
		return { ...shared, ...readTokens(stem.slice(videoStem.length + 1).split('.')) };
	}
	const folders = foldersOf(path);
	const isOwnFolder = folders.at(-1)?.toLowerCase() === videoStem;
	const isInSubs = folders.some((folder) => subtitleFolder.test(folder));
	if (!isInSubs || !(isOwnFolder || isAlone)) return null;
	return { ...shared, ...readTokens(stem.replace(/^\d+[_. -]+/u, '').split(/[._ -]+/u)) };
};

const imageFormats: ReadonlySet<string> = new Set(['jpg', 'jpeg', 'png', 'webp', 'avif', 'tbn']);
const posterNames = /^(?:poster|folder|cover|default|movie|show|jacket|front|artist|album)(?:-?\d+)?$/iu;
const backdropNames = /^(?:backdrop|fanart|background|art)(?:-?\d+)?$/iu;
const logoNames = /^(?:logo|clearlogo)$/iu;
const seasonPicture = /^season(?:-?(\d{1,4})|-(specials))-poster$/iu;

export interface ArtworkName {
	readonly role: ImageRole;
	/**
	 * `folder`: of what its folder stands for. `file`: of the video with this stem. `season`: of that season.
	 */
	readonly of:
		| { readonly kind: 'folder' }
		| { readonly kind: 'file'; readonly stem: string }
		| { readonly kind: 'season'; readonly season: number };
}

/** Whether a picture's name says what it shows; null for pictures that are only pictures. */
export const parseArtwork = (path: string): ArtworkName | null => {
	if (!imageFormats.has(extensionOf(path))) return null;
	const stem = stemOf(path);
	const folder = { kind: 'folder' } as const;
	if (posterNames.test(stem)) return { role: 'poster', of: folder };
	if (backdropNames.test(stem)) return { role: 'backdrop', of: folder };
	if (logoNames.test(stem)) return { role: 'logo', of: folder };
	const season = seasonPicture.exec(stem);
	if (season) return { role: 'poster', of: { kind: 'season', season: season[2] ? 0 : Number(season[1]) } };
	const suffix = /^(.+)-(poster|cover|fanart|backdrop|thumb|logo|clearlogo)$/iu.exec(stem);
	if (!suffix?.[1] || !suffix[2]) return null;
	const word = suffix[2].toLowerCase();
	const role =
		word === 'thumb'
			? 'still'
			: word.endsWith('logo')
				? 'logo'
				: /fanart|backdrop/u.test(word)
					? 'backdrop'
					: 'poster';
	return { role, of: { kind: 'file', stem: suffix[1] } };
};

const ignoredFolder =
	/^(?:\..*|@eadir|#recycle|@recycle|\$recycle\.bin|system volume information|lost\+found|\.snapshots?|\.zfs|.*\.trickplay|temprec|ps3_update|__macosx)$/iu;
/** Of other programs, beside films and songs; among photos these are folders like any other. */
const programFolder = /^(?:metadata|extrathumbs|extrafanart)$/iu;
const extrasFolder =
	/^(?:behind the scenes|deleted scenes|interviews|scenes|samples?|shorts|featurettes|clips|other|extras?|trailers|theme-music|backdrops)$/iu;
const ignoredFile = /^(?:\._.*|\..*|thumbs\.db|desktop\.ini|small\.jpg|albumart.*\.jpg)$/iu;
const extraFile =
	/(?:^sample|[-._ ]sample|^trailer|[-._ ]trailer|-(?:scene|clip|interview|behindthescenes|deleted|deletedscene|featurette|short|other|extra)|^theme)$/iu;

/** Folders that no scan enters. */
export const isIgnoredFolder = (name: string, isAmongPhotos = false): boolean =>
	ignoredFolder.test(name) || (!isAmongPhotos && programFolder.test(name));
/** Folders of extras: entered one day, never films of their own. */
export const isExtrasFolder = (name: string): boolean => extrasFolder.test(name);
/** Files that systems leave behind. */
export const isIgnoredFile = (name: string): boolean => ignoredFile.test(name);
/** Trailers, samples, clips beside a film. */
export const isExtra = (path: string): boolean =>
	extraFile.test(stemOf(path)) || foldersOf(path).slice(1).some(isExtrasFolder);

const videoFormats: ReadonlySet<string> = new Set(
	'mp4 m4v mov qt mkv webm mk3d avi divx ts m2ts mts tp trp mpg mpeg mpe mpv m2v vob ps evo wmv asf flv f4v ogv ogm 3gp 3g2 rm rmvb mxf dv nut y4m ivf'.split(
		' ',
	),
);
const audioFormats: ReadonlySet<string> = new Set(
	'mp3 flac ogg oga opus spx m4a m4b mp4a aac wav wave aif aiff aifc wv ape mpc mp+ wma asf dsf dff tta tak ac3 eac3 dts mka weba mp2 mp1 caf au alac mp4 mkv webm w64 amr'.split(
		' ',
	),
);
const photoFormats: ReadonlySet<string> = new Set(
	'jpg jpeg jpe jfif png webp avif heic heif hif jxl gif tif tiff bmp dng cr2 cr3 nef arw orf rw2 raf pef srw'.split(
		' ',
	),
);

/** Whether a name is worth reading headers for, by what its library holds. Contents decide in the end. */
export const isMediaName = (path: string, kind: 'movies' | 'shows' | 'music' | 'photos'): boolean => {
	const format = extensionOf(path);
	if (kind === 'music') return audioFormats.has(format);
	if (kind === 'photos') return photoFormats.has(format) || videoFormats.has(format);
	return videoFormats.has(format);
};
