/** What lies in a folder below a root, and whether the root itself is there. Never opens a file. */
import { isUtf8 } from 'node:buffer';
import type { BigIntStats, Dirent } from 'node:fs';
import { lstat, opendir, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { inodeOf } from './below.ts';
import { type FileRefusalReason, refusalOf } from './refusal.ts';
import { isInside, partsBelow, resolveBelow, resolveBelowReal, resolveRoot } from './resolve.ts';

/** Entries looked at together: enough to keep the thread pool busy, few enough to stay a small array. */
const batchEntries = 64;

interface Named {
	readonly name: string;
	/** Below the root, with `/` between, as `openBelow` takes it. */
	readonly relativePath: string;
}

/** A link that stays below the root shows as what it leads to, under its own name. */
export interface FoundEntry extends Named {
	readonly kind: 'file' | 'folder' | 'other';
	readonly sizeBytes: number;
	readonly modifiedAtMs: number;
	/** `device:inode` */
	readonly inode: string;
}

/** A name that is not UTF-8: can be told to people (`name` has its bytes as `\xNN`), can never be opened. */
export interface UnnamableEntry extends Named {
	readonly kind: 'unnamable';
}

/**
 * An entry, or the folder itself, that could not be looked at; `loop` is a folder that contains itself by a
 * link.
 */
export interface ProblemEntry extends Named {
	readonly kind: 'problem';
	readonly reason: FileRefusalReason | 'loop';
}

export type FolderEntry = FoundEntry | UnnamableEntry | ProblemEntry;

/** A name for people where the bytes are no UTF-8: printable ASCII as it is, every other byte as `\xNN`. */
export const escapedName = (bytes: Uint8Array): string =>
	Array.from(bytes, (byte) =>
		byte >= 0x20 && byte < 0x7f && byte !== 0x5c
			? String.fromCharCode(byte)
			: `\\x${byte.toString(16).padStart(2, '0')}`,
	).join('');

interface Place {
	readonly rootPath: string;
	readonly folderPath: string;
	readonly relativePath: string;
	/** Inodes of the folder and of all folders on the way to it. */
	readonly ancestors: ReadonlySet<string>;
}

const found = (named: Named, facts: BigIntStats): FoundEntry => ({
	...named,
	kind: facts.isFile() ? 'file' : facts.isDirectory() ? 'folder' : 'other',
	sizeBytes: Number(facts.size),
	modifiedAtMs: Number(facts.mtimeMs),
	inode: inodeOf(facts),
});

/** Null where the link leads out of the root. */
const followLink = async (place: Place, path: string): Promise<BigIntStats | null> => {
	const target = await realpath(path);
	return isInside(place.rootPath, target) ? await stat(target, { bigint: true }) : null;
};

const look = async (place: Place, dirent: Dirent<Buffer>): Promise<FolderEntry> => {
	const prefix = place.relativePath === '' ? '' : `${place.relativePath}/`;
	if (!isUtf8(dirent.name)) {
		const name = escapedName(dirent.name);
		return { kind: 'unnamable', name, relativePath: prefix + name };
	}
	const name = dirent.name.toString('utf8');
	const named = { name, relativePath: prefix + name };
	try {
		const path = join(place.folderPath, name);
		const own = await lstat(path, { bigint: true });
		const facts = own.isSymbolicLink() ? await followLink(place, path) : own;
		if (!facts) return { ...named, kind: 'problem', reason: 'outside' };
		if (facts.isDirectory() && place.ancestors.has(inodeOf(facts))) {
			return { ...named, kind: 'problem', reason: 'loop' };
		}
		return found(named, facts);
	} catch (error) {
		return { ...named, kind: 'problem', reason: refusalOf(error).reason };
	}
};

const inodesOnTheWay = async (rootPath: string, relativePath: string): Promise<ReadonlySet<string>> => {
	const parts = partsBelow(relativePath);
	const paths = [rootPath, ...parts.map((_, index) => join(rootPath, ...parts.slice(0, index + 1)))];
	return new Set(await Promise.all(paths.map(async (path) => inodeOf(await stat(path, { bigint: true })))));
};

/** The way from a root to a folder, found once, so that a walk need not find it again for each folder. */
export interface FolderTrail {
	/** The root without links. */
	readonly rootPath: string;
	/** Inodes of the folder and of all folders on the way to it. */
	readonly inodes: ReadonlySet<string>;
}

/** The way to where a walk begins. @throws FileRefusal */
export const trailTo = async (root: string, relativePath: string): Promise<FolderTrail> => {
	try {
		const { rootPath } = await resolveBelow(root, relativePath);
		return { rootPath, inodes: await inodesOnTheWay(rootPath, relativePath) };
	} catch (error) {
		throw refusalOf(error);
	}
};

/** The way on into a folder that was found where `trail` ends. */
export const trailInto = (trail: FolderTrail, folder: FoundEntry): FolderTrail => ({
	rootPath: trail.rootPath,
	inodes: new Set(trail.inodes).add(folder.inode),
});

/**
 * The entries of one folder, not of the folders in it, in no order. `relativePath` is `''` for the root. A
 * folder that cannot be read gives one `problem` entry that carries its own name, and nothing is thrown:
 * the scan goes on. A `trail` that leads to this folder saves half of the questions to the file system; where
 * the folder itself leads is asked every time.
 */
export async function* listBelow(
	root: string,
	relativePath: string,
	trail?: FolderTrail,
): AsyncGenerator<FolderEntry> {
	const folder: Named = { name: relativePath.slice(relativePath.lastIndexOf('/') + 1), relativePath };
	let place: Place;
	let dirents: Dirent<Buffer>[];
	try {
		const { rootPath, realPath } = await (trail
			? resolveBelowReal(trail.rootPath, relativePath)
			: resolveBelow(root, relativePath));
		const ancestors = trail?.inodes ?? (await inodesOnTheWay(rootPath, relativePath));
		place = { rootPath, folderPath: realPath, relativePath, ancestors };
		dirents = await readdir(realPath, { withFileTypes: true, encoding: 'buffer' });
	} catch (error) {
		yield { ...folder, kind: 'problem', reason: refusalOf(error).reason };
		return;
	}
	for (let start = 0; start < dirents.length; start += batchEntries) {
		const batch = dirents.slice(start, start + batchEntries);
		yield* await Promise.all(batch.map((dirent) => look(place, dirent)));
	}
}

/** Whether a root is there. Only of a `present` one may be concluded that what it lacks is gone. */
export interface FolderState {
	readonly state: 'present' | 'missing' | 'empty' | 'unreadable';
	/** Device number; null where nothing answers. May change when the machine starts anew. */
	readonly device: string | null;
	/** The root's own inode; another one at the same path is another disk, or none mounted. */
	readonly inode: string | null;
}

/** Made by file systems themselves: a disk with only this is empty. */
const ownNames = new Set(['lost+found', '.Trash-0', 'System Volume Information']);

const isEmptyFolder = async (path: string): Promise<boolean> => {
	for await (const entry of await opendir(path)) {
		if (!ownNames.has(entry.name)) return false;
	}
	return true;
};

/** Looks at a library's root so that a scan can tell "this folder is away" from "its files are gone". */
export const folderState = async (root: string): Promise<FolderState> => {
	let device: string | null = null;
	let inode: string | null = null;
	try {
		const rootPath = await resolveRoot(root);
		const facts = await stat(rootPath, { bigint: true });
		device = facts.dev.toString();
		inode = facts.ino.toString();
		if (!facts.isDirectory()) return { state: 'missing', device: null, inode: null };
		return { state: (await isEmptyFolder(rootPath)) ? 'empty' : 'present', device, inode };
	} catch (error) {
		const isUnreadable = refusalOf(error).reason === 'unreadable';
		return { state: isUnreadable ? 'unreadable' : 'missing', device, inode };
	}
};
