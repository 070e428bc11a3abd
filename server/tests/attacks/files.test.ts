/** A library made by somebody who means harm: names, links, and files that are something else. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
	appendFile,
	cp,
	mkdir,
	mkdtemp,
	readFile,
	rename,
	rm,
	symlink,
	truncate,
	writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type DamagedFile, listDamaged, listItems, listLibraries } from '@holdfast/contract/catalogue';
import { type PlaybackStart, startPlayback } from '@holdfast/contract/playback';
import { makeFilm } from '../support/films.ts';
import { type Household, settleIn, startJourney } from '../support/journey.ts';
import { browser as capabilities } from '../support/playing.ts';

const canary = 'WHAT-LIES-OUTSIDE-OF-THE-LIBRARY';

const names = [
	...[
		'new\nline',
		'quo"te\'s',
		'-i',
		'-f lavfi',
		'$(id)',
		'`id`',
		'\u202egnp',
		'a%00b',
		'%2e%2e%2f',
		'%d %03d',
	],
	...[
		'<img src=x onerror=alert(1)>',
		'file:evil',
		'concat:a|b',
		'pipe:0',
		'a\r\nSet-Cookie: x=1',
		'back\\slash',
	],
	...['x'.repeat(240), 'bell\u0007', 'e\u0301\u0301\u0301', '*?[]', 'semi;colon'],
];

const sparseBytes = 2 ** 40;

describe('a hostile library', () => {
	let folder: string;
	let films: string;
	let outside: string;
	let house: Household;
	let damaged: readonly DamagedFile[];

	const fill = async (): Promise<void> => {
		const film = makeFilm(folder, 'h264-aac.mkv');
		const inFilms = (name: string): string => join(films, name);
		for (const name of names) await cp(film, inFilms(`${name}.mkv`));
		await writeFile(
			Buffer.concat([Buffer.from(`${films}/`), Buffer.from([0xff, 0x41]), Buffer.from('.mkv')]),
			'',
		);
		await symlink(outside, inFilms('link.mkv'));
		await symlink('/etc', inFilms('etc'));
		await symlink('.', inFilms('loop'));
		await symlink('/dev/zero', inFilms('zero.mkv'));
		execFileSync('mkfifo', [inFilms('pipe.mkv')]);
		await cp(film, inFilms('Sparse.mkv'));
		await truncate(inFilms('Sparse.mkv'), sparseBytes);
		await writeFile(inFilms('empty.mp4'), '');
		const list = `#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile://${outside}\n#EXT-X-ENDLIST\n`;
		await writeFile(inFilms('list.mp4'), list);
		await writeFile(inFilms('concat.mkv'), `ffconcat version 1.0\nfile ${outside}\n`);
		await mkdir(inFilms('Told (2000)'));
		const told = (name: string): string => inFilms(join('Told (2000)', name));
		await cp(film, told('Told (2000).mkv'));
		await writeFile(
			told('movie.nfo'),
			`<!DOCTYPE m [<!ENTITY x SYSTEM "file://${outside}"><!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>
			<movie><title>Told</title><plot>&x; &b;</plot><thumb>file://${outside}</thumb></movie>`,
		);
		await writeFile(told('Told (2000).srt'), list);
		await symlink(outside, told('Told (2000).fr.srt'));
		await writeFile(
			told('Told (2000).en.srt'),
			'00:00:01,000 --> 00:00:02,000\n<script>x</script><b>said</b>\n',
		);
		await writeFile(
			told('poster.jpg'),
			`<svg xmlns="http://www.w3.org/2000/svg" xmlns:l="http://www.w3.org/1999/xlink"><image l:href="file://${outside}"/></svg>`,
		);
		await cp(film, inFilms('Changing (2001).mkv'));
	};
	const play = (itemId: string): Promise<PlaybackStart> =>
		house.owner.call(startPlayback, { params: { itemId }, body: { capabilities } });
	const read = async (path: string): Promise<[number, string]> => {
		const answer = await house.owner.fetch(path);
		return [answer.status, Buffer.from(await answer.arrayBuffer()).toString('latin1')];
	};
	const itemNamed = (title: string): string => {
		const card = house.cards.get(title);
		assert.ok(card, `${title} is not among ${[...house.cards.keys()].join(', ')}`);
		return card.itemId;
	};

	before(async () => {
		folder = await mkdtemp(join(tmpdir(), 'hf-hostile-'));
		films = join(folder, 'Films');
		outside = join(folder, 'outside.txt');
		await mkdir(films);
		await writeFile(outside, `${canary}\n`);
		await fill();
		house = await settleIn(await startJourney({ env: { HOLDFAST_MEDIA: `movies=${films}` } }));
		const { libraries } = await house.owner.call(listLibraries);
		const params = { libraryId: libraries[0]?.libraryId ?? '' };
		damaged = (await house.owner.call(listDamaged, { params })).files;
	});
	after(async () => {
		await house?.server[Symbol.asyncDispose]();
		await rm(folder, { recursive: true, force: true });
	});

	test('lists what it will not open, with the reason', () => {
		const reasons = Object.fromEntries(damaged.map(({ displayPath, reason }) => [displayPath, reason]));
		assert.equal(reasons['link.mkv'], 'link-outside');
		assert.equal(reasons['zero.mkv'], 'link-outside');
		assert.equal(reasons['\\xffA.mkv'], 'name-not-text');
		assert.equal(reasons['empty.mp4'], 'empty');
		assert.equal(reasons['list.mp4'], 'refers-elsewhere');
		assert.equal(reasons['concat.mkv'], 'refers-elsewhere');
		assert.equal(reasons['pipe.mkv'] ?? null, null);
	});

	test('plays whatever its files are called, a terabyte of holes included, and no name becomes a header', async () => {
		const { libraries } = await house.owner.call(listLibraries);
		const params = { libraryId: libraries[0]?.libraryId ?? '' };
		const { items } = await house.owner.call(listItems, { params, query: { limit: 200 } });
		assert.ok(items.length >= names.length);
		for (const { itemId, title } of items) {
			assert.doesNotMatch(title, /\p{Cc}/u);
			const plan = await play(itemId);
			const answer = await house.owner.fetch(plan.url.replace('index.m3u8', 'video/0.m4s'));
			assert.equal(answer.status, 200, title);
			assert.equal(answer.headers.get('set-cookie'), null);
			assert.ok((await answer.arrayBuffer()).byteLength > 100, title);
		}
	});

	test('shows nothing of what lies outside, whichever file names it', async () => {
		const told = itemNamed('Told');
		const plan = await play(told);
		const answers = await Promise.all([
			read(`/api/items/${told}`),
			...plan.subtitles.map(({ url }) => read(url)),
			...['index.m3u8', 'video/list.m3u8'].map((name) => read(plan.url.replace('index.m3u8', name))),
		]);
		for (const [, text] of answers) assert.doesNotMatch(text, new RegExp(`${canary}|<script|onerror=`));
		assert.ok(
			answers.some(([, text]) => text.includes('<b>said</b>')),
			'the honest subtitle is there',
		);
		const detail = JSON.parse(answers[0]?.[1] ?? '') as { card: { image: { imageId: string } | null } };
		const { image } = detail.card;
		if (image) {
			const [status, bytes] = await read(`/api/images/${image.imageId}/tile`);
			assert.ok(status === 404 || bytes.startsWith('RIFF'));
		}
	});

	test('a film exchanged, cut short or made longer while it plays is noticed, and never read beyond', async () => {
		const path = join(films, 'Changing (2001).mkv');
		const itemId = itemNamed('Changing');
		const whole = await readFile(path);
		const segment = (plan: PlaybackStart) => read(plan.url.replace('index.m3u8', 'video/1.m4s'));
		const plan = await play(itemId);
		assert.equal((await segment(plan))[0], 200);
		await rename(path, `${path}.kept`);
		await symlink(outside, path);
		const [status, text] = await segment(plan);
		assert.equal(status, 503);
		assert.doesNotMatch(text, new RegExp(`${canary}|${folder}`));
		await assert.rejects(play(itemId), /catalogue\.file\.away/);
		await rm(path);
		await rename(`${path}.kept`, path);
		assert.equal((await segment(plan))[0], 200);
		await appendFile(path, Buffer.alloc(1_000));
		assert.match((await segment(plan))[1], /playback\.file\.changed/);
		await truncate(path, Math.floor(whole.length / 3));
		assert.match((await segment(plan))[1], /playback\.file\.changed/);
		const [later, problem] = await segment(await play(itemId).catch(() => plan));
		assert.ok(later === 200 || /"code":"(playback|catalogue)\./.test(problem), problem);
	});
});
