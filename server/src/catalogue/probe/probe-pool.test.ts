/** Processes that read files: a file that holds or kills its process costs itself only. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../platform/clock.ts';
import { removeSamples, put } from '../tests/media.ts';
import { createProbePool } from './probe-pool.ts';

let folder = '';
before(async () => {
	folder = await mkdtemp(join(tmpdir(), 'holdfast-pool-'));
});
after(async () => {
	await rm(folder, { recursive: true, force: true });
	await removeSamples();
});

/** A process that never answers for a batch with a file called `hang` and dies at one called `die`. */
const hangingProcess = `
process.on('message', ({ id, asked }) => {
	if ('render' in asked) process.exit(3);
	const { jobs } = asked;
	if (jobs.some(({ relativePath }) => relativePath === 'hang')) { for (;;); }
	if (jobs.some(({ relativePath }) => relativePath === 'die')) process.exit(3);
	const answer = jobs.map(({ relativePath }) => ({ headHash: relativePath, found: null, damage: null, demuxer: null }));
	process.send({ id, answer, residentMb: 40 });
});
process.send({ id: 0, answer: null, residentMb: 40 });`;

/** Its entry lies where the program's own sources are not, so it is shown as a folder to read. */
const job = (relativePath: string) => ({ rootPath: folder, relativePath, libraryKind: 'movies' as const });

describe('the processes that read files', () => {
	it('name the one file that hangs or kills its process, and answer for all others in order', async () => {
		const path = join(folder, 'process.mjs');
		await writeFile(path, hangingProcess);
		const options = { entry: pathToFileURL(path), fileLimitMs: 500 };
		await using pool = createProbePool({ clock: systemClock }, options);
		const names = ['a', 'b', 'hang', 'c', 'die', 'd'];
		const results = await pool.probe(names.map(job));
		assert.deepEqual(
			results.map(({ headHash, damage }) => headHash ?? damage?.reason),
			['a', 'b', 'probe-timeout', 'c', 'probe-timeout', 'd'],
		);
		const origin = { kind: 'file', rootPath: folder, relativePath: 'a' } as const;
		const { outcome } = await pool.render({ origin, variant: 'tile', isMeasured: false });
		assert.equal(outcome, 'undecodable');
	});

	it('are not held to say that a file is damaged where no process can be started', async () => {
		const entry = pathToFileURL(join(folder, 'nothing-here.mjs'));
		await using pool = createProbePool({ clock: systemClock }, { entry });
		await assert.rejects(pool.probe([job('a.mkv')]), { name: 'HelperUnavailable' });
	});

	it('may read what lies below the roots they are asked about, and nothing else', async () => {
		const root = join(folder, 'root');
		await put(join(root, 'film.mkv'), 'matroska');
		await put(join(folder, 'other', 'film.mkv'), 'matroska');
		await symlink(join(folder, 'other', 'film.mkv'), join(root, 'link.mkv'));
		await symlink(root, join(folder, 'root-by-link'));
		await using pool = createProbePool({ clock: systemClock });
		const ask = async (rootPath: string, relativePath: string) => {
			const [result] = await pool.probe([{ rootPath, relativePath, libraryKind: 'movies' }]);
			return result?.damage?.reason ?? result?.found?.container;
		};
		assert.equal(await ask(root, 'film.mkv'), 'matroska');
		assert.equal(await ask(root, 'link.mkv'), 'link-outside');
		assert.equal(await ask(join(folder, 'root-by-link'), 'film.mkv'), 'matroska');
		assert.equal(await ask(join(folder, 'away'), 'film.mkv'), 'unreadable');
	});

	it('are gone when the pool is disposed, also while one works', async () => {
		const pool = createProbePool({ clock: systemClock });
		await pool.probe([job('nothing-here.mkv')]);
		assert.equal(pool.processCount, 1);
		const path = join(folder, 'process.mjs');
		const hanging = createProbePool({ clock: systemClock }, { entry: pathToFileURL(path) });
		await hanging.probe([job('a')]);
		const cut = assert.rejects(hanging.probe([job('hang')]), { name: 'HelperUnavailable' });
		await pool[Symbol.asyncDispose]();
		await hanging[Symbol.asyncDispose]();
		await cut;
		assert.deepEqual([pool.processCount, hanging.processCount], [0, 0]);
		await assert.rejects(pool.probe([job('nothing-here.mkv')]), { name: 'HelperUnavailable' });
	});
});
