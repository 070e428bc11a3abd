/** Notices changes: by the system's own events where a folder sends them, by the clock everywhere. */
import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';
import type { ScanNeeds } from './scan-needs.ts';

/** A copy writes many times: a folder is looked at when it has been still for this long. */
const stillMs = 3_000;
/** Changes in more folders than this at once make it a scan of everything. */
const foldersMax = 50;

export interface Watching {
	/** Watches the libraries there are now. */
	refresh(): Promise<void>;
	stop(): void;
}

interface WatchedFolder {
	readonly folderId: string;
	readonly libraryId: string;
	readonly watcher: FSWatcher | null;
}

export interface WatchOptions {
	readonly pollMinutes: number;
	readonly rescan: (libraryId: string, only?: ReadonlyMap<string, readonly string[]>) => Promise<void>;
}

/** Folders that hold others of the list are enough. */
const topmost = (folders: readonly string[]): string[] => {
	const sorted = [...new Set(folders)].sort();
	return sorted.filter(
		(folder) => !sorted.some((other) => other !== folder && (other === '' || folder.startsWith(`${other}/`))),
	);
};

/** Watches until stopped. A system that cannot watch a folder leaves it to the clock. */
export const watchFolders = (needs: ScanNeeds, options: WatchOptions): Watching => {
	const watched = new Map<string, WatchedFolder>();
	const touched = new Map<
		string,
		{ libraryId: string; folderId: string; folders: Set<string>; lastMs: number }
	>();
	const note = (folder: { folderId: string; libraryId: string }, name: string | null): void => {
		const entry = touched.get(folder.folderId) ?? { ...folder, folders: new Set<string>(), lastMs: 0 };
		const path = (name ?? '').replaceAll('\\', '/');
		const parent = dirname(path);
		entry.folders.add(parent === '.' ? '' : parent);
		entry.lastMs = needs.clock.elapsedMs();
		touched.set(folder.folderId, entry);
	};
	const flush = (): void => {
		for (const [folderId, entry] of touched) {
			if (needs.clock.elapsedMs() - entry.lastMs < stillMs) continue;
			touched.delete(folderId);
			const folders = entry.folders.size > foldersMax ? [''] : topmost([...entry.folders]);
			void options.rescan(entry.libraryId, new Map([[folderId, folders]]));
		}
	};
	const open = (folder: { folderId: string; libraryId: string; path: string }): WatchedFolder => {
		try {
			const watcher = watch(folder.path, { recursive: true, persistent: false }, (_, name) =>
				note(folder, name),
			);
			watcher.on('error', () => watcher.close());
			return { ...folder, watcher };
		} catch {
			return { ...folder, watcher: null };
		}
	};
	const refresh = async (): Promise<void> => {
		const folders = await needs.db.query
			.selectFrom('libraryFolder')
			.select(['folderId', 'libraryId', 'path'])
			.execute();
		const wanted = new Set(folders.map(({ folderId }) => folderId));
		for (const [folderId, folder] of watched) {
			if (wanted.has(folderId)) continue;
			folder.watcher?.close();
			watched.delete(folderId);
		}
		for (const folder of folders)
			if (!watched.has(folder.folderId)) watched.set(folder.folderId, open(folder));
	};
	const flushing = needs.clock.every(1_000, flush);
	const polling = needs.clock.every(options.pollMinutes * 60_000, async () => {
		const libraries = await needs.db.query.selectFrom('library').select('libraryId').execute();
		for (const { libraryId } of libraries) await options.rescan(libraryId);
	});
	return {
		refresh,
		stop: () => {
			flushing.stop();
			polling.stop();
			for (const { watcher } of watched.values()) watcher?.close();
			watched.clear();
		},
	};
};
