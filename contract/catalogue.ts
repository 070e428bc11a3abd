/** Libraries and what is in them, as pages show it. */
import type { Static } from 'typebox';
import { Type } from './schema.ts';
import { Id, ImageRef, Nullable, ShortText, TimeMs } from './fields.ts';
import { route } from './route.ts';

export const LibraryKind = Type.Union([
	Type.Literal('movies'),
	Type.Literal('shows'),
	Type.Literal('music'),
	Type.Literal('photos'),
]);
export type LibraryKind = Static<typeof LibraryKind>;

export const ItemKind = Type.Union([
	Type.Literal('movie'),
	Type.Literal('series'),
	Type.Literal('season'),
	Type.Literal('episode'),
	Type.Literal('artist'),
	Type.Literal('album'),
	Type.Literal('track'),
	/** A folder of photos. */
	Type.Literal('photo-album'),
	Type.Literal('photo'),
]);
export type ItemKind = Static<typeof ItemKind>;

/** One tile: what a grid, a row or a search result needs and nothing more. */
export const ItemCard = Type.Object({
	itemId: Id,
	libraryId: Id,
	kind: ItemKind,
	title: Type.String(),
	/** The second line: year, artist, `S2 E4 - title`, or the date of a photo. */
	subtitle: Nullable(Type.String()),
	year: Nullable(Type.Integer()),
	image: Nullable(ImageRef),
	durationMs: Nullable(Type.Integer()),
	/** 0 where never started; above 0 shows a bar. */
	positionMs: Type.Integer(),
	isWatched: Type.Boolean(),
	/** Episodes of a series or season not yet watched; null for the rest. */
	unwatchedCount: Nullable(Type.Integer()),
});
export type ItemCard = Static<typeof ItemCard>;

export const Library = Type.Object({
	libraryId: Id,
	name: Type.String(),
	kind: LibraryKind,
	itemCount: Type.Integer(),
	/** A folder that is not there right now; nothing of it is removed. */
	isAway: Type.Boolean(),
	isScanning: Type.Boolean(),
	lastScannedAt: Nullable(TimeMs),
	damagedCount: Type.Integer(),
});
export type Library = Static<typeof Library>;

export const listLibraries = route({
	method: 'GET',
	path: '/api/libraries',
	access: 'viewer',
	summary: 'The libraries I may see',
	reply: Type.Object({ libraries: Type.Array(Library) }),
});

/** A folder as the picker shows it; `handle` is the only name for it that a client ever sends. */
export const FolderEntry = Type.Object({
	handle: Type.String({ maxLength: 1024 }),
	name: Type.String(),
	/** For reading only; never sent back. */
	displayPath: Type.String(),
	hasChildren: Type.Boolean(),
	isReadable: Type.Boolean(),
	/** Where `isReadable` is false: what to type on the machine so that the server may read it. */
	remedy: Nullable(Type.String()),
});
export type FolderEntry = Static<typeof FolderEntry>;

export const listFolders = route({
	method: 'GET',
	path: '/api/folders',
	access: 'administrator',
	summary: 'Folders of the machine that may become libraries; without a parent, the allowed roots',
	query: Type.Object({ parent: Type.Optional(Type.String({ minLength: 8, maxLength: 1024 })) }),
	reply: Type.Object({
		folders: Type.Array(FolderEntry, { maxItems: 2000 }),
		/** From the root down to the parent; empty at the top. */
		trail: Type.Array(FolderEntry),
	}),
	errors: ['catalogue.folder.refused', 'catalogue.folder.unreadable'],
});

export const createLibrary = route({
	method: 'POST',
	path: '/api/libraries',
	access: 'administrator',
	summary: 'Make a library of one or more folders and scan it',
	body: Type.Object({
		name: ShortText,
		kind: LibraryKind,
		folders: Type.Array(Type.String({ minLength: 8, maxLength: 1024 }), { minItems: 1, maxItems: 16 }),
	}),
	bodyBytesMax: 32 * 1024,
	reply: Library,
	errors: ['catalogue.folder.refused', 'catalogue.library.name-taken'],
});

export const removeLibrary = route({
	method: 'DELETE',
	path: '/api/libraries/:libraryId',
	access: 'administrator',
	summary: 'Remove a library from Holdfast; the files stay where they are, watch state too',
	params: Type.Object({ libraryId: Id }),
	errors: ['catalogue.library.absent'],
});

export const scanLibrary = route({
	method: 'POST',
	path: '/api/libraries/:libraryId/scan',
	access: 'administrator',
	summary: 'Look for changes now',
	params: Type.Object({ libraryId: Id }),
	errors: ['catalogue.library.absent'],
});

export const DamagedFile = Type.Object({
	/** Relative to its library folder; unprintable bytes are shown as escapes. */
	displayPath: Type.String(),
	/** Closed list, translated by the page. */
	reason: Type.Union([
		Type.Literal('empty'),
		Type.Literal('unreadable'),
		Type.Literal('not-media'),
		Type.Literal('truncated'),
		Type.Literal('header-broken'),
		Type.Literal('refers-elsewhere'),
		Type.Literal('encrypted'),
		Type.Literal('link-outside'),
		Type.Literal('name-not-text'),
		Type.Literal('probe-timeout'),
	]),
	/** What the reader said, for the curious; at most 300 characters. */
	detail: Nullable(Type.String()),
	seenAt: TimeMs,
});
export type DamagedFile = Static<typeof DamagedFile>;

export const listDamaged = route({
	method: 'GET',
	path: '/api/libraries/:libraryId/damaged',
	access: 'administrator',
	summary: 'Files that could not be read, with the reason; at most 500',
	params: Type.Object({ libraryId: Id }),
	reply: Type.Object({ files: Type.Array(DamagedFile, { maxItems: 500 }) }),
	errors: ['catalogue.library.absent'],
});

/** Rows of the start page, in the order to show them; empty rows are left out. */
export const HomeRow = Type.Object({
	row: Type.Union([Type.Literal('continue'), Type.Literal('next-up'), Type.Literal('recently-added')]),
	/** Set for `recently-added`, one row for each library. */
	library: Nullable(Type.Object({ libraryId: Id, name: Type.String(), kind: LibraryKind })),
	items: Type.Array(ItemCard, { maxItems: 24 }),
});
export type HomeRow = Static<typeof HomeRow>;

export const getHome = route({
	method: 'GET',
	path: '/api/home',
	access: 'viewer',
	summary: 'The rows of the start page',
	reply: Type.Object({ rows: Type.Array(HomeRow) }),
});

/** Beyond any list; an address may say `Infinity`, which is no place in one. */
const positionMax = 1_000_000_000;

export const ItemSort = Type.Union([Type.Literal('title'), Type.Literal('added'), Type.Literal('year')]);
export type ItemSort = Static<typeof ItemSort>;

/**
 * A window into a library's grid. Any depth costs the same: positions go through a sparse index of sort keys.
 */
export const listItems = route({
	method: 'GET',
	path: '/api/libraries/:libraryId/items',
	access: 'viewer',
	summary: 'A window of a library: films, series, albums, photo albums, or all photos by date',
	params: Type.Object({ libraryId: Id }),
	query: Type.Object({
		sort: Type.Optional(ItemSort),
		order: Type.Optional(Type.Union([Type.Literal('asc'), Type.Literal('desc')])),
		from: Type.Optional(Type.Integer({ minimum: 0, maximum: positionMax })),
		limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
	}),
	reply: Type.Object({
		items: Type.Array(ItemCard, { maxItems: 200 }),
		from: Type.Integer(),
		total: Type.Integer(),
	}),
	errors: ['catalogue.library.absent'],
});

export const StreamSummary = Type.Object({
	kind: Type.Union([Type.Literal('video'), Type.Literal('audio'), Type.Literal('subtitle')]),
	/** Such as `h264`, `hevc`, `ac3`, `flac`, `srt`. */
	codec: Type.String(),
	language: Nullable(Type.String()),
	title: Nullable(Type.String()),
	/** `1920x1080` or `5.1`, as people read it. */
	detail: Nullable(Type.String()),
	isDefault: Type.Boolean(),
});
export type StreamSummary = Static<typeof StreamSummary>;

export const FileSummary = Type.Object({
	fileId: Id,
	name: Type.String(),
	container: Type.String(),
	sizeBytes: Type.Integer(),
	durationMs: Nullable(Type.Integer()),
	bitrateBps: Nullable(Type.Integer()),
	streams: Type.Array(StreamSummary),
	isAway: Type.Boolean(),
});
export type FileSummary = Static<typeof FileSummary>;

/** A track of an album or an episode of a season, with what its list shows. */
export const ChildEntry = Type.Intersect([
	ItemCard,
	Type.Object({
		/** Episode or track number; null where the name has none. */
		number: Nullable(Type.Integer()),
		/** Last number of a file with several episodes; null for one. */
		numberEnd: Nullable(Type.Integer()),
		/** Season or disc. */
		group: Nullable(Type.Integer()),
		/** Artists of a track where they differ from the album's. */
		artists: Type.Array(Type.String()),
		overview: Nullable(Type.String()),
	}),
]);
export type ChildEntry = Static<typeof ChildEntry>;

export const ItemDetail = Type.Object({
	card: ItemCard,
	/** From the item up: episode -> season -> series, track -> album -> artist. */
	parents: Type.Array(Type.Object({ itemId: Id, kind: ItemKind, title: Type.String() })),
	overview: Nullable(Type.String()),
	tagline: Nullable(Type.String()),
	genres: Type.Array(Type.String()),
	people: Type.Array(Type.Object({ name: Type.String(), part: Nullable(Type.String()) })),
	backdrop: Nullable(ImageRef),
	logo: Nullable(ImageRef),
	/** Versions of a film, or the one file of an episode, track or photo. */
	files: Type.Array(FileSummary),
	/**
	 * Seasons with their episodes, discs with their tracks; photos of an album come by `listItems`' sibling
	 * below.
	 */
	groups: Type.Array(
		Type.Object({ group: Nullable(Type.Integer()), title: Type.String(), items: Type.Array(ChildEntry) }),
	),
	/** What `Play` starts: the item itself, the next episode, the first track; null where there is nothing. */
	playItemId: Nullable(Id),
	/** Set for photos: when and with what it was taken. Places stay sealed away from lists. */
	photo: Nullable(
		Type.Object({
			takenAt: Nullable(TimeMs),
			camera: Nullable(Type.String()),
			lens: Nullable(Type.String()),
			exposure: Nullable(Type.String()),
			widthPx: Type.Integer(),
			heightPx: Type.Integer(),
		}),
	),
});
export type ItemDetail = Static<typeof ItemDetail>;

export const getItem = route({
	method: 'GET',
	path: '/api/items/:itemId',
	access: 'viewer',
	summary: 'One title with everything its page shows',
	params: Type.Object({ itemId: Id }),
	reply: ItemDetail,
	errors: ['catalogue.item.absent'],
});

/** Children as cards in a window, for photo albums and artists. */
export const listChildren = route({
	method: 'GET',
	path: '/api/items/:itemId/children',
	access: 'viewer',
	summary: 'A window of the children of an album of photos or an artist',
	params: Type.Object({ itemId: Id }),
	query: Type.Object({
		from: Type.Optional(Type.Integer({ minimum: 0, maximum: positionMax })),
		limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
	}),
	reply: Type.Object({ items: Type.Array(ItemCard), from: Type.Integer(), total: Type.Integer() }),
	errors: ['catalogue.item.absent'],
});

export const search = route({
	method: 'GET',
	path: '/api/search',
	access: 'viewer',
	summary: 'Titles that match every word, as one types; best first, at most 60',
	query: Type.Object({ q: Type.String({ minLength: 1, maxLength: 120 }) }),
	reply: Type.Object({ items: Type.Array(ItemCard, { maxItems: 60 }) }),
});

/**
 * Sizes a picture can be asked for; never upscaled, always re-encoded.
 * `tile` 320 px wide, `tile-large` 640, `page` 1280, `full` 2560 (photos on a large screen).
 */
export const ImageVariant = Type.Union([
	Type.Literal('tile'),
	Type.Literal('tile-large'),
	Type.Literal('page'),
	Type.Literal('full'),
]);
export type ImageVariant = Static<typeof ImageVariant>;

export const getImage = route({
	method: 'GET',
	path: '/api/images/:imageId/:variant',
	access: 'viewer',
	form: 'bytes',
	summary: 'A picture, re-encoded as WebP',
	params: Type.Object({ imageId: Id, variant: ImageVariant }),
	errors: ['catalogue.image.absent', 'catalogue.file.away'],
});

export const setWatched = route({
	method: 'PUT',
	path: '/api/items/:itemId/watched',
	access: 'viewer',
	summary: 'Mark a title, a season or a series as watched or not',
	params: Type.Object({ itemId: Id }),
	body: Type.Object({ isWatched: Type.Boolean() }),
	errors: ['catalogue.item.absent'],
});
