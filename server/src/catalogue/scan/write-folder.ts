/**
 * Writes what changed in one library folder: beside files first, then media in batches, each batch a
 * transaction.
 */
import type { Database } from '../../platform/db/database.ts';
import { openBelow } from '../../platform/files/below.ts';
import { newId } from '../../platform/ids.ts';
import { isSubtitle, subtitleHome } from '../naming/beside.ts';
import { parseEpisode } from '../naming/episode.ts';
import { foldersOf, stemOf } from '../naming/words.ts';
import { probeByTool } from '../probe/ffprobe.ts';
import type { ProbeJob, ProbeResult } from '../probe/probe-job.ts';
import type { CatalogueTables } from '../tables.ts';
import { type BesideFile, type ImageDraft, imageDrafts } from './art.ts';
import type { Comparison, KnownFile } from './compare.ts';
import { dropImagesOf, lendCovers, putImages, putSubtitles } from './beside-store.ts';
import { chunksOf, factsOf, type FileRow, goneByHash, loadFiles, putFiles, rowOf } from './file-store.ts';
import { type Identity, identify } from './identify.ts';
import { type IdentifiedFile, type ItemWriting, putItems, refreshItems } from './item-store.ts';
import { type NfoFacts, nfoBytesMax, readNfo } from './nfo.ts';
import { rootNameOf, type ScanNeeds } from './scan-needs.ts';
import type { Walked, WalkedFile } from './walk.ts';

export interface FolderWork {
	readonly library: CatalogueTables['library'];
	readonly folder: CatalogueTables['libraryFolder'];
	readonly walked: Walked;
	readonly found: Comparison;
	readonly known: ReadonlyMap<string, KnownFile>;
	readonly onBatch: (done: { readonly probed: number; readonly damaged: number }) => void;
}

/** Files of one transaction. */
const batchFiles = 500;
/** Files of one message to a thread: small enough that two threads end together. */
const probeFiles = 64;
/** Children of ffprobe at once. */
const toolsAtOnce = 2;
/** Directory of one batch of media and how each came: read anew, or only told anew by what lies beside it. */
interface MediaWork {
	readonly file: WalkedFile;
	readonly known: KnownFile | null;
	readonly isMoved: boolean;
}

type BesideIndex = (folder: string) => readonly BesideFile[];

const indexBeside = (files: readonly (BesideFile & { role: string })[]): BesideIndex => {
	const byFolder = new Map<string, BesideFile[]>();
	for (const file of files) {
		const folder = isSubtitle(file.relativePath)
			? subtitleHome(file.relativePath)
			: foldersOf(file.relativePath).join('/');
		const list = byFolder.get(folder);
		if (list) list.push(file);
		else byFolder.set(folder, [file]);
	}
	return (folder) => byFolder.get(folder) ?? [];
};

/** Media in each folder: a film alone in its folder may take the folder's name. */
const countMedia = (files: readonly WalkedFile[]): ((path: string) => number) => {
	const counts = new Map<string, number>();
	for (const file of files) {
		if (file.role !== 'media') continue;
		const folder = foldersOf(file.relativePath).join('/');
		counts.set(folder, (counts.get(folder) ?? 0) + 1);
	}
	return (path) => counts.get(foldersOf(path).join('/')) ?? 0;
};

/** Pictures, subtitles and NFO files: rows only. Returns every one that is there, with its id. */
const writeBeside = async (
	needs: ScanNeeds,
	work: FolderWork,
): Promise<(BesideFile & { role: string })[]> => {
	const changed = work.found.changed.filter(({ file }) => file.role !== 'media');
	const nowMs = needs.clock.now();
	const { libraryId } = work.library;
	const { folderId } = work.folder;
	const ids = new Map<string, string>();
	for (const chunk of chunksOf(changed, batchFiles)) {
		const rows = chunk.map(({ file, known }) =>
			rowOf({ fileId: known?.fileId ?? newId(nowMs), libraryId, folderId, file, probed: null, nowMs }),
		);
		for (const row of rows) ids.set(row.relativePath, row.fileId);
		const knownIds = new Set(chunk.flatMap(({ known }) => (known ? [known.fileId] : [])));
		await needs.db.transaction(async (tx) => {
			await putFiles(tx, rows, knownIds);
			await dropImagesOf(tx, [...knownIds]);
		});
	}
	return work.walked.files
		.filter(({ role }) => role !== 'media')
		.flatMap((file) => {
			const fileId = ids.get(file.relativePath) ?? work.known.get(file.relativePath)?.fileId;
			return fileId === undefined ? [] : [{ ...file, fileId }];
		});
};

/** Media that did not change, but something beside it did: told anew from what is known. */
const touchedMedia = (work: FolderWork): MediaWork[] => {
	const homes = new Set(
		[...work.found.changed.map(({ file }) => file), ...work.found.gone]
			.filter(({ role }) => role !== 'media')
			.map(({ relativePath }) =>
				isSubtitle(relativePath) ? subtitleHome(relativePath) : foldersOf(relativePath).join('/'),
			),
	);
	if (homes.size === 0) return [];
	const changed = new Set(work.found.changed.map(({ file }) => file.relativePath));
	return work.walked.files.flatMap((file) => {
		if (file.role !== 'media' || changed.has(file.relativePath)) return [];
		const folders = foldersOf(file.relativePath);
		const isBelow =
			folders.some((_, depth) => homes.has(folders.slice(0, depth + 1).join('/'))) ||
			(homes.has('') && folders.length === 0);
		const known = work.known.get(file.relativePath);
		return isBelow && known ? [{ file, known, isMoved: true }] : [];
	});
};

/** Reads headers of a batch: in helper processes, then by ffprobe where those ask for it. */
const probeBatch = async (needs: ScanNeeds, jobs: readonly ProbeJob[]): Promise<ProbeResult[]> => {
	const parts = await Promise.all(chunksOf(jobs, probeFiles).map((part) => needs.pool.probe(part)));
	const results = parts.flat();
	const asking = results.flatMap((result, index) => (result.demuxer === null ? [] : [index]));
	let next = 0;
	const runner = async (): Promise<void> => {
		for (let at = next++; at < asking.length; at = next++) {
			const index = asking[at] as number;
			results[index] = await probeByTool(needs, jobs[index] as ProbeJob, results[index] as ProbeResult);
		}
	};
	await Promise.all(Array.from({ length: toolsAtOnce }, runner));
	return results;
};

const isProbed = ({ file, isMoved }: MediaWork): boolean => file.damage === null && !isMoved;

/**
 * Rows of a batch: probed ones anew, moved and touched ones with what is known of them under their present
 * name.
 */
const rowsOfBatch = async (
	needs: ScanNeeds,
	work: FolderWork,
	batch: readonly MediaWork[],
): Promise<{ rows: FileRow[]; reclaimed: Set<string> }> => {
	const { folder, library } = work;
	const toProbe = batch.filter(isProbed);
	const jobs = toProbe.map(({ file }) => ({
		rootPath: folder.path,
		relativePath: file.relativePath,
		libraryKind: library.kind,
	}));
	const results = await probeBatch(needs, jobs);
	const probed = new Map(
		toProbe.map(({ file }, index) => [file.relativePath, results[index] as ProbeResult]),
	);
	const kept = new Map(
		(
			await loadFiles(
				needs.db,
				batch.flatMap(({ known, isMoved }) => (known && isMoved ? [known.fileId] : [])),
			)
		).map((row) => [row.fileId, row]),
	);
	const goneIds = new Set(work.found.gone.map(({ fileId }) => fileId));
	const hashes = results.flatMap(({ headHash }) => (headHash === null ? [] : [headHash]));
	const again = await goneByHash(needs.db, library.libraryId, hashes, goneIds);
	const reclaimed = new Set<string>();
	const nowMs = needs.clock.now();
	const rows = batch.map(({ file, known, isMoved }): FileRow => {
		const before = known && isMoved ? kept.get(known.fileId) : undefined;
		const place = { relativePath: file.relativePath, inode: file.inode, isPresent: 1 as const };
		if (before) return { ...before, ...place, folderId: folder.folderId };
		const result = probed.get(file.relativePath) ?? null;
		const lost = known === null && result?.headHash ? again.get(result.headHash) : undefined;
		const isLostFree = lost !== undefined && !reclaimed.has(lost.fileId) && lost.sizeBytes === file.sizeBytes;
		if (isLostFree) reclaimed.add(lost.fileId);
		const fileId = known?.fileId ?? (isLostFree ? lost.fileId : newId(nowMs));
		return rowOf({
			fileId,
			libraryId: library.libraryId,
			folderId: folder.folderId,
			file,
			probed: result,
			nowMs,
		});
	});
	return { rows, reclaimed };
};

/** Local metadata of a scan, each file read once. */
const nfoReader = (
	work: FolderWork,
	beside: BesideIndex,
): ((folder: string, names: readonly string[], episode?: number) => Promise<NfoFacts | null>) => {
	const read = new Map<string, Promise<Uint8Array | null>>();
	const load = async (relativePath: string): Promise<Uint8Array | null> => {
		try {
			await using file = await openBelow(work.folder.path, relativePath);
			return file.sizeBytes > nfoBytesMax ? null : await file.readAt(0, file.sizeBytes);
		} catch {
			return null;
		}
	};
	return async (folder, names, episode) => {
		for (const name of names) {
			const path = folder === '' ? name : `${folder}/${name}`;
			const there = beside(folder).find(
				({ relativePath }) => relativePath.toLowerCase() === path.toLowerCase(),
			);
			if (!there) continue;
			const bytes = await (read.get(there.relativePath) ?? load(there.relativePath));
			read.set(there.relativePath, Promise.resolve(bytes));
			const facts = bytes && readNfo(bytes, episode === undefined ? {} : { episode });
			if (facts) return facts;
		}
		return null;
	};
};

interface Telling {
	readonly beside: BesideIndex;
	readonly mediaIn: (path: string) => number;
	readonly nfo: ReturnType<typeof nfoReader>;
}

const tell = async (work: FolderWork, telling: Telling, row: FileRow): Promise<Identity> => {
	const { kind } = work.library;
	const path = row.relativePath;
	const folder = foldersOf(path).join('/');
	const isAlone = telling.mediaIn(path) === 1;
	const stem = stemOf(path);
	const seriesFolder = kind === 'shows' ? parseEpisode(path).seriesFolder : null;
	const number = kind === 'shows' ? (parseEpisode(path).number ?? undefined) : undefined;
	const own =
		kind === 'movies'
			? await telling.nfo(folder, [`${stem}.nfo`, ...(isAlone ? ['movie.nfo'] : [])])
			: kind === 'shows'
				? await telling.nfo(folder, [`${stem}.nfo`], number)
				: null;
	const series =
		seriesFolder === null || seriesFolder === '' ? null : await telling.nfo(seriesFolder, ['tvshow.nfo']);
	return identify({
		relativePath: path,
		libraryKind: kind,
		facts: factsOf(row),
		rootName: rootNameOf(work.folder),
		modifiedAtMs: row.modifiedAtMs,
		isAlone,
		nfo: { own, series },
	});
};

const writeBatch = async (
	db: Database<CatalogueTables>,
	work: FolderWork,
	telling: Telling,
	told: readonly { readonly row: FileRow; readonly identity: Identity | null; readonly wasKnown: boolean }[],
	nowMs: number,
): Promise<void> => {
	const images: ImageDraft[] = told.flatMap(({ row, identity }) =>
		identity ? imageDrafts(row, identity, telling.beside) : [],
	);
	await db.transaction(async (tx) => {
		const writing: ItemWriting = { tx, engine: db.engine, libraryId: work.library.libraryId, nowMs };
		const knownIds = new Set(told.filter(({ wasKnown }) => wasKnown).map(({ row }) => row.fileId));
		await putFiles(
			tx,
			told.map(({ row }) => row),
			knownIds,
		);
		const identified = told.flatMap(({ row, identity, wasKnown }): IdentifiedFile[] =>
			identity ? [{ fileId: row.fileId, identity, durationMs: row.durationMs, wasKnown }] : [],
		);
		const { byKey, touchedIds } = await putItems(writing, identified);
		await putImages(writing, images, byKey);
		for (const { row } of told) {
			if (work.library.kind !== 'movies' && work.library.kind !== 'shows') break;
			const isAlone = telling.mediaIn(row.relativePath) === 1;
			await putSubtitles(writing, { ...row, isAlone }, telling.beside);
		}
		const lost = await tx
			.selectFrom('itemFile')
			.select('itemId')
			.where('fileId', 'in', [...knownIds, ''])
			.execute();
		await refreshItems(writing, new Set([...touchedIds, ...lost.map(({ itemId }) => itemId)]));
		const albums = [...byKey.values()].filter(({ kind }) => kind === 'album').map(({ itemId }) => itemId);
		await lendCovers(tx, albums);
	});
};

/**
 * Writes all changes of a folder. Returns the ids of files that seemed gone and were found again elsewhere.
 */
export const writeFolder = async (
	needs: ScanNeeds,
	signal: AbortSignal,
	work: FolderWork,
): Promise<Set<string>> => {
	const besideFiles = await writeBeside(needs, work);
	const beside = indexBeside(besideFiles);
	const telling: Telling = { beside, mediaIn: countMedia(work.walked.files), nfo: nfoReader(work, beside) };
	const media = [...work.found.changed.filter(({ file }) => file.role === 'media'), ...touchedMedia(work)];
	media.sort((a, b) => (a.file.relativePath < b.file.relativePath ? -1 : 1));
	const reclaimed = new Set<string>();
	let writing: Promise<void> = Promise.resolve();
	for (const batch of chunksOf(media, batchFiles)) {
		signal.throwIfAborted();
		const made = await rowsOfBatch(needs, work, batch);
		for (const fileId of made.reclaimed) reclaimed.add(fileId);
		const told = [];
		for (const [index, row] of made.rows.entries()) {
			const wasKnown = batch[index]?.known != null || made.reclaimed.has(row.fileId);
			told.push({ row, identity: row.damage === null ? await tell(work, telling, row) : null, wasKnown });
		}
		// The next batch is read while this one is written.
		await writing;
		writing = writeBatch(needs.db, work, telling, told, needs.clock.now());
		writing.catch(() => {});
		work.onBatch({
			probed: batch.filter(isProbed).length,
			damaged: made.rows.filter(({ damage }) => damage !== null).length,
		});
	}
	await writing;
	return reclaimed;
};
