/** Keeps the last few opened sources, so that their indexes are read once. Each holds one descriptor. */
import type { Clock } from '../../platform/clock.ts';
import type { SourceFile } from '../source.ts';
import type { OpenedSource } from './opened-source.ts';

const sourcesMax = 24;
const idleMs = 120_000;
const lookMs = 30_000;

/** The library behind it takes 6 MB: loaded with the first source, not at the start. */
const openSource = async (file: SourceFile): Promise<OpenedSource> => {
	const packaging = await import('./opened-source.ts');
	return packaging.openSource(file);
};

export interface SourceCache extends AsyncDisposable {
	/**
	 * Runs `work` with the source of `file`, which is taken over: kept where it is the first of its
	 * key, else closed. `key` says file and state, so that a changed file is another source.
	 */
	use<Result>(
		key: string,
		file: SourceFile,
		work: (source: OpenedSource) => Promise<Result>,
	): Promise<Result>;
	/** How many are open. */
	size(): number;
}

interface Entry {
	readonly source: Promise<OpenedSource>;
	usedAtMs: number;
	users: number;
}

export const createSourceCache = (needs: { clock: Clock }): SourceCache => {
	const entries = new Map<string, Entry>();

	const drop = async (key: string, entry: Entry): Promise<void> => {
		if (entries.get(key) === entry) entries.delete(key);
		const source = await entry.source.catch(() => null);
		await source?.close();
	};
	/** Least used first: a `Map` keeps the order in which keys were put in, and use puts them in anew. */
	const trim = async (): Promise<void> => {
		const idle = [...entries].filter(([, entry]) => entry.users === 0);
		const overdue = idle.filter(([, entry]) => needs.clock.now() - entry.usedAtMs > idleMs);
		const surplus = idle.slice(0, Math.max(0, entries.size - sourcesMax));
		await Promise.all([...new Map([...overdue, ...surplus])].map(([key, entry]) => drop(key, entry)));
	};
	const ticker = needs.clock.every(lookMs, trim);

	const enter = (key: string, file: SourceFile): Entry => {
		const known = entries.get(key);
		if (known) {
			entries.delete(key);
			entries.set(key, known);
			void file[Symbol.asyncDispose]();
			return known;
		}
		const made: Entry = { source: openSource(file), usedAtMs: needs.clock.now(), users: 0 };
		entries.set(key, made);
		made.source.catch(() => drop(key, made));
		return made;
	};

	return {
		use: async (key, file, work) => {
			const entry = enter(key, file);
			entry.users += 1;
			try {
				return await work(await entry.source);
			} finally {
				entry.users -= 1;
				entry.usedAtMs = needs.clock.now();
				await trim();
			}
		},
		size: () => entries.size,
		[Symbol.asyncDispose]: async () => {
			ticker.stop();
			await Promise.all([...entries].map(([key, entry]) => drop(key, entry)));
		},
	};
};
