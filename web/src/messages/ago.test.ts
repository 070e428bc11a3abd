/** Moments as how long ago. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { agoOf } from './ago.ts';

const say = (elapsedMs: number): string => {
	const [value, unit, options] = agoOf(1_000_000_000_000 - elapsedMs, 1_000_000_000_000);
	return new Intl.RelativeTimeFormat('en', options).format(value, unit);
};

describe('how long ago', () => {
	it('is told in the largest unit that fits', () => {
		assert.equal(say(0), 'now');
		assert.equal(say(59_000), 'now');
		assert.equal(say(60_000), '1 minute ago');
		assert.equal(say(3_600_000 * 5), '5 hours ago');
		assert.equal(say(86_400_000), 'yesterday');
		assert.equal(say(86_400_000 * 40), 'last month');
		assert.equal(say(86_400_000 * 800), '2 years ago');
	});

	it('is now where the other clock runs ahead', () => {
		assert.equal(say(-5_000), 'now');
	});
});
