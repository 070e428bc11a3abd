/** What a walk found against what is known: new, changed, moved, gone. Pure. */
import type { WalkedFile } from './walk.ts';

/** A file as the database knows it, as far as comparing needs. */
export interface KnownFile {
	readonly fileId: string;
	readonly relativePath: string;
	readonly sizeBytes: number;
	readonly modifiedAtMs: number;
	readonly inode: string;
	readonly isPresent: number;
	readonly role: string;
}

export interface Comparison {
	/**
	 * Not known, or known with another size, time or inode, or back again. `known` is the row to write over.
	 */
	readonly changed: readonly {
		readonly file: WalkedFile;
		readonly known: KnownFile | null;
		readonly isMoved: boolean;
	}[];
	/** Present in the database, not on the disk. */
	readonly gone: readonly KnownFile[];
	readonly unchangedCount: number;
}

/**
 * The number of the device changes when a machine starts anew, and some network shares invent inodes at
 * each mount: the same path with the same size and time is the same file whatever its inode says.
 */
const isSame = (file: WalkedFile, known: KnownFile): boolean =>
	known.isPresent === 1 &&
	known.sizeBytes === file.sizeBytes &&
	known.modifiedAtMs === file.modifiedAtMs &&
	known.role === file.role;

const moveKey = (file: { sizeBytes: number; modifiedAtMs: number; inode: string }): string =>
	`${file.inode}|${file.sizeBytes}|${file.modifiedAtMs}`;

const liesBelow = (path: string, folders: readonly string[]): boolean =>
	folders.some((folder) => folder === '' || path === folder || path.startsWith(`${folder}/`));

/** Compares. Files below a folder that could not be read count as unchanged. */
export const compare = (
	files: readonly WalkedFile[],
	known: ReadonlyMap<string, KnownFile>,
	unseenFolders: readonly string[],
): Comparison => {
	const seen = new Set<string>();
	const fresh: { file: WalkedFile; known: KnownFile | null }[] = [];
	let unchangedCount = 0;
	for (const file of files) {
		seen.add(file.relativePath);
		const row = known.get(file.relativePath);
		if (row && isSame(file, row)) unchangedCount += 1;
		else fresh.push({ file, known: row ?? null });
	}
	const missing = [...known.values()].filter(
		(row) =>
			row.isPresent === 1 && !seen.has(row.relativePath) && !liesBelow(row.relativePath, unseenFolders),
	);
	const gone = new Map(missing.map((row) => [moveKey(row), row]));
	const moved = new Set<string>();
	const changed = fresh.map(({ file, known: row }) => {
		const origin = row === null && file.inode !== '' ? gone.get(moveKey(file)) : undefined;
		if (!origin || moved.has(origin.fileId) || origin.role !== file.role)
			return { file, known: row, isMoved: false };
		moved.add(origin.fileId);
		return { file, known: origin, isMoved: true };
	});
	return { changed, gone: missing.filter(({ fileId }) => !moved.has(fileId)), unchangedCount };
};
