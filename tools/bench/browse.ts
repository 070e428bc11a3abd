/**
 * `npm run bench -- browse`: windows into lists and search as one types over a million works, on both
 * databases, over HTTP as a signed-in person; beside the same questions as bare SQL.
 */
import { listItems, search } from '@holdfast/contract/catalogue';
import { embeddedEngine } from './browse/embedded.ts';
import type { Bare, FilledEngine } from './browse/engine.ts';
import { type Large, largeCatalogue } from './browse/rows.ts';
import { postgresEngine } from './browse/server-engine.ts';
import { createChance, createTitles } from './browse/titles.ts';
import { becomeOwner, type Person } from './owner.ts';
import { type Bench, percentile, rounded, type Tell } from './report.ts';
import { startServer } from './server.ts';

const sizes = {
	whole: { items: 1_000_000, pages: 1_500, searches: 1_500 },
	small: { items: 3_000, pages: 40, searches: 40 },
};
const pageSize = 100;
const sorts = ['title', 'added', 'year'] as const;
const orders = ['asc', 'desc'] as const;
/** A person begins to see results at two letters; at six they have mostly found it. */
const lettersMin = 2;
const lettersMax = 6;

const timed = async (work: () => Promise<unknown>): Promise<number> => {
	const startedMs = performance.now();
	await work();
	return performance.now() - startedMs;
};

/** What people type: the first words of a title, the last one only begun. */
const typedTexts = (count: number): string[] => {
	const chance = createChance(7);
	const titles = createTitles(chance);
	return Array.from({ length: count }, () => {
		const words = titles
			.title()
			.toLowerCase()
			.split(' ')
			.slice(0, 1 + Math.floor(chance() * 3));
		const letters = lettersMin + Math.floor(chance() * (lettersMax - lettersMin + 1));
		return words.map((word, index) => (index === words.length - 1 ? word.slice(0, letters) : word)).join(' ');
	});
};

/** Each list with the share of all works that it and those before it hold. */
const lists = (large: Large): readonly { libraryId: string; total: number; upTo: number }[] => {
	const all = large.libraries.reduce((sum, { itemCount }) => sum + itemCount, 0);
	let before = 0;
	return large.libraries.map(({ libraryId, itemCount }) => {
		before += itemCount;
		return { libraryId, total: itemCount, upTo: before / all };
	});
};

interface Measured {
	readonly browseP95Ms: number;
	readonly browseP99Ms: number;
	readonly searchP99Ms: number;
	readonly searchP95Ms: number;
	readonly firstWindowMaxMs: number;
	readonly barePageP95Ms: number;
	readonly bareSearchP99Ms: number;
}

const askWindow = async (
	person: Person,
	libraryId: string,
	sort: (typeof sorts)[number],
	order: (typeof orders)[number],
	from: number,
) => {
	const query = { sort, order, from, limit: pageSize };
	return person.call(listItems, { params: { libraryId }, query });
};

/** The first look at each list after a change makes its table of places; told apart from the others. */
const openLists = async (person: Person, large: Large): Promise<number> => {
	let slowestMs = 0;
	for (const { libraryId } of large.libraries) {
		for (const sort of sorts) {
			for (const order of orders)
				slowestMs = Math.max(slowestMs, await timed(() => askWindow(person, libraryId, sort, order, 0)));
		}
	}
	return slowestMs;
};

const browse = async (person: Person, large: Large, count: number): Promise<number[]> => {
	const chance = createChance(11);
	const all = lists(large);
	const tookMs: number[] = [];
	for (let index = 0; index < count; index += 1) {
		// Half of all looks go to the longest list, the rest to lists by their length.
		const among = chance();
		const list = (index % 2 === 0 ? null : all.find(({ upTo }) => among < upTo)) ?? all[0];
		if (!list) throw new Error('There is no list.');
		const from = Math.floor(chance() * Math.max(1, list.total - pageSize));
		const sort = sorts[index % sorts.length] as (typeof sorts)[number];
		const order = orders[Math.floor(index / sorts.length) % orders.length] as (typeof orders)[number];
		const startedMs = performance.now();
		const { items } = await askWindow(person, list.libraryId, sort, order, from);
		tookMs.push(performance.now() - startedMs);
		if (items.length !== Math.min(pageSize, list.total - from) && list.total > pageSize && sort !== 'year')
			throw new Error(`A window from ${from} of ${list.total} had ${items.length} items.`);
	}
	return tookMs;
};

const bareTimes = async (bare: Bare, texts: readonly string[]) => {
	const chance = createChance(11);
	const pages: number[] = [];
	const searches: number[] = [];
	for (const text of texts) {
		const share = chance();
		pages.push(await timed(() => bare.page(share)));
		searches.push(await timed(() => bare.search(text.split(' '))));
	}
	return { pages, searches };
};

const searchAll = async (person: Person, texts: readonly string[]): Promise<number[]> => {
	const tookMs: number[] = [];
	let found = 0;
	for (const q of texts) {
		const startedMs = performance.now();
		const { items } = await person.call(search, { query: { q } });
		tookMs.push(performance.now() - startedMs);
		if (items.length > 0) found += 1;
	}
	if (found < texts.length / 2) throw new Error(`Only ${found} of ${texts.length} searches found anything.`);
	return tookMs;
};

const measure = async (
	engine: FilledEngine,
	large: Large,
	counts: { pages: number; searches: number },
	tell: Tell,
): Promise<Measured> => {
	const startedMs = performance.now();
	await using server = await startServer({ settings: engine.settings, prepare: engine.prepare });
	tell(
		`${engine.name}: filled with ${large.itemCount} works and started in ${Math.round((performance.now() - startedMs) / 1000)} s`,
	);
	const person = await becomeOwner(server);
	const texts = typedTexts(counts.searches);
	const firstWindowMaxMs = await openLists(person, large);
	const pages = await browse(person, large, counts.pages);
	const searches = await searchAll(person, texts);
	await using bare = await engine.openBare(server.dataFolder);
	const bareMs = await bareTimes(bare, texts);
	const found = {
		browseP95Ms: rounded(percentile(pages, 0.95)),
		browseP99Ms: rounded(percentile(pages, 0.99)),
		searchP99Ms: rounded(percentile(searches, 0.99)),
		searchP95Ms: rounded(percentile(searches, 0.95)),
		firstWindowMaxMs: rounded(firstWindowMaxMs),
		barePageP95Ms: rounded(percentile(bareMs.pages, 0.95), 2),
		bareSearchP99Ms: rounded(percentile(bareMs.searches, 0.99), 2),
	};
	tell(`${engine.name}: ${JSON.stringify(found)}`);
	const slowest = searches.map((ms, index) => [ms, texts[index]] as const).sort(([a], [b]) => b - a);
	tell(
		`slowest searches: ${slowest
			.slice(0, 5)
			.map(([ms, text]) => `${text} ${Math.round(ms)} ms`)
			.join(', ')}`,
	);
	return found;
};

export const browseBench: Bench = async (tell, { isSmall }) => {
	const { items, pages, searches } = isSmall ? sizes.small : sizes.whole;
	const large = largeCatalogue(items);
	const engines: Record<string, Measured> = {};
	const makers = [async () => embeddedEngine(large), () => postgresEngine(large)];
	for (const make of makers) {
		await using engine = await make();
		engines[engine.name] = await measure(engine, large, { pages, searches }, tell);
	}
	const worst = (field: keyof Measured): number =>
		Math.max(...Object.values(engines).map((each) => each[field]));
	const over = (ours: keyof Measured, bare: keyof Measured): number =>
		rounded(Math.max(...Object.values(engines).map((each) => each[ours] / each[bare])), 2);
	return {
		name: 'browse',
		figures: {
			items: large.itemCount,
			browseP95Ms: worst('browseP95Ms'),
			browseP99Ms: worst('browseP99Ms'),
			searchP99Ms: worst('searchP99Ms'),
			engines,
		},
		yardstick: { barePageP95Ms: worst('barePageP95Ms'), bareSearchP99Ms: worst('bareSearchP99Ms') },
		ratio: {
			browseToBareSql: over('browseP95Ms', 'barePageP95Ms'),
			searchToBareSql: over('searchP99Ms', 'bareSearchP99Ms'),
		},
	};
};
