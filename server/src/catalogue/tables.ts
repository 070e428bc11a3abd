/**
 * What the catalogue stores. Nothing here names a person: who watched what is kept elsewhere, under sealed
 * links.
 */
import { column, table, type RowOf } from '../platform/db/types.ts';
import type { DamageReason, ItemKind, LibraryKind, MediaStream } from './values.ts';

const aboutMedia = 'about a published work or a file of the household; says nothing about who watches it';
const aboutDisk = 'a path on the machine that holds the media; the database lies on the same machine';
const closedList = 'one word of a closed list';

/** A folder tree with one kind of media in it, under one name. */
export const libraryTable = table('library', {
	libraryId: column.id(),
	name: column.text('a name such as Films, shown to everybody who may see the library'),
	nameFolded: column.text('the folded name, for uniqueness'),
	kind: column.text<LibraryKind>(closedList),
	createdAt: column.timeMs(),
	scannedAt: column.timeMs().nullable(),
	/** Grows with every change that a listing can show; caches hang on it. */
	version: column.integer(),
	/** How many tiles its grid has. */
	itemCount: column.integer(),
	damagedCount: column.integer(),
});

export const libraryFolderTable = table('libraryFolder', {
	folderId: column.id(),
	libraryId: column.id(),
	path: column.text(aboutDisk),
	isAway: column.flag(),
	/** Device and inode of the root at the last good scan: another disk under the same name is noticed. */
	rootMark: column.text('device and inode numbers of a folder').nullable(),
	fileCount: column.integer(),
});

/**
 * A file that was seen once. Rows stay when files go (`isPresent` 0), so that a file that comes back is
 * known.
 */
export const fileTable = table('file', {
	fileId: column.id(),
	libraryId: column.id(),
	folderId: column.id(),
	relativePath: column.text(aboutDisk),
	/** `media`: probed; `subtitle` and `image`: beside media; `nfo`: local metadata. */
	role: column.text<FileRole>(closedList),
	sizeBytes: column.integer(),
	modifiedAtMs: column.integer(),
	inode: column.text('an inode number'),
	/** SHA-256 of size and first 16 KiB: finds a file again that moved between disks. */
	headHash: column.text('a hash of a file, to find it again when it moves').nullable(),
	container: column.text(closedList).nullable(),
	durationMs: column.integer().nullable(),
	bitrateBps: column.integer().nullable(),
	streams: column.json<readonly MediaStream[]>(aboutMedia),
	/** What identifying needs again when a name changes: tags of music and photos. */
	facts: column.json<FileFacts>(aboutMedia),
	damage: column.text<DamageReason>(closedList).nullable(),
	damageDetail: column.text('what a reader of headers said about a file').nullable(),
	seenAt: column.timeMs(),
	isPresent: column.flag(),
});

/** A work: film, series, season, episode, artist, album, track, photo album, photo. Outlives its files. */
export const itemTable = table('item', {
	itemId: column.id(),
	/**
	 * Watch state belongs to this; made from what the work is, so the same after a library was removed and made
	 * again.
	 */
	workId: column.text('a hash of kind and title of a published work'),
	workKey: column.text(aboutMedia),
	libraryId: column.id(),
	kind: column.text<ItemKind>(closedList),
	parentId: column.id().nullable(),
	rootId: column.id().nullable(),
	title: column.text(aboutMedia),
	/** Folded; ends with the numbers of children, so that order is reading order. */
	sortTitle: column.text(aboutMedia),
	year: column.integer().nullable(),
	/** What sorting by date uses: the year's start, the day aired, or when a photo was taken. */
	datedAt: column.integer(),
	/** Season or disc. */
	groupNumber: column.integer().nullable(),
	number: column.integer().nullable(),
	numberEnd: column.integer().nullable(),
	overview: column.text(aboutMedia).nullable(),
	tagline: column.text(aboutMedia).nullable(),
	/** Genres, people, artists, outside ids and the like: shown, never searched by. */
	details: column.json<ItemDetails>(aboutMedia),
	durationMs: column.integer().nullable(),
	addedAt: column.timeMs(),
	/** Playable things below: episodes, tracks, photos. */
	leafCount: column.integer(),
	/** 0 hides it: none of its files is there. */
	isPresent: column.flag(),
	imageId: column.id().nullable(),
	backdropId: column.id().nullable(),
	logoId: column.id().nullable(),
});

export const itemFileTable = table('itemFile', {
	itemId: column.id(),
	fileId: column.id(),
	/** Of versions: `Director's Cut`, `1080p`. */
	label: column.text(aboutMedia).nullable(),
	/** 1 and up for films in several files; 0 for whole ones. */
	partNumber: column.integer(),
});

export const imageTable = table('image', {
	imageId: column.id(),
	itemId: column.id(),
	libraryId: column.id(),
	role: column.text<ImageRole>(closedList),
	source: column.text<ImageSource>(closedList),
	/** The picture itself, or the film or song it is taken out of. */
	fileId: column.id(),
	/** Size and time of the file: another content is another picture for caches. */
	mark: column.text('size and time of a file'),
	aspect: column.real(),
	thumbhash: column.text('a placeholder of a picture').nullable(),
	accent: column.text('a colour').nullable(),
	/** 0 until the picture was decoded once, 1 after, 2 where it cannot be. */
	state: column.integer(),
});

/** A subtitle file, tied to the video it lies beside. */
export const subtitleTable = table('sidecarSubtitle', {
	subtitleId: column.id(),
	fileId: column.id(),
	videoFileId: column.id(),
	format: column.text<'srt' | 'vtt' | 'ass' | 'ssa'>(closedList),
	language: column.text('a language').nullable(),
	title: column.text(aboutMedia).nullable(),
	isForced: column.flag(),
	isDefault: column.flag(),
});

export type FileRole = 'media' | 'subtitle' | 'image' | 'nfo';
export type ImageRole = 'poster' | 'backdrop' | 'logo' | 'still';
export type ImageSource = 'file' | 'embedded' | 'frame';

/** Tags of a song or a picture, bounded when read. */
export interface FileFacts {
	readonly music?: {
		readonly title?: string;
		readonly artists?: readonly string[];
		readonly albumArtist?: string;
		readonly album?: string;
		readonly track?: number;
		readonly disc?: number;
		readonly year?: number;
		readonly genres?: readonly string[];
		readonly isCompilation?: boolean;
	};
	readonly photo?: {
		readonly takenAt?: number;
		readonly camera?: string;
		readonly lens?: string;
		readonly exposure?: string;
		readonly widthPx: number;
		readonly heightPx: number;
	};
	/** The title inside a video, used where its name says nothing. */
	readonly title?: string;
	readonly hasPicture?: boolean;
	readonly chapters?: readonly { readonly startMs: number; readonly title: string }[];
}

export interface ItemDetails {
	readonly genres?: readonly string[];
	readonly people?: readonly { readonly name: string; readonly part: string | null }[];
	readonly artists?: readonly string[];
	/** `tmdb`, `tvdb`, `imdb`, as names and NFO files gave them. */
	readonly ids?: Readonly<Record<string, string>>;
	readonly originalTitle?: string;
	readonly edition?: string;
	/** Where a lookup by place in the tree finds it again: folder of a photo album, album key of a track. */
	readonly subtitle?: string;
}

/** The tables of this room, for its view of the database. */
export interface CatalogueTables {
	library: RowOf<typeof libraryTable>;
	libraryFolder: RowOf<typeof libraryFolderTable>;
	file: RowOf<typeof fileTable>;
	item: RowOf<typeof itemTable>;
	itemFile: RowOf<typeof itemFileTable>;
	image: RowOf<typeof imageTable>;
	sidecarSubtitle: RowOf<typeof subtitleTable>;
}

/** The declarations, for the check that compares them with what the migrations made. */
export const catalogueTables = [
	libraryTable,
	libraryFolderTable,
	fileTable,
	itemTable,
	itemFileTable,
	imageTable,
	subtitleTable,
];

/** Names the text index over titles. */
export const searchIndexName = 'itemSearch';
