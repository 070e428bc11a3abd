/** A page holds its stream while it is seen or plays, and lets go when it is left. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whileLookedAt } from './while-looked-at.ts';

const aPage = () => {
	const page = new EventTarget();
	const window = new EventTarget();
	const seen = { isVisible: true, isPlaying: false, open: 0, opened: 0 };
	let waiting: (() => void) | null = null;
	const needs = {
		page,
		window,
		isVisible: () => seen.isVisible,
		isPlaying: () => seen.isPlaying,
		after: (_delayMs: number, run: () => void) => {
			waiting = run;
			return () => {
				waiting = null;
			};
		},
	};
	const end = whileLookedAt(() => {
		seen.open += 1;
		seen.opened += 1;
		return () => {
			seen.open -= 1;
		};
	}, needs);
	return {
		seen,
		end,
		show: (isVisible: boolean) => {
			seen.isVisible = isVisible;
			page.dispatchEvent(new Event('visibilitychange'));
		},
		leave: () => window.dispatchEvent(new Event('pagehide')),
		comeBack: () => window.dispatchEvent(new Event('pageshow')),
		wait: () => {
			const run = waiting;
			waiting = null;
			run?.();
		},
	};
};

test('a hidden page lets go after the grace and opens again when it is seen', () => {
	const { seen, show, wait } = aPage();
	show(false);
	assert.equal(seen.open, 1);
	wait();
	assert.equal(seen.open, 0);
	show(true);
	assert.deepEqual([seen.open, seen.opened], [1, 2]);
});

test('a page that was hidden for a moment keeps what it holds', () => {
	const { seen, show, wait } = aPage();
	show(false);
	show(true);
	wait();
	assert.deepEqual([seen.open, seen.opened], [1, 1]);
});

test('a hidden page that plays hears of being signed out', () => {
	const { seen, show, wait } = aPage();
	seen.isPlaying = true;
	show(false);
	wait();
	assert.equal(seen.open, 1);
	seen.isPlaying = false;
	wait();
	assert.equal(seen.open, 0);
});

test('a page kept for the back button holds nothing until it is shown again', () => {
	const { seen, leave, comeBack } = aPage();
	leave();
	assert.equal(seen.open, 0);
	comeBack();
	assert.equal(seen.open, 1);
});

test('what was ended does not open again', () => {
	const { seen, end, comeBack, show } = aPage();
	end();
	comeBack();
	show(true);
	assert.deepEqual([seen.open, seen.opened], [0, 1]);
});
