/** Rows of pictures and subtitles, written with the works they belong to. */
import { sql } from 'kysely';
import { newId } from '../../platform/ids.ts';
import { toFlag } from '../../platform/db/types.ts';
import { isSubtitle, parseSubtitle } from '../naming/beside.ts';
import { foldersOf } from '../naming/words.ts';
import type { CatalogueTables, ImageRole } from '../tables.ts';
import type { BesideFile, ImageDraft } from './art.ts';
import { chunksOf, rowsAtOnce } from './file-store.ts';
import type { ItemRow, ItemWriting, Tx } from './item-store.ts';

type ImageRow = CatalogueTables['image'];

const columnOf = {
	poster: 'imageId',
	still: 'imageId',
	backdrop: 'backdropId',
	logo: 'logoId',
} as const satisfies Record<ImageRole, keyof ItemRow>;

/** Ties pictures to works: what people put beside their media wins over what is taken out of it. */
export const putImages = async (
	writing: ItemWriting,
	drafts: readonly ImageDraft[],
	byKey: ReadonlyMap<string, ItemRow>,
): Promise<void> => {
	const chosen = new Map<string, ImageDraft>();
	for (const draft of drafts) {
		const place = `${draft.workKey}\u0000${columnOf[draft.role]}`;
		const before = chosen.get(place);
		if (!before || (before.source !== 'file' && draft.source === 'file')) chosen.set(place, draft);
	}
	const fresh: ImageRow[] = [];
	const changes = new Map<string, Partial<ItemRow>>();
	const sources = await currentSources(writing.tx, [...chosen.values()], byKey);
	for (const draft of chosen.values()) {
		const item = byKey.get(draft.workKey);
		if (!item) continue;
		const column = columnOf[draft.role];
		const current = item[column];
		const standing = current === null ? undefined : sources.get(current);
		if (standing && !isBetter(draft, standing)) continue;
		const row: ImageRow = {
			imageId: newId(writing.nowMs),
			itemId: item.itemId,
			libraryId: writing.libraryId,
			role: draft.role,
			source: draft.source,
			fileId: draft.fileId,
			mark: draft.mark,
			aspect: draft.aspect,
			thumbhash: null,
			accent: null,
			state: 0,
		};
		fresh.push(row);
		changes.set(item.itemId, { ...changes.get(item.itemId), [column]: row.imageId });
	}
	await replace(writing.tx, fresh, changes);
};

const isBetter = (draft: ImageDraft, standing: ImageRow): boolean => {
	if (standing.fileId === draft.fileId && standing.source === draft.source)
		return standing.mark !== draft.mark;
	return draft.source === 'file' && standing.source !== 'file';
};

const currentSources = async (
	tx: Tx,
	drafts: readonly ImageDraft[],
	byKey: ReadonlyMap<string, ItemRow>,
): Promise<Map<string, ImageRow>> => {
	const ids = drafts
		.map((draft) => byKey.get(draft.workKey)?.[columnOf[draft.role]] ?? null)
		.filter((id) => id !== null);
	const rows: ImageRow[] = [];
	for (const chunk of chunksOf([...new Set(ids)], rowsAtOnce)) {
		rows.push(...(await tx.selectFrom('image').selectAll().where('imageId', 'in', chunk).execute()));
	}
	// A picture that a parent only borrowed from a child gives way to any of its own.
	const owners = new Set([...byKey.values()].map(({ itemId }) => itemId));
	return new Map(rows.filter(({ itemId }) => owners.has(itemId)).map((row) => [row.imageId, row]));
};

const replace = async (
	tx: Tx,
	fresh: readonly ImageRow[],
	changes: ReadonlyMap<string, Partial<ItemRow>>,
): Promise<void> => {
	for (const chunk of chunksOf(fresh, rowsAtOnce)) {
		await tx
			.insertInto('image')
			.values(chunk)
			.onConflict((conflict) =>
				conflict.columns(['itemId', 'role', 'source', 'fileId']).doUpdateSet((eb) => ({
					imageId: eb.ref('excluded.imageId'),
					mark: eb.ref('excluded.mark'),
					aspect: eb.ref('excluded.aspect'),
					thumbhash: null,
					accent: null,
					state: 0,
				})),
			)
			.execute();
	}
	await showPictures(tx, changes);
};

/**
 * One statement for many works: a first scan gives each film its picture. Columns of `values` go by these
 * names in both databases, and each of them is text.
 */
const showPictures = async (tx: Tx, changes: ReadonlyMap<string, Partial<ItemRow>>): Promise<void> => {
	const given = (column: 'column2' | 'column3' | 'column4', now: 'imageId' | 'backdropId' | 'logoId') =>
		sql`coalesce("given".${sql.ref(column)}, "item".${sql.ref(now)})`;
	for (const chunk of chunksOf([...changes], rowsAtOnce)) {
		const rows = chunk.map(
			([itemId, { imageId = null, backdropId = null, logoId = null }]) =>
				sql`(${itemId}, ${imageId}, ${backdropId}, ${logoId})`,
		);
		await sql`update "item" set "imageId" = ${given('column2', 'imageId')},
			"backdropId" = ${given('column3', 'backdropId')}, "logoId" = ${given('column4', 'logoId')}
			from (values ${sql.join(rows)}) as "given" where "item"."itemId" = "given"."column1"`.execute(tx);
	}
};

/** Songs show the cover of their album. */
export const lendCovers = async (tx: Tx, albumIds: readonly string[]): Promise<void> => {
	for (const chunk of chunksOf(albumIds, rowsAtOnce)) {
		const albums = await tx
			.selectFrom('item')
			.select(['itemId', 'imageId'])
			.where('itemId', 'in', chunk)
			.execute();
		for (const { itemId, imageId } of albums) {
			if (imageId === null) continue;
			await tx
				.updateTable('item')
				.set({ imageId })
				.where('parentId', '=', itemId)
				.where('isPresent', '=', 1)
				.where('kind', '=', 'track')
				.where((eb) => eb.or([eb('imageId', 'is', null), eb('imageId', '!=', imageId)]))
				.execute();
		}
	}
};

/** Forgets the pictures that came out of these files; whoever showed one chooses anew. */
export const dropImagesOf = async (tx: Tx, fileIds: readonly string[]): Promise<void> => {
	for (const chunk of chunksOf(fileIds, rowsAtOnce)) {
		const rows = await tx.selectFrom('image').select('imageId').where('fileId', 'in', chunk).execute();
		const ids = rows.map(({ imageId }) => imageId);
		if (ids.length === 0) continue;
		const owners = await tx.selectFrom('image').select('itemId').where('imageId', 'in', ids).execute();
		const itemIds = owners.map(({ itemId }) => itemId);
		for (const column of ['imageId', 'backdropId', 'logoId'] as const) {
			await tx
				.updateTable('item')
				.set({ [column]: null })
				.where(column, 'in', ids)
				.where((eb) =>
					eb.or([eb('itemId', 'in', itemIds), eb('parentId', 'in', itemIds), eb('rootId', 'in', itemIds)]),
				)
				.execute();
		}
		await tx.deleteFrom('image').where('imageId', 'in', ids).execute();
	}
};

/** Ties the subtitles that lie beside a video to it. */
export const putSubtitles = async (
	{ tx, nowMs }: Pick<ItemWriting, 'tx' | 'nowMs'>,
	video: { readonly fileId: string; readonly relativePath: string; readonly isAlone: boolean },
	beside: (folder: string) => readonly BesideFile[],
): Promise<void> => {
	const rows = beside(foldersOf(video.relativePath).join('/')).flatMap((file) => {
		if (!isSubtitle(file.relativePath)) return [];
		const name = parseSubtitle(file.relativePath, video.relativePath, video.isAlone);
		if (!name) return [];
		const { isForced, isDefault, ...rest } = name;
		return [
			{
				subtitleId: newId(nowMs),
				fileId: file.fileId,
				videoFileId: video.fileId,
				...rest,
				isForced: toFlag(isForced),
				isDefault: toFlag(isDefault),
			},
		];
	});
	if (rows.length === 0) return;
	await tx
		.insertInto('sidecarSubtitle')
		.values(rows.slice(0, rowsAtOnce))
		.onConflict((conflict) => conflict.columns(['videoFileId', 'fileId']).doNothing())
		.execute();
};
