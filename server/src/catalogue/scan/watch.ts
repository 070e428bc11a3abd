/** Notices changes: by the system's own events where a folder sends them, by the clock everywhere. */
import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import type { WatchableFolder } from './scan-library.ts';
import type { ScanNeeds } from './scan-needs.ts';

/** A copy writes many times: a folder is looked at when it has been still for this long. */
const stillMs = 3_000;
/** Changes in more folders than this at once make it a scan of everything. */
const touchedMax = 50;
/**
 * Folders watched at once; those beyond are left to the clock, as the system's own bound is shared with
 * others.
 */
const watchedMax = 4_096;

export interface Watching {
	/** Watches one folder, not those below it; a scan calls it for each that it looks into. Twice is fine. */
	watchFolder(folder: WatchableFolder, relativePath: string): void;
	/** Stops watching what belongs to no library any more. */
	refresh(): Promise<void>;
	stop(): void;
}

export interface WatchOptions {
	readonly pollMinutes: number;
	readonly rescan: (libraryId: string, only?: ReadonlyMap<string, readonly string[]>) => Promise<void>;
}

/**
 * What to look through: folders at the top, since pictures and NFO files above a season tell what it
 * belongs to. A change at the very top is one of the whole library folder.
 */
const topmost = (folders: ReadonlySet<string>): string[] => {
	const tops = new Set([...folders].map((folder) => folder.split('/')[0] ?? ''));
	return tops.has('') || tops.size > touchedMax ? [''] : [...tops];
};

interface Touched {
	readonly libraryId: string;
	readonly folders: Set<string>;
	lastMs: number;
}

/** Collects what was touched until it is still. */
const createTouches = (needs: Pick<ScanNeeds, 'clock'>, rescan: WatchOptions['rescan']) => {
	const touched = new Map<string, Touched>();
	return {
		note: ({ folderId, libraryId }: WatchableFolder, relativePath: string): void => {
			const entry = touched.get(folderId) ?? { libraryId, folders: new Set<string>(), lastMs: 0 };
			entry.folders.add(relativePath);
			entry.lastMs = needs.clock.elapsedMs();
			touched.set(folderId, entry);
		},
		flush: (): void => {
			for (const [folderId, entry] of touched) {
				if (needs.clock.elapsedMs() - entry.lastMs < stillMs) continue;
				touched.delete(folderId);
				void rescan(entry.libraryId, new Map([[folderId, topmost(entry.folders)]]));
			}
		},
	};
};

/** Watches until stopped. A system that cannot watch a folder leaves it to the clock. */
export const watchFolders = (needs: ScanNeeds, options: WatchOptions): Watching => {
	const watched = new Map<string, Map<string, FSWatcher>>();
	const touches = createTouches(needs, options.rescan);
	let count = 0;
	const drop = (folderId: string, relativePath: string): void => {
		const watcher = watched.get(folderId)?.get(relativePath);
		if (!watcher) return;
		watcher.close();
		watched.get(folderId)?.delete(relativePath);
		count -= 1;
	};
	const watchFolder = (folder: WatchableFolder, relativePath: string): void => {
		const those = watched.get(folder.folderId) ?? new Map<string, FSWatcher>();
		watched.set(folder.folderId, those);
		if (those.has(relativePath) || count >= watchedMax) return;
		try {
			const path = join(folder.path, relativePath);
			const watcher = watch(path, { persistent: false }, () => touches.note(folder, relativePath));
			watcher.on('error', () => drop(folder.folderId, relativePath));
			those.set(relativePath, watcher);
			count += 1;
		} catch {
			// Gone already, or the system's bound is met: the clock looks here.
		}
	};
	const refresh = async (): Promise<void> => {
		const folders = await needs.db.query.selectFrom('libraryFolder').select('folderId').execute();
		const wanted = new Set(folders.map(({ folderId }) => folderId));
		for (const [folderId, those] of watched) {
			if (wanted.has(folderId)) continue;
			for (const relativePath of [...those.keys()]) drop(folderId, relativePath);
			watched.delete(folderId);
		}
	};
	const flushing = needs.clock.every(1_000, touches.flush);
	const polling = needs.clock.every(options.pollMinutes * 60_000, async () => {
		const libraries = await needs.db.query.selectFrom('library').select('libraryId').execute();
		for (const { libraryId } of libraries) await options.rescan(libraryId);
	});
	return {
		watchFolder,
		refresh,
		stop: () => {
			flushing.stop();
			polling.stop();
			for (const those of watched.values()) for (const watcher of those.values()) watcher.close();
			watched.clear();
		},
	};
};
