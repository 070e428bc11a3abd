/** Welch's t tells different times from equal ones. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createChance } from '../bench/browse/titles.ts';
import { welchT } from './welch.ts';

const sample = (chance: () => number, shift: number): number[] =>
	Array.from({ length: 2_000 }, () => shift + chance() + chance() + chance());

test('two samples of one kind lie within the limit, in a hundred tries', () => {
	const chance = createChance(7);
	for (let round = 0; round < 100; round += 1) {
		assert.ok(Math.abs(welchT(sample(chance, 0), sample(chance, 0))) < 4.5);
	}
});

test('a difference of a tenth of a standard deviation is seen, and its sign', () => {
	const chance = createChance(7);
	assert.ok(welchT(sample(chance, 0.1), sample(chance, 0)) > 4.5);
	assert.ok(welchT(sample(chance, 0), sample(chance, 0.1)) < -4.5);
});

test('is what a hand calculation gives', () => {
	// Means 2 and 4, variances 1 and 4, three values each: -2 / sqrt(1/3 + 4/3).
	assert.ok(Math.abs(welchT([1, 2, 3], [2, 4, 6]) - -2 / Math.sqrt(5 / 3)) < 1e-12);
});
