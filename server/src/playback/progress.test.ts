/** The rules of progress. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isWorthWriting, judgeProgress, type ProgressReport } from './progress.ts';

const report = (positionMs: number, more: Partial<ProgressReport> = {}): ProgressReport => ({
	positionMs,
	durationMs: 6_000_000,
	isPaused: false,
	hasEnded: false,
	isMusic: false,
	...more,
});

describe('progress', () => {
	it('is not begun in the first seconds, nor in the first two hundredths', () => {
		assert.equal(judgeProgress(report(4_999, { durationMs: 20_000 })).isContinuable, false);
		assert.equal(judgeProgress(report(5_000, { durationMs: 20_000 })).isContinuable, true);
		assert.equal(judgeProgress(report(119_999)).isContinuable, false);
		assert.deepEqual(judgeProgress(report(120_000)), {
			positionMs: 120_000,
			isWatched: null,
			isContinuable: true,
			hasPlayed: false,
		});
	});

	it('is watched from nine tenths on, or at the end, and begins anew then', () => {
		assert.equal(judgeProgress(report(5_399_999)).isWatched, null);
		for (const through of [report(5_400_000), report(10_000, { hasEnded: true }), report(9_000_000)]) {
			assert.deepEqual(judgeProgress(through), {
				positionMs: 0,
				isWatched: true,
				isContinuable: false,
				hasPlayed: true,
			});
		}
	});

	it('of music only counts', () => {
		const outcome = judgeProgress(report(5_900_000, { isMusic: true }));
		assert.deepEqual(outcome, { positionMs: 0, isWatched: null, isContinuable: false, hasPlayed: true });
		assert.equal(judgeProgress(report(300_000, { isMusic: true })).hasPlayed, false);
	});

	it('is written at most every few seconds, but always for a pause, an end and a jump', () => {
		const last = { atMs: 1_000_000, positionMs: 200_000, hasPlayed: false };
		const worth = (positionMs: number, nowMs: number, more: Partial<ProgressReport> = {}): boolean =>
			isWorthWriting(last, judgeProgress(report(positionMs, more)), report(positionMs, more), nowMs);
		assert.equal(worth(201_000, 1_001_000), false);
		assert.equal(worth(204_000, 1_004_000), true);
		assert.equal(worth(201_000, 1_001_000, { isPaused: true }), true);
		assert.equal(worth(201_000, 1_001_000, { hasEnded: true }), true);
		assert.equal(worth(900_000, 1_001_000), true);
		assert.equal(isWorthWriting(null, judgeProgress(report(0)), report(0), 0), true);
	});
});
