/** Threads that read headers: a file that holds its thread costs itself only. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../platform/clock.ts';
import { createProbePool } from './probe-pool.ts';

let folder = '';
before(async () => {
	folder = await mkdtemp(join(tmpdir(), 'holdfast-pool-'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** A thread that never answers for a batch with a file called `hang` and dies at one called `die`. */
const hangingThread = `
import { parentPort } from 'node:worker_threads';
parentPort.on('message', ({ batch, jobs }) => {
	if (jobs.some(({ relativePath }) => relativePath === 'hang')) { for (;;); }
	if (jobs.some(({ relativePath }) => relativePath === 'die')) process.exit(3);
	const results = jobs.map(({ relativePath }) => ({ headHash: relativePath, found: null, damage: null, demuxer: null }));
	parentPort.postMessage({ batch, results });
});`;

const job = (relativePath: string) => ({ rootPath: '/', relativePath, libraryKind: 'movies' as const });

describe('the threads that read headers', () => {
	it('name the one file that hangs or kills its thread, and answer for all others in order', async () => {
		const path = join(folder, 'thread.mjs');
		await writeFile(path, hangingThread);
		await using pool = createProbePool(
			{ clock: systemClock },
			{ workerUrl: pathToFileURL(path), fileLimitMs: 300 },
		);
		const names = ['a', 'b', 'hang', 'c', 'die', 'd'];
		const results = await pool.probe(names.map(job));
		assert.deepEqual(
			results.map(({ headHash, damage }) => headHash ?? damage?.reason),
			['a', 'b', 'probe-timeout', 'c', 'probe-timeout', 'd'],
		);
	});

	it('are gone when the pool is disposed', async () => {
		const pool = createProbePool({ clock: systemClock });
		await pool.probe([job('nothing-here.mkv')]);
		assert.equal(pool.threadCount, 1);
		await pool[Symbol.asyncDispose]();
		assert.equal(pool.threadCount, 0);
	});
});
