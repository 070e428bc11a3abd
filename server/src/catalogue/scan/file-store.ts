/** Rows of files: what is known of a folder, and what a scan learned. */
import type { Transaction } from 'kysely';
import type { Database } from '../../platform/db/database.ts';
import { fromJson, type Json, toJson } from '../../platform/db/types.ts';
import type { ProbeResult } from '../probe/probe-job.ts';
import type { CatalogueTables, FileFacts } from '../tables.ts';
import type { DamageReason, MediaStream } from '../values.ts';
import type { KnownFile } from './compare.ts';
import type { WalkedFile } from './walk.ts';

type Db = Database<CatalogueTables>;
type Tx = Transaction<CatalogueTables>;
export type FileRow = CatalogueTables['file'];

/** Rows read at once, so that a large library does not hold the loop. */
const pageSize = 2_000;
/** Rows of one insert; 17 columns each, below the bound of parameters of both databases. */
export const rowsAtOnce = 250;

export const chunksOf = <T>(list: readonly T[], size: number): T[][] =>
	Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
		list.slice(index * size, (index + 1) * size),
	);

/** All known files of a folder by their path; below `start` only, where it is given. */
export const knownFiles = async (db: Db, folderId: string, start = ''): Promise<Map<string, KnownFile>> => {
	const known = new Map<string, KnownFile>();
	let after = start === '' ? '' : `${start}/`;
	const end = start === '' ? null : `${start}0`;
	for (;;) {
		const rows = await db.query
			.selectFrom('file')
			.select(['fileId', 'relativePath', 'sizeBytes', 'modifiedAtMs', 'inode', 'isPresent', 'role'])
			.where('folderId', '=', folderId)
			.where('relativePath', '>', after)
			.$if(end !== null, (query) => query.where('relativePath', '<', end as string))
			.orderBy('relativePath')
			.limit(pageSize)
			.execute();
		for (const row of rows) known.set(row.relativePath, row);
		const last = rows.at(-1);
		if (!last || rows.length < pageSize) return known;
		after = last.relativePath;
	}
};

const noStreams = toJson<readonly MediaStream[]>([]);
const noFacts = toJson<FileFacts>({});

export interface FileWrite {
	readonly fileId: string;
	readonly libraryId: string;
	readonly folderId: string;
	readonly file: WalkedFile;
	readonly probed: ProbeResult | null;
	readonly nowMs: number;
}

/** The row that a walk and a probe make. */
export const rowOf = ({ fileId, libraryId, folderId, file, probed, nowMs }: FileWrite): FileRow => {
	const found = probed?.found ?? null;
	const damage: DamageReason | null = file.damage ?? probed?.damage?.reason ?? null;
	return {
		fileId,
		libraryId,
		folderId,
		relativePath: file.relativePath,
		role: file.role,
		sizeBytes: file.sizeBytes,
		modifiedAtMs: file.modifiedAtMs,
		inode: file.inode,
		headHash: probed?.headHash ?? null,
		container: found?.container ?? null,
		durationMs: found?.durationMs ?? null,
		bitrateBps: found?.bitrateBps ?? null,
		streams: found ? toJson(found.streams) : noStreams,
		facts: found ? toJson(found.facts) : noFacts,
		damage,
		damageDetail: probed?.damage?.detail ?? null,
		seenAt: nowMs,
		isPresent: 1,
	};
};

/** Inserts new files and writes over known ones, by id. */
export const putFiles = async (
	tx: Tx,
	rows: readonly FileRow[],
	knownIds: ReadonlySet<string>,
): Promise<void> => {
	const fresh = rows.filter(({ fileId }) => !knownIds.has(fileId));
	for (const chunk of chunksOf(fresh, rowsAtOnce)) await tx.insertInto('file').values(chunk).execute();
	for (const row of rows) {
		if (!knownIds.has(row.fileId)) continue;
		const { fileId, ...values } = row;
		await tx.updateTable('file').set(values).where('fileId', '=', fileId).execute();
	}
};

/** Files that are gone keep their rows, so that they are known when they come back. */
export const hideFiles = async (tx: Tx, fileIds: readonly string[]): Promise<void> => {
	for (const chunk of chunksOf(fileIds, rowsAtOnce)) {
		await tx.updateTable('file').set({ isPresent: 0 }).where('fileId', 'in', chunk).execute();
	}
};

/** Rows of files that are gone, by what is in them: a file that moved between disks is found again. */
export const goneByHash = async (
	db: Db,
	libraryId: string,
	hashes: readonly string[],
	goneIds: ReadonlySet<string>,
): Promise<Map<string, FileRow>> => {
	const found = new Map<string, FileRow>();
	if (goneIds.size === 0) return found;
	for (const chunk of chunksOf([...goneIds], rowsAtOnce)) {
		const rows = await db.query
			.selectFrom('file')
			.selectAll()
			.where('libraryId', '=', libraryId)
			.where('fileId', 'in', chunk)
			.execute();
		for (const row of rows)
			if (row.headHash !== null && hashes.includes(row.headHash)) found.set(row.headHash, row);
	}
	return found;
};

/** Whole rows of these files, for identifying them again without reading them. */
export const loadFiles = async (db: Db, fileIds: readonly string[]): Promise<FileRow[]> => {
	const rows: FileRow[] = [];
	for (const chunk of chunksOf(fileIds, rowsAtOnce)) {
		rows.push(...(await db.query.selectFrom('file').selectAll().where('fileId', 'in', chunk).execute()));
	}
	return rows;
};

export const streamsOf = (row: FileRow): readonly MediaStream[] =>
	fromJson(row.streams as Json<readonly MediaStream[]>);
export const factsOf = (row: FileRow): FileFacts => fromJson(row.facts as Json<FileFacts>);
