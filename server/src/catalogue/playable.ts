/**
 * What playback asks of the catalogue: the files of a title with their tracks, and what comes before and
 * after.
 */
import type { Database } from '../platform/db/database.ts';
import { fromJson } from '../platform/db/types.ts';
import type { CatalogueTables } from './tables.ts';
import { subtitleOf } from './reads/cards.ts';
import type { ItemKind, Playable, PlayableFile, SidecarSubtitle, Visible } from './values.ts';

interface PlayableNeeds {
	readonly db: Database<CatalogueTables>;
}

const playableKinds: ReadonlySet<ItemKind> = new Set(['movie', 'episode', 'track', 'photo']);

type ItemRow = CatalogueTables['item'];

/**
 * A title with everything that playing it takes. Null for what is not there, may not be seen by this
 * viewer, or cannot be played in itself (a series, an album). Files that are damaged or gone are left
 * out; files on a disk that is away are in it with `isAway`.
 */
export const findPlayable = async (
	needs: PlayableNeeds,
	asked: { readonly itemId: string; readonly visible: Visible },
): Promise<Playable | null> => {
	const { db } = needs;
	const item = await findVisibleItem(db, asked.itemId, asked.visible);
	if (!item || !playableKinds.has(item.kind)) return null;
	const [files, parents, neighbours] = await Promise.all([
		filesOf(db, item.itemId),
		parentWorks(db, item),
		neighboursOf(db, item),
	]);
	return {
		itemId: item.itemId,
		workId: item.workId,
		kind: item.kind,
		title: item.title,
		subtitle: subtitleOf(item),
		parentWorkIds: parents,
		...neighbours,
		files,
	};
};

const findVisibleItem = async (
	db: Database<CatalogueTables>,
	itemId: string,
	visible: Visible,
): Promise<ItemRow | undefined> => {
	const { libraryIds } = visible;
	if (libraryIds !== 'all' && libraryIds.length === 0) return undefined;
	return db.query
		.selectFrom('item')
		.selectAll()
		.where('itemId', '=', itemId)
		.where('isPresent', '=', 1)
		.$if(libraryIds !== 'all', (query) => query.where('libraryId', 'in', libraryIds as readonly string[]))
		.executeTakeFirst();
};

const parentWorks = async (
	db: Database<CatalogueTables>,
	item: ItemRow,
): Promise<{ group: string | null; root: string | null }> => {
	const ids = [item.parentId, item.rootId].filter((id) => id !== null);
	if (ids.length === 0) return { group: null, root: null };
	const rows = await db.query
		.selectFrom('item')
		.select(['itemId', 'workId'])
		.where('itemId', 'in', ids)
		.execute();
	const workOf = (id: string | null): string | null =>
		rows.find(({ itemId }) => itemId === id)?.workId ?? null;
	return { group: workOf(item.parentId), root: workOf(item.rootId) };
};

/** Episodes follow through all seasons; tracks and photos within their album; films have no neighbours. */
const neighboursOf = async (
	db: Database<CatalogueTables>,
	item: ItemRow,
): Promise<{ nextItemId: string | null; previousItemId: string | null }> => {
	const scope = item.kind === 'episode' ? 'rootId' : 'parentId';
	const scopeId = item[scope];
	if (scopeId === null || item.kind === 'movie') return { nextItemId: null, previousItemId: null };
	const look = async (direction: 'asc' | 'desc'): Promise<string | null> => {
		const sign = direction === 'asc' ? '>' : '<';
		const found = await db.query
			.selectFrom('item')
			.select('itemId')
			.where(scope, '=', scopeId)
			.where('isPresent', '=', 1)
			.where('kind', '=', item.kind)
			.where(({ eb, refTuple, tuple }) =>
				eb(refTuple('sortTitle', 'itemId'), sign, tuple(item.sortTitle, item.itemId)),
			)
			.orderBy('sortTitle', direction)
			.orderBy('itemId', direction)
			.limit(1)
			.executeTakeFirst();
		return found?.itemId ?? null;
	};
	const [nextItemId, previousItemId] = await Promise.all([look('asc'), look('desc')]);
	return { nextItemId, previousItemId };
};

/** Files of one item that can be played, best first. */
export const filesOf = async (db: Database<CatalogueTables>, itemId: string): Promise<PlayableFile[]> => {
	const rows = await db.query
		.selectFrom('itemFile')
		.innerJoin('file', 'file.fileId', 'itemFile.fileId')
		.innerJoin('libraryFolder', 'libraryFolder.folderId', 'file.folderId')
		.selectAll('file')
		.select(['itemFile.label', 'itemFile.partNumber', 'libraryFolder.path', 'libraryFolder.isAway'])
		.where('itemFile.itemId', '=', itemId)
		.where('file.isPresent', '=', 1)
		.where('file.damage', 'is', null)
		.limit(64)
		.execute();
	const subtitles = await sidecarsOf(
		db,
		rows.map(({ fileId }) => fileId),
	);
	const files = rows.map((row): PlayableFile & { partNumber: number } => ({
		partNumber: row.partNumber,
		fileId: row.fileId,
		rootPath: row.path,
		relativePath: row.relativePath,
		name: row.label ?? row.relativePath.slice(row.relativePath.lastIndexOf('/') + 1),
		sizeBytes: row.sizeBytes,
		modifiedAtMs: row.modifiedAtMs,
		container: row.container ?? 'unknown',
		durationMs: row.durationMs,
		bitrateBps: row.bitrateBps,
		streams: fromJson(row.streams),
		sidecarSubtitles: subtitles.get(row.fileId) ?? [],
		isAway: row.isAway === 1,
	}));
	const height = (file: PlayableFile): number =>
		Math.max(0, ...file.streams.map((stream) => stream.heightPx ?? 0));
	files.sort(
		(a, b) =>
			a.partNumber - b.partNumber ||
			height(b) - height(a) ||
			(b.bitrateBps ?? 0) - (a.bitrateBps ?? 0) ||
			(a.fileId < b.fileId ? -1 : 1),
	);
	return files.map(({ partNumber: _, ...file }) => file);
};

const sidecarsOf = async (
	db: Database<CatalogueTables>,
	videoFileIds: readonly string[],
): Promise<Map<string, SidecarSubtitle[]>> => {
	const found = new Map<string, SidecarSubtitle[]>();
	if (videoFileIds.length === 0) return found;
	const rows = await db.query
		.selectFrom('sidecarSubtitle')
		.innerJoin('file', 'file.fileId', 'sidecarSubtitle.fileId')
		.selectAll('sidecarSubtitle')
		.select('file.relativePath')
		.where('sidecarSubtitle.videoFileId', 'in', videoFileIds)
		.where('file.isPresent', '=', 1)
		.orderBy('file.relativePath')
		.limit(256)
		.execute();
	for (const row of rows) {
		const list = found.get(row.videoFileId) ?? [];
		list.push({
			subtitleId: row.subtitleId,
			relativePath: row.relativePath,
			format: row.format,
			language: row.language,
			title: row.title,
			isForced: row.isForced === 1,
			isDefault: row.isDefault === 1,
		});
		found.set(row.videoFileId, list);
	}
	return found;
};
