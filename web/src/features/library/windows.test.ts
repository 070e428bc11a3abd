/** Scrolling asks for the windows on screen and no others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pagesOf, windowItems } from './windows.ts';

test('the first screen needs one window', () => {
	assert.deepEqual(pagesOf(0, 40), [0]);
});

test('a screen across an edge needs both sides', () => {
	assert.deepEqual(pagesOf(windowItems - 10, windowItems + 30), [0, 1]);
});

test('the next window is asked for before it is reached', () => {
	assert.deepEqual(pagesOf(30, 80), [0, 1]);
	assert.deepEqual(pagesOf(210, 260), [1, 2]);
});

test('a jump to the depth of a million asks for few windows', () => {
	assert.ok(pagesOf(999_950, 1_000_000).length <= 3);
	assert.ok(pagesOf(999_950, 1_000_000).includes(9_999));
});

test('an empty range is still one window', () => {
	assert.deepEqual(pagesOf(0, 0), [0]);
});
