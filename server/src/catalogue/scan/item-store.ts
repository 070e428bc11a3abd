/** Rows of works: written in batches, found again by what they are, hidden when their files go. */
import { sql, type Kysely, type Transaction } from 'kysely';
import type { Engine } from '../../platform/db/engine.ts';
import { newId } from '../../platform/ids.ts';
import { fromJson, type Json, toJson } from '../../platform/db/types.ts';
import { foldText } from '../naming/fold.ts';
import { libraryWord } from '../reads/library-word.ts';
import { type CatalogueTables, type ItemDetails, searchIndexName } from '../tables.ts';
import { chunksOf, rowsAtOnce } from './file-store.ts';
import { type Identity, type ItemDraft, workIdOf } from './identify.ts';

export type Tx = Transaction<CatalogueTables>;
export type ItemRow = CatalogueTables['item'];

/** One file with the works that it was found to belong to. */
export interface IdentifiedFile {
	readonly fileId: string;
	readonly identity: Identity;
	readonly durationMs: number | null;
	/** The file was known before, so it may have belonged to something else. */
	readonly wasKnown: boolean;
}

export interface ItemWriting {
	readonly tx: Tx;
	readonly engine: Engine;
	readonly libraryId: string;
	readonly nowMs: number;
}

/** What a batch did: items by work key, and which of them are new or have another title. */
export interface ItemsWritten {
	readonly byKey: Map<string, ItemRow>;
	readonly touchedIds: ReadonlySet<string>;
}

const loadByKeys = async (
	{ tx, libraryId }: ItemWriting,
	keys: readonly string[],
): Promise<Map<string, ItemRow>> => {
	const found = new Map<string, ItemRow>();
	for (const chunk of chunksOf(keys, rowsAtOnce)) {
		const rows = await tx
			.selectFrom('item')
			.selectAll()
			.where('libraryId', '=', libraryId)
			.where('workKey', 'in', chunk)
			.execute();
		for (const row of rows) found.set(row.workKey, row);
	}
	return found;
};

const newRow = (
	writing: ItemWriting,
	draft: ItemDraft,
	byKey: ReadonlyMap<string, ItemRow>,
	durationMs: number | null,
): ItemRow => {
	const idOf = (key: string | null): string | null =>
		key === null ? null : (byKey.get(key)?.itemId ?? null);
	return {
		itemId: newId(writing.nowMs),
		workId: workIdOf(draft.workKey),
		workKey: draft.workKey,
		libraryId: writing.libraryId,
		kind: draft.kind,
		parentId: idOf(draft.parentKey),
		rootId: idOf(draft.rootKey),
		title: draft.title,
		sortTitle: draft.sortTitle,
		year: draft.year,
		datedAt: draft.datedAt,
		groupNumber: draft.groupNumber,
		number: draft.number,
		numberEnd: draft.numberEnd,
		overview: draft.overview,
		tagline: draft.tagline,
		details: toJson(draft.details),
		durationMs,
		addedAt: writing.nowMs,
		leafCount: 0,
		isPresent: 1,
		imageId: null,
		backdropId: null,
		logoId: null,
	};
};

/** Columns that a file's new reading may change; identity, pictures and time of adding stay. */
const readColumns = [
	'workKey',
	'parentId',
	'rootId',
	'title',
	'sortTitle',
	'year',
	'datedAt',
	'groupNumber',
	'number',
	'numberEnd',
	'overview',
	'tagline',
	'details',
	'durationMs',
] as const;

const differences = (before: ItemRow, after: ItemRow): Partial<ItemRow> =>
	Object.fromEntries(
		readColumns.filter((name) => before[name] !== after[name]).map((name) => [name, after[name]]),
	);

/** A parent is told by all its files: what one of them does not say is not taken away. */
const mergedParent = (before: ItemRow, after: ItemRow): ItemRow => ({
	...after,
	year: after.year ?? before.year,
	datedAt: after.kind === 'photo-album' || after.datedAt === 0 ? before.datedAt : after.datedAt,
	overview: after.overview ?? before.overview,
	tagline: after.tagline ?? before.tagline,
	details: toJson({
		...fromJson(before.details as Json<ItemDetails>),
		...fromJson(after.details as Json<ItemDetails>),
	}),
	durationMs: before.durationMs,
});

/** Leaves that these files belonged to before. */
const linksOf = async (tx: Tx, fileIds: readonly string[]): Promise<{ itemId: string; fileId: string }[]> => {
	const links: { itemId: string; fileId: string }[] = [];
	for (const chunk of chunksOf(fileIds, rowsAtOnce)) {
		links.push(
			...(await tx
				.selectFrom('itemFile')
				.select(['itemId', 'fileId'])
				.where('fileId', 'in', chunk)
				.execute()),
		);
	}
	return links;
};

/**
 * A file that was renamed, moved or tagged anew takes its work along, with everything that hangs on it,
 * unless the work has other files or the new name is a work already.
 */
const carryAlong = async (
	writing: ItemWriting,
	files: readonly IdentifiedFile[],
	byKey: Map<string, ItemRow>,
): Promise<Set<string>> => {
	const { tx } = writing;
	const abandoned = new Set<string>();
	const known = files.filter(({ wasKnown }) => wasKnown);
	for (const { itemId, fileId } of await linksOf(
		tx,
		known.map((file) => file.fileId),
	)) {
		const leaf = known.find((file) => file.fileId === fileId)?.identity.chain.at(-1);
		const before = await tx.selectFrom('item').selectAll().where('itemId', '=', itemId).executeTakeFirst();
		if (!leaf || !before || before.workKey === leaf.workKey) continue;
		const others = await tx
			.selectFrom('itemFile')
			.select('fileId')
			.where('itemId', '=', itemId)
			.limit(2)
			.execute();
		if (!byKey.has(leaf.workKey) && before.kind === leaf.kind && others.length === 1) {
			byKey.set(leaf.workKey, before);
			if (before.parentId !== null) abandoned.add(before.parentId);
			if (before.rootId !== null) abandoned.add(before.rootId);
			continue;
		}
		await tx.deleteFrom('itemFile').where('itemId', '=', itemId).where('fileId', '=', fileId).execute();
		abandoned.add(itemId);
	}
	return abandoned;
};

const levels = (
	files: readonly IdentifiedFile[],
): { draft: ItemDraft; durationMs: number | null; isLeaf: boolean }[][] => {
	const byDepth: Map<string, { draft: ItemDraft; durationMs: number | null; isLeaf: boolean }>[] = [];
	for (const { identity, durationMs } of files) {
		for (const [depth, draft] of identity.chain.entries()) {
			const isLeaf = depth === identity.chain.length - 1;
			byDepth[depth] ??= new Map();
			const before = byDepth[depth].get(draft.workKey);
			if (!before)
				byDepth[depth].set(draft.workKey, { draft, durationMs: isLeaf ? durationMs : null, isLeaf });
			else if (isLeaf) before.durationMs ??= durationMs;
		}
	}
	return byDepth.map((level) => [...level.values()]);
};

/** Writes the works of a batch and ties the files to them. Presence and counts follow by `refreshItems`. */
export const putItems = async (
	writing: ItemWriting,
	files: readonly IdentifiedFile[],
): Promise<ItemsWritten> => {
	const { tx } = writing;
	const keys = [...new Set(files.flatMap(({ identity }) => identity.chain.map(({ workKey }) => workKey)))];
	const byKey = await loadByKeys(writing, keys);
	const touched = await carryAlong(writing, files, byKey);
	const indexed: ItemRow[] = [];
	for (const level of levels(files)) {
		const fresh: ItemRow[] = [];
		for (const { draft, durationMs, isLeaf } of level) {
			const before = byKey.get(draft.workKey);
			const after = newRow(writing, draft, byKey, durationMs);
			if (!before) {
				fresh.push(after);
				byKey.set(draft.workKey, after);
			} else {
				const changed = await updateItem(tx, before, isLeaf ? after : mergedParent(before, after));
				byKey.set(draft.workKey, changed.row);
				if (changed.isRenamed) indexed.push(changed.row);
			}
			const row = byKey.get(draft.workKey);
			if (row) touched.add(row.itemId);
		}
		for (const chunk of chunksOf(fresh, rowsAtOnce)) await tx.insertInto('item').values(chunk).execute();
		indexed.push(...fresh);
	}
	await tie(tx, files, byKey);
	await putSearch(writing, indexed);
	return { byKey, touchedIds: touched };
};

const updateItem = async (
	tx: Tx,
	before: ItemRow,
	after: ItemRow,
): Promise<{ row: ItemRow; isRenamed: boolean }> => {
	const changes = differences(before, after);
	const row = { ...before, ...changes };
	if (Object.keys(changes).length > 0) {
		await tx.updateTable('item').set(changes).where('itemId', '=', before.itemId).execute();
	}
	return { row, isRenamed: changes.title !== undefined || changes.details !== undefined };
};

const tie = async (
	tx: Tx,
	files: readonly IdentifiedFile[],
	byKey: ReadonlyMap<string, ItemRow>,
): Promise<void> => {
	const links = files.flatMap(({ fileId, identity }) => {
		const leaf = identity.chain.at(-1);
		const item = leaf && byKey.get(leaf.workKey);
		return item
			? [{ itemId: item.itemId, fileId, label: identity.label, partNumber: identity.partNumber }]
			: [];
	});
	for (const chunk of chunksOf(links, rowsAtOnce)) {
		await tx
			.insertInto('itemFile')
			.values(chunk)
			.onConflict((conflict) =>
				conflict.columns(['itemId', 'fileId']).doUpdateSet((eb) => ({
					label: eb.ref('excluded.label'),
					partNumber: eb.ref('excluded.partNumber'),
				})),
			)
			.execute();
	}
};

const searchTextOf = (row: ItemRow): string => {
	const details = fromJson(row.details as Json<ItemDetails>);
	const parts = [row.title, details.originalTitle, details.subtitle, ...(details.artists ?? []), row.year];
	return `${libraryWord(row.libraryId)} ${foldText(parts.filter((part) => part != null).join(' '))}`;
};

const putSearch = async ({ tx, engine }: ItemWriting, rows: readonly ItemRow[]): Promise<void> => {
	for (const chunk of chunksOf(rows, 500)) {
		const entries = chunk.map((row) => ({ id: row.itemId, text: searchTextOf(row) }));
		await engine.fullText.put(tx as unknown as Kysely<never>, searchIndexName, entries);
	}
};

/**
 * Sets presence, counts and lengths of these leaves and of everything above them from what is there;
 * writes only what differs.
 */
export const refreshItems = async (
	writing: Pick<ItemWriting, 'tx' | 'engine'>,
	itemIds: Iterable<string>,
): Promise<void> => {
	const { tx } = writing;
	const parents = new Set<string>();
	const roots = new Set<string>();
	for (const chunk of chunksOf([...itemIds], rowsAtOnce)) {
		const rows = await tx.selectFrom('item').selectAll().where('itemId', 'in', chunk).execute();
		const leaves = rows.filter(({ kind }) => leafKinds.has(kind));
		await refreshLeaves(writing, leaves);
		for (const row of rows) {
			if (!leafKinds.has(row.kind)) (row.parentId === null ? roots : parents).add(row.itemId);
			if (row.parentId !== null) parents.add(row.parentId);
			if (row.rootId !== null && row.rootId !== row.parentId) roots.add(row.rootId);
		}
	}
	await refreshParents(writing, 'parentId', [...parents]);
	await refreshParents(writing, 'rootId', [...roots]);
};

const leafKinds: ReadonlySet<string> = new Set(['movie', 'episode', 'track', 'photo']);

const refreshLeaves = async (
	{ tx, engine }: Pick<ItemWriting, 'tx' | 'engine'>,
	rows: readonly ItemRow[],
): Promise<void> => {
	if (rows.length === 0) return;
	const present = await tx
		.selectFrom('itemFile')
		.innerJoin('file', 'file.fileId', 'itemFile.fileId')
		.select('itemFile.itemId')
		.distinct()
		.where(
			'itemFile.itemId',
			'in',
			rows.map(({ itemId }) => itemId),
		)
		.where('file.isPresent', '=', 1)
		.where('file.damage', 'is', null)
		.execute();
	const there = new Set(present.map(({ itemId }) => itemId));
	await setPresence({ tx, engine }, rows, (row) => there.has(row.itemId));
};

/** Hidden works are not found by the search either; they keep their row and their id. */
const setPresence = async (
	{ tx, engine }: Pick<ItemWriting, 'tx' | 'engine'>,
	rows: readonly ItemRow[],
	isThere: (row: ItemRow) => boolean,
): Promise<void> => {
	const shown = rows.filter((row) => row.isPresent === 0 && isThere(row));
	const hidden = rows.filter((row) => row.isPresent === 1 && !isThere(row));
	for (const [list, isPresent] of [
		[shown, 1],
		[hidden, 0],
	] as const) {
		if (list.length === 0) continue;
		const ids = list.map(({ itemId }) => itemId);
		await tx.updateTable('item').set({ isPresent }).where('itemId', 'in', ids).execute();
		const entries = list.map((row) => ({ id: row.itemId, text: isPresent === 1 ? searchTextOf(row) : '' }));
		await engine.fullText.put(tx as unknown as Kysely<never>, searchIndexName, entries);
	}
};

interface Counted {
	readonly leafCount: number;
	readonly durationMs: number | null;
	readonly addedAt: number | null;
	readonly datedAt: number | null;
	readonly imageId: string | null;
}

const countBelow = async (
	tx: Tx,
	scope: 'parentId' | 'rootId',
	ids: readonly string[],
): Promise<Map<string, Counted>> => {
	const rows = await tx
		.selectFrom('item')
		.select((eb) => [
			eb.ref(scope).as('above'),
			eb.fn.countAll<number>().as('leafCount'),
			sql<number | null>`sum(${eb.ref('durationMs')})`.as('durationMs'),
			eb.fn.max('addedAt').as('addedAt'),
			eb.fn.min('datedAt').as('datedAt'),
			eb.fn.min('imageId').as('imageId'),
		])
		.where(scope, 'in', ids)
		.where('isPresent', '=', 1)
		.where('kind', 'in', ['episode', 'track', 'photo'])
		.groupBy(scope)
		.execute();
	return new Map(
		rows.map((row) => [
			row.above ?? '',
			{
				...row,
				leafCount: Number(row.leafCount),
				durationMs: row.durationMs === null ? null : Number(row.durationMs),
			},
		]),
	);
};

const refreshParents = async (
	writing: Pick<ItemWriting, 'tx' | 'engine'>,
	scope: 'parentId' | 'rootId',
	ids: readonly string[],
): Promise<void> => {
	const { tx } = writing;
	for (const chunk of chunksOf(ids, rowsAtOnce)) {
		const rows = await tx.selectFrom('item').selectAll().where('itemId', 'in', chunk).execute();
		const parents = rows.filter(({ kind }) => !leafKinds.has(kind) && kindsCountedBy[scope].has(kind));
		if (parents.length === 0) continue;
		const counted = await countBelow(
			tx,
			scope,
			parents.map(({ itemId }) => itemId),
		);
		await setPresence(writing, parents, (row) => counted.has(row.itemId));
		for (const row of parents) await updateCounts(tx, row, counted.get(row.itemId));
	}
};

/** Series and artists count everything below; seasons and albums their own. */
const kindsCountedBy = {
	parentId: new Set(['season', 'album', 'photo-album']),
	rootId: new Set(['series', 'artist']),
} as const satisfies Record<string, ReadonlySet<string>>;

const updateCounts = async (tx: Tx, row: ItemRow, counted: Counted | undefined): Promise<void> => {
	if (!counted) return;
	const isPhotos = row.kind === 'photo-album';
	const after = {
		leafCount: counted.leafCount,
		durationMs: isPhotos ? null : counted.durationMs,
		addedAt: counted.addedAt ?? row.addedAt,
		datedAt: isPhotos && counted.datedAt !== null ? counted.datedAt : row.datedAt,
		imageId: row.imageId ?? counted.imageId,
	};
	const isSame = (Object.keys(after) as (keyof typeof after)[]).every((name) => after[name] === row[name]);
	if (!isSame) await tx.updateTable('item').set(after).where('itemId', '=', row.itemId).execute();
};
