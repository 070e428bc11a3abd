/** The measurements themselves, at a size that says nothing: each ends with the fields that others read. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, it } from 'node:test';
import { findProgram } from '../setup/debian.mjs';
import { limits } from '../proof/limits.ts';
import { childrenOf } from './process-costs.ts';
import { percentile } from './report.ts';
import { createChance, createTitles } from './browse/titles.ts';
import { largeCatalogue } from './browse/rows.ts';
import { scanBench } from './scan.ts';

describe('a measurement', () => {
	const skip = findProgram('minidlnad', ['/usr/sbin'])
		? false
		: 'minidlna is not installed: scanning was not measured';
	it('of scanning carries every field with a limit, and leaves no folder and no process', {
		skip,
	}, async () => {
		const isOurs = (name: string): boolean => name.startsWith('holdfast-bench-scan-');
		const before = readdirSync(tmpdir()).filter(isOurs);
		const report = await scanBench(() => undefined, { isSmall: true });
		for (const { part, field } of limits.filter(({ bench }) => bench === 'scan')) {
			if (field !== 'scan') assert.equal(typeof report[part][field], 'number', field);
		}
		assert.equal(report.figures['rescanRowsWritten'], 0);
		assert.deepEqual(readdirSync(tmpdir()).filter(isOurs), before);
		assert.deepEqual(await childrenOf(process.pid), []);
	});
});

describe('a large catalogue', () => {
	it('has as many works as asked for, every kind of them, with parents that are there', () => {
		const large = largeCatalogue(2_000);
		const ids = new Set<string>();
		const kinds = new Set<string>();
		for (const { item, words } of large.entries()) {
			assert.ok(item.parentId === null || ids.has(item.parentId));
			assert.ok(words.split(' ').length >= 2);
			ids.add(item.itemId);
			kinds.add(item.kind);
		}
		assert.equal(ids.size, large.itemCount);
		assert.equal(kinds.size, 9);
	});

	it('has the same titles in every run', () => {
		const some = (): string[] => {
			const titles = createTitles(createChance(42));
			return Array.from({ length: 20 }, () => titles.title());
		};
		assert.deepEqual(some(), some());
	});
});

describe('a percentile', () => {
	it('is the value that so many do not exceed', () => {
		const values = Array.from({ length: 100 }, (_, index) => 100 - index);
		assert.equal(percentile(values, 0.95), 95);
		assert.equal(percentile(values, 1), 100);
		assert.equal(percentile([7], 0.99), 7);
	});
});
