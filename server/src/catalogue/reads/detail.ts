/** Everything the page of one title shows, in a bounded number of batched reads. */
import type { Database } from '../../platform/db/database.ts';
import { fromJson, type Json } from '../../platform/db/types.ts';
import { Fault } from '../../platform/fault.ts';
import { filesOf } from '../playable.ts';
import type { CatalogueTables, FileFacts, ItemDetails } from '../tables.ts';
import type { ItemKind, PlayableFile, Visible } from '../values.ts';
import { type CardRow, cardRowsByIds, type CardValue, type ImageValue, toCard } from './cards.ts';

type Db = Database<CatalogueTables>;

/** An episode or track in the list of its season or album. */
export interface ChildValue extends CardValue {
	readonly number: number | null;
	readonly numberEnd: number | null;
	readonly group: number | null;
	readonly artists: readonly string[];
	readonly overview: string | null;
}

/** Everything the page of one title shows, without watch state. */
export interface DetailValue {
	readonly card: CardValue;
	readonly parents: readonly { readonly itemId: string; readonly kind: ItemKind; readonly title: string }[];
	readonly overview: string | null;
	readonly tagline: string | null;
	readonly genres: readonly string[];
	readonly people: readonly { readonly name: string; readonly part: string | null }[];
	readonly backdrop: ImageValue | null;
	readonly logo: ImageValue | null;
	readonly files: readonly PlayableFile[];
	readonly groups: readonly {
		readonly group: number | null;
		readonly title: string;
		readonly items: readonly ChildValue[];
	}[];
	readonly photo: NonNullable<FileFacts['photo']> | null;
}

/** Longest list of episodes or tracks on one page. */
const childrenMax = 2_000;

const childKinds: Readonly<
	Partial<Record<ItemKind, { readonly scope: 'parentId' | 'rootId'; readonly kind: ItemKind }>>
> = {
	series: { scope: 'rootId', kind: 'episode' },
	season: { scope: 'parentId', kind: 'episode' },
	album: { scope: 'parentId', kind: 'track' },
};

const childRows = async (db: Db, item: CardRow, visible: Visible): Promise<CardRow[]> => {
	const below = childKinds[item.kind];
	if (!below) return [];
	const found = await db.query
		.selectFrom('item')
		.select('itemId')
		.where(below.scope, '=', item.itemId)
		.where('isPresent', '=', 1)
		.where('kind', '=', below.kind)
		.orderBy('sortTitle')
		.orderBy('itemId')
		.limit(childrenMax)
		.execute();
	return cardRowsByIds(
		{ db },
		found.map(({ itemId }) => itemId),
		visible,
	);
};

const detailsOf = (row: { readonly details: string }): ItemDetails =>
	fromJson(row.details as Json<ItemDetails>);

const toChild = (row: CardRow, albumArtists: readonly string[]): ChildValue => {
	const artists = detailsOf(row).artists ?? [];
	return {
		...toCard(row),
		number: row.number,
		numberEnd: row.numberEnd,
		group: row.groupNumber,
		artists: artists.join() === albumArtists.join() ? [] : artists,
		overview: row.overview,
	};
};

const groupTitle = (item: CardRow, group: number | null, count: number): string => {
	if (item.kind === 'album') return count > 1 ? `Disc ${group ?? 1}` : item.title;
	if (group === 0) return 'Specials';
	return group === null ? 'Episodes' : `Season ${group}`;
};

const groupsOf = (item: CardRow, rows: readonly CardRow[]): DetailValue['groups'] => {
	const byGroup = Map.groupBy(rows, (row) => row.groupNumber);
	const artists = detailsOf(item).artists ?? [];
	return [...byGroup].map(([group, members]) => ({
		group,
		title: groupTitle(item, group, byGroup.size),
		items: members.map((row) => toChild(row, artists)),
	}));
};

const parentsOf = async (db: Db, item: CardRow): Promise<DetailValue['parents']> => {
	const ids = [item.parentId, item.rootId].filter(
		(id, index, all) => id !== null && all.indexOf(id) === index,
	);
	if (ids.length === 0) return [];
	const rows = await db.query
		.selectFrom('item')
		.select(['itemId', 'kind', 'title'])
		.where('itemId', 'in', ids as string[])
		.execute();
	return ids.map((id) => rows.find(({ itemId }) => itemId === id)).filter((row) => row !== undefined);
};

const pictureOf = async (db: Db, imageId: string | null): Promise<ImageValue | null> => {
	if (imageId === null) return null;
	const row = await db.query
		.selectFrom('image')
		.select(['imageId', 'aspect', 'thumbhash', 'accent', 'state'])
		.where('imageId', '=', imageId)
		.executeTakeFirst();
	if (!row || row.state === 2) return null;
	const { state: _, ...image } = row;
	return image;
};

const photoOf = async (
	db: Db,
	item: CardRow,
	files: readonly PlayableFile[],
): Promise<DetailValue['photo']> => {
	const [file] = files;
	if (item.kind !== 'photo' || !file) return null;
	const row = await db.query
		.selectFrom('file')
		.select('facts')
		.where('fileId', '=', file.fileId)
		.executeTakeFirst();
	return row ? (fromJson(row.facts as Json<FileFacts>).photo ?? null) : null;
};

/** One title. @throws catalogue.item.absent  for one that is not there, hidden, or may not be seen. */
export const itemDetail = async (
	needs: { readonly db: Db },
	itemId: string,
	visible: Visible,
): Promise<DetailValue> => {
	const { db } = needs;
	const [item] = await cardRowsByIds(needs, [itemId], visible);
	if (!item) throw new Fault('catalogue.item.absent');
	const details = detailsOf(item);
	const [children, parents, files, backdrop, logo] = await Promise.all([
		childRows(db, item, visible),
		parentsOf(db, item),
		filesOf(db, item.itemId),
		pictureOf(db, item.backdropId),
		pictureOf(db, item.logoId),
	]);
	return {
		card: toCard(item),
		parents,
		overview: item.overview,
		tagline: item.tagline,
		genres: details.genres ?? [],
		people: details.people ?? [],
		backdrop,
		logo,
		files,
		groups: groupsOf(item, children),
		photo: await photoOf(db, item, files),
	};
};
