/** Cards: what a tile shows, loaded in one batch for the ids that some listing found. */
import type { Database } from '../../platform/db/database.ts';
import { fromJson } from '../../platform/db/types.ts';
import { dateText } from '../dates.ts';
import type { CatalogueTables, ItemDetails } from '../tables.ts';
import type { ItemKind, Visible } from '../values.ts';

/** A picture as pages refer to it. */
export interface ImageValue {
	readonly imageId: string;
	readonly aspect: number;
	readonly thumbhash: string | null;
	readonly accent: string | null;
}

/** A tile without watch state; the facade merges that in by `workId`. */
export interface CardValue {
	readonly itemId: string;
	readonly workId: string;
	readonly libraryId: string;
	readonly kind: ItemKind;
	readonly title: string;
	readonly subtitle: string | null;
	readonly year: number | null;
	readonly image: ImageValue | null;
	readonly durationMs: number | null;
	/** Episodes below a series or season; of others 0. */
	readonly leafCount: number;
}

type ItemRow = CatalogueTables['item'];

/**
 * The second line of a tile: year, artist, `S2 E4 - title`, or a date. Null where there is nothing to say.
 */
export const subtitleOf = (
	row: Pick<ItemRow, 'kind' | 'year' | 'groupNumber' | 'number' | 'numberEnd' | 'datedAt' | 'details'>,
): string | null => {
	const details = fromJson(row.details) as ItemDetails;
	switch (row.kind) {
		case 'episode':
			return episodeLine(row, details.subtitle);
		case 'track':
		case 'album':
			return details.artists?.join(', ') ?? null;
		case 'photo':
			return row.datedAt > 0 ? dateText(row.datedAt) : null;
		case 'season':
			return details.subtitle ?? null;
		default:
			return row.year === null ? null : String(row.year);
	}
};

/** `S2 E4-E5 - Series`: where the episode is, and in what. */
const episodeLine = (
	row: Pick<ItemRow, 'groupNumber' | 'number' | 'numberEnd'>,
	series: string | undefined,
): string => {
	const season = row.groupNumber === null ? '' : `S${row.groupNumber} `;
	const end = row.numberEnd === null ? '' : `-E${row.numberEnd}`;
	const place = row.number === null ? season.trim() : `${season}E${row.number}${end}`;
	return [place, series].filter((part) => part !== undefined && part !== '').join(' - ');
};

/** Most ids that one statement takes. */
const batchSize = 500;

const loadRows = (db: Database<CatalogueTables>, itemIds: readonly string[], visible: Visible) =>
	db.query
		.selectFrom('item')
		.leftJoin('image', 'image.imageId', 'item.imageId')
		.selectAll('item')
		.select(['image.aspect', 'image.thumbhash', 'image.accent', 'image.state'])
		.where('item.itemId', 'in', itemIds)
		.where('item.isPresent', '=', 1)
		.$if(visible.libraryIds !== 'all', (query) =>
			query.where('item.libraryId', 'in', visible.libraryIds as readonly string[]),
		)
		.execute();

export type CardRow = Awaited<ReturnType<typeof loadRows>>[number];

export const toCard = (row: CardRow): CardValue => ({
	itemId: row.itemId,
	workId: row.workId,
	libraryId: row.libraryId,
	kind: row.kind,
	title: row.title,
	subtitle: subtitleOf(row),
	year: row.year,
	image:
		row.imageId === null || row.aspect === null || row.state === 2
			? null
			: { imageId: row.imageId, aspect: row.aspect, thumbhash: row.thumbhash, accent: row.accent },
	durationMs: row.durationMs,
	leafCount: row.leafCount,
});

/** Rows of these items in the order of `itemIds`; what is gone or invisible is left out. */
export const cardRowsByIds = async (
	needs: { readonly db: Database<CatalogueTables> },
	itemIds: readonly string[],
	visible: Visible,
): Promise<CardRow[]> => {
	if (itemIds.length === 0 || (visible.libraryIds !== 'all' && visible.libraryIds.length === 0)) return [];
	const found = new Map<string, CardRow>();
	for (let start = 0; start < itemIds.length; start += batchSize) {
		for (const row of await loadRows(needs.db, itemIds.slice(start, start + batchSize), visible)) {
			found.set(row.itemId, row);
		}
	}
	return itemIds.map((id) => found.get(id)).filter((row) => row !== undefined);
};

/** Cards of these items in the order of `itemIds`; what is gone or invisible is left out. */
export const cardsByIds = async (
	needs: { readonly db: Database<CatalogueTables> },
	itemIds: readonly string[],
	visible: Visible,
): Promise<CardValue[]> => (await cardRowsByIds(needs, itemIds, visible)).map(toCard);
