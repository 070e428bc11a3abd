/** Looking closer keeps the point under the finger and never loses the photo. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bounded, scaleMax, whole, zoomedAt } from './zoom.ts';

const view = { widthPx: 1000, heightPx: 600 };

test('zooming at a point keeps that point where it is', () => {
	const at = { x: 200, y: -100 };
	const closer = zoomedAt(whole, 2, at);
	// A point p of the photo is drawn at p * scale + offset; before, `at` showed the photo's point `at`.
	assert.equal(at.x * closer.scale + closer.x, at.x);
	assert.equal(at.y * closer.scale + closer.y, at.y);
});

test('the scale stays between whole and its most', () => {
	assert.equal(zoomedAt(whole, 0.1, { x: 0, y: 0 }).scale, 1);
	assert.equal(zoomedAt(whole, 1000, { x: 0, y: 0 }).scale, scaleMax);
});

test('a whole photo cannot be moved, a closer one only to its edges', () => {
	assert.deepEqual(bounded({ scale: 1, x: 500, y: 500 }, view), whole);
	assert.deepEqual(bounded({ scale: 2, x: 5000, y: -5000 }, view), { scale: 2, x: 500, y: -300 });
	assert.deepEqual(bounded({ scale: 0.2, x: 0, y: 0 }, view), whole);
});
