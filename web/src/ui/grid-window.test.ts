/** Which tiles a grid draws, and where keys lead. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
	elementHeightPx,
	fullHeightPx,
	type GridShape,
	gridHeightMaxPx,
	gridStep,
	gridWindow,
	scrollToShow,
} from './grid-window.ts';

const small: GridShape = { total: 1000, columns: 5, rowHeightPx: 300 };
const vast: GridShape = { total: 1_000_000, columns: 6, rowHeightPx: 300 };
const viewPx = 900;

describe('a windowed grid', () => {
	it('draws the tiles on screen and two rows more at each edge', () => {
		const { from, to, shiftPx } = gridWindow(small, 3000, viewPx);
		assert.equal(from, (10 - 2) * 5);
		assert.equal(to, (13 + 2) * 5);
		assert.equal(shiftPx, 0);
	});

	it('never draws before the first or after the last tile', () => {
		assert.equal(gridWindow(small, -400, viewPx).from, 0);
		const end = gridWindow({ ...small, total: 998 }, fullHeightPx(small), viewPx);
		assert.equal(end.to, 998);
		assert.deepEqual(gridWindow({ ...small, total: 0 }, 0, viewPx), { from: 0, to: 0, shiftPx: 0 });
	});

	it('keeps a million tiles below the height that browsers take', () => {
		assert.ok(fullHeightPx(vast) > gridHeightMaxPx);
		assert.equal(elementHeightPx(vast), gridHeightMaxPx);
	});

	it('reaches the first and the last of a million tiles, in place', () => {
		assert.equal(gridWindow(vast, 0, viewPx).from, 0);
		const bottomPx = elementHeightPx(vast) - viewPx;
		const end = gridWindow(vast, bottomPx, viewPx);
		assert.equal(end.to, vast.total);
		const lastRowTopPx = (Math.ceil(vast.total / 6) - 1) * 300 + end.shiftPx;
		assert.ok(
			Math.abs(lastRowTopPx + 300 - elementHeightPx(vast)) < 1,
			'the last row ends where the element ends',
		);
	});

	it('puts the rows on screen inside the view wherever a squeezed grid is scrolled', () => {
		for (const scrollPx of [0, 12_345, 5_000_000, 9_999_999]) {
			const { from, to, shiftPx } = gridWindow(vast, scrollPx, viewPx);
			const firstTopPx = (from / 6) * 300 + shiftPx;
			const lastBottomPx = Math.ceil(to / 6) * 300 + shiftPx;
			assert.ok(firstTopPx <= scrollPx + 1, `the top is covered at ${scrollPx}`);
			assert.ok(lastBottomPx >= scrollPx + viewPx - 1, `the bottom is covered at ${scrollPx}`);
		}
	});

	it('scrolls just far enough to show a tile, and not at all where it is whole in view', () => {
		assert.equal(scrollToShow(small, 0, 3000, viewPx), 0);
		assert.equal(scrollToShow(small, 55, 3000, viewPx), null);
		assert.equal(scrollToShow(small, 65, 3000, viewPx), 14 * 300 - viewPx);
		for (const index of [0, 500_000, 999_999]) {
			const to = scrollToShow(vast, index, 6_000_000, viewPx) ?? 6_000_000;
			const shown = gridWindow(vast, to, viewPx, 0);
			assert.ok(shown.from <= index && index < shown.to, `tile ${index} is drawn after the scroll`);
		}
	});
});

describe('keys in a grid', () => {
	it('walk to neighbours and leave at the edges', () => {
		assert.equal(gridStep(small, 7, 'ArrowRight', 3), 8);
		assert.equal(gridStep(small, 9, 'ArrowRight', 3), null);
		assert.equal(gridStep(small, 5, 'ArrowLeft', 3), null);
		assert.equal(gridStep(small, 2, 'ArrowUp', 3), null);
		assert.equal(gridStep(small, 7, 'ArrowUp', 3), 2);
		assert.equal(gridStep(small, 7, 'ArrowDown', 3), 12);
	});

	it('fall to the last tile from above a gap in the last row', () => {
		assert.equal(gridStep({ ...small, total: 12 }, 9, 'ArrowDown', 3), 11);
		assert.equal(gridStep({ ...small, total: 12 }, 11, 'ArrowDown', 3), null);
	});

	it('jump to the ends and by whole views', () => {
		assert.equal(gridStep(small, 400, 'Home', 3), 0);
		assert.equal(gridStep(small, 400, 'End', 3), 999);
		assert.equal(gridStep(small, 7, 'PageDown', 3), 22);
		assert.equal(gridStep(small, 22, 'PageUp', 3), 7);
		assert.equal(gridStep(small, 7, 'PageUp', 3), 2);
		assert.equal(gridStep(small, 7, 'a', 3), null);
	});
});
