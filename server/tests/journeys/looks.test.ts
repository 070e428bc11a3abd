/**
 * Every page at the size of a phone, a desk and a television, dark and light: nothing sticks out, targets
 * fit a thumb, text can be read, focus can be seen, and arrow keys lead everywhere.
 * `HOLDFAST_SCREENSHOT_TO=docs/screenshot.png` takes the picture of the README,
 * `HOLDFAST_TEST_LOOKS_TO=FOLDER` keeps all of them.
 */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { listLibraries } from '@holdfast/contract/catalogue';
import { putProgress, startPlayback } from '@holdfast/contract/playback';
import type { Browser as Chromium, Page } from 'playwright-core';
import sharp from 'sharp';
import { openChromium, sizes } from '../support/chromium.ts';
import {
	type Household,
	holds,
	mediaSetting,
	onScreen,
	settleIn,
	sharedMedia,
	signInOn,
	startJourney,
	visit,
	type Visitor,
} from '../support/journey.ts';
import { contrastOverArt, measure, settled, unreachableByArrows, unseenFocus } from '../support/looking.ts';
import { browser as capabilities } from '../support/playing.ts';
import { seeded } from '../support/seed-media.ts';
import { ownerNamed, type WholeServer } from '../support/whole-server.ts';

type Size = keyof typeof sizes;
const schemes = ['dark', 'light'] as const;

/** Of an indexed PNG, so that a clone stays small. */
const readmePictureBytesMax = 600_000;

let chromium: Chromium;
/** Where pictures for eyes go; taking them costs more than all the measuring. */
const folder = process.env['HOLDFAST_TEST_LOOKS_TO'];
let server: WholeServer;
let bare: WholeServer;
let household: Household;
let session: Awaited<ReturnType<Visitor['context']['storageState']>>;

const idOf = (title: string): string => household.cards.get(title)?.itemId ?? '';

/** Leaves some titles in the middle, so that the row to go on with has something in it. */
const beginTitles = async ({ owner }: Household, titles: Readonly<Record<string, number>>): Promise<void> => {
	for (const [title, positionMs] of Object.entries(titles)) {
		const started = await owner.call(startPlayback, {
			params: { itemId: idOf(title) },
			body: { capabilities },
		});
		await owner.call(putProgress, {
			params: { playbackId: started.playbackId },
			body: { positionMs, isPaused: true, hasEnded: false },
		});
	}
};

before(async () => {
	chromium = await openChromium();
	if (folder) await mkdir(folder, { recursive: true });
	const { root: _root, ...libraries } = await sharedMedia();
	server = await startJourney({ env: { HOLDFAST_MEDIA: mediaSetting(libraries) } });
	bare = await startJourney();
	household = await settleIn(server);
	await beginTitles(household, {
		Glasshouse: 9_000,
		Vermilion: 15_000,
		'Salt and Static': 6_000,
		[seeded.packaged]: 11_000,
	});
	const visitor = await visit(chromium, server.url);
	await signInOn(visitor, ownerNamed);
	session = await visitor.context.storageState();
	await visitor.leave();
});
after(async () => {
	await chromium?.close();
	await server?.[Symbol.asyncDispose]();
	await bare?.[Symbol.asyncDispose]();
});

interface Place {
	readonly name: string;
	/** Words that lie over art. */
	readonly overArt?: readonly string[];
	/** Where it is, and what shows that it is there. */
	readonly open: (page: Page) => Promise<void>;
}

const at = (name: string, path: () => string, mark: string): Place => ({
	name,
	open: async (page) => {
		await page.goto(server.url + path());
		await page.locator(mark).first().waitFor();
	},
});

const places: readonly Place[] = [
	{ ...at('home', () => '/', '.wide-tile'), overArt: ['.hero-title a', '.hero .facts', '.hero-overview'] },
	{
		name: 'library',
		open: async (page) => {
			const { libraries } = await household.owner.call(listLibraries);
			const films = libraries.find(({ kind }) => kind === 'movies');
			await page.goto(`${server.url}/libraries/${films?.libraryId}`);
			await page.locator('.virtual-grid .poster').first().waitFor();
		},
	},
	{
		...at('item', () => `/items/${idOf(seeded.packaged)}`, '.title-actions'),
		overArt: ['.page-title', '.title-words .facts', '.title-overview'],
	},
	at('series', () => `/items/${idOf(seeded.series)}`, '.title-actions'),
	at('album', () => `/items/${idOf(seeded.album)}`, '.track'),
	at('search', () => '/search?q=t', '.search-results .poster'),
	at('security', () => '/security', '.entry'),
	at('settings', () => '/settings', '.entry'),
	{
		name: 'player',
		open: async (page) => {
			await page.goto(`${server.url}/play/${idOf(seeded.packaged)}`);
			// It plays by itself a moment after it is there; a key before that would start what it should stop.
			const video = 'document.querySelector("video")';
			await holds(page, `${video}?.currentTime > 0.2 && !${video}.paused && ${video}.readyState > 2`);
			await page.keyboard.press('k');
			await holds(page, `${video}.paused`);
			await holds(page, 'document.querySelector(".player").dataset.controls === "true"');
		},
	},
];

const gates: readonly Place[] = [
	{
		name: 'sign-in',
		open: async (page) => {
			await page.goto(`${server.url}/sign-in`);
			await page.locator('input[name=username]').waitFor();
		},
	},
	{
		name: 'reset',
		open: async (page) => {
			await page.goto(`${server.url}/reset`);
			await page.locator('.way').first().waitFor();
		},
	},
	{
		name: 'reset-link',
		open: async (page) => {
			await page.goto(`${server.url}/reset#${'a'.repeat(43)}`);
			await page.locator('input[name=new-password]').waitFor();
		},
	},
	{
		name: 'set-up',
		open: async (page) => {
			await page.goto(`${bare.url}/setup`);
			await page.locator('input[name=setup-code]').waitFor();
		},
	},
];

const lookAt = async (page: Page, place: Place, size: Size, scheme: string): Promise<void> => {
	await place.open(page);
	await settled(page);
	if (folder) await page.screenshot({ path: join(folder, `${place.name}-${size}-${scheme}.png`) });
	const { overflowPx, small, faint, measured } = await measure(page);
	const where = `${place.name} at ${size} size, ${scheme}`;
	assert.ok(overflowPx <= 0, `${where} is ${overflowPx} px too wide`);
	assert.deepEqual(small, [], `${where} has targets that are too small`);
	assert.deepEqual(faint, [], `${where} has text that is too faint`);
	for (const words of place.overArt ?? []) {
		const ratio = await contrastOverArt(page, words);
		assert.ok(
			ratio >= (words.includes('title') && !words.includes('words') ? 3 : 4.5),
			`${where}: ${words} over art has a contrast of ${ratio.toFixed(2)}`,
		);
	}
	assert.ok(measured > 0 || place.name === 'player', `${where} has text whose contrast was measured`);
};

describe('the look', () => {
	// First, while the film on its page is in the middle: the player goes on with it.
	test('the picture of the README can be taken, and is small', async () => {
		const signed = await visit(chromium, server.url, { storageState: session });
		await signed.page.goto(server.url);
		await signed.page.locator('.wide-tile').first().waitFor();
		await settled(signed.page);
		const taken = await signed.page.screenshot();
		await signed.leave();
		const picture = await sharp(taken).png({ palette: true, colours: 256, effort: 10 }).toBuffer();
		assert.ok(picture.length < readmePictureBytesMax, `${picture.length} bytes`);
		const target = process.env['HOLDFAST_SCREENSHOT_TO'];
		if (target) await writeFile(target, picture);
	});

	for (const size of ['phone', 'desktop', 'tv'] satisfies readonly Size[]) {
		for (const scheme of schemes) {
			test(`at ${size} size in ${scheme} nothing sticks out, is too small or too faint`, async () => {
				const signed = await visit(chromium, server.url, {
					size,
					colorScheme: scheme,
					storageState: session,
				});
				// The player is dark in both.
				for (const place of places.filter(({ name }) => scheme === 'dark' || name !== 'player'))
					await onScreen(signed.page, () => lookAt(signed.page, place, size, scheme));
				await signed.leave();
				const stranger = await visit(chromium, 'http://127.0.0.1', { size, colorScheme: scheme });
				for (const place of gates)
					await onScreen(stranger.page, () => lookAt(stranger.page, place, size, scheme));
				await stranger.leave();
			});
		}
	}

	test('the tab key shows where it is on every page', async () => {
		const signed = await visit(chromium, server.url, { storageState: session });
		for (const place of places) {
			await place.open(signed.page);
			assert.deepEqual(await unseenFocus(signed.page, 14), [], `${place.name} hides the focus`);
		}
		await signed.leave();
	});

	test('arrow keys lead to everything on a television', async () => {
		const signed = await visit(chromium, server.url, { size: 'tv', storageState: session });
		for (const place of places.filter(({ name }) => ['home', 'item', 'security', 'series'].includes(name))) {
			await place.open(signed.page);
			await settled(signed.page);
			assert.deepEqual(await unreachableByArrows(signed.page), [], `on ${place.name} arrows do not lead to`);
		}
		await signed.leave();
	});
});
