/** The routes of playing, over HTTP: what a player sends, and what comes back. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import Fastify, { type FastifyInstance } from 'fastify';
import { describeFilm, makeFilm } from '../../../tests/support/films.ts';
import { browser, openRoom } from '../../../tests/support/playing.ts';
import { createMounter } from '../../platform/http/mount.ts';
import { replyWithProblem } from '../../platform/http/problem.ts';
import type { Caller } from '../../platform/http/viewer.ts';
import { silentLog } from '../../platform/log.ts';
import { mountPlaybackRoutes } from './playback-routes.ts';

const setUp = async () => {
	const room = await openRoom();
	const app: FastifyInstance = Fastify();
	app.setErrorHandler(replyWithProblem(silentLog));
	const caller = (viewerId: string): Caller => ({
		...{ accountId: 'account', sessionId: 'session', viewerId, ended: new AbortController().signal },
		role: 'member',
		scope: 'full',
	});
	const gate = async (_rule: unknown, request: { headers: Record<string, unknown> }): Promise<Caller> =>
		caller(String(request.headers['x-viewer'] ?? 'viewer-anna'));
	mountPlaybackRoutes(createMounter(app, gate), { playback: room.playback });
	return {
		room,
		app,
		[Symbol.asyncDispose]: async () => {
			await app.close();
			await room[Symbol.asyncDispose]();
		},
	};
};

const capabilities = { ...browser };

describe('playing over HTTP', () => {
	it('starts, sends ranges of the file, remembers the position and resumes there', async () => {
		await using house = await setUp();
		const { app, room } = house;
		const path = makeFilm(room.folder, 'h264-aac.mp4');
		const itemId = room.add({ ...describeFilm(path), durationMs: 100_000 });
		const start = () =>
			app.inject({ method: 'POST', url: `/api/items/${itemId}/playback`, payload: { capabilities } });
		const { url, playbackId, method, resumeAtMs } = (await start()).json();
		assert.deepEqual([method, resumeAtMs], ['direct', 0]);
		const part = await app.inject({ url, headers: { range: 'bytes=100-199' } });
		assert.equal(part.statusCode, 206);
		assert.deepEqual(part.rawPayload, readFileSync(path).subarray(100, 200));
		const past = await app.inject({ url, headers: { range: 'bytes=999999999-' } });
		assert.deepEqual([past.statusCode, past.json().code], [416, 'playback.range.unsatisfiable']);
		const payload = { positionMs: 42_000, isPaused: true, hasEnded: false };
		const said = await app.inject({ method: 'PUT', url: `/api/playback/${playbackId}/progress`, payload });
		assert.equal(said.statusCode, 204);
		assert.equal((await start()).json().resumeAtMs, 42_000);
		assert.deepEqual(room.events.at(-1), {
			viewerId: 'viewer-anna',
			itemId,
			positionMs: 42_000,
			isWatched: false,
		});
		const marked = await app.inject({
			method: 'PUT',
			url: `/api/items/${itemId}/watched`,
			payload: { isWatched: true },
		});
		assert.equal(marked.statusCode, 204);
		assert.equal((await start()).json().resumeAtMs, 0);
	});

	it('hides a playback from everybody else, on every address', async () => {
		await using house = await setUp();
		const { app, room } = house;
		const itemId = room.add(describeFilm(makeFilm(room.folder, 'h264-aac.mkv')));
		const started = await app.inject({
			method: 'POST',
			url: `/api/items/${itemId}/playback`,
			payload: { capabilities },
		});
		const base = `/api/playback/${started.json().playbackId}`;
		const places = [
			'file',
			'index.m3u8',
			'video/list.m3u8',
			'audio/init.mp4',
			'video/0.m4s',
			'subtitles/embedded-1',
		];
		for (const place of places) {
			const reply = await app.inject({ url: `${base}/${place}`, headers: { 'x-viewer': 'viewer-ben' } });
			assert.deepEqual([reply.statusCode, reply.json().code], [404, 'playback.session.absent'], place);
		}
		for (const wrong of [
			'video/-1.m4s',
			'video/1.mp4',
			'video/..%2f0.m4s',
			'other/0.m4s',
			'video/00000000.m4s',
		]) {
			assert.ok((await app.inject({ url: `${base}/${wrong}` })).statusCode >= 400, wrong);
		}
		assert.equal((await app.inject({ method: 'DELETE', url: base })).statusCode, 204);
		assert.equal((await app.inject({ url: `${base}/index.m3u8` })).statusCode, 404);
	});
});
