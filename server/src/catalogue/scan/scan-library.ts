/** One scan of one library: look, compare, probe, identify, write. What is unchanged is not written. */
import { folderState } from '../../platform/files/list.ts';
import type { CatalogueTables } from '../tables.ts';
import { type Comparison, compare } from './compare.ts';
import { chunksOf, hideFiles, knownFiles } from './file-store.ts';
import { dropImagesOf } from './beside-store.ts';
import { refreshItems } from './item-store.ts';
import { type FolderWork, writeFolder } from './write-folder.ts';
import type { ScanNeeds } from './scan-needs.ts';
import { type Walked, walkFolder } from './walk.ts';

export interface ScanCounts {
	filesSeen: number;
	filesProbed: number;
	filesDamaged: number;
	filesTotal: number | null;
	/** Rows written or hidden; 0 means that nobody's page changes. */
	changes: number;
}

/** A library's folder as far as watching needs it. */
export type WatchableFolder = Pick<CatalogueTables['libraryFolder'], 'folderId' | 'libraryId' | 'path'>;

export interface ScanRequest {
	readonly libraryId: string;
	/**
	 * Only these folders (`folderId` to relative paths), from a change that was noticed; all where left out.
	 */
	readonly only?: ReadonlyMap<string, readonly string[]>;
	readonly signal: AbortSignal;
	readonly onProgress: (counts: ScanCounts) => void;
	/** Called for every folder that was looked into, relative to its library folder. */
	readonly onFolder?: (folder: WatchableFolder, relativePath: string) => void;
}

type Library = CatalogueTables['library'];
type Folder = CatalogueTables['libraryFolder'];

const setAway = async (needs: ScanNeeds, folder: Folder, isAway: 0 | 1): Promise<number> => {
	if (folder.isAway === isAway) return 0;
	await needs.db.transaction(async (tx) => {
		await tx.updateTable('libraryFolder').set({ isAway }).where('folderId', '=', folder.folderId).execute();
	});
	return 1;
};

/** Away: not there, unreadable, or empty where there were files before. */
const stateOf = async (folder: Folder): Promise<{ isAway: boolean; mark: string | null }> => {
	const { state, device, inode } = await folderState(folder.path);
	const mark = device === null || inode === null ? null : `${device}:${inode}`;
	if (state === 'present') return { isAway: false, mark };
	return { isAway: state !== 'empty' || folder.fileCount > 0, mark };
};

/** Another disk under the same name, and most files missing: it is the wrong disk, not a tidying-up. */
const isOtherDisk = (folder: Folder, mark: string | null, found: Comparison, knownCount: number): boolean =>
	folder.rootMark !== null &&
	folder.rootMark !== mark &&
	knownCount > 0 &&
	found.gone.length * 2 > knownCount;

const scanFolder = async (
	needs: ScanNeeds,
	request: ScanRequest,
	library: Library,
	folder: Folder,
	counts: ScanCounts,
): Promise<void> => {
	const { isAway, mark } = await stateOf(folder);
	if (isAway) {
		counts.changes += await setAway(needs, folder, 1);
		return;
	}
	const starts = request.only ? (request.only.get(folder.folderId) ?? []) : [''];
	for (const start of starts) {
		const place = { rootPath: folder.path, kind: library.kind, start };
		const walked = await walkFolder(
			place,
			(count, walkedFolder) => {
				counts.filesSeen += count;
				request.onFolder?.(folder, walkedFolder);
				request.onProgress(counts);
			},
			request.signal,
		);
		const known = await knownFiles(needs.db, folder.folderId, start);
		const found = compare(walked.files, known, walked.unseenFolders);
		const present = [...known.values()].filter(({ isPresent }) => isPresent === 1).length;
		if (start === '' && isOtherDisk(folder, mark, found, present)) {
			counts.changes += await setAway(needs, folder, 1);
			return;
		}
		counts.changes += await setAway(needs, folder, 0);
		await applyChanges(needs, request, { library, folder, walked, found, counts, known });
		if (start === '') await keepMark(needs, folder, mark, walked.files.length);
	}
};

/** Remembers which disk this was; written only when it changed. */
const keepMark = async (
	needs: ScanNeeds,
	folder: Folder,
	rootMark: string | null,
	fileCount: number,
): Promise<void> => {
	if (folder.rootMark === rootMark && folder.fileCount === fileCount) return;
	await needs.db.transaction(async (tx) => {
		await tx
			.updateTable('libraryFolder')
			.set({ rootMark, fileCount })
			.where('folderId', '=', folder.folderId)
			.execute();
	});
};

interface Applying extends Omit<FolderWork, 'onBatch'> {
	readonly walked: Walked;
	readonly counts: ScanCounts;
}

const applyChanges = async (needs: ScanNeeds, request: ScanRequest, applying: Applying): Promise<void> => {
	const { found, counts } = applying;
	counts.filesTotal = (counts.filesTotal ?? 0) + found.changed.length;
	const reclaimed = await writeFolder(needs, request.signal, {
		...applying,
		onBatch: ({ probed, damaged }) => {
			counts.filesProbed += probed;
			counts.filesDamaged += damaged;
			request.onProgress(counts);
		},
	});
	counts.changes += found.changed.length;
	const gone = found.gone.filter(({ fileId }) => !reclaimed.has(fileId));
	for (const chunk of chunksOf(gone, 500)) {
		request.signal.throwIfAborted();
		await hide(
			needs,
			chunk.map(({ fileId }) => fileId),
		);
	}
	counts.changes += gone.length;
};

const hide = (needs: ScanNeeds, fileIds: readonly string[]): Promise<void> =>
	needs.db.transaction(async (tx) => {
		await hideFiles(tx, fileIds);
		const links = await tx.selectFrom('itemFile').select('itemId').where('fileId', 'in', fileIds).execute();
		const images = await tx
			.selectFrom('file')
			.select('fileId')
			.where('fileId', 'in', fileIds)
			.where('role', '=', 'image')
			.execute();
		await dropImagesOf(
			tx,
			images.map(({ fileId }) => fileId),
		);
		await refreshItems({ tx, engine: needs.db.engine }, new Set(links.map(({ itemId }) => itemId)));
	});

const gridKind = { movies: 'movie', shows: 'series', music: 'album', photos: 'photo-album' } as const;

/** Counts for the library's tile, and a new version: caches of listings hang on it. */
const finish = async (needs: ScanNeeds, library: Library): Promise<void> => {
	const { db, clock } = needs;
	await db.transaction(async (tx) => {
		const items = await tx
			.selectFrom('item')
			.select((eb) => eb.fn.countAll<number>().as('count'))
			.where('libraryId', '=', library.libraryId)
			.where('kind', '=', gridKind[library.kind])
			.where('isPresent', '=', 1)
			.executeTakeFirstOrThrow();
		const damaged = await tx
			.selectFrom('file')
			.select((eb) => eb.fn.countAll<number>().as('count'))
			.where('libraryId', '=', library.libraryId)
			.where('damage', 'is not', null)
			.where('isPresent', '=', 1)
			.executeTakeFirstOrThrow();
		await tx
			.updateTable('library')
			.set((eb) => ({
				version: eb('version', '+', 1),
				itemCount: Number(items.count),
				damagedCount: Number(damaged.count),
				scannedAt: clock.now(),
			}))
			.where('libraryId', '=', library.libraryId)
			.execute();
	});
};

/**
 * Scans. Each batch is a transaction of its own, so a scan that is killed goes on where it stopped: what
 * was written is unchanged the next time.
 */
export const scanLibrary = async (needs: ScanNeeds, request: ScanRequest): Promise<ScanCounts> => {
	const { db } = needs;
	const counts: ScanCounts = { filesSeen: 0, filesProbed: 0, filesDamaged: 0, filesTotal: null, changes: 0 };
	const library = await db.query
		.selectFrom('library')
		.selectAll()
		.where('libraryId', '=', request.libraryId)
		.executeTakeFirst();
	if (!library) return counts;
	const folders = await db.query
		.selectFrom('libraryFolder')
		.selectAll()
		.where('libraryId', '=', library.libraryId)
		.execute();
	for (const folder of folders) {
		if (request.only && !request.only.has(folder.folderId)) continue;
		request.signal.throwIfAborted();
		await scanFolder(needs, request, library, folder, counts);
	}
	if (counts.changes > 0 || library.scannedAt === null) await finish(needs, library);
	return counts;
};
