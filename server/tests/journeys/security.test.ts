/**
 * The security page: who is signed in, signing one out, signing everything out while films run, and a new
 * password. All through it, no request carries a password.
 */
import assert from 'node:assert/strict';
import { appendFile, cp, mkdtemp, rm, stat, truncate } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import * as accounts from '@holdfast/contract/accounts';
import * as catalogue from '@holdfast/contract/catalogue';
import * as playback from '@holdfast/contract/playback';
import type { RouteShape } from '@holdfast/contract/route';
import * as system from '@holdfast/contract/system';
import type { Browser as Chromium, BrowserContext, Page } from 'playwright-core';
import { openChromium } from '../support/chromium.ts';
import {
	type Household,
	holds,
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
import { browser as capabilities } from '../support/playing.ts';
import { seeded } from '../support/seed-media.ts';
import { addressOf, openBrowser, ownerNamed, signIn, type WholeServer } from '../support/whole-server.ts';

/** Far more than what sockets hold on the way, so that a stream that is let run is told from one that was cut. */
const paddingBytes = 256 * 1024 * 1024;

/** Makes an MP4 long without touching its picture: a `free` box of holes at its end. */
const lengthen = async (path: string): Promise<void> => {
	const header = Buffer.alloc(8);
	header.writeUInt32BE(paddingBytes);
	header.write('free', 4, 'latin1');
	const { size } = await stat(path);
	await appendFile(path, header);
	await truncate(path, size + paddingBytes);
};

const isRoute = (value: unknown): value is RouteShape =>
	typeof value === 'object' && value !== null && 'access' in value && 'path' in value;
const signedRoutes = [accounts, catalogue, playback, system]
	.flatMap((part) => Object.values(part))
	.filter(isRoute)
	.filter(({ access }) => access === 'viewer' || access === 'administrator');

/** A cookie that opens nothing any more: each route for signed-in people says so. */
const assertDead = async (server: WholeServer, cookie: string): Promise<void> => {
	for (const route of signedRoutes) {
		const browser = openBrowser(server.url);
		browser.cookie = cookie;
		const params = Object.fromEntries(
			[...route.path.matchAll(/:([A-Za-z]+)/g)].map(([, name = '']) => [name, 'zzzzzzzzzzzzzzzzzzzzzzzz']),
		);
		const body = route.body ? { body: '{}', headers: { 'content-type': 'application/json' } } : {};
		const answer = await browser.fetch(addressOf(route, { params }), { method: route.method, ...body });
		assert.equal(answer.status, 401, `${route.method} ${route.path}`);
		await answer.body?.cancel();
	}
};

/** The session's alone: a device stays known when nobody is signed in on it. */
const cookieOf = async (context: BrowserContext): Promise<string> =>
	(await context.cookies())
		.filter(({ name }) => !name.endsWith('-device'))
		.map(({ name, value }) => `${name}=${value}`)
		.join('; ');

interface RawStream {
	readonly totalBytes: number;
	receivedBytes(): number;
	/** Goes on reading; resolves with how it ended. */
	drain(): Promise<'whole' | 'cut'>;
	readonly cutAtMs: () => number;
}

/** A player that is no browser: it opens the file, reads a little, and then takes its time. */
const openRawStream = async (server: WholeServer, itemId: string): Promise<RawStream> => {
	const browser = openBrowser(server.url);
	await signIn(browser, ownerNamed);
	const plan = await browser.call(playback.startPlayback, { params: { itemId }, body: { capabilities } });
	assert.equal(plan.method, 'direct');
	const headers = { cookie: browser.cookie ?? '' };
	const answer = await new Promise<IncomingMessage>((resolve, reject) => {
		get(`${server.url}${plan.url}`, { headers, agent: false }, resolve).once('error', reject);
	});
	assert.equal(answer.statusCode, 200);
	let received = 0;
	let cutAtMs = Number.NaN;
	const ended = new Promise<'whole' | 'cut'>((resolve) => {
		answer.once('end', () => resolve('whole'));
		answer.once('error', () => resolve('cut'));
		answer.once('close', () => {
			cutAtMs = performance.now();
			resolve(answer.complete ? 'whole' : 'cut');
		});
	});
	const first = new Promise<void>((resolve) => answer.once('data', () => resolve()));
	answer.on('data', (chunk: Buffer) => {
		received += chunk.length;
		answer.pause();
	});
	await first;
	return {
		totalBytes: Number(answer.headers['content-length']),
		receivedBytes: () => received,
		cutAtMs: () => cutAtMs,
		drain: async () => {
			// One piece per turn of the loop: quick enough to meet the end, too slow to reach the whole by luck.
			const pump = setInterval(() => answer.resume(), 1);
			return ended.finally(() => clearInterval(pump));
		},
	};
};

const entries = (page: Page) => page.locator('section[aria-labelledby=signed-in] .entry');

interface Scene extends Household {
	readonly chromium: Chromium;
	/** The person's own browser, on the security page. */
	readonly mine: Visitor;
	/** Every request that any page sent, with its body. */
	readonly sent: string[];
}

/** Another browser of the same person, with a name of its own in the list. */
const another = async (scene: Scene, userAgent: string, path = '/'): Promise<Visitor> => {
	const visitor = await visit(scene.chromium, scene.server.url, { userAgent });
	listenTo(visitor.context, scene.sent);
	await visitor.page.goto(scene.server.url + path);
	await visitor.page.waitForURL('**/sign-in**');
	await signInOn(visitor);
	return visitor;
};

const listenTo = (context: BrowserContext, sent: string[]): void => {
	context.on('request', (request) => {
		sent.push(
			`${request.method()} ${request.url()} ${JSON.stringify(request.headers())} ${request.postData() ?? ''}`,
		);
	});
};

const firefoxOnWindows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';
const safariOnMac =
	'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15';

const signOneOut = async (scene: Scene): Promise<void> => {
	const { page } = scene.mine;
	const other = await another(scene, firefoxOnWindows);
	const cookie = await cookieOf(other.context);
	await page.reload();
	await entries(page).nth(2).waitFor();
	assert.equal(await entries(page).count(), 3, 'the owner’s first, the other and this one');
	assert.equal(await page.locator('.entry-tag', { hasText: 'This browser' }).count(), 1);
	assert.match(await wordsOf(entries(page).first()), /Chrome.*This browser/, 'this one is named first');
	await page.getByRole('button', { name: /^Sign out Firefox on Windows/ }).click();
	await other.page.waitForURL('**/sign-in**');
	await until('the list to be shorter', async () => (await entries(page).count()) === 2);
	await assertDead(scene.server, cookie);
	await other.leave();
};

const cutEverything = async (scene: Scene, report: (line: string) => void): Promise<void> => {
	const { page, context } = scene.mine;
	const cardOf = (title: string): string => scene.cards.get(title)?.itemId ?? '';
	const raw = await openRawStream(scene.server, cardOf(seeded.direct));
	const watching = await another(scene, safariOnMac, `/play/${cardOf(seeded.packaged)}`);
	await holds(watching.page, 'document.querySelector("video")?.currentTime > 0.5');
	const [mine, theirs] = [await cookieOf(context), await cookieOf(watching.context)];
	await page.getByRole('button', { name: 'Sign out everywhere' }).click();
	const answered = page.waitForResponse((answer) => answer.url().endsWith('/sign-out-everywhere'));
	const clickedAtMs = performance.now();
	await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click();
	const told = watching.page.getByText('You were signed out').waitFor();
	assert.equal((await answered).status(), 200);
	const answeredAtMs = performance.now();
	assert.ok(raw.receivedBytes() < raw.totalBytes / 10, 'the stream was open and far from its end');
	assert.equal(await raw.drain(), 'cut', 'an open stream is cut, not read to its end');
	assert.ok(raw.receivedBytes() < raw.totalBytes / 2);
	await told;
	const toldAtMs = performance.now();
	assert.equal(await watching.page.locator('video').count(), 0, 'the picture is gone');
	const since = (atMs: number): string => `${Math.round(atMs - clickedAtMs)} ms`;
	report(
		`after the click: answered ${since(answeredAtMs)}, stream cut ${since(raw.cutAtMs())}, player told ${since(toldAtMs)}`,
	);
	await page.getByText('Everything else is signed out.').waitFor();
	await until('the list to hold this browser alone', async () => (await entries(page).count()) === 1);
	for (const cookie of [mine, theirs, scene.owner.cookie ?? '']) await assertDead(scene.server, cookie);
	assert.notEqual(await cookieOf(context), mine, 'this browser goes on with a new cookie');
	await page.reload();
	await entries(page).first().waitFor();
	await watching.page.getByRole('button', { name: 'Sign in again' }).click();
	await watching.page.waitForURL('**/sign-in**');
	await watching.leave();
};

/** Returns the new password. */
const changePassword = async (scene: Scene): Promise<string> => {
	const { page } = scene.mine;
	const other = await another(scene, firefoxOnWindows);
	await page.getByRole('button', { name: 'Change password' }).click();
	await page.locator('input[name=password]').fill('not the password at all');
	await page.getByRole('button', { name: 'Make one for me' }).click();
	const next = await page.locator('input[name=new-password]').inputValue();
	assert.ok(await page.getByRole('checkbox', { name: /Sign out connected devices/ }).isChecked());
	await page.getByRole('button', { name: 'Change password' }).click();
	await page.locator('.field-fault').waitFor();
	await page.locator('input[name=password]').fill(ownerNamed.password);
	await page.getByRole('button', { name: 'Change password' }).click();
	await page.waitForURL('**/sign-in**');
	await page.getByText('Your password is changed, and everything was signed out.').waitFor();
	await other.page.waitForURL('**/sign-in**');
	await page.locator('input[name=username]').fill(ownerNamed.username);
	await page.locator('input[name=password]').fill(ownerNamed.password);
	await page.getByRole('button', { name: 'Sign in', exact: true }).click();
	await page.getByRole('alert').waitFor();
	assert.equal(await cookieOf(scene.mine.context), '', 'nobody is signed in by the old password');
	await signInOn(scene.mine, { ...ownerNamed, password: next });
	await other.leave();
	return next;
};

/** Neither as it is nor in a form that a script may give it. */
const assertNeverSent = (sent: readonly string[], secret: string): void => {
	const bytes = Buffer.from(secret);
	const forms = [
		secret,
		encodeURIComponent(secret),
		encodeURIComponent(secret).replaceAll('%20', '+'),
		bytes.toString('base64').replaceAll('=', ''),
		bytes.toString('base64url'),
		bytes.toString('hex'),
	];
	for (const request of sent) for (const form of forms) assert.ok(!request.includes(form), request);
};

describe('the security page', () => {
	let chromium: Chromium;
	let folder: string;
	let server: WholeServer;
	let scene: Scene;

	before(async () => {
		chromium = await openChromium();
		folder = await mkdtemp(join(tmpdir(), 'hf-security-'));
		const { movies } = await sharedMedia();
		for (const [title, name] of [
			[seeded.direct, 'The Third Tide (1994)/The Third Tide (1994).mp4'],
			[seeded.packaged, 'Night Ferry (2011)/Night Ferry (2011).mkv'],
		] as const)
			await cp(join(movies, name), join(folder, title, name.slice(name.indexOf('/'))));
		await lengthen(join(folder, seeded.direct, 'The Third Tide (1994).mp4'));
		server = await startJourney({ env: { HOLDFAST_MEDIA: `movies=${folder}` } });
		const household = await settleIn(server);
		const mine = await visit(chromium, server.url);
		scene = { ...household, chromium, mine, sent: [] };
		listenTo(mine.context, scene.sent);
		await mine.page.goto(`${server.url}/security`);
		await mine.page.waitForURL('**/sign-in**');
		await signInOn(mine);
		await mine.page.waitForURL('**/security');
	});
	after(async () => {
		await chromium?.close();
		await server?.[Symbol.asyncDispose]();
		await rm(folder, { recursive: true, force: true });
	});

	test('lists the browsers, marks this one, and signs another out at a press', () =>
		onScreen(scene.mine.page, () => signOneOut(scene)));
	test('sign out everywhere cuts streams that run, and this browser goes on with a new cookie', (t) =>
		onScreen(scene.mine.page, () => cutEverything(scene, (line) => t.diagnostic(line))));
	test('a new password signs the other devices out; no request ever carried a password', async () => {
		const next = await onScreen(scene.mine.page, () => changePassword(scene));
		assert.ok(scene.sent.some((request) => request.includes('/api/password/finish')));
		for (const secret of [ownerNamed.password, next, 'not the password at all'])
			assertNeverSent(scene.sent, secret);
	});
	test('no page met an error, a refused script or another host', () => scene.mine.leave());
});
