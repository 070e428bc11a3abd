/**
 * Somebody signs in and watches: rows, a grid, a title's page, search, films in each way of reaching the
 * browser, a subtitle, going on in another browser, an album, photos. The same journey on both databases.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { getHome, getItem, type ItemCard } from '@holdfast/contract/catalogue';
import type { Browser as Chromium, Page } from 'playwright-core';
import { openChromium } from '../support/chromium.ts';
import {
	type Engine,
	type Household,
	holds,
	mediaSetting,
	onScreen,
	settleIn,
	sharedMedia,
	signInOn,
	startJourney,
	until,
	visit,
	type Visitor,
	wordsOf,
} from '../support/journey.ts';
import { seeded } from '../support/seed-media.ts';
import type { WholeServer } from '../support/whole-server.ts';

/** Music plays on elements that are in no document: they are remembered where they are made. */
const rememberAudio = `
	window.audios = [];
	window.Audio = class extends window.Audio { constructor(...words) { super(...words); window.audios.push(this); } };
	window.videoIsPast = (seconds) => {
		const video = document.querySelector('video');
		return Boolean(video) && !video.seeking && video.currentTime > seconds;
	};
	window.lookAtVideo = () => {
		const video = document.querySelector('video');
		return {
			at: video.currentTime,
			frames: video.getVideoPlaybackQuality().totalVideoFrames,
			soundBytes: video.webkitAudioDecodedByteCount,
			source: video.currentSrc,
		};
	};
`;

interface Look {
	readonly at: number;
	readonly frames: number;
	readonly soundBytes: number;
	readonly source: string;
}

const look = (page: Page): Promise<Look> => page.evaluate('window.lookAtVideo()');

/** The picture moves and is heard from `seconds` on: time passes, frames and sound are decoded meanwhile. */
const playsFrom = async (page: Page, seconds: number): Promise<Look> => {
	await holds(page, `window.videoIsPast(${seconds})`);
	const before = await look(page);
	await holds(page, `window.videoIsPast(${before.at + 0.6})`);
	const later = await look(page);
	assert.ok(later.frames > before.frames + 4, `frames: ${before.frames}, then ${later.frames}`);
	assert.ok(later.soundBytes > before.soundBytes, `sound: ${before.soundBytes}, then ${later.soundBytes}`);
	return later;
};

type Way = readonly [title: string, method: string, video: string, audio: string];
const ways: readonly Way[] = [
	[seeded.direct, 'direct', 'copy', 'copy'],
	[seeded.packaged, 'packaged', 'copy', 'copy'],
	[seeded.soundConverted, 'transcoded', 'copy', 'encode'],
	[seeded.pictureConverted, 'transcoded', 'encode', 'copy'],
	[seeded.converted, 'transcoded', 'encode', 'encode'],
];

interface Scene extends Household {
	readonly visitor: Visitor;
}

const cardOf = ({ cards }: Household, title: string): ItemCard => {
	const card = cards.get(title);
	assert.ok(card, `${title} is in the library`);
	return card;
};

const openPlayer = async (scene: Scene, title: string) => {
	const { page, origin } = scene.visitor;
	const opened = page.waitForResponse((answer) => answer.url().endsWith('/playback') && answer.ok());
	await page.goto(`${origin}/play/${cardOf(scene, title).itemId}`);
	return (await (await opened).json()) as {
		method: string;
		video: string;
		audio: string;
		resumeAtMs: number;
	};
};

const pressAndWait = async (page: Page, key: string, expression: string): Promise<void> => {
	await page.keyboard.press(key);
	await holds(page, expression);
};

const playEachWay = async (scene: Scene, [title, method, video, audio]: Way): Promise<void> => {
	const { page } = scene.visitor;
	const plan = await openPlayer(scene, title);
	assert.deepEqual([plan.method, plan.video, plan.audio], [method, video, audio], title);
	await playsFrom(page, 0.2);
	// "l" and "j" skip ten seconds on and back; the sixth tenth lies beyond what a short clip has loaded first.
	await pressAndWait(page, '6', 'window.videoIsPast(11.9)');
	await playsFrom(page, 12);
	await pressAndWait(page, 'j', 'document.querySelector("video").currentTime < 6');
	await playsFrom(page, 1);
};

const browse = async (scene: Scene): Promise<void> => {
	const { page } = scene.visitor;
	for (const kind of ['Films', 'Series', 'Music', 'Photos'])
		await page.getByRole('heading', { name: `New in ${kind}` }).waitFor();
	await page.getByRole('link', { name: 'Films', exact: true }).first().click();
	await page.waitForURL('**/libraries/**');
	await page.getByText('12 films').waitFor();
	const titles = page.locator('.virtual-grid a .poster-title');
	await titles.first().waitFor();
	const shown = await titles.allInnerTexts();
	assert.deepEqual(shown.slice(0, 2), ['Amber Season', 'The Cartographer'], 'articles do not count');
	await page.getByRole('link', { name: seeded.packaged }).first().click();
	await page.getByRole('heading', { name: seeded.packaged, exact: true }).waitFor();
	assert.match(await wordsOf(page.locator('main')), /2011/);
	await holds(
		page,
		'[...document.images].filter((each) => each.complete && each.naturalWidth > 100).length > 0',
	);
};

const searchAsOneTypes = async ({ visitor: { page } }: Scene): Promise<void> => {
	await page.getByRole('link', { name: 'Search', exact: true }).first().click();
	await page.getByRole('searchbox').pressSequentially('harb');
	const hit = page.locator('.search-results').getByRole('link', { name: seeded.series });
	await hit.first().waitFor();
	await page.getByRole('searchbox').fill('isobars');
	await page.locator('.search-results').getByRole('link', { name: 'Isobars' }).waitFor();
	await hit.first().waitFor({ state: 'detached' });
	await page.getByRole('searchbox').fill('zzzqqq');
	await page.getByText('Nothing found').waitFor();
};

const showSubtitle = async (scene: Scene): Promise<void> => {
	const { page } = scene.visitor;
	await openPlayer(scene, seeded.packaged);
	await playsFrom(page, 0.1);
	await page.getByRole('button', { name: 'Sound and subtitles' }).click();
	await page.getByText('English').last().click();
	await holds(
		page,
		`(() => {
			const shown = [...document.querySelector('video').textTracks].find((each) => each.mode === 'showing');
			return [...(shown?.activeCues ?? [])].some((cue) => /The ferry leaves at/.test(cue.text));
		})()`,
	);
	await page.keyboard.press('Escape');
};

/** Leaves a film in the middle and goes on with it in another browser, from the row on its home page. */
const continueElsewhere = async (scene: Scene, chromium: Chromium): Promise<void> => {
	const { page, origin } = scene.visitor;
	await openPlayer(scene, seeded.direct);
	await playsFrom(page, 0.1);
	await pressAndWait(page, '5', 'window.videoIsPast(10.4)');
	const left = await look(page);
	await page.goto(`${origin}/`);
	const other = await visit(chromium, origin);
	await other.page.addInitScript(rememberAudio);
	await signInOn(other);
	const row = other.page.getByRole('region', { name: 'Continue watching' });
	await row.getByRole('link', { name: seeded.direct }).click();
	await holds(other.page, 'window.videoIsPast(1)');
	const { at } = await look(other.page);
	assert.ok(Math.abs(at - left.at) < 2, `left at ${left.at.toFixed(1)} s, went on at ${at.toFixed(1)} s`);
	await playsFrom(other.page, left.at - 1);
	await other.page.evaluate('document.querySelector("video").currentTime = 19');
	await holds(other.page, 'document.querySelector("video").ended');
	await until('the film to count as watched', async () => {
		const { rows } = await scene.owner.call(getHome);
		const going = rows.filter((each) => each.row === 'continue').flatMap(({ items }) => items);
		const { card } = await scene.owner.call(getItem, {
			params: { itemId: cardOf(scene, seeded.direct).itemId },
		});
		return card.isWatched && card.positionMs === 0 && going.every(({ title }) => title !== seeded.direct);
	});
	await other.page.goto(`${origin}/`);
	await other.page.getByRole('heading', { name: 'New in Films' }).waitFor();
	assert.equal(await row.getByRole('link', { name: seeded.direct }).count(), 0);
	await other.leave();
};

const hearTheAlbum = async (scene: Scene): Promise<void> => {
	const { page, origin } = scene.visitor;
	await page.goto(`${origin}/items/${cardOf(scene, seeded.album).itemId}`);
	await page.locator('main').getByRole('button', { name: 'Play', exact: true }).click();
	const playing = page.locator('.track[aria-current]');
	for (const title of ['First Light', 'Isobars', 'Low Pressure']) {
		await page.locator('.track[aria-current]', { hasText: title }).waitFor();
		assert.match(await wordsOf(page.getByRole('region', { name: 'Music' })), new RegExp(title));
		const heard =
			'window.audios.some((each) => !each.paused && each.currentTime > 0.3 && each.webkitAudioDecodedByteCount > 5000)';
		await holds(page, heard);
		// To just before its end: the next track must come by itself.
		if (title !== 'Low Pressure')
			await page.evaluate(
				'for (const each of window.audios) if (!each.paused) each.currentTime = each.duration - 0.7',
			);
	}
	assert.equal(await playing.count(), 1);
	await page.getByRole('button', { name: 'Stop the music' }).click();
};

const seePhotos = async (scene: Scene): Promise<void> => {
	const { page, origin } = scene.visitor;
	await page.goto(`${origin}/`);
	await page.getByRole('link', { name: 'Photos', exact: true }).first().click();
	await page.waitForURL('**/libraries/**');
	await page.locator('.virtual-grid a').first().click();
	if (!page.url().includes('/photos/')) await page.locator('main a[href^="/photos/"]').first().click();
	await page.waitForURL('**/photos/**');
	const isShown = `(() => {
		const photo = document.querySelector('img.photo-layer.is-loaded');
		return Boolean(photo) && photo.naturalWidth >= 1600 && photo.getBoundingClientRect().height > innerHeight * 0.8;
	})()`;
	await holds(page, isShown);
	await page.locator('.photo-count', { hasText: '1 / 6' }).waitFor();
	const first = page.url();
	await page.keyboard.press('ArrowRight');
	await page.locator('.photo-count', { hasText: '2 / 6' }).waitFor();
	assert.notEqual(page.url(), first);
	await holds(page, isShown);
	await page.keyboard.press('ArrowLeft');
	await page.waitForURL(first);
	await page.keyboard.press('Escape');
	await page.waitForURL((url) => !url.pathname.startsWith('/photos/'));
};

for (const engine of ['sqlite', 'postgres'] satisfies readonly Engine[]) {
	describe(`watching on ${engine}`, () => {
		let chromium: Chromium;
		let server: WholeServer;
		let scene: Scene;

		before(async () => {
			chromium = await openChromium();
			const { root: _root, ...libraries } = await sharedMedia();
			server = await startJourney({ env: { HOLDFAST_MEDIA: mediaSetting(libraries) } }, engine);
			const household = await settleIn(server);
			const visitor = await visit(chromium, server.url);
			await visitor.page.addInitScript(rememberAudio);
			await signInOn(visitor);
			scene = { ...household, visitor };
		});
		after(async () => {
			await chromium?.close();
			await server?.[Symbol.asyncDispose]();
		});

		const part = (act: () => Promise<void>): Promise<void> => onScreen(scene.visitor.page, act);
		test('home has a row for each library, a grid its films, a film its page', () =>
			part(() => browse(scene)));
		test('search finds while one types, and says so where there is nothing', () =>
			part(() => searchAsOneTypes(scene)));
		for (const way of ways) {
			const [title, method, video, audio] = way;
			test(`${title} plays ${method} (picture ${video}, sound ${audio}) and seeks`, () =>
				part(() => playEachWay(scene, way)));
		}
		test('the subtitle beside a file is shown', () => part(() => showSubtitle(scene)));
		test('another browser goes on where this one stopped, and a finished film leaves the row', () =>
			part(() => continueElsewhere(scene, chromium)));
		test('an album plays from track to track by itself', () => part(() => hearTheAlbum(scene)));
		test('photos fill the screen and follow the keys', () => part(() => seePhotos(scene)));
		test('no page met an error, a refused script or another host', () => scene.visitor.leave());
	});
}
