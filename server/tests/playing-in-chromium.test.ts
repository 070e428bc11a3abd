/**
 * Playlists and segments in a real Chromium through hls.js: three ways of treating tracks play, and a
 * seek lands where it was asked for. The page and the routes are served by a small server over a real
 * playback room.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import Fastify, { type FastifyInstance } from 'fastify';
import { type Browser, chromium, type Page } from 'playwright-core';
import { createMounter } from '../src/platform/http/mount.ts';
import type { Caller } from '../src/platform/http/viewer.ts';
import { mountPlaybackRoutes } from '../src/http/own/playback-routes.ts';
import { describeFilm, type FilmName, makeFilm } from './support/films.ts';
import { browser as capabilities, openRoom, type Room } from './support/playing.ts';

const hlsScript = readFileSync(createRequire(import.meta.url).resolve('hls.js/dist/hls.min.js'), 'utf8');

/** Runs in the page, so it is text here: the server's types know no window. */
const pageScript = `
const video = document.querySelector('video');
const errors = [];
const start = (address) => {
	const player = new Hls();
	player.on(Hls.Events.ERROR, (_event, data) => errors.push(data.details + (data.fatal ? ' (fatal)' : '')));
	player.loadSource(address);
	player.attachMedia(video);
	video.play();
};
const look = () => ({
	errors,
	frames: video.getVideoPlaybackQuality().totalVideoFrames,
	soundBytes: video.webkitAudioDecodedByteCount,
});
const isPast = (seconds) => video.currentTime > seconds && !video.seeking;
`;
const pageText =
	'<!doctype html><title>Player</title><video muted></video><script src="/hls.js"></script><script src="/page.js"></script>';

let room: Room;
let app: FastifyInstance;
let chrome: Browser;
let origin: string;

before(async () => {
	room = await openRoom();
	app = Fastify();
	const caller: Caller = {
		accountId: 'account-1',
		role: 'member',
		sessionId: 'session-1',
		scope: 'full',
		viewerId: 'viewer-1',
		ended: new AbortController().signal,
	};
	mountPlaybackRoutes(
		createMounter(app, async () => caller),
		{ playback: room.playback },
	);
	app.get('/', (_request, reply) => reply.type('text/html').send(pageText));
	app.get('/page.js', (_request, reply) => reply.type('text/javascript').send(pageScript));
	app.get('/hls.js', (_request, reply) => reply.type('text/javascript').send(hlsScript));
	await app.listen({ port: 0, host: '127.0.0.1' });
	origin = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
	chrome = await chromium.launch({
		executablePath: process.env['HOLDFAST_TEST_CHROMIUM'] ?? '/usr/bin/chromium',
		args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
	});
});

after(async () => {
	await chrome?.close();
	await app?.close();
	await room?.[Symbol.asyncDispose]();
});

interface Seen {
	readonly errors: string[];
	readonly frames: number;
	readonly soundBytes: number;
}

const look = (page: Page): Promise<Seen> => page.evaluate('look()');
const waitUntil = (page: Page, condition: string): Promise<unknown> =>
	page.waitForFunction(condition, null, { timeout: 30_000 });

describe('in Chromium', () => {
	const ways: readonly (readonly [FilmName, string])[] = [
		['h264-aac.mkv', 'packaged'],
		['h264-aac.ts', 'packaged'],
		['vp9-opus.webm', 'packaged'],
		['h264-ac3.mkv', 'transcoded'],
		['mpeg2-ac3.mkv', 'transcoded'],
		['mpeg4-mp3.avi', 'transcoded'],
	];
	for (const [name, method] of ways) {
		it(`${name} plays ${method}, seeks, and ends without an error`, async () => {
			const itemId = room.add(describeFilm(makeFilm(room.folder, name)));
			const page = await chrome.newPage();
			await page.goto(origin);
			const directContainers = capabilities.directContainers.filter((container) => container !== 'webm');
			const reply = await page.request.post(`${origin}/api/items/${itemId}/playback`, {
				data: { capabilities: { ...capabilities, directContainers } },
			});
			assert.equal(reply.status(), 200, await reply.text());
			const started = (await reply.json()) as { method: string; url: string };
			assert.equal(started.method, method);
			await page.evaluate(`start(${JSON.stringify(started.url)})`);
			await waitUntil(page, 'isPast(1.2)');
			const first = await look(page);
			assert.ok(first.frames > 10, `frames: ${first.frames}`);
			assert.ok(first.soundBytes > 1_000, `sound: ${first.soundBytes}`);
			await page.evaluate('video.currentTime = 9');
			await waitUntil(page, 'isPast(9.5)');
			assert.ok((await look(page)).frames > first.frames);
			await waitUntil(page, 'video.ended');
			assert.deepEqual((await look(page)).errors, []);
			await page.close();
		});
	}
});
