/** A television asks to be let in: on a phone its code is typed, its number picked, and it plays. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { listSessions } from '@holdfast/contract/accounts';
import { listLibraries } from '@holdfast/contract/catalogue';
import type { Browser as Chromium, BrowserContext, Page } from 'playwright-core';
import { depart, post, registerApp, usePublicUrl } from '../support/apps.ts';
import { openChromium, sizes, watch } from '../support/chromium.ts';
import { startJourney, until } from '../support/journey.ts';
import { measure, unseenFocus } from '../support/looking.ts';
import { type Browser, makeOwner, openBrowser, type WholeServer } from '../support/whole-server.ts';

const grantType = 'urn:ietf:params:oauth:grant-type:device_code';

describe('letting in a television', () => {
	let server: WholeServer;
	let owner: Browser;
	let issuer: string;
	let chromium: Chromium;
	let context: BrowserContext;
	let page: Page;
	let troubles: readonly string[];

	before(async () => {
		server = await startJourney({});
		owner = openBrowser(server.url);
		await makeOwner(server, owner);
		issuer = await usePublicUrl(server, owner);
		chromium = await openChromium();
		context = await chromium.newContext({ viewport: sizes.phone, locale: 'en', hasTouch: true });
		const [name = '', value = ''] = owner.cookie!.split('=');
		await context.addCookies([{ name, value, url: server.url }]);
		({ page, troubles } = await watch(context, server.url));
	});
	after(async () => {
		await chromium.close();
		await server[Symbol.asyncDispose]();
	});

	const ask = async () => {
		const { body } = await post(`${issuer}/device`, { client_id: 'holdfast-tv' }, { 'user-agent': 'Tizen' });
		return {
			deviceCode: String(body['device_code']),
			userCode: String(body['user_code']),
			number: String(body['holdfast_number']),
			complete: String(body['verification_uri_complete']),
		};
	};
	const poll = (deviceCode: string) =>
		post(`${issuer}/token`, { grant_type: grantType, device_code: deviceCode, client_id: 'holdfast-tv' });
	const shoot = async (name: string): Promise<void> => {
		const folder = process.env['HOLDFAST_TEST_SHOTS'];
		if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
	};
	const isFine = async (): Promise<void> => {
		const { overflowPx, small, faint } = await measure(page);
		assert.ok(overflowPx <= 0, `the page is ${overflowPx} px too wide`);
		assert.deepEqual(small, []);
		assert.deepEqual(faint, []);
	};

	test('on a phone: the code is typed, what asks is seen, the number is picked', async () => {
		const tv = await ask();
		await page.goto(`${server.url}/link`);
		await page.getByLabel('Code on the device').fill(tv.userCode.toLowerCase());
		await shoot('link-1-code');
		await page.getByRole('button', { name: 'Look who asks' }).click();
		await page.getByText('Holdfast asks to be let in').waitFor();
		await page.getByText('It asks from the network that you are on.').waitFor();
		await isFine();
		await shoot('link-2-question');
		assert.deepEqual(await unseenFocus(page, 8), []);
		await page.getByRole('button', { name: tv.number, exact: true }).click();
		await page.getByText('The device is let in.').waitFor();
		await shoot('link-3-done');
		const tokens = await poll(tv.deviceCode);
		const headers = { authorization: `Bearer ${String(tokens.body['access_token'])}` };
		assert.equal((await fetch(server.url + listLibraries.path, { headers })).status, 200);
		// The session of this browser was renewed on the way, and it is still signed in.
		await page.goto(`${server.url}/security`);
		await page.getByRole('heading', { name: 'Apps and televisions' }).waitFor();
		await page.getByText('Samsung TV').first().waitFor();
		await shoot('link-4-security');
		assert.deepEqual(troubles, []);
	});

	test('by a code in the address, which does not stay there; a wrong number refuses', async () => {
		const tv = await ask();
		await page.goto(tv.complete);
		await until('the code is in its field', async () => {
			const field = page.getByLabel('Code on the device');
			return (await field.inputValue()) === tv.userCode;
		});
		assert.equal(new URL(page.url()).hash, '');
		await page.getByRole('button', { name: 'Look who asks' }).click();
		const numbers = page.getByRole('group', { name: 'Which number does the device show?' });
		await numbers.waitFor();
		for (const button of await numbers.getByRole('button').all()) {
			if (((await button.textContent()) ?? '').trim() === tv.number) continue;
			await button.click();
			break;
		}
		await page.getByText('That is not the number on the device').waitFor();
		assert.equal((await poll(tv.deviceCode)).error, 'access_denied');
	});

	test('an app in a browser is let in on a page that says what it asks', async () => {
		const app = await registerApp(server, issuer, { redirectUris: ['http://127.0.0.1:9/callback'] });
		const { url } = await depart(app, { redirect_uri: 'http://127.0.0.1:9/callback' });
		await page.goto(url.href);
		await page.getByRole('heading', { name: 'Let in Film Club?' }).waitFor();
		await page.getByText('Afterwards this browser goes to http://127.0.0.1:9.').waitFor();
		await isFine();
		await shoot('authorize');
		const leaving = page.waitForRequest((request) => request.url().startsWith('http://127.0.0.1:9/callback'));
		await page.getByRole('button', { name: 'Let it in' }).click();
		const back = new URL((await leaving).url());
		assert.ok(back.searchParams.get('code'));
		owner.cookie = (await context.cookies())
			.filter(({ name }) => name === owner.cookie!.split('=')[0])
			.map(({ name, value }) => `${name}=${value}`)[0]!;
		const { sessions } = await owner.call(listSessions);
		assert.ok(sessions.some(({ kind, label }) => kind === 'app' && label === 'Film Club'));
	});
});
