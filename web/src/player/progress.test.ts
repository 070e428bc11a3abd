/** Reports are neither lost at the moments that matter nor sent for nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noReport, type ProgressState, reportEveryMs, shouldReport } from './progress.ts';

const told = (positionMs: number, isPausedReported = false): ProgressState => ({
	reportedAtMs: 50_000,
	reportedPositionMs: positionMs,
	isPausedReported,
});

test('while playing, one report each ten seconds', () => {
	const state = told(1000);
	const at = (atMs: number) => shouldReport(state, 'tick', { atMs, positionMs: 2000, isPaused: false });
	assert.equal(at(50_000 + reportEveryMs - 1), false);
	assert.equal(at(50_000 + reportEveryMs), true);
	assert.equal(shouldReport(noReport, 'tick', { atMs: 0, positionMs: 0, isPaused: false }), true);
});

test('pause, seek and leaving report at once', () => {
	for (const moment of ['pause', 'seeked', 'leave'] as const) {
		assert.equal(shouldReport(told(1000), moment, { atMs: 50_001, positionMs: 1500, isPaused: true }), true);
	}
});

test('leaving right after the pause that was reported says nothing twice', () => {
	assert.equal(
		shouldReport(told(1500, true), 'leave', { atMs: 50_002, positionMs: 1500, isPaused: true }),
		false,
	);
});

test('a paused film does not report on and on', () => {
	assert.equal(shouldReport(told(1000), 'tick', { atMs: 500_000, positionMs: 2000, isPaused: true }), false);
});

test('the end is always reported', () => {
	assert.equal(shouldReport(told(9000), 'ended', { atMs: 50_001, positionMs: 9000, isPaused: false }), true);
});
