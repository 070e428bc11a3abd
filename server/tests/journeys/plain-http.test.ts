/**
 * At home without HTTPS: a name that is not localhost, reached by plain HTTP. No secure context, so no
 * secure cookie and none of the browser's guarded parts; first run, signing in, watching and signing out
 * work all the same.
 */
import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser as Chromium, Cookie, Page } from 'playwright-core';
import { openChromium } from '../support/chromium.ts';
import {
	holds,
	onScreen,
	sharedMedia,
	signInOn,
	startJourney,
	visit,
	type Visitor,
} from '../support/journey.ts';
import { seeded } from '../support/seed-media.ts';
import { makeOwner, openBrowser, ownerNamed, type WholeServer } from '../support/whole-server.ts';

const hostName = 'films.home.arpa';

let chromium: Chromium;
let folder: string;

before(async () => {
	chromium = await openChromium([`--host-resolver-rules=MAP ${hostName} 127.0.0.1`]);
	folder = await mkdtemp(join(tmpdir(), 'hf-plain-http-'));
	const { movies } = await sharedMedia();
	await cp(join(movies, `${seeded.packaged} (2011)`), join(folder, `${seeded.packaged} (2011)`), {
		recursive: true,
	});
});
after(async () => {
	await chromium?.close();
	await rm(folder, { recursive: true, force: true });
});

const originOf = (server: WholeServer): string => `http://${hostName}:${server.running.port}`;

/** The session's cookie of a server, found by the id at the end of its name; the device's has more behind it. */
const sessionCookie = async ({ context }: Visitor, server: WholeServer): Promise<Cookie | undefined> => {
	const { serverId } = (await (await fetch(`${server.url}/api/status`)).json()) as { serverId: string };
	return (await context.cookies()).find(({ name }) => name.endsWith(serverId.slice(0, 8)));
};

const press = (page: Page, name: string): Promise<void> =>
	page.getByRole('button', { name, exact: true }).last().click();

/** From the code to the home page, without libraries and address, which need nothing of the connection. */
const firstRun = async (page: Page, server: WholeServer): Promise<string> => {
	await page.goto(originOf(server));
	await page.locator('input[name=setup-code]').fill(server.running.setupCode ?? '');
	await press(page, 'Continue');
	await page.locator('input[name=username]').fill('grace');
	await press(page, 'Make one for me');
	const password = await page.locator('input[name=new-password]').inputValue();
	await press(page, 'Select the password');
	await holds(page, 'document.activeElement.selectionEnd - document.activeElement.selectionStart >= 15');
	await press(page, 'Create my account');
	await press(page, 'Show my recovery kit');
	const [download] = await Promise.all([page.waitForEvent('download'), press(page, 'Save as a file')]);
	assert.match(download.suggestedFilename(), /\w/);
	await page.getByText('I have saved the kit').click();
	await press(page, 'Continue');
	await press(page, 'Continue');
	await press(page, 'Continue');
	await press(page, 'Start watching');
	await page.waitForURL(`${originOf(server)}/`);
	return password;
};

const watchSomething = async (page: Page): Promise<void> => {
	await page.getByRole('link', { name: seeded.packaged }).first().click();
	await page
		.getByRole('link', { name: /^(Play|Resume)/ })
		.first()
		.click();
	await holds(page, 'document.querySelector("video")?.currentTime > 1');
	await holds(page, 'document.querySelector("video").getVideoPlaybackQuality().totalVideoFrames > 10');
};

const signOut = async (page: Page): Promise<void> => {
	await page.getByRole('button', { name: /^Profile of/ }).click();
	await page.getByRole('menuitem', { name: 'Sign out' }).click();
	await page.waitForURL('**/sign-in**');
};

describe('by plain HTTP on a name of the home network', () => {
	test('first run, signing in, watching and signing out work, with a warning and a cookie fit for it', async () => {
		await using server = await startJourney({ env: { HOLDFAST_MEDIA: `movies=${folder}` } });
		const visitor = await visit(chromium, originOf(server), { acceptDownloads: true });
		const { page } = visitor;
		page.on('dialog', (dialog) => void dialog.accept());
		const password = await onScreen(page, () => firstRun(page, server));
		assert.deepEqual(
			await page.evaluate(
				'[isSecureContext, typeof crypto.subtle, typeof navigator.clipboard, typeof crypto.randomUUID]',
			),
			[false, 'undefined', 'undefined', 'undefined'],
		);
		const cookie = await sessionCookie(visitor, server);
		assert.ok(cookie, 'its name carries the id of the server');
		assert.ok(!cookie.name.startsWith('__'), cookie.name);
		assert.deepEqual([cookie.secure, cookie.httpOnly, cookie.sameSite], [false, true, 'Lax']);
		await page.getByText('This connection is not encrypted.').first().waitFor();
		await onScreen(page, () => watchSomething(page));
		await page.goto(originOf(server));
		await onScreen(page, () => signOut(page));
		assert.equal(await sessionCookie(visitor, server), undefined);
		const dead = await fetch(`${server.url}/api/session`, {
			headers: { cookie: `${cookie.name}=${cookie.value}` },
		});
		assert.equal(dead.status, 401, 'the session itself has ended, not only its cookie');
		await signInOn(visitor, { username: 'grace', password });
		await page.getByRole('link', { name: seeded.packaged }).first().waitFor();
		await visitor.leave();
	});

	test('two servers on one host name leave each other’s cookies alone', async () => {
		await using first = await startJourney();
		await using second = await startJourney();
		for (const server of [first, second]) await makeOwner(server, openBrowser(server.url));
		const visitor = await visit(chromium, `http://${hostName}`);
		const { page } = visitor;
		for (const server of [first, second]) await signInOn({ page, origin: originOf(server) }, ownerNamed);
		for (const server of [first, second]) assert.ok(await sessionCookie(visitor, server));
		await page.goto(originOf(first));
		await onScreen(page, () => signOut(page));
		await page.goto(`${originOf(second)}/security`);
		await page.locator('.entry-tag', { hasText: 'This browser' }).waitFor();
		assert.equal(await sessionCookie(visitor, first), undefined);
		await visitor.leave();
	});
});
