/**
 * Memory stays bounded and comes back: after a scan, many pictures and many streams that were given up, the
 * server is about as small as before, and no process, thread or descriptor is left of them. Linux only: it
 * reads `/proc`. The library: 8 films, 1,782 songs, 210 photos; one of the films is large.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFile, copyFile, mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { listItems, listLibraries } from '@holdfast/contract/catalogue';
import { startPlayback } from '@holdfast/contract/playback';
import * as opaque from '@serenity-kit/opaque';
import sharp from 'sharp';
import { browser as capabilities } from './support/playing.ts';
import { descendantsOf, makeFolders, startProgram } from './support/program.ts';
import { type Browser, makeOwner, openBrowser } from './support/whole-server.ts';

const counts = { films: 8, songs: 1_782, photos: 210 };
const pictureCount = 200;
const streamCount = 200;
/** Of 128 KiB pieces; far more than sockets on both sides take in. */
const largeFilmBytes = 48 * 1024 * 1024;
/** Resident, Node's own program (about 60) included: idle it is about 120, a thread of decoders took 400. */
const residentMbMax = 260;
/** Its own five, four for files, connections to the database, one to spare. */
const threadsMax = 16;

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

const makeLibrary = async (folder: string): Promise<void> => {
	await mkdir(folder, { recursive: true });
	const film = join(folder, 'film.mp4');
	const song = join(folder, 'song.flac');
	const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=64x36:rate=10:duration=1'];
	const sound = ['-f', 'lavfi', '-i', 'sine=duration=1'];
	const h264 = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-movflags', '+faststart'];
	await run('ffmpeg', ['-loglevel', 'error', ...picture, ...sound, ...h264, film]);
	await run('ffmpeg', ['-loglevel', 'error', ...sound, '-c:a', 'flac', song]);
	const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
	const photo = await sharp({
		create: { width: 640, height: 480, channels: 3, background: '#888', noise },
	})
		.jpeg()
		.toBuffer();
	const names = {
		movies: (index: number) => `Film ${index} (2001).mp4`,
		music: (index: number) => `Artist/Album ${index % 50}/${index} Song.flac`,
		photos: (index: number) => `Album ${index % 10}/${index}.jpg`,
	};
	const put = async (kind: keyof typeof names, index: number): Promise<void> => {
		const path = join(folder, kind, names[kind](index));
		await mkdir(dirname(path), { recursive: true });
		if (kind === 'photos') await writeFile(path, photo);
		else await copyFile(kind === 'movies' ? film : song, path);
	};
	for (let index = 0; index < counts.films; index += 1) await put('movies', index);
	for (let index = 0; index < counts.songs; index += 1) await put('music', index);
	for (let index = 0; index < counts.photos; index += 1) await put('photos', index);
	// Room at the end that players skip: a box of free space.
	const free = Buffer.alloc(largeFilmBytes);
	free.writeUInt32BE(largeFilmBytes, 0);
	free.write('free', 4, 'latin1');
	await appendFile(join(folder, 'movies', names.movies(0)), free);
};

const residentMbOf = async (pid: number): Promise<number> =>
	Number(/^VmRSS:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

const mediaOpenIn = async (pid: number, folder: string): Promise<string[]> => {
	const links = (await readdir(`/proc/${pid}/fd`)).map((fd) =>
		readlink(`/proc/${pid}/fd/${fd}`).catch(() => ''),
	);
	// Watched folders are no files: they hang on one descriptor of another kind.
	return (await Promise.all(links)).filter((link) => link.startsWith(folder));
};

const until = async (what: string, ask: () => Promise<boolean>): Promise<void> => {
	for (let tries = 0; tries < 1_000; tries += 1) {
		if (await ask()) return;
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	assert.fail(`waited in vain until ${what}`);
};

const libraryOf = async (browser: Browser, kind: string): Promise<string> => {
	const { libraries } = await browser.call(listLibraries);
	return libraries.find((library) => library.kind === kind)?.libraryId ?? '';
};

const askForPictures = async (browser: Browser): Promise<void> => {
	const params = { libraryId: await libraryOf(browser, 'photos') };
	const { items } = await browser.call(listItems, { params, query: { sort: 'year', limit: pictureCount } });
	assert.equal(items.length, pictureCount);
	const statuses = await Promise.all(
		items.map(async ({ image }) => {
			const answer = await browser.fetch(`/api/images/${image?.imageId}/page`);
			return [answer.status, (await answer.bytes())[8]];
		}),
	);
	assert.deepEqual(new Set(statuses.map(String)), new Set([`200,${'W'.charCodeAt(0)}`]));
};

const giveUpStreams = async (browser: Browser): Promise<void> => {
	const params = { libraryId: await libraryOf(browser, 'movies') };
	const { items } = await browser.call(listItems, { params, query: { limit: 200 } });
	const film = items.find(({ title }) => title === 'Film 0');
	const asked = { params: { itemId: film?.itemId ?? '' }, body: { capabilities } };
	const { url, method } = await browser.call(startPlayback, asked);
	assert.equal(method, 'direct');
	for (let index = 0; index < streamCount; index += 20) {
		const some = Array.from({ length: 20 }, async () => {
			const stopping = new AbortController();
			const answer = await browser.fetch(url, { signal: stopping.signal });
			const reader = answer.body?.getReader();
			assert.ok((await reader?.read())?.value?.length);
			stopping.abort();
		});
		await Promise.all(some);
	}
};

test('after a scan, pictures and streams given up, memory, threads, processes and files are back', async () => {
	await opaque.ready;
	await using folders = await makeFolders();
	const media = join(folders.root, 'media');
	await makeLibrary(media);
	const program = startProgram(folders, {
		HOLDFAST_MEDIA: ['movies', 'music', 'photos'].map((kind) => `${kind}=${join(media, kind)}`).join(','),
		// Else it opens to the network once there is an owner, and is closed for that moment.
		HOLDFAST_HOST: '127.0.0.1',
		NODE_COMPILE_CACHE: join(root, '.cache', 'compiled'),
		NODE_OPTIONS: '--max-semi-space-size=2',
		MALLOC_ARENA_MAX: '2',
	});
	const pid = program.child.pid ?? 0;
	try {
		const [, url = ''] = await program.line(/ready: (http:\/\/[\w.]+:\d+)/);
		const [, setupCode = ''] = await program.line(/Set-up code: (\S+)\n/);
		const browser = openBrowser(url);
		await makeOwner({ running: { setupCode } }, browser);
		await until('everything is scanned', async () => {
			const { libraries } = await browser.call(listLibraries);
			return (
				libraries.length === 3 && libraries.every((one) => one.lastScannedAt !== null && !one.isScanning)
			);
		});
		const { libraries } = await browser.call(listLibraries);
		assert.deepEqual(
			libraries.map(({ damagedCount }) => damagedCount),
			[0, 0, 0],
		);
		await askForPictures(browser);
		await giveUpStreams(browser);
		// The background still measures photos, in the same helpers; they end when they have nothing to do.
		await until('only the keeper is left', async () => (await descendantsOf(pid)).length === 1);
		await until('no file is held', async () => (await mediaOpenIn(pid, media)).length === 0);
		const threads = (await readdir(`/proc/${pid}/task`)).length;
		assert.ok(threads <= threadsMax, `${threads} threads`);
		const resident = await residentMbOf(pid);
		assert.ok(resident < residentMbMax, `${Math.round(resident)} MB`);
	} finally {
		program.child.kill('SIGTERM');
		assert.equal((await program.ended).exitCode, 0);
	}
});
