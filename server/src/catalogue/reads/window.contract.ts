/** Windows over both databases: every one is the slice that a plain listing would give. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { describeOnBothEngines } from '../../../tests/support/databases.ts';
import { toJson } from '../../platform/db/types.ts';
import { newId } from '../../platform/ids.ts';
import { catalogueMigrations } from '../index.ts';
import { insertLibrary } from '../libraries.ts';
import { manualClock } from '../../platform/clock.ts';
import { sortKeyOf } from '../naming/fold.ts';
import type { CatalogueTables } from '../tables.ts';
import { createWindows } from './window.ts';

const count = 1_234;

const rowsOf = (libraryId: string): CatalogueTables['item'][] =>
	Array.from({ length: count }, (_, index) => {
		const title = `${['Ärger', 'zebra', 'Émile', 'apple', '千尋', "O'Neil"][index % 6]} ${(index * 7919) % 401}`;
		return {
			itemId: newId(1_700_000_000_000 + index),
			workId: `work-${index}`,
			workKey: `movie|${index}|`,
			libraryId,
			kind: 'movie',
			parentId: null,
			rootId: null,
			title,
			sortTitle: sortKeyOf(title),
			year: null,
			datedAt: (index % 50) * 1_000,
			groupNumber: null,
			number: null,
			numberEnd: null,
			overview: null,
			tagline: null,
			details: toJson({}),
			durationMs: null,
			addedAt: 1_700_000_000_000 + (index % 97),
			leafCount: 0,
			isPresent: index % 11 === 0 ? 0 : 1,
			imageId: null,
			backdropId: null,
			logoId: null,
		};
	});

describeOnBothEngines('A window', { migrations: catalogueMigrations }, (open) => {
	it('at any depth, in any order, is the slice of the whole list', async () => {
		await using db = await open<CatalogueTables>();
		const libraryId = await insertLibrary(
			{ db, clock: manualClock() },
			{ name: 'Films', kind: 'movies', paths: ['/a'] },
		);
		const rows = rowsOf(libraryId);
		for (let start = 0; start < rows.length; start += 200) {
			await db.transaction((tx) =>
				tx
					.insertInto('item')
					.values(rows.slice(start, start + 200))
					.execute(),
			);
		}
		const shown = rows.filter(({ isPresent }) => isPresent === 1);
		const windows = createWindows(db);
		const scope = { libraryId, kind: 'movie' } as const;
		for (const [sort, column] of [
			['title', 'sortTitle'],
			['added', 'addedAt'],
			['year', 'datedAt'],
		] as const) {
			const ordered = shown.toSorted((a, b) => {
				const [left, right] = [a[column], b[column]].map((key) =>
					typeof key === 'string' ? Buffer.from(key) : key,
				);
				const byKey =
					Buffer.isBuffer(left) && Buffer.isBuffer(right)
						? Buffer.compare(left, right)
						: Number(left) - Number(right);
				return byKey || (a.itemId < b.itemId ? -1 : 1);
			});
			for (const order of ['asc', 'desc'] as const) {
				const wanted = (order === 'asc' ? ordered : ordered.toReversed()).map(({ itemId }) => itemId);
				for (const from of [0, 1, 498, 499, 500, 501, 999, 1_100, shown.length - 1, shown.length, 5_000]) {
					const found = await windows.read({ scope, sort, order, version: 1 }, from, 60);
					assert.deepEqual(found.itemIds, wanted.slice(from, from + 60), `${sort} ${order} from ${from}`);
					assert.equal(found.total, shown.length);
				}
			}
		}
	});

	it('sees a change when the version of the library grew', async () => {
		await using db = await open<CatalogueTables>();
		const libraryId = await insertLibrary(
			{ db, clock: manualClock() },
			{ name: 'Films', kind: 'movies', paths: ['/a'] },
		);
		const windows = createWindows(db);
		const list = { scope: { libraryId, kind: 'movie' }, sort: 'title', order: 'asc' } as const;
		assert.equal((await windows.read({ ...list, version: 1 }, 0, 10)).total, 0);
		await db.transaction((tx) => tx.insertInto('item').values(rowsOf(libraryId).slice(1, 4)).execute());
		assert.equal(
			(await windows.read({ ...list, version: 1 }, 0, 10)).total,
			0,
			'the control: the table is kept',
		);
		assert.equal((await windows.read({ ...list, version: 2 }, 0, 10)).total, 3);
	});
});
