/** Progress and open playbacks on both databases. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { describeOnBothEngines } from '../../tests/support/databases.ts';
import { playbackMigrations, type PlaybackTables } from './index.ts';
import {
	addPlayback,
	findPlayback,
	type PlaybackRecord,
	prunePlaybacks,
	removePlayback,
} from './playback-store.ts';
import {
	countWatched,
	forgetViewer,
	type ProgressWrite,
	readContinuable,
	readHistory,
	readRecentRoots,
	readStates,
	writeProgress,
	writeWatched,
} from './progress-store.ts';

const write = (workId: string, more: Partial<ProgressWrite> = {}): ProgressWrite => ({
	viewerId: 'viewer-a',
	workId,
	groupWorkId: null,
	rootWorkId: null,
	positionMs: 60_000,
	durationMs: 600_000,
	isWatched: null,
	playsAdded: 0,
	isContinuable: true,
	updatedAt: 1_000,
	...more,
});
const record = (playbackId: string, more: Partial<PlaybackRecord> = {}): PlaybackRecord => ({
	playbackId,
	viewerId: 'viewer-a',
	itemId: 'item-1',
	fileId: 'file-1',
	plan: {
		...{ method: 'packaged', video: 'copy', audio: 'copy', audioIndex: 0, heightMaxPx: 0, bitrateMaxBps: 0 },
		...{ sizeBytes: 1, modifiedAtMs: 2, inode: '1:2' },
	},
	createdAt: 1_000,
	...more,
});

describeOnBothEngines('progress', { migrations: playbackMigrations }, (open) => {
	it('is read whole, a page at a time, and forgotten whole, with nothing of another viewer', async () => {
		await using db = await open<PlaybackTables>();
		for (const workId of ['work-a', 'work-b', 'work-c']) await writeProgress(db, write(workId));
		await writeProgress(db, write('work-a', { viewerId: 'viewer-b' }));
		await addPlayback(db, record('playback-a'), 20);
		await addPlayback(db, record('playback-b', { viewerId: 'viewer-b' }), 20);
		const first = await readHistory(db, 'viewer-a', null, 2);
		const rest = await readHistory(db, 'viewer-a', first.at(-1)!.workId, 2);
		assert.deepEqual(
			[...first, ...rest].map(({ workId }) => workId),
			['work-a', 'work-b', 'work-c'],
		);
		await forgetViewer(db, 'viewer-a');
		assert.deepEqual(await readHistory(db, 'viewer-a', null, 10), []);
		assert.equal((await readHistory(db, 'viewer-b', null, 10)).length, 1);
		const left = await db.query.selectFrom('playback').select('playbackId').execute();
		assert.deepEqual(left, [{ playbackId: 'playback-b' }]);
	});

	it("names series by what was watched of them last, only this viewer's, and no film", async () => {
		await using db = await open<PlaybackTables>();
		const watched = { isWatched: true, isContinuable: false };
		await writeProgress(db, write('e1', { ...watched, rootWorkId: 'series-a', updatedAt: 1_000 }));
		await writeProgress(db, write('e2', { ...watched, rootWorkId: 'series-b', updatedAt: 2_000 }));
		await writeProgress(db, write('e3', { ...watched, rootWorkId: 'series-a', updatedAt: 3_000 }));
		await writeProgress(db, write('e4', { rootWorkId: 'series-c', updatedAt: 9_000 }));
		await writeProgress(db, write('film', { ...watched, updatedAt: 9_000 }));
		await writeProgress(db, write('e5', { ...watched, rootWorkId: 'series-d', viewerId: 'viewer-b' }));
		assert.deepEqual(await readRecentRoots(db, 'viewer-a', 10), ['series-a', 'series-b']);
		assert.deepEqual(await readRecentRoots(db, 'viewer-a', 1), ['series-a']);
	});

	it('keeps one row for a work and a viewer, and what was watched stays watched while one looks again', async () => {
		await using db = await open<PlaybackTables>();
		assert.equal(
			await writeProgress(db, write('w1', { isWatched: true, playsAdded: 1, positionMs: 0 })),
			true,
		);
		assert.equal(await writeProgress(db, write('w1', { positionMs: 90_000, updatedAt: 2_000 })), true);
		const state = (await readStates(db, 'viewer-a', ['w1', 'w2'])).get('w1');
		assert.deepEqual(
			[state?.positionMs, state?.isWatched, state?.playCount, state?.updatedAt],
			[90_000, true, 1, 2_000],
		);
		assert.equal((await readStates(db, 'viewer-b', ['w1'])).size, 0);
	});

	it('lists what to continue by when it was touched, each viewer their own', async () => {
		await using db = await open<PlaybackTables>();
		await writeProgress(db, write('w1', { updatedAt: 1_000 }));
		await writeProgress(db, write('w2', { updatedAt: 3_000 }));
		await writeProgress(db, write('w3', { updatedAt: 2_000, isContinuable: false }));
		await writeProgress(db, write('w4', { updatedAt: 9_000, viewerId: 'viewer-b' }));
		const found = await readContinuable(db, 'viewer-a', 10);
		assert.deepEqual(
			found.map(({ workId }) => workId),
			['w2', 'w1'],
		);
		assert.equal((await readContinuable(db, 'viewer-a', 1)).length, 1);
	});

	it('counts watched episodes for the season and for the series, and takes marks back', async () => {
		await using db = await open<PlaybackTables>();
		const episode = (number: number, season: string): ProgressWrite =>
			write(`e${season}${number}`, {
				groupWorkId: season,
				rootWorkId: 'series',
				isWatched: true,
				isContinuable: false,
			});
		const all = [episode(1, 's1'), episode(2, 's1'), episode(1, 's2')];
		await writeWatched(db, all);
		const counts = await countWatched(db, 'viewer-a', ['s1', 's2', 'series', 'es11']);
		assert.deepEqual(Object.fromEntries(counts), { s1: 2, s2: 1, series: 3 });
		await writeWatched(
			db,
			all.map((each) => ({ ...each, isWatched: false })),
		);
		assert.equal((await countWatched(db, 'viewer-a', ['series'])).size, 0);
	});

	it('marks twelve hundred episodes in one go', async () => {
		await using db = await open<PlaybackTables>();
		const many = Array.from({ length: 1_200 }, (_, index) =>
			write(`e${index}`, { rootWorkId: 'long', isWatched: true }),
		);
		await writeWatched(db, many);
		assert.equal((await countWatched(db, 'viewer-a', ['long'])).get('long'), 1_200);
		assert.equal(
			(
				await readStates(
					db,
					'viewer-a',
					many.map(({ workId }) => workId),
				)
			).size,
			1_200,
		);
	});
});

describeOnBothEngines('open playbacks', { migrations: playbackMigrations }, (open) => {
	const asked = (playbackId: string, viewerId = 'viewer-a') => ({ playbackId, viewerId, createdAfter: 0 });

	it('are found by their own viewer only, and not after their time', async () => {
		await using db = await open<PlaybackTables>();
		await addPlayback(db, record('p1'), 20);
		assert.deepEqual(await findPlayback(db, asked('p1')), record('p1'));
		assert.equal(await findPlayback(db, asked('p1', 'viewer-b')), null);
		assert.equal(await findPlayback(db, { ...asked('p1'), createdAfter: 1_000 }), null);
	});

	it('are bounded for a viewer: the oldest goes', async () => {
		await using db = await open<PlaybackTables>();
		for (let index = 0; index < 5; index += 1) {
			await addPlayback(db, record(`other${index}`, { viewerId: 'viewer-b' }), 20);
		}
		const dropped: string[] = [];
		for (let index = 0; index < 5; index += 1)
			dropped.push(...(await addPlayback(db, record(`p${index}`), 3)));
		assert.deepEqual(dropped, ['p0', 'p1']);
		assert.ok(await findPlayback(db, asked('other0', 'viewer-b')));
	});

	it('are removed by their own viewer only, and pruned by age', async () => {
		await using db = await open<PlaybackTables>();
		await addPlayback(db, record('p1'), 20);
		await addPlayback(db, record('p2', { createdAt: 5_000 }), 20);
		assert.equal(await removePlayback(db, { playbackId: 'p1', viewerId: 'viewer-b' }), false);
		await prunePlaybacks(db, 2_000);
		assert.equal(await findPlayback(db, asked('p1')), null);
		assert.equal(await removePlayback(db, { playbackId: 'p2', viewerId: 'viewer-a' }), true);
	});
});
