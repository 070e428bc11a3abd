/** Looks through a library folder: names, sizes and times, never contents. */
import {
	type FolderEntry,
	type FolderTrail,
	listBelow,
	trailInto,
	trailTo,
} from '../../platform/files/list.ts';
import {
	isExtra,
	isExtrasFolder,
	isIgnoredFile,
	isIgnoredFolder,
	isMediaName,
	isSubtitle,
	parseArtwork,
} from '../naming/beside.ts';
import { extensionOf } from '../naming/words.ts';
import type { FileRole } from '../tables.ts';
import type { DamageReason, LibraryKind } from '../values.ts';

export interface WalkedFile {
	readonly relativePath: string;
	readonly role: FileRole;
	readonly sizeBytes: number;
	readonly modifiedAtMs: number;
	readonly inode: string;
	/** What is wrong without opening it: a link that leads outside, a name that is no text. */
	readonly damage: DamageReason | null;
}

export interface Walked {
	readonly files: readonly WalkedFile[];
	/** Folders that could not be read: nothing may be concluded about what lies below them. */
	readonly unseenFolders: readonly string[];
}

/** Folders listed at once. */
const foldersAtOnce = 8;
/** Deeper trees are links or mistakes. */
const depthMax = 32;
/** A library folder with more files than this is cut there. */
const filesMax = 5_000_000;

const roleOf = (path: string, kind: LibraryKind): FileRole | null => {
	if (isMediaName(path, kind)) {
		if (kind === 'music' || kind === 'photos') return 'media';
		return isExtra(path) ? null : 'media';
	}
	if (kind === 'photos') return null;
	if (kind !== 'music' && isSubtitle(path)) return 'subtitle';
	if (parseArtwork(path)) return 'image';
	if (kind !== 'music' && extensionOf(path) === 'nfo') return 'nfo';
	return null;
};

const problemDamage = (reason: string): DamageReason =>
	reason === 'outside' || reason === 'loop' ? 'link-outside' : 'unreadable';

const unprobed = (relativePath: string, damage: DamageReason): WalkedFile => ({
	relativePath,
	role: 'media',
	sizeBytes: 0,
	modifiedAtMs: 0,
	inode: '',
	damage,
});

const isEntered = (name: string, path: string, kind: LibraryKind): boolean => {
	if (isIgnoredFolder(name, kind === 'photos')) return false;
	const isTop = !path.includes('/');
	return kind === 'photos' || kind === 'music' || isTop || !isExtrasFolder(name);
};

interface Gathering {
	readonly kind: LibraryKind;
	readonly files: WalkedFile[];
	readonly unseen: string[];
	readonly folders: Waiting[];
}

/** A folder to be listed, and the way to it as far as it is known. */
interface Waiting {
	readonly path: string;
	readonly trail: FolderTrail | undefined;
}

const gather = (into: Gathering, entry: FolderEntry, { path: folder, trail }: Waiting): void => {
	if (entry.kind === 'unnamable') {
		if (roleOf(entry.relativePath, into.kind) === 'media')
			into.files.push(unprobed(entry.relativePath, 'name-not-text'));
		return;
	}
	if (entry.kind === 'problem') {
		if (entry.relativePath === folder) into.unseen.push(folder);
		else if (entry.reason !== 'absent' && roleOf(entry.relativePath, into.kind) === 'media') {
			into.files.push(unprobed(entry.relativePath, problemDamage(entry.reason)));
		} else if (entry.reason === 'unreadable' || entry.reason === 'away') into.unseen.push(entry.relativePath);
		return;
	}
	if (entry.kind === 'folder') {
		const depth = entry.relativePath.split('/').length;
		if (depth <= depthMax && isEntered(entry.name, entry.relativePath, into.kind))
			into.folders.push({ path: entry.relativePath, trail: trail && trailInto(trail, entry) });
		return;
	}
	if (entry.kind !== 'file' || isIgnoredFile(entry.name)) return;
	const role = roleOf(entry.relativePath, into.kind);
	if (role === null) return;
	const { relativePath, sizeBytes, modifiedAtMs, inode } = entry;
	into.files.push({ relativePath, role, sizeBytes, modifiedAtMs, inode, damage: null });
};

/** An empty `.ignore` or `.nomedia` in a folder keeps the scan out of it; the root's own is obeyed too. */
const ignoreFiles: ReadonlySet<string> = new Set(['.ignore', '.nomedia', '.plexignore', '.ndignore']);

const listFolder = async (rootPath: string, folder: Waiting, kind: LibraryKind): Promise<Gathering> => {
	const found: Gathering = { kind, files: [], unseen: [], folders: [] };
	let isIgnored = false;
	for await (const entry of listBelow(rootPath, folder.path, folder.trail)) {
		if (entry.kind === 'file' && entry.sizeBytes === 0 && ignoreFiles.has(entry.name)) isIgnored = true;
		gather(found, entry, folder);
	}
	return isIgnored ? { kind, files: [], unseen: [], folders: [] } : found;
};

/**
 * Every file of interest below `start` (the whole root by default). `onSeen` counts as it goes, folder by
 * folder.
 */
export const walkFolder = async (
	place: { readonly rootPath: string; readonly kind: LibraryKind; readonly start?: string },
	onSeen: (count: number, folder: string) => void,
	signal: AbortSignal,
): Promise<Walked> => {
	const files: WalkedFile[] = [];
	const unseenFolders: string[] = [];
	const start = place.start ?? '';
	const trail = await trailTo(place.rootPath, start).catch(() => undefined);
	const waiting: Waiting[] = [{ path: start, trail }];
	let active = 0;
	const runner = async (): Promise<void> => {
		for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
			signal.throwIfAborted();
			const found = await listFolder(place.rootPath, folder, place.kind);
			for (const file of found.files) if (files.length < filesMax) files.push(file);
			unseenFolders.push(...found.unseen);
			waiting.push(...found.folders);
			onSeen(found.files.length, folder.path);
			spread();
		}
	};
	const running = new Set<Promise<void>>();
	// Several may fail at once, as when the scan is stopped: the first is thrown when all have ended.
	const failures: unknown[] = [];
	const spread = (): void => {
		while (active < foldersAtOnce && waiting.length > active && failures.length === 0) {
			active += 1;
			const run = runner()
				.catch((error: unknown) => {
					failures.push(error);
				})
				.finally(() => {
					active -= 1;
					running.delete(run);
				});
			running.add(run);
		}
	};
	spread();
	while (running.size > 0) await Promise.all(running);
	if (failures.length > 0) throw failures[0];
	return { files, unseenFolders };
};
