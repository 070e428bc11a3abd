/**
 * A provider is set up, linked, signed in with and blocked, in a browser and through the provider's own
 * pages.
 * `HOLDFAST_TEST_LOOKS_TO=FOLDER` keeps pictures of the pages.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import * as accounts from '@holdfast/contract/accounts';
import { setPublicUrl } from '@holdfast/contract/system';
import type { Browser as Chromium, BrowserContext, Page } from 'playwright-core';
import { openChromium, sizes, watch } from '../support/chromium.ts';
import { onScreen, patienceMs, signInOn, startJourney, until, wordsOf } from '../support/journey.ts';
import { clientId, clientSecret } from '../support/lying-provider.ts';
import { type RealProvider, startRealProvider } from '../support/real-provider.ts';
import {
	type Browser,
	makeOwner,
	openBrowser,
	ownerNamed,
	type WholeServer,
} from '../support/whole-server.ts';

const looksFolder = process.env['HOLDFAST_TEST_LOOKS_TO'];

const typefaces = 'https://fonts.googleapis.com/**';

interface Visit {
	readonly page: Page;
	readonly context: BrowserContext;
	/** What our own pages were refused, or ran into. */
	readonly troubles: string[];
}

let chromium: Chromium;
let server: WholeServer;
let owner: Browser;
let provider: RealProvider;
let mine: Visit;

const open = async (size: keyof typeof sizes = 'desktop'): Promise<Visit> => {
	const context = await chromium.newContext({
		viewport: sizes[size],
		colorScheme: 'dark',
		locale: 'en-GB',
		reducedMotion: 'reduce',
	});
	context.setDefaultTimeout(patienceMs);
	// The provider's pages ask for a typeface of another host; ours are watched for asking anybody else.
	await context.route(typefaces, (route) => route.abort());
	return { context, ...(await watch(context, server.url)) };
};

/** Our pages ask nobody else for anything: the way to the provider is a navigation of the whole page. */
const assertCalm = ({ troubles }: Visit): void => {
	const isOfTheProvider = [`elsewhere: ${provider.issuer}`, 'elsewhere: https://fonts.googleapis.com/'];
	assert.deepEqual(
		troubles.filter((trouble) => !isOfTheProvider.some((start) => trouble.startsWith(start))),
		[],
	);
};

const keepLook = async (page: Page, name: string): Promise<void> => {
	if (looksFolder) await page.screenshot({ path: join(looksFolder, `sso-${name}.png`), fullPage: true });
};

/** The provider's own pages: a name, any password, and what it asks to be allowed. */
const atTheProvider = async (page: Page, name: string): Promise<void> => {
	await page.waitForURL(`${provider.issuer}/**`);
	await page.locator('input[name=login]').fill(name);
	await page.locator('input[name=password]').fill('any');
	await page.locator('button[type=submit]').click();
	const next = page.locator('button[type=submit]', { hasText: 'Continue' });
	// It asks what to allow once for each of its sessions.
	await next.or(page.locator('#content')).waitFor();
	if (page.url().startsWith(provider.issuer)) await next.click();
	await page.waitForURL(`${server.url}/**`);
};

before(async () => {
	[chromium, server] = await Promise.all([openChromium(), startJourney()]);
	provider = await startRealProvider(`${server.url}/api/sso/callback`);
	owner = openBrowser(server.url);
	await makeOwner(server, owner);
	await owner.call(setPublicUrl, { body: { publicUrl: server.url } });
	mine = await open();
});
after(async () => {
	await chromium?.close();
	await provider?.[Symbol.asyncDispose]();
	await server?.[Symbol.asyncDispose]();
});

describe('signing in with another service', () => {
	test('an administrator sets it up, after a try said what was wrong', async () => {
		const { page } = mine;
		await signInOn({ page, origin: server.url });
		await page.goto(`${server.url}/settings`);
		await onScreen(page, async () => {
			await page.getByRole('button', { name: 'Add a provider' }).click();
			const dialog = page.getByRole('dialog');
			await dialog.getByLabel('Name', { exact: true }).fill('The club');
			await dialog.getByLabel('Address of the provider (issuer)').fill(provider.issuer);
			await dialog.getByLabel('Client ID').fill(clientId);
			await dialog.getByLabel('Client secret').fill(clientSecret);
			await dialog.getByRole('button', { name: 'Test' }).click();
			await dialog.getByText('This is not an address of a provider').waitFor();
			await dialog.getByText('The provider is in this network').click();
			await dialog.getByRole('button', { name: 'Test' }).click();
			await dialog.getByText('The provider answers as it should.').waitFor();
			await keepLook(page, 'settings-form');
			await dialog.getByRole('button', { name: 'Save' }).click();
			await dialog.waitFor({ state: 'detached' });
			await page.getByText('Nobody has linked it').waitFor();
			await keepLook(page, 'settings');
		});
	});

	test('a person who never linked it learns that, and is no further', async () => {
		const stranger = await open('phone');
		const { page } = stranger;
		await page.goto(`${server.url}/sign-in`);
		await onScreen(page, async () => {
			await page.getByRole('button', { name: 'Continue with The club' }).waitFor();
			await keepLook(page, 'sign-in-phone');
			await page.getByRole('button', { name: 'Continue with The club' }).click();
			await atTheProvider(page, 'stranger');
			await page.getByText('is not linked to an account here').waitFor();
			assert.equal(new URL(page.url()).search, '');
			await keepLook(page, 'not-linked-phone');
			await page.getByRole('button', { name: 'Back' }).click();
			await page.locator('input[name=username]').waitFor();
		});
		assertCalm(stranger);
		await stranger.context.close();
	});

	test('the owner links it under Security, and signs in with it elsewhere', async () => {
		const { page } = mine;
		await page.goto(`${server.url}/security`);
		await onScreen(page, async () => {
			await page.getByRole('button', { name: 'Link The club' }).click();
			await atTheProvider(page, 'ada');
			await page.getByRole('heading', { name: 'The service is linked' }).waitFor();
			await keepLook(page, 'linked');
			await page.getByRole('button', { name: 'To Security' }).click();
			const section = page.locator('section[aria-labelledby=linked-services]');
			await section.locator('.entry').waitFor();
			await until('the link', async () => /The club/.test(await wordsOf(section)));
			await keepLook(page, 'security');
		});
		const elsewhere = await open('tv');
		await elsewhere.page.goto(`${server.url}/sign-in?next=%2Fsecurity`);
		await onScreen(elsewhere.page, async () => {
			await keepLook(elsewhere.page, 'sign-in-tv');
			await elsewhere.page.getByRole('button', { name: 'Continue with The club' }).click();
			await atTheProvider(elsewhere.page, 'ada');
			await elsewhere.page.waitForURL(`${server.url}/security`);
			await elsewhere.page.locator('section[aria-labelledby=linked-services] .entry').waitFor();
			await keepLook(elsewhere.page, 'security-tv');
		});
		assertCalm(elsewhere);
		assertCalm(mine);
	});

	test('whoever came by it proves once more by it, and the page goes on where it was', async () => {
		const away = await open();
		const { page } = away;
		await page.goto(`${server.url}/sign-in?next=%2Fsecurity`);
		await onScreen(page, async () => {
			await page.getByRole('button', { name: 'Continue with The club' }).click();
			await atTheProvider(page, 'ada');
			await page.waitForURL(`${server.url}/security`);
			const section = page.locator('section[aria-labelledby=linked-services]');
			await section.getByRole('button', { name: 'Remove' }).click();
			await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
			const again = page.getByRole('button', { name: 'Continue with The club' });
			await again.waitFor();
			await keepLook(page, 'step-up');
			await again.click();
			await atTheProvider(page, 'ada');
			await page.waitForURL(`${server.url}/security`);
			const answer = await page.request.get(`${server.url}${accounts.getStepUp.path}`);
			assert.equal(((await answer.json()) as { isFresh: boolean }).isFresh, true);
		});
		assertCalm(away);
		await away.context.close();
	});

	test('once it is blocked, what came by it is signed out, and the button is gone', async () => {
		const other = await open();
		await other.page.goto(`${server.url}/sign-in`);
		await other.page.getByRole('button', { name: 'Continue with The club' }).click();
		await atTheProvider(other.page, 'ada');
		await other.page.waitForURL(`${server.url}/`);
		const { page } = mine;
		await page.goto(`${server.url}/settings`);
		await onScreen(page, async () => {
			await page.getByRole('button', { name: 'Block The club' }).click();
			await page.getByRole('dialog').getByRole('button', { name: 'Block', exact: true }).click();
			await page.locator('.entry-tag', { hasText: 'Blocked' }).waitFor();
		});
		await onScreen(other.page, async () => {
			await other.page.waitForURL(`${server.url}/sign-in**`);
			await other.page.locator('input[name=username]').waitFor();
			assert.equal(await other.page.getByRole('button', { name: 'Continue with The club' }).count(), 0);
			await signInOn({ page: other.page, origin: server.url }, ownerNamed);
		});
		assertCalm(other);
	});
});
