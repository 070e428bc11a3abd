/** Times on screen read like times, at every length. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockTime, runtimeParts, shareOf } from './time.ts';

test('minutes and seconds under an hour, hours above', () => {
	assert.equal(clockTime(0), '0:00');
	assert.equal(clockTime(59_999), '0:59');
	assert.equal(clockTime(247_000), '4:07');
	assert.equal(clockTime(3_729_000), '1:02:09');
	assert.equal(clockTime(36_000_000), '10:00:00');
});

test('a position in a long film shows hours from the start, so that its width never jumps', () => {
	assert.equal(clockTime(5_000, 7_200_000), '0:00:05');
});

test('what an element says before it knows its length is shown as zero, not as NaN', () => {
	assert.equal(clockTime(Number.NaN), '0:00');
	assert.equal(clockTime(Number.POSITIVE_INFINITY, 0), '0:00');
	assert.equal(clockTime(-3), '0:00');
});

test('a runtime is rounded to minutes and a short clip is not nothing', () => {
	assert.deepEqual(runtimeParts(5_000), { hours: 0, minutes: 1 });
	assert.deepEqual(runtimeParts(6_300_000), { hours: 1, minutes: 45 });
	assert.deepEqual(runtimeParts(7_199_000), { hours: 2, minutes: 0 });
});

test('progress stays between nothing and everything', () => {
	assert.equal(shareOf(10, null), 0);
	assert.equal(shareOf(10, 0), 0);
	assert.equal(shareOf(50, 100), 0.5);
	assert.equal(shareOf(500, 100), 1);
});
