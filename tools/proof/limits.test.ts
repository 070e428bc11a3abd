/** The verdict over measurements. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Report } from '../bench/report.ts';
import { missedBy } from './limits.ts';

const report = (figures: Report['figures']): Report => ({ name: 'start', figures, yardstick: {}, ratio: {} });

test('a report within all bounds misses nothing', () => {
	assert.deepEqual(missedBy(report({ readyMs: 900, idleResidentMb: 120 })), []);
});

test('a number beyond its bound is told with both', () => {
	assert.deepEqual(missedBy(report({ readyMs: 2_500, idleResidentMb: 120 })), [
		'start: readyMs is 2500; at most 2000',
	]);
});

test('a number that was not measured is a miss', () => {
	assert.deepEqual(missedBy(report({ readyMs: 900 })), ['start: idleResidentMb was not measured']);
	assert.deepEqual(missedBy(report({ readyMs: Number.NaN, idleResidentMb: 1 })), [
		'start: readyMs was not measured',
	]);
});

test('a bound from below works the other way', () => {
	const limit = [{ bench: 'start', part: 'figures', field: 'perSecond', least: 10 }] as const;
	assert.equal(missedBy(report({ perSecond: 9 }), limit).length, 1);
	assert.equal(missedBy(report({ perSecond: 10 }), limit).length, 0);
});
