/** Builds the catalogue of one server out of its parts, and hands out its use cases. */
import { join } from 'node:path';
import type { ImageVariant } from '@holdfast/contract/catalogue';
import type { LiveEvent } from '@holdfast/contract/system';
import { everythingForTheServer } from '../access/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { Fault } from '../platform/fault.ts';
import type { Logger } from '../platform/log.ts';
import type { ToolRunner } from '../platform/process/tool.ts';
import { createPictureCache } from './artwork/cache.ts';
import { createPictures } from './artwork/pictures.ts';
import { createFolderPicker, type FolderPicker, usualRoots } from './folders/folders.ts';
import {
	deleteLibrary,
	initialLibraries,
	insertLibrary,
	librariesOf,
	libraryOf,
	type LibraryValue,
} from './libraries.ts';
import { findPlayable } from './playable.ts';
import { createProbePool } from './probe/probe-pool.ts';
import { type CardValue, cardsByIds } from './reads/cards.ts';
import { type DetailValue, itemDetail } from './reads/detail.ts';
import {
	damagedFiles,
	type DamagedValue,
	episodesBelow,
	findLeafWorks,
	gridKinds,
	itemsOfWorks,
	type LeafWorkValue,
	recentlyAdded,
	searchItems,
} from './reads/lists.ts';
import { createWindows, type ListOrder, type ListScope, type ListSort } from './reads/window.ts';
import { createScanner, type Scanner } from './scan/scanner.ts';
import type { CatalogueTables } from './tables.ts';
import type { ItemKind, LibraryKind, Playable, Visible } from './values.ts';

/** What the room is built from. */
export interface CatalogueNeeds {
	readonly db: Database<CatalogueTables>;
	readonly clock: Clock;
	readonly log: Logger;
	/**
	 * Null: no ffmpeg; files that only ffprobe knows are listed as damaged, films without pictures stay
	 * without.
	 */
	readonly tools: ToolRunner | null;
	/** Rendered pictures are kept below it. */
	readonly dataFolder: string;
	/** Folders that never become libraries beside the data folder, such as the keys'. */
	readonly hiddenFolders: readonly string[];
	/** What the folder picker shows; empty: the usual places. */
	readonly mediaRoots: readonly string[];
	readonly pictureCacheMb: number;
	/** Scan progress and changes, for everybody's live events. */
	readonly onEvent: (event: LiveEvent) => void;
}

/** A library with what the scanner knows of it. */
export interface LibraryShown extends LibraryValue {
	readonly isScanning: boolean;
}

/** A part of a long list, and how long the whole is. */
export interface CardWindow {
	readonly items: readonly CardValue[];
	readonly from: number;
	readonly total: number;
}

/** The use cases of the room. All that lists takes `Visible` and filters by it in its SQL. */
export interface Catalogue extends AsyncDisposable {
	libraries(visible: Visible): Promise<LibraryShown[]>;
	/**
	 * Makes the library and begins to scan it. @throws catalogue.folder.refused, catalogue.library.name-taken
	 */
	createLibrary(wanted: {
		name: string;
		kind: LibraryKind;
		handles: readonly string[];
	}): Promise<LibraryShown>;
	/** @throws catalogue.library.absent */
	removeLibrary(libraryId: string): Promise<void>;
	/** Begins a scan and returns at once. @throws catalogue.library.absent */
	startScan(libraryId: string): Promise<void>;
	/** Scans and waits for the end: for the command line, benches and tests. */
	scan(libraryId: string): Promise<void>;
	/** Libraries of the configuration, at first start only; returns their ids, not yet scanned. */
	makeInitialLibraries(
		list: readonly { readonly kind: LibraryKind; readonly path: string }[],
	): Promise<string[]>;
	/**
	 * Watches all folders from now on, looks through them every `pollMinutes`, and scans what was never
	 * scanned.
	 */
	startWatching(pollMinutes: number): Promise<void>;
	readonly folders: FolderPicker;
	/** Order kept; what is gone or invisible is left out. */
	cards(itemIds: readonly string[], visible: Visible): Promise<CardValue[]>;
	/** @throws catalogue.item.absent */
	detail(itemId: string, visible: Visible): Promise<DetailValue>;
	/**
	 * A window of a library's grid. Photos: `title` and `added` list albums, `year` all photos by the date
	 * taken.
	 *
	 * @throws catalogue.library.absent
	 */
	window(
		libraryId: string,
		asked: { sort: ListSort; order: ListOrder; from: number; limit: number },
		visible: Visible,
	): Promise<CardWindow>;
	/** Photos of an album, albums of an artist, in reading order. @throws catalogue.item.absent */
	children(itemId: string, asked: { from: number; limit: number }, visible: Visible): Promise<CardWindow>;
	recentlyAdded(visible: Visible): ReturnType<typeof recentlyAdded>;
	search(text: string, visible: Visible): Promise<CardValue[]>;
	/** @throws catalogue.library.absent */
	damaged(libraryId: string, visible: Visible): Promise<DamagedValue[]>;
	/** WebP. @throws catalogue.image.absent, catalogue.file.away */
	picture(imageId: string, variant: ImageVariant, visible: Visible): Promise<Uint8Array>;
	/** A picture that somebody brought, as a WebP of at most 320 pixels; null where it cannot be decoded. */
	encodePicture(bytes: Uint8Array): Promise<Uint8Array | null>;
	findPlayable(asked: { itemId: string; visible: Visible }): Promise<Playable | null>;
	/** The item itself where it plays, else all below it; null where it may not be seen. */
	findLeafWorks(asked: { itemId: string; visible: Visible }): Promise<LeafWorkValue[] | null>;
	/** Items that stand for these works now; order kept. */
	itemsOfWorks(workIds: readonly string[], visible: Visible): Promise<{ itemId: string; workId: string }[]>;
	/** Episodes below each series or season, in order. */
	episodesBelow(itemIds: readonly string[]): ReturnType<typeof episodesBelow>;
}

type LibraryUses = Pick<
	Catalogue,
	'libraries' | 'createLibrary' | 'removeLibrary' | 'startScan' | 'scan' | 'makeInitialLibraries'
>;

interface Parts {
	readonly needs: { readonly db: Database<CatalogueTables>; readonly clock: Clock };
	readonly scanner: Scanner;
	readonly folders: FolderPicker;
	readonly onEvent: (event: LiveEvent) => void;
}

/** Making, scanning and removing libraries. */
const libraryUses = ({ needs, scanner, folders, onEvent }: Parts): LibraryUses => {
	const shown = (library: LibraryValue): LibraryShown => ({
		...library,
		scannedAt: scanner.lookedAt(library.libraryId) ?? library.scannedAt,
		isScanning: scanner.isScanning(library.libraryId),
	});
	return {
		libraries: async (visible) => (await librariesOf(needs, visible)).map(shown),
		createLibrary: async ({ name, kind, handles }) => {
			const paths = await Promise.all(handles.map((handle) => folders.pathOf(handle)));
			const libraryId = await insertLibrary(needs, { name, kind, paths });
			await scanner.refreshWatching();
			void scanner.scan(libraryId);
			return shown(await libraryOf(needs, libraryId, everythingForTheServer));
		},
		removeLibrary: async (libraryId) => {
			await libraryOf(needs, libraryId, everythingForTheServer);
			await scanner.forget(libraryId);
			await deleteLibrary(needs, libraryId);
			await scanner.refreshWatching();
			onEvent({ kind: 'library-changed', libraryId });
		},
		startScan: async (libraryId) => {
			await libraryOf(needs, libraryId, everythingForTheServer);
			void scanner.scan(libraryId);
		},
		scan: (libraryId) => scanner.scan(libraryId),
		makeInitialLibraries: (list) => initialLibraries(needs, list),
	};
};

type ReadUses = Pick<
	Catalogue,
	| 'cards'
	| 'detail'
	| 'window'
	| 'children'
	| 'recentlyAdded'
	| 'search'
	| 'damaged'
	| 'findPlayable'
	| 'findLeafWorks'
	| 'itemsOfWorks'
	| 'episodesBelow'
>;

/** Everything that lists or shows, and writes nothing. */
const readUses = (needs: Parts['needs']): ReadUses => {
	const windows = createWindows(needs.db);
	const readWindow = async (
		list: { scope: ListScope; sort: ListSort; order: ListOrder; version: number },
		asked: { from: number; limit: number },
		visible: Visible,
	): Promise<CardWindow> => {
		const { itemIds, total } = await windows.read(list, asked.from, asked.limit);
		return { items: await cardsByIds(needs, itemIds, visible), from: asked.from, total };
	};
	return {
		cards: (itemIds, visible) => cardsByIds(needs, itemIds, visible),
		detail: (itemId, visible) => itemDetail(needs, itemId, visible),
		window: async (libraryId, { sort, order, from, limit }, visible) => {
			const library = await libraryOf(needs, libraryId, visible);
			const kind = library.kind === 'photos' && sort === 'year' ? 'photo' : gridKinds[library.kind];
			const list = { scope: { libraryId, kind }, sort, order, version: library.version };
			return readWindow(list, { from, limit }, visible);
		},
		children: async (itemId, asked, visible) => {
			const [item] = await cardsByIds(needs, [itemId], visible);
			if (!item) throw new Fault('catalogue.item.absent');
			const { version } = await libraryOf(needs, item.libraryId, visible);
			const kind = childKinds[item.kind];
			if (!kind) return { items: [], from: asked.from, total: 0 };
			const list = { scope: { parentId: itemId, kind }, sort: 'title', order: 'asc', version } as const;
			return readWindow(list, asked, visible);
		},
		recentlyAdded: (visible) => recentlyAdded(needs, visible),
		search: (text, visible) => searchItems(needs, text, visible),
		damaged: (libraryId, visible) => damagedFiles(needs, libraryId, visible),
		findPlayable: (asked) => findPlayable(needs, asked),
		findLeafWorks: (asked) => findLeafWorks(needs, asked),
		itemsOfWorks: (workIds, visible) => itemsOfWorks(needs, workIds, visible),
		episodesBelow: (itemIds) => episodesBelow(needs, itemIds),
	};
};

/**
 * Builds the room. Nothing is read or watched until it is asked. Disposing it ends scans, threads and
 * renderings.
 */
export const createCatalogue = (given: CatalogueNeeds): Catalogue => {
	const { db, clock, log, tools } = given;
	const needs = { db, clock };
	const pool = createProbePool({ clock });
	const bytesMax = given.pictureCacheMb * 1024 * 1024;
	const cache = createPictureCache({ clock }, join(given.dataFolder, 'pictures'), bytesMax);
	const isBusy = (): boolean => scanner.isAnyScanning();
	const pictures = createPictures({ db, clock, log, pool, tools, cache, isBusy });
	const onEvent = (event: LiveEvent): void => {
		given.onEvent(event);
		if (event.kind === 'library-changed') pictures.measureInBackground();
	};
	const scanner = createScanner({ db, clock, log, pool, tools, onEvent });
	const roots = given.mediaRoots.length > 0 ? given.mediaRoots : usualRoots;
	const folders = createFolderPicker({ roots, hidden: [given.dataFolder, ...given.hiddenFolders] });
	return {
		...libraryUses({ needs, scanner, folders, onEvent }),
		...readUses(needs),
		folders,
		startWatching: async (pollMinutes) => {
			await scanner.watch(pollMinutes);
			for (const { libraryId } of await librariesOf(needs, everythingForTheServer))
				void scanner.scan(libraryId);
			pictures.measureInBackground();
		},
		picture: (imageId, variant, visible) => pictures.read(imageId, variant, visible),
		encodePicture: async (bytes) => {
			const origin = { kind: 'bytes', bytes } as const;
			const result = await pool.render({ origin, variant: 'tile', isMeasured: false });
			return result.outcome === 'rendered' ? result.bytes : null;
		},
		[Symbol.asyncDispose]: async () => {
			await scanner[Symbol.asyncDispose]();
			await pictures[Symbol.asyncDispose]();
			await pool[Symbol.asyncDispose]();
		},
	};
};

const childKinds: Readonly<Partial<Record<ItemKind, ItemKind>>> = {
	series: 'season',
	season: 'episode',
	artist: 'album',
	album: 'track',
	'photo-album': 'photo',
};
