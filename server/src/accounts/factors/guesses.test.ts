/** How far somebody who knows a password gets by guessing codes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freeInARow, inARowMax, waitAfter } from './guesses.ts';

const dayMs = 24 * 60 * 60_000;

test('the first wrong codes cost no time; then each wait is twice the last, up to a day', () => {
	assert.equal(waitAfter(0), 0);
	assert.equal(waitAfter(freeInARow - 1), 0);
	assert.equal(waitAfter(freeInARow), 60_000);
	assert.equal(waitAfter(freeInARow + 1), 120_000);
	assert.equal(waitAfter(freeInARow + 20), dayMs);
	assert.ok(waitAfter(inARowMax) > dayMs);
});

test('whoever guesses for a year as fast as may be has less than one chance in 500', () => {
	let nowMs = 0;
	let guesses = 0;
	let inARow = 0;
	const forgottenAfterMs = 30 * dayMs;
	while (nowMs < 365 * dayMs) {
		guesses += 1;
		inARow += 1;
		const waitMs = waitAfter(inARow);
		nowMs += waitMs;
		if (waitMs >= forgottenAfterMs) inARow = 0;
	}
	// Three codes of a million are right at any time.
	assert.ok((guesses * 3) / 1_000_000 < 1 / 500, `${guesses} guesses`);
});
