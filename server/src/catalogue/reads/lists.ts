/** Short lists: what was added last, what a search finds, what is damaged, what an item has below it. */
import type { Kysely } from 'kysely';
import type { Database } from '../../platform/db/database.ts';
import { librariesOf, libraryOf } from '../libraries.ts';
import { foldedWords } from '../naming/fold.ts';
import { type CatalogueTables, searchIndexName } from '../tables.ts';
import type { DamageReason, ItemKind, LibraryKind, Visible } from '../values.ts';
import { type CardValue, cardsByIds } from './cards.ts';
import { libraryWord } from './library-word.ts';

type Needs = { readonly db: Database<CatalogueTables> };

/** What a library's grid shows. */
export const gridKinds: Readonly<Record<LibraryKind, ItemKind>> = {
	movies: 'movie',
	shows: 'series',
	music: 'album',
	photos: 'photo-album',
};

const rowCards = 24;
const searchCards = 60;
const damagedMax = 500;

/** What was added to each library last; empty ones are left out. */
export const recentlyAdded = async (
	needs: Needs,
	visible: Visible,
): Promise<
	{
		readonly libraryId: string;
		readonly name: string;
		readonly kind: LibraryKind;
		readonly items: CardValue[];
	}[]
> => {
	const rows = await Promise.all(
		(await librariesOf(needs, visible)).map(async ({ libraryId, name, kind }) => {
			const found = await needs.db.query
				.selectFrom('item')
				.select('itemId')
				.where('libraryId', '=', libraryId)
				.where('kind', '=', gridKinds[kind])
				.where('isPresent', '=', 1)
				.orderBy('addedAt', 'desc')
				.orderBy('itemId', 'desc')
				.limit(rowCards)
				.execute();
			const items = await cardsByIds(
				needs,
				found.map(({ itemId }) => itemId),
				visible,
			);
			return { libraryId, name, kind, items };
		}),
	);
	return rows.filter(({ items }) => items.length > 0);
};

/**
 * How telling a hit is: whole works before their parts, and titles that begin with what was typed before
 * others.
 */
const kindRank: Readonly<Record<ItemKind, number>> = {
	movie: 0,
	series: 0,
	album: 1,
	artist: 0,
	'photo-album': 2,
	season: 4,
	episode: 3,
	track: 3,
	photo: 5,
};

/** Items that have every word, the last one as a prefix; best first. */
export const searchItems = async (needs: Needs, text: string, visible: Visible): Promise<CardValue[]> => {
	const words = foldedWords(text);
	if (words.length === 0) return [];
	const { db } = needs;
	const find = (typed: readonly string[]): Promise<string[]> =>
		db.engine.fullText.search(db.query as unknown as Kysely<never>, searchIndexName, typed, searchCards * 4);
	const lists =
		visible.libraryIds === 'all'
			? [await find(words)]
			: await Promise.all(visible.libraryIds.map((libraryId) => find([libraryWord(libraryId), ...words])));
	const cards = await cardsByIds(needs, lists.flat().slice(0, searchCards * 8), visible);
	const [first = ''] = words;
	const rank = (card: CardValue): number => {
		const own = foldedWords(card.title);
		const isWhole = own.join(' ') === words.join(' ') ? -2 : 0;
		return kindRank[card.kind] + isWhole + (own[0]?.startsWith(first) ? 0 : 1);
	};
	return cards
		.map((card, index) => ({ card, index, rank: rank(card) }))
		.sort((a, b) => a.rank - b.rank || a.index - b.index)
		.slice(0, searchCards)
		.map(({ card }) => card);
};

/** A file that could not be read; its path is for reading only. */
export interface DamagedValue {
	readonly displayPath: string;
	readonly reason: DamageReason;
	readonly detail: string | null;
	readonly seenAt: number;
}

/** Control characters as escapes: a name with a line break stays one line. */
const displayed = (path: string): string =>
	path.replace(/\p{C}/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);

/** Files of a library that could not be read, by path; at most 500. @throws catalogue.library.absent */
export const damagedFiles = async (
	needs: Needs,
	libraryId: string,
	visible: Visible,
): Promise<DamagedValue[]> => {
	await libraryOf(needs, libraryId, visible);
	const rows = await needs.db.query
		.selectFrom('file')
		.select(['relativePath', 'damage', 'damageDetail', 'seenAt'])
		.where('libraryId', '=', libraryId)
		.where('damage', 'is not', null)
		.where('isPresent', '=', 1)
		.orderBy('relativePath')
		.limit(damagedMax)
		.execute();
	return rows.map((row) => ({
		displayPath: displayed(row.relativePath),
		reason: row.damage ?? 'unreadable',
		detail: row.damageDetail,
		seenAt: row.seenAt,
	}));
};

/** A leaf with the works above it: what a mark on a title changes. */
export interface LeafWorkValue {
	readonly itemId: string;
	readonly workId: string;
	readonly groupWorkId: string | null;
	readonly rootWorkId: string | null;
	readonly durationMs: number | null;
}

const leavesMax = 20_000;

/**
 * The item itself where it plays, else everything below it that does, in order; null where it may not be
 * seen.
 */
export const findLeafWorks = async (
	needs: Needs,
	asked: { readonly itemId: string; readonly visible: Visible },
): Promise<LeafWorkValue[] | null> => {
	const [item] = await cardsByIds(needs, [asked.itemId], asked.visible);
	if (!item) return null;
	const isLeaf = ['movie', 'episode', 'track', 'photo'].includes(item.kind);
	const scope = item.kind === 'series' || item.kind === 'artist' ? 'item.rootId' : 'item.parentId';
	return needs.db.query
		.selectFrom('item')
		.leftJoin('item as group', 'group.itemId', 'item.parentId')
		.leftJoin('item as root', 'root.itemId', 'item.rootId')
		.select([
			'item.itemId',
			'item.workId',
			'item.durationMs',
			'group.workId as groupWorkId',
			'root.workId as rootWorkId',
		])
		.where(isLeaf ? 'item.itemId' : scope, '=', asked.itemId)
		.where('item.isPresent', '=', 1)
		.where('item.kind', 'in', ['movie', 'episode', 'track', 'photo'])
		.orderBy('item.sortTitle')
		.orderBy('item.itemId')
		.limit(leavesMax)
		.execute();
};

/**
 * Items that stand for these works now, in the order of `workIds`; a work in two libraries gives the first
 * one.
 */
export const itemsOfWorks = async (
	needs: Needs,
	workIds: readonly string[],
	visible: Visible,
): Promise<{ readonly itemId: string; readonly workId: string }[]> => {
	if (workIds.length === 0 || (visible.libraryIds !== 'all' && visible.libraryIds.length === 0)) return [];
	const rows = await needs.db.query
		.selectFrom('item')
		.select(['itemId', 'workId'])
		.where('workId', 'in', workIds.slice(0, 1_000))
		.where('isPresent', '=', 1)
		.$if(visible.libraryIds !== 'all', (query) =>
			query.where('libraryId', 'in', visible.libraryIds as readonly string[]),
		)
		.orderBy('itemId')
		.execute();
	const byWork = new Map<string, string>();
	for (const row of rows) if (!byWork.has(row.workId)) byWork.set(row.workId, row.itemId);
	return workIds.flatMap((workId) => {
		const itemId = byWork.get(workId);
		return itemId === undefined ? [] : [{ itemId, workId }];
	});
};

/**
 * The works of the episodes below each series or season, in order: what "next up" and "unwatched" count over.
 */
export const episodesBelow = async (
	needs: Needs,
	itemIds: readonly string[],
): Promise<ReadonlyMap<string, readonly { readonly itemId: string; readonly workId: string }[]>> => {
	const found = new Map<string, { itemId: string; workId: string }[]>();
	if (itemIds.length === 0) return found;
	const rows = await needs.db.query
		.selectFrom('item')
		.select(['itemId', 'workId', 'parentId', 'rootId'])
		.where((eb) => eb.or([eb('parentId', 'in', itemIds), eb('rootId', 'in', itemIds)]))
		.where('isPresent', '=', 1)
		.where('kind', '=', 'episode')
		.orderBy('sortTitle')
		.orderBy('itemId')
		.limit(20_000)
		.execute();
	const wanted = new Set(itemIds);
	for (const { itemId, workId, parentId, rootId } of rows) {
		for (const above of [parentId, rootId]) {
			if (above === null || !wanted.has(above)) continue;
			const list = found.get(above) ?? [];
			list.push({ itemId, workId });
			found.set(above, list);
		}
	}
	return found;
};
