/** Whole playbacks on small real films: what comes out is probed and compared with the source. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { PlaybackStart } from '@holdfast/contract/playback';
import {
	describeFilm,
	type FilmName,
	joinParts,
	makeFilm,
	packetsOf,
	pictureSums,
} from '../../tests/support/films.ts';
import { browser, callerNamed, openRoom, type Room } from '../../tests/support/playing.ts';
import { manualClock } from '../platform/clock.ts';
import { isFault } from '../platform/fault.ts';
import { openFileCount } from '../platform/files/below.ts';
import type { ByteReply } from '../platform/http/mount.ts';
import type { Playback, PlaybackCaller } from './index.ts';

// A folder for temporary files of this test alone: others make and remove theirs meanwhile.
const temporary = mkdtempSync(join(tmpdir(), 'holdfast-playback-test-'));
process.env['TMPDIR'] = temporary;
after(() => rmSync(temporary, { recursive: true, force: true }));
const films = mkdtempSync(join(tmpdir(), 'holdfast-films-'));
const made = new Map<FilmName, string>();
const film = (name: FilmName): string => {
	const known = made.get(name) ?? makeFilm(films, name);
	made.set(name, known);
	return known;
};

const never = new AbortController().signal;
const anna = callerNamed('anna');
const options = { capabilities: browser, fileId: null, audioIndex: null };

const textOf = (reply: ByteReply): string => String(reply.body);
const bytesOf = (reply: ByteReply): Uint8Array => reply.body as Uint8Array;

const segmentNames = (playlist: string): number[] =>
	[...playlist.matchAll(/^(\d+)\.m4s$/gm)].map(([, segment]) => Number(segment));

/** Everything of one track, in the order of `order`; joined in the order of time. */
const fetchTrack = async (
	playback: Playback,
	started: PlaybackStart,
	track: 'video' | 'audio',
	order: (segments: number[]) => number[] = (segments) => segments,
	caller: PlaybackCaller = anna,
): Promise<Uint8Array[]> => {
	const { playbackId } = started;
	const playlist = textOf(await playback.mediaPlaylist(caller, playbackId, track));
	const init = bytesOf(await playback.initSegment(caller, playbackId, track, never));
	const parts = new Map<number, Uint8Array>();
	for (const segment of order(segmentNames(playlist))) {
		parts.set(
			segment,
			bytesOf(await playback.segment(caller, playbackId, { track, segment, signal: never })),
		);
	}
	return [init, ...segmentNames(playlist).map((segment) => parts.get(segment) as Uint8Array)];
};

/** Processes end when they are killed, not when they are asked to. */
const untilIdle = async (room: Room): Promise<void> => {
	while (room.runner.running.size > 0) await new Promise((resolve) => setImmediate(resolve));
};

const startFilm = async (room: Room, name: FilmName, caller = anna): Promise<PlaybackStart> =>
	room.playback.start(caller, room.add(describeFilm(film(name))), options);

const assertSameTimes = (
	found: readonly number[],
	expected: readonly number[],
	toleranceSeconds: number,
): void => {
	assert.equal(found.length, expected.length);
	// ffprobe moves a picture with reordered frames by one constant; distances are what must agree.
	const shift = (found[0] ?? 0) - (expected[0] ?? 0);
	found.forEach((time, index) => {
		const wanted = (expected[index] ?? 0) + shift;
		assert.ok(Math.abs(time - wanted) <= toleranceSeconds, `packet ${index}: ${time}, not ${wanted}`);
	});
};

describe('a packaged film', () => {
	const packaged = [
		'h264-aac.mkv',
		'h264-aac-fragmented.mp4',
		'h264-aac.ts',
	] as const satisfies readonly FilmName[];
	for (const name of packaged) {
		it(`has every frame of ${name} at its own time, and decodes to the same pictures`, async () => {
			await using room = await openRoom();
			const path = film(name);
			const file = {
				...describeFilm(path),
				container: name.endsWith('.mp4') ? 'mov' : describeFilm(path).container,
			};
			const started = await room.playback.start(anna, room.add(file), options);
			assert.deepEqual([started.method, started.video, started.audio], ['packaged', 'copy', 'copy']);
			for (const track of ['video', 'audio'] as const) {
				const joined = joinParts(
					room.folder,
					`${track}.mp4`,
					await fetchTrack(room.playback, started, track),
				);
				const specifier = `${track[0]}:0`;
				const times = (from: string): number[] =>
					packetsOf(from, specifier).map(({ ptsSeconds }) => ptsSeconds);
				assertSameTimes(times(joined), times(path), 0.0011);
				if (track === 'video') {
					const source = new Set(pictureSums(path));
					const strange = pictureSums(joined).filter((sum) => !source.has(sum));
					assert.deepEqual(strange, []);
				}
			}
		});
	}

	it('is the same bytes in whatever order its segments are asked for, and from another replica', async () => {
		await using room = await openRoom();
		const started = await startFilm(room, 'h264-aac.mkv');
		const forwards = await fetchTrack(room.playback, started, 'video');
		const backwards = await fetchTrack(room.playback, started, 'video', (segments) => segments.reverse());
		const elsewhere = await fetchTrack(room.replica(), started, 'video', (segments) =>
			[...segments].sort((a, b) => (a % 3) - (b % 3) || b - a),
		);
		assert.ok(forwards.length > 3);
		assert.deepEqual(backwards, forwards);
		assert.deepEqual(elsewhere, forwards);
	});

	it('keeps HEVC and VP9 for a client that decodes them, without starting ffmpeg', async () => {
		await using room = await openRoom();
		const capabilities = {
			...browser,
			directContainers: [],
			segmentVideoCodecs: [...browser.segmentVideoCodecs, 'hevc' as const],
		};
		for (const name of ['hevc-aac.mkv', 'vp9-opus.webm'] as const) {
			const path = film(name);
			const started = await room.playback.start(anna, room.add(describeFilm(path)), {
				...options,
				capabilities,
			});
			assert.equal(started.method, 'packaged', name);
			const joined = joinParts(room.folder, 'video.mp4', await fetchTrack(room.playback, started, 'video'));
			assert.equal(packetsOf(joined, 'v:0').length, packetsOf(path, 'v:0').length);
			assert.equal(room.runner.running.size, 0);
		}
	});
});

describe('a film with a track that the client cannot decode', () => {
	it('leaves the picture untouched where only the sound is encoded, and both lie on one timeline', async () => {
		await using room = await openRoom();
		const path = film('h264-ac3.mkv');
		const started = await startFilm(room, 'h264-ac3.mkv');
		assert.deepEqual([started.method, started.video, started.audio], ['transcoded', 'copy', 'encode']);
		assert.deepEqual(
			started.reasons.map(({ reason }) => reason),
			['container-not-supported', 'audio-codec-not-supported'],
		);
		const video = joinParts(room.folder, 'video.mp4', await fetchTrack(room.playback, started, 'video'));
		const audio = joinParts(room.folder, 'audio.mp4', await fetchTrack(room.playback, started, 'audio'));
		assert.equal(packetsOf(video, 'v:0').length, packetsOf(path, 'v:0').length);
		const sounds = packetsOf(audio, 'a:0').map(({ ptsSeconds }) => ptsSeconds);
		const firstGap = sounds.findIndex(
			(time, index) => index > 0 && Math.abs(time - (sounds[index - 1] ?? 0) - 1024 / 48_000) > 0.0005,
		);
		assert.equal(firstGap, -1);
		const sourceSounds = packetsOf(path, 'a:0');
		const sourceStart = sourceSounds[0]?.ptsSeconds ?? 0;
		const ends = [sounds.at(-1) ?? 0, (sourceSounds.at(-1)?.ptsSeconds ?? 0) - sourceStart];
		assert.ok((sounds[0] ?? 1) < 0.03);
		assert.ok(Math.abs((ends[0] ?? 0) - (ends[1] ?? 0)) < 0.08, `ends at ${ends}`);
	});

	it('encodes the picture alone where the sound is fine', async () => {
		await using room = await openRoom();
		const started = await startFilm(room, 'hevc-aac.mkv');
		assert.deepEqual([started.video, started.audio], ['encode', 'copy']);
		const joined = joinParts(room.folder, 'video.mp4', await fetchTrack(room.playback, started, 'video'));
		const times = packetsOf(joined, 'v:0').map(({ ptsSeconds }) => ptsSeconds);
		assert.equal(times.length, packetsOf(film('hevc-aac.mkv'), 'v:0').length);
		assert.ok(times.every((time, index) => index === 0 || time - (times[index - 1] ?? 0) < 0.06));
	});

	for (const name of ['mpeg2-ac3.mkv', 'mpeg4-mp3.avi'] as const) {
		it(`plays ${name} whole, and joins the segments of several encoders without a gap`, async () => {
			await using room = await openRoom();
			const started = await startFilm(room, name);
			assert.equal(started.method, 'transcoded');
			// Back, then far ahead, then back: each jump is another run of ffmpeg.
			const order = (segments: number[]): number[] => [
				...segments.slice(5),
				...segments.slice(2, 5),
				...segments.slice(0, 2),
			];
			const joined = joinParts(
				room.folder,
				'video.mp4',
				await fetchTrack(room.playback, started, 'video', order),
			);
			const times = packetsOf(joined, 'v:0').map(({ ptsSeconds }) => ptsSeconds);
			// AVI says no times: its first frame is repeated where the coder's delay was.
			assert.ok(Math.abs(times.length - packetsOf(film(name), 'v:0').length) <= 1);
			assert.ok(
				times.every(
					(time, index) => index === 0 || Math.abs(time - (times[index - 1] ?? 0) - 1001 / 24_000) < 0.003,
				),
			);
			assert.equal(pictureSums(joined).length, times.length);
			const audio = joinParts(
				room.folder,
				'audio.mp4',
				await fetchTrack(room.playback, started, 'audio', order),
			);
			const sounds = packetsOf(audio, 'a:0').map(({ ptsSeconds }) => ptsSeconds);
			assert.ok(
				sounds.every(
					(time, index) => index === 0 || Math.abs(time - (sounds[index - 1] ?? 0) - 1024 / 48_000) < 0.0005,
				),
			);
		});
	}

	it('is refused as busy above the limit, and as unavailable where conversions are off', async () => {
		await using room = await openRoom({ transcodesMax: 1 });
		const first = await startFilm(room, 'long-mpeg2.mkv');
		await room.playback.segment(anna, first.playbackId, { track: 'video', segment: 0, signal: never });
		assert.equal(room.playback.counts().encoding, 1);
		const ben = callerNamed('ben');
		await assert.rejects(startFilm(room, 'mpeg2-ac3.mkv', ben), (error) =>
			isFault(error, 'playback.transcode.busy'),
		);
		await using off = await openRoom({ transcodesMax: 0 });
		await assert.rejects(startFilm(off, 'mpeg2-ac3.mkv'), (error) =>
			isFault(error, 'playback.transcode.unavailable'),
		);
	});

	it('gives its place to the next film of the same viewer', async () => {
		await using room = await openRoom({ transcodesMax: 1 });
		const first = await startFilm(room, 'long-mpeg2.mkv');
		await room.playback.segment(anna, first.playbackId, { track: 'video', segment: 0, signal: never });
		const second = await startFilm(room, 'mpeg2-ac3.mkv');
		await room.playback.segment(anna, second.playbackId, { track: 'video', segment: 0, signal: never });
		assert.ok(room.playback.counts().encoding <= 1);
	});

	it('stops encoding a minute after nobody asks, and goes on where it is wanted again', async () => {
		const clock = manualClock();
		await using room = await openRoom({ clock });
		const { playbackId } = await startFilm(room, 'long-mpeg2.mkv');
		const ask = (segment: number): Promise<ByteReply> =>
			room.playback.segment(anna, playbackId, { track: 'video', segment, signal: never });
		await ask(0);
		await clock.advance(50_000);
		assert.equal(room.playback.counts().encoding, 1);
		await ask(1);
		await clock.advance(50_000);
		assert.equal(room.playback.counts().encoding, 1);
		await clock.advance(20_000);
		await untilIdle(room);
		assert.equal(room.playback.counts().encoding, 0);
		assert.ok(bytesOf(await ask(30)).length > 0);
	});

	it('leaves no process, no open file and no temporary file when its session ends', async () => {
		film('long-mpeg2.mkv');
		const ours = (): string[] => readdirSync(tmpdir()).filter((name) => /^holdfast-(play|tool)-/.test(name));
		const [filesBefore, foldersBefore] = [openFileCount(), ours().length];
		{
			await using room = await openRoom();
			const foldersWithin = ours().length;
			const session = new AbortController();
			const caller = callerNamed('anna', session.signal);
			const { playbackId } = await startFilm(room, 'long-mpeg2.mkv', caller);
			const asked = { track: 'video', segment: 0, signal: session.signal } as const;
			await room.playback.segment(caller, playbackId, asked);
			assert.ok(room.runner.running.size > 0);
			assert.equal(ours().length, foldersWithin);
			const waiting = room.playback.segment(caller, playbackId, { ...asked, segment: 40 });
			session.abort(new Error('signed out'));
			await assert.rejects(waiting);
			await untilIdle(room);
			assert.equal(room.playback.counts().encoding, 0);
		}
		// Fewer is fine: what an earlier test was still closing when we counted is gone by now.
		for (let look = 0; look < 500 && openFileCount() > filesBefore; look += 1) await delay(10);
		assert.ok(openFileCount() <= filesBefore);
		assert.ok(ours().length <= foldersBefore);
	});

	it('fails by name where ffmpeg cannot read the file either', async () => {
		await using room = await openRoom();
		const path = makeFilm(room.folder, 'mpeg4-mp3.avi');
		const file = describeFilm(path);
		writeFileSync(path, Buffer.alloc(200_000, 0x5a));
		const { playbackId } = await room.playback.start(anna, room.add(file), options);
		for (const track of ['video', 'audio'] as const) {
			await assert.rejects(
				room.playback.segment(anna, playbackId, { track, segment: 0, signal: never }),
				(error) => isFault(error, 'playback.transcode.failed'),
			);
		}
		assert.equal(room.runner.running.size, 0);
	});
});

describe('any byte of a playback', () => {
	it('is absent for everybody but the viewer who started it', async () => {
		await using room = await openRoom();
		const { playbackId } = await startFilm(room, 'h264-aac.mkv');
		const ben = callerNamed('ben');
		const asks: (() => Promise<unknown>)[] = [
			() => room.playback.multivariant(ben, playbackId),
			() => room.playback.mediaPlaylist(ben, playbackId, 'video'),
			() => room.playback.initSegment(ben, playbackId, 'video', never),
			() => room.playback.segment(ben, playbackId, { track: 'video', segment: 0, signal: never }),
			() => room.playback.direct(ben, playbackId, { range: null, ifRange: null, ifNoneMatch: null }, never),
			() => room.playback.subtitle(ben, playbackId, 'embedded-2', never),
			() =>
				room.playback.recordProgress(ben, playbackId, { positionMs: 1, isPaused: false, hasEnded: false }),
			() => room.playback.end(ben, playbackId),
		];
		for (const ask of asks) await assert.rejects(ask(), (error) => isFault(error, 'playback.session.absent'));
		await room.playback.multivariant(anna, playbackId);
	});

	it('is absent after its end', async () => {
		await using room = await openRoom();
		const { playbackId } = await startFilm(room, 'h264-aac.mkv');
		await room.playback.end(anna, playbackId);
		await assert.rejects(room.playback.multivariant(anna, playbackId), (error) =>
			isFault(error, 'playback.session.absent'),
		);
	});

	it('is refused once the file is another', async () => {
		await using room = await openRoom();
		const path = makeFilm(room.folder, 'h264-aac.mkv');
		const started = await room.playback.start(anna, room.add(describeFilm(path)), options);
		appendFileSync(path, 'more');
		const asked = { track: 'video', segment: 0, signal: never } as const;
		await assert.rejects(room.playback.segment(anna, started.playbackId, asked), (error) =>
			isFault(error, 'playback.file.changed'),
		);
	});

	it('is away, never broken, once the file is gone', async () => {
		await using room = await openRoom();
		const path = makeFilm(room.folder, 'song.mp3');
		const started = await room.playback.start(anna, room.add(describeFilm(path), 'track'), options);
		rmSync(path);
		const asked = { range: null, ifRange: null, ifNoneMatch: null };
		await assert.rejects(room.playback.direct(anna, started.playbackId, asked, never), (error) =>
			isFault(error, 'catalogue.file.away'),
		);
	});

	it('does not exist past the last segment', async () => {
		await using room = await openRoom();
		const { playbackId } = await startFilm(room, 'h264-aac.mkv');
		const asked = { track: 'video', segment: 9_999_999, signal: never } as const;
		await assert.rejects(room.playback.segment(anna, playbackId, asked), (error) =>
			isFault(error, 'playback.segment.absent'),
		);
	});
});

describe('a file with a hostile name', () => {
	for (const name of ['-i -y "x\'.mkv', 'file:pipe:1.mkv', '%d\u{1f3ac}\n$(id).mkv']) {
		it(`is only a file: ${JSON.stringify(name)}`, async () => {
			await using room = await openRoom();
			const path = makeFilm(room.folder, 'mpeg2-ac3.mkv', name);
			const started = await room.playback.start(anna, room.add(describeFilm(path)), options);
			const asked = { track: 'video', segment: 1, signal: never } as const;
			assert.ok(bytesOf(await room.playback.segment(anna, started.playbackId, asked)).length > 1_000);
		});
	}
});

describe('music', () => {
	it('plays as it is where the browser knows the container', async () => {
		await using room = await openRoom();
		const started = await room.playback.start(
			anna,
			room.add(describeFilm(film('song.flac')), 'track'),
			options,
		);
		assert.deepEqual([started.method, started.mimeType, started.video], ['direct', 'audio/flac', 'none']);
	});

	it('is encoded where it does not', async () => {
		await using room = await openRoom();
		const started = await room.playback.start(
			anna,
			room.add(describeFilm(film('song.aiff')), 'track'),
			options,
		);
		assert.deepEqual([started.method, started.audio], ['transcoded', 'encode']);
		const joined = joinParts(room.folder, 'audio.mp4', await fetchTrack(room.playback, started, 'audio'));
		const packets = packetsOf(joined, 'a:0');
		assert.ok(Math.abs((packets.at(-1)?.ptsSeconds ?? 0) - 12) < 0.1);
		assert.match(textOf(await room.playback.multivariant(anna, started.playbackId)), /audio\/list\.m3u8/);
	});
});

describe('sound of the second layer', () => {
	it('is encoded even where the scan took it for the third', async () => {
		await using room = await openRoom();
		const file = describeFilm(film('h264-mp2.ts'));
		const streams = file.streams.map((stream) =>
			stream.kind === 'audio' ? { ...stream, codec: 'mp3' } : stream,
		);
		const started = await room.playback.start(anna, room.add({ ...file, streams }), options);
		assert.deepEqual([started.video, started.audio], ['copy', 'encode']);
	});
});
