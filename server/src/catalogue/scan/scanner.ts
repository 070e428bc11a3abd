/** Runs scans: one at a time for each library, with progress, by request, by change and by the clock. */
import type { LiveEvent } from '@holdfast/contract/system';
import { gridKinds } from '../reads/lists.ts';
import { type ScanCounts, type ScanRequest, scanLibrary } from './scan-library.ts';
import type { ScanNeeds } from './scan-needs.ts';
import { watchFolders, type Watching } from './watch.ts';

/** Progress events of one library, at most one in this time. */
const eventPauseMs = 250;

export interface Scanner extends AsyncDisposable {
	/** Scans now, or once more after the scan that runs. Resolves when that scan is done. */
	scan(libraryId: string): Promise<void>;
	isScanning(libraryId: string): boolean;
	isAnyScanning(): boolean;
	/** Libraries came or went: watches those that are there. Nothing where nothing is watched. */
	refreshWatching(): Promise<void>;
	/** Ends a library's scan and forgets it. */
	forget(libraryId: string): Promise<void>;
	/** Begins to watch folders and to look through all of them every `pollMinutes`. */
	watch(pollMinutes: number): Promise<void>;
	/** When a library was last looked through, also where nothing had changed. */
	lookedAt(libraryId: string): number | null;
}

export interface ScannerNeeds extends ScanNeeds {
	readonly onEvent: (event: LiveEvent) => void;
}

interface Running {
	readonly stopping: AbortController;
	readonly done: Promise<void>;
	/** Asked for while it ran. */
	next: Promise<void> | null;
}

/** Builds the scanner; nothing runs until it is asked. */
export const createScanner = (needs: ScannerNeeds): Scanner => {
	const running = new Map<string, Running>();
	const looked = new Map<string, number>();
	let watching: Watching | null = null;
	let isClosed = false;

	const run = async (
		libraryId: string,
		stopping: AbortController,
		only?: ReadonlyMap<string, readonly string[]>,
	): Promise<void> => {
		const report = reporter(needs, libraryId);
		const request: ScanRequest = {
			libraryId,
			signal: stopping.signal,
			onProgress: report.progress,
			onFolder: (folder, relativePath) => watching?.watchFolder(folder, relativePath),
			...(only ? { only } : {}),
		};
		try {
			const counts = await scanLibrary(needs, request);
			looked.set(libraryId, needs.clock.now());
			await report.end('finished', counts);
		} catch (error) {
			if (stopping.signal.aborted) return;
			needs.log.error({ err: error, libraryId }, 'a scan failed');
			// The database itself may be what failed; nobody waits for a second error.
			await report.end('failed', null).catch(() => {});
		}
	};
	const start = (libraryId: string, only?: ReadonlyMap<string, readonly string[]>): Promise<void> => {
		if (isClosed) return Promise.resolve();
		const current = running.get(libraryId);
		if (current) {
			current.next ??= current.done.then(() => start(libraryId));
			return current.next;
		}
		const stopping = new AbortController();
		const done = run(libraryId, stopping, only).finally(() => running.delete(libraryId));
		running.set(libraryId, { stopping, done, next: null });
		return done;
	};
	const stop = async (libraryId: string): Promise<void> => {
		const current = running.get(libraryId);
		current?.stopping.abort();
		await current?.done;
	};
	return {
		scan: (libraryId) => start(libraryId),
		isScanning: (libraryId) => running.has(libraryId),
		isAnyScanning: () => running.size > 0,
		lookedAt: (libraryId) => looked.get(libraryId) ?? null,
		forget: async (libraryId) => {
			await stop(libraryId);
			looked.delete(libraryId);
		},
		refreshWatching: async () => {
			await watching?.refresh();
		},
		watch: async (pollMinutes) => {
			watching ??= watchFolders(needs, { pollMinutes, rescan: start });
			await watching.refresh();
		},
		[Symbol.asyncDispose]: async () => {
			isClosed = true;
			watching?.stop();
			await Promise.all([...running.keys()].map(stop));
		},
	};
};

interface Reporter {
	progress(counts: ScanCounts): void;
	end(state: 'finished' | 'failed', counts: ScanCounts | null): Promise<void>;
}

/** What grids show: films, series, albums, photo albums. */
const countItems = async ({ db }: ScannerNeeds, libraryId: string): Promise<number> => {
	const row = await db.query
		.selectFrom('item')
		.select((eb) => eb.fn.countAll<number>().as('count'))
		.where('libraryId', '=', libraryId)
		.where('kind', 'in', Object.values(gridKinds))
		.where('isPresent', '=', 1)
		.executeTakeFirstOrThrow();
	return Number(row.count);
};

const reporter = (needs: ScannerNeeds, libraryId: string): Reporter => {
	let sentAt = Number.NEGATIVE_INFINITY;
	let last: ScanCounts | null = null;
	let isEnded = false;
	const send = async (state: 'running' | 'finished' | 'failed'): Promise<void> => {
		const itemsTotal = await countItems(needs, libraryId);
		// A count that comes late must not say "running" of a scan that is over.
		if (isEnded && state === 'running') return;
		const { filesSeen = 0, filesProbed = 0, filesDamaged = 0, filesTotal = null } = last ?? {};
		const counts = { filesSeen, filesProbed, filesDamaged, filesTotal, itemsTotal };
		needs.onEvent({ kind: 'scan', libraryId, state, ...counts });
	};
	return {
		progress: (counts) => {
			last = counts;
			if (needs.clock.elapsedMs() - sentAt < eventPauseMs) return;
			sentAt = needs.clock.elapsedMs();
			send('running').catch(() => {});
		},
		end: async (state, counts) => {
			isEnded = true;
			last = counts ?? last;
			await send(state);
			if (counts !== null && counts.changes > 0) needs.onEvent({ kind: 'library-changed', libraryId });
		},
	};
};
