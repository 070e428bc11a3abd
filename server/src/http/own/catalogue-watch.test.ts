/** Where a viewer stands, merged into cards and pages. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CardValue, ChildValue, DetailValue } from '../../catalogue/index.ts';
import { mergeCards, mergeDetail, type Watching } from './catalogue-watch.ts';

const card = (itemId: string, more: Partial<CardValue> = {}): CardValue => ({
	itemId,
	workId: `work-${itemId}`,
	libraryId: 'library',
	kind: 'episode',
	title: itemId,
	subtitle: null,
	year: null,
	image: null,
	durationMs: 1_000,
	leafCount: 0,
	...more,
});
const child = (itemId: string, group: number): ChildValue => ({
	...card(itemId),
	number: 1,
	numberEnd: null,
	group,
	artists: [],
	overview: null,
});

/** `watched` and `begun` by item; `counts` by item for series and seasons. */
const standing = (
	watched: readonly string[],
	begun: readonly string[] = [],
	counts: Readonly<Record<string, number>> = {},
): { playback: Watching } => ({
	playback: {
		watchStates: async (_, workIds) =>
			new Map(
				workIds.flatMap((workId) => {
					const itemId = workId.slice('work-'.length);
					const isWatched = watched.includes(itemId);
					if (!isWatched && !begun.includes(itemId)) return [];
					return [[workId, { workId, isWatched, positionMs: isWatched ? 0 : 500 }] as const];
				}),
			),
		watchedCounts: async () =>
			new Map(Object.entries(counts).map(([itemId, count]) => [`work-${itemId}`, count])),
		continueWatching: async () => [],
		recentRoots: async () => [],
	},
});

const series = (groups: DetailValue['groups']): DetailValue => ({
	card: card('series', { kind: 'series', leafCount: 3 }),
	parents: [],
	overview: null,
	tagline: null,
	genres: [],
	people: [],
	backdrop: null,
	logo: null,
	files: [],
	groups,
	photo: null,
});
const detail = series([
	{ group: 1, title: 'Season 1', items: [child('e1', 1), child('e2', 1)] },
	{ group: 0, title: 'Specials', items: [child('s1', 0)] },
]);
const playItem = async (needs: { playback: Watching }): Promise<string | null> =>
	(await mergeDetail(needs, 'viewer', detail)).playItemId;

describe('where a viewer stands', () => {
	it('is on every card, with what is left to watch of a series', async () => {
		const cards = [card('a'), card('b'), card('s', { kind: 'series', leafCount: 5 })];
		const merged = await mergeCards(standing(['a'], ['b'], { s: 2 }), 'viewer', cards);
		assert.deepEqual(
			merged.map(({ isWatched, positionMs, unwatchedCount }) => [isWatched, positionMs, unwatchedCount]),
			[
				[true, 0, null],
				[false, 500, null],
				[false, 0, 3],
			],
		);
		const [done] = await mergeCards(standing([], [], { s: 9 }), 'viewer', cards.slice(2));
		assert.deepEqual([done?.isWatched, done?.unwatchedCount], [true, 0], 'more watched than there are now');
	});

	it('decides what "Play" starts', async () => {
		assert.equal(await playItem(standing([])), 'e1');
		assert.equal(await playItem(standing(['e1'])), 'e2');
		assert.equal(await playItem(standing(['e1'], ['e2'])), 'e2');
		assert.equal(await playItem(standing([], ['e2'])), 'e2', 'what was begun goes on');
		assert.equal(await playItem(standing(['e1', 'e2', 's1'])), 'e1', 'all over again');
		assert.equal((await mergeDetail(standing([]), 'viewer', series([]))).playItemId, null);
	});

	it('never carries the id of a work to a page', async () => {
		const text = JSON.stringify(await mergeDetail(standing(['e1']), 'viewer', detail));
		assert.ok(!text.includes('work-'));
	});
});
