/** What a walk means against what is known. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compare, type KnownFile } from './compare.ts';
import type { WalkedFile } from './walk.ts';

const file = (relativePath: string, more: Partial<WalkedFile> = {}): WalkedFile => ({
	relativePath,
	role: 'media',
	sizeBytes: 10,
	modifiedAtMs: 5,
	inode: `1:${relativePath}`,
	damage: null,
	...more,
});
const known = (...files: readonly WalkedFile[]): Map<string, KnownFile> =>
	new Map(
		files.map((each) => [each.relativePath, { ...each, fileId: `id-${each.relativePath}`, isPresent: 1 }]),
	);

describe('comparing a walk with what is known', () => {
	it('finds nothing to do where nothing changed, also after the inode did', () => {
		const found = compare([file('a', { inode: '9:9' })], known(file('a')), []);
		assert.deepEqual([found.changed, found.gone, found.unchangedCount], [[], [], 1]);
	});
	it('tells new, changed and gone apart', () => {
		const found = compare([file('a', { sizeBytes: 11 }), file('new')], known(file('a'), file('old')), []);
		assert.deepEqual(
			found.changed.map(({ file: each, known: row }) => [each.relativePath, row?.fileId ?? null]),
			[
				['a', 'id-a'],
				['new', null],
			],
		);
		assert.deepEqual(
			found.gone.map(({ relativePath }) => relativePath),
			['old'],
		);
	});
	it('knows a file again that moved, once', () => {
		const found = compare(
			[file('b/new', { inode: '1:old' }), file('c/new', { inode: '1:old' })],
			known(file('old')),
			[],
		);
		assert.deepEqual(
			found.changed.map(({ isMoved, known: row }) => [isMoved, row?.fileId ?? null]),
			[
				[true, 'id-old'],
				[false, null],
			],
		);
		assert.deepEqual(found.gone, []);
	});
	it('takes nothing for gone below a folder that could not be read', () => {
		const all = known(file('closed/a'), file('closed-not/a'));
		assert.deepEqual(
			compare([], all, ['closed']).gone.map(({ relativePath }) => relativePath),
			['closed-not/a'],
		);
		assert.deepEqual(compare([], all, ['']).gone, []);
	});
});
