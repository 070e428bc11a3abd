/** The rows of the start page. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { everythingForTheServer } from '../../access/index.ts';
import type { CardValue } from '../../catalogue/index.ts';
import { type HomeNeeds, homeRows } from './catalogue-home.ts';

const card = (itemId: string, more: Partial<CardValue> = {}): CardValue => ({
	itemId,
	workId: `w-${itemId}`,
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

/** One series of four episodes; `states` by episode: `true` watched, a number begun there. */
const house = (states: Readonly<Record<string, true | number>>, isBegunContinued = true): HomeNeeds => {
	const begun = Object.entries(states).filter(([, state]) => state !== true);
	const standing = (workId: string) => {
		const state = states[workId.slice(2)];
		if (state === undefined) return [];
		return [[workId, { workId, isWatched: state === true, positionMs: state === true ? 0 : state }] as const];
	};
	return {
		catalogue: {
			cards: async (itemIds) => itemIds.map((itemId) => card(itemId)),
			itemsOfWorks: async (workIds) => workIds.map((workId) => ({ workId, itemId: workId.slice(2) })),
			episodesBelow: async (itemIds) =>
				new Map(
					itemIds.map((itemId) => [
						itemId,
						['e1', 'e2', 'e3', 'e4'].map((id) => ({ itemId: id, workId: `w-${id}` })),
					]),
				),
			recentlyAdded: async () => [
				{ libraryId: 'library', name: 'Series', kind: 'shows', items: [card('series', { kind: 'series' })] },
			],
		},
		playback: {
			watchStates: async (_, workIds) => new Map(workIds.flatMap(standing)),
			watchedCounts: async () => new Map(),
			continueWatching: async () =>
				isBegunContinued ? begun.map(([id]) => ({ workId: `w-${id}`, positionMs: 5, isWatched: false })) : [],
			recentRoots: async () => (Object.values(states).includes(true) ? ['w-series'] : []),
		},
	};
};

const rowsOf = async (needs: HomeNeeds): Promise<Record<string, string[]>> =>
	Object.fromEntries(
		(await homeRows(needs, 'viewer', everythingForTheServer)).map(({ row, items }) => [
			row,
			items.map(({ itemId }) => itemId),
		]),
	);

describe('the start page', () => {
	it('shows only what is new to somebody who never watched anything', async () => {
		assert.deepEqual(await rowsOf(house({})), { 'recently-added': ['series'] });
	});
	it('offers the episode after the last one watched', async () => {
		assert.deepEqual((await rowsOf(house({ e1: true })))['next-up'], ['e2']);
		assert.deepEqual(
			(await rowsOf(house({ e1: true, e3: true })))['next-up'],
			['e4'],
			'a skipped one stays skipped',
		);
	});
	it('offers nothing after the end, and what is begun as something to continue', async () => {
		assert.equal((await rowsOf(house({ e4: true })))['next-up'], undefined);
		const rows = await rowsOf(house({ e1: true, e2: 400 }));
		assert.deepEqual([rows['continue'], rows['next-up']], [['e2'], undefined]);
	});
});
