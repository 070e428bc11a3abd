/** The large title is the one somebody most likely came for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HomeRow, ItemCard } from '@holdfast/contract/catalogue';
import { heroOf } from './hero-choice.ts';

const card = (itemId: string, kind: ItemCard['kind'] = 'movie', hasImage = true): ItemCard => ({
	itemId,
	libraryId: 'library0',
	kind,
	title: itemId,
	subtitle: null,
	year: null,
	image: hasImage ? { imageId: 'image000', aspect: 1, thumbhash: null, accent: null } : null,
	durationMs: null,
	positionMs: 0,
	isWatched: false,
	unwatchedCount: null,
});
const row = (name: HomeRow['row'], ...items: ItemCard[]): HomeRow => ({ row: name, library: null, items });

test('what is in progress comes before what is new, whatever the order of the rows', () => {
	const rows = [
		row('recently-added', card('new')),
		row('next-up', card('next')),
		row('continue', card('mine')),
	];
	assert.equal(heroOf(rows)?.itemId, 'mine');
});

test('a title without a picture never fills the screen', () => {
	assert.equal(
		heroOf([row('continue', card('bare', 'movie', false)), row('recently-added', card('new'))])?.itemId,
		'new',
	);
});

test('photos and tracks do not become the large title, an album does where there is nothing to watch', () => {
	const rows = [
		row('recently-added', card('photo', 'photo'), card('track', 'track'), card('album', 'album')),
	];
	assert.equal(heroOf(rows)?.itemId, 'album');
	assert.equal(heroOf([row('recently-added', card('photo', 'photo'))]), undefined);
});

test('no rows, no large title', () => {
	assert.equal(heroOf([]), undefined);
});
