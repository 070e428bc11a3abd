/** Results are grouped without losing or reordering any. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ItemCard, ItemKind } from '@holdfast/contract/catalogue';
import { groupResults } from './groups.ts';

const card = (title: string, kind: ItemKind): ItemCard => ({
	itemId: `item-${title}`,
	libraryId: 'library0',
	kind,
	title,
	subtitle: null,
	year: null,
	image: null,
	durationMs: null,
	positionMs: 0,
	isWatched: false,
	unwatchedCount: null,
});

test('the group of the best result comes first and every group keeps its order', () => {
	const items = [card('b', 'album'), card('a', 'movie'), card('c', 'album'), card('d', 'movie')];
	const groups = groupResults(items);
	assert.deepEqual(
		groups.map(({ group }) => group),
		['albums', 'films'],
	);
	assert.deepEqual(
		groups[0]?.items.map(({ title }) => title),
		['b', 'c'],
	);
});

test('every kind has a group and no result is lost', () => {
	const kinds: ItemKind[] = [
		'movie',
		'series',
		'season',
		'episode',
		'artist',
		'album',
		'track',
		'photo-album',
		'photo',
	];
	const groups = groupResults(kinds.map((kind) => card(kind, kind)));
	assert.equal(
		groups.reduce((count, { items }) => count + items.length, 0),
		kinds.length,
	);
});
