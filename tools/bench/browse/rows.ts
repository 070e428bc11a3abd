/**
 * The rows of a large catalogue: libraries, works with their pictures, and what the text index says of each.
 */
import { createHash } from 'node:crypto';
import type { ItemKind, LibraryKind } from '@holdfast/contract/catalogue';
import {
	type CatalogueTables,
	foldText,
	libraryWord,
	sortKeyOf,
} from '../../../server/src/catalogue/index.ts';
import { toJson } from '../../../server/src/platform/db/types.ts';
import { newId } from '../../../server/src/platform/ids.ts';
import { createChance, createTitles, type Titles } from './titles.ts';

export type ItemRow = CatalogueTables['item'];
export type ImageRow = CatalogueTables['image'];

export interface LibraryRow {
	readonly libraryId: string;
	readonly name: string;
	readonly kind: LibraryKind;
	readonly itemCount: number;
}

/** A work, its picture where it has one, and its words. */
export interface Entry {
	readonly item: ItemRow;
	readonly image: ImageRow | null;
	readonly words: string;
}

/** Of a million works; six in ten are films of one library, since the longest list is the hardest. */
const shares = {
	movie: 0.6,
	series: 0.005,
	season: 0.015,
	episode: 0.15,
	artist: 0.004,
	album: 0.016,
	track: 0.16,
	'photo-album': 0.0005,
	photo: 0.0495,
} as const satisfies Record<ItemKind, number>;

const gridKind = { movies: 'movie', shows: 'series', music: 'album', photos: 'photo-album' } as const;
const libraryNames = { movies: 'Films', shows: 'Series', music: 'Music', photos: 'Photos' } as const;
const pictured: ReadonlySet<ItemKind> = new Set([
	'movie',
	'series',
	'season',
	'album',
	'photo-album',
	'photo',
]);
const epochMs = Date.UTC(2024, 0, 1);

export interface Large {
	readonly libraries: readonly LibraryRow[];
	readonly itemCount: number;
	entries(): Generator<Entry>;
}

const libraryOfKind: Readonly<Record<ItemKind, LibraryKind>> = {
	movie: 'movies',
	series: 'shows',
	season: 'shows',
	episode: 'shows',
	artist: 'music',
	album: 'music',
	track: 'music',
	'photo-album': 'photos',
	photo: 'photos',
};

const imageOf = (item: ItemRow, number: number): ImageRow => ({
	imageId: item.imageId ?? '',
	itemId: item.itemId,
	libraryId: item.libraryId,
	role: 'poster',
	source: 'file',
	fileId: newId(item.addedAt),
	mark: `${number}:${item.addedAt}`,
	aspect: 2 / 3,
	thumbhash: createHash('md5').update(item.itemId).digest('base64'),
	accent: '#7a5c3e',
	state: 1,
});

const wordsOf = (item: ItemRow): string =>
	`${libraryWord(item.libraryId)} ${foldText([item.title, item.year].filter((part) => part !== null).join(' '))}`;

interface Place {
	readonly number: number;
	readonly libraryId: string;
	readonly parentId: string | null;
	readonly rootId: string | null;
}

const itemAt = (kind: ItemKind, place: Place, titles: Titles, chance: () => number): ItemRow => {
	const { number, libraryId, parentId, rootId } = place;
	const addedAt = epochMs + number * 10;
	const title = kind === 'artist' ? `${titles.name()} ${titles.name()}` : titles.title();
	const year = 1930 + Math.floor(chance() * 96);
	const story = `${title}, a story of ${titles.name()} and ${titles.title()}. `;
	return {
		itemId: newId(addedAt),
		workId: createHash('md5').update(`${kind} ${number}`).digest('base64url'),
		workKey: `${kind}:${foldText(title)}:${number}`,
		libraryId,
		kind,
		parentId,
		rootId,
		title,
		sortTitle: sortKeyOf(title),
		year,
		datedAt: Date.UTC(year, Math.floor(chance() * 12), 1),
		groupNumber: null,
		number: null,
		numberEnd: null,
		overview: kind === 'movie' ? story.repeat(3) : null,
		tagline: null,
		details: toJson({ genres: ['Drama'], ...(kind === 'album' ? { artists: [titles.name()] } : {}) }),
		durationMs: 5_400_000,
		addedAt,
		leafCount: 0,
		isPresent: 1,
		imageId: pictured.has(kind) ? newId(addedAt) : null,
		backdropId: null,
		logoId: null,
	};
};

const countsOf = (total: number): Record<ItemKind, number> =>
	Object.fromEntries(
		Object.entries(shares).map(([kind, share]) => [kind, Math.max(1, Math.round(share * total))]),
	) as Record<ItemKind, number>;

function* entriesOf(counts: Record<ItemKind, number>, libraries: readonly LibraryRow[]): Generator<Entry> {
	const chance = createChance(42);
	const titles = createTitles(chance);
	const made = new Map<ItemKind, string[]>();
	const oneOf = (kind: ItemKind | undefined, index: number): string | null => {
		const list = kind === undefined ? [] : (made.get(kind) ?? []);
		return list[index % list.length] ?? null;
	};
	let number = 0;
	for (const kind of Object.keys(shares) as ItemKind[]) {
		const library = libraries.find((each) => each.kind === libraryOfKind[kind]);
		const own: string[] = [];
		for (let index = 0; index < counts[kind]; index += 1) {
			number += 1;
			const place = {
				number,
				libraryId: library?.libraryId ?? '',
				parentId: oneOf(parentKind[kind], index),
				rootId: oneOf(rootKind[kind], index),
			};
			const item = itemAt(kind, place, titles, chance);
			own.push(item.itemId);
			yield { item, image: item.imageId === null ? null : imageOf(item, number), words: wordsOf(item) };
		}
		made.set(kind, own);
	}
}

const parentKind: Partial<Record<ItemKind, ItemKind>> = {
	season: 'series',
	episode: 'season',
	album: 'artist',
	track: 'album',
	photo: 'photo-album',
};
const rootKind: Partial<Record<ItemKind, ItemKind>> = { episode: 'series', track: 'artist' };

/** A catalogue of `count` works. Every call of `entries` gives new ids and the same titles. */
export const largeCatalogue = (count: number): Large => {
	const counts = countsOf(count);
	const libraries = (Object.keys(gridKind) as LibraryKind[]).map((kind, index) => ({
		libraryId: newId(epochMs + index),
		name: libraryNames[kind],
		kind,
		itemCount: counts[gridKind[kind]],
	}));
	const itemCount = Object.values(counts).reduce((sum, each) => sum + each, 0);
	return { libraries, itemCount, entries: () => entriesOf(counts, libraries) };
};
