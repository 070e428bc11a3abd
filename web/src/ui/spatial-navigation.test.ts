/** Which neighbour an arrow key leads to. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Box, nearestInDirection } from './spatial-navigation.ts';

const box = (left: number, top: number, width = 100, height = 100): Box => ({
	left,
	top,
	right: left + width,
	bottom: top + height,
});

describe('arrow keys', () => {
	const grid = [box(0, 0), box(120, 0), box(240, 0), box(0, 120), box(120, 120), box(240, 120)];
	const others = (index: number) => grid.filter((_, other) => other !== index);
	const step = (index: number, direction: Parameters<typeof nearestInDirection>[2]) => {
		const from = grid[index] as Box;
		const rest = others(index);
		const found = rest[nearestInDirection(from, rest, direction)];
		return found ? grid.indexOf(found) : -1;
	};

	it('walk a grid to the neighbour in each direction', () => {
		assert.equal(step(4, 'left'), 3);
		assert.equal(step(4, 'right'), 5);
		assert.equal(step(4, 'up'), 1);
		assert.equal(step(1, 'down'), 4);
	});

	it('stop at the edges', () => {
		assert.equal(step(0, 'left'), -1);
		assert.equal(step(2, 'right'), -1);
		assert.equal(step(0, 'up'), -1);
		assert.equal(step(5, 'down'), -1);
	});

	it('prefer what shares the line over what is nearer but aside', () => {
		const from = box(0, 0);
		assert.equal(nearestInDirection(from, [box(110, 130), box(300, 10)], 'right'), 1);
	});

	it('go to the tile below even where rows are not aligned', () => {
		const from = box(130, 0);
		assert.equal(nearestInDirection(from, [box(60, 200), box(170, 200), box(300, 200)], 'down'), 1);
	});

	it('leave a wide field downwards to the button at its end', () => {
		const field = box(0, 0, 600, 40);
		assert.equal(nearestInDirection(field, [box(500, 60, 80, 40), box(0, 400, 600, 40)], 'down'), 0);
	});

	it('reach a button that lies inside the end of a field', () => {
		const field = box(0, 0, 600, 40);
		assert.equal(nearestInDirection(field, [box(560, 4, 36, 32)], 'right'), 0);
	});

	it('find nothing among nothing', () => {
		assert.equal(nearestInDirection(box(0, 0), [], 'up'), -1);
	});
});
