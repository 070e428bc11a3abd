/** Libraries open in the order one expects, and remember only what they offer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choicesFor, defaultSort, isPhotoWall, sortFrom } from './library-sort.ts';

test('every kind opens with a choice of its own menu', () => {
	for (const kind of ['movies', 'shows', 'music', 'photos'] as const) {
		assert.deepEqual(sortFrom(null, kind), defaultSort(kind));
		assert.ok(choicesFor(kind).some((choice) => choice.sort === defaultSort(kind).sort));
	}
});

test('what was stored is kept where this kind offers it, and forgotten where not', () => {
	assert.deepEqual(sortFrom('added-desc', 'movies'), { sort: 'added', order: 'desc' });
	assert.deepEqual(sortFrom('title-desc', 'photos'), defaultSort('photos'));
	assert.deepEqual(sortFrom('size-up', 'movies'), defaultSort('movies'));
});

test('photos are a wall by date only; by name they are albums', () => {
	assert.equal(isPhotoWall('photos', { sort: 'year', order: 'asc' }), true);
	assert.equal(isPhotoWall('photos', { sort: 'title', order: 'asc' }), false);
	assert.equal(isPhotoWall('movies', { sort: 'year', order: 'asc' }), false);
});
