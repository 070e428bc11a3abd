/**
 * People in a browser: the owner invites by link, somebody joins on another device, gets another role, proves
 * who they are, is kept out while a page is open, comes back, and leaves by themselves.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { unzipSync } from 'fflate';
import type { Browser as Chromium, Page } from 'playwright-core';
import { readFile } from 'node:fs/promises';
import { openChromium } from '../support/chromium.ts';
import { holds, onScreen, signInOn, startJourney, visit, type Visitor } from '../support/journey.ts';
import { makeOwner, openBrowser, type WholeServer } from '../support/whole-server.ts';

const guest = { username: 'grace', password: 'seven calm herons over water' };

const button = (page: Page, name: string | RegExp) =>
	page.getByRole('button', { name, ...(typeof name === 'string' ? { exact: true } : {}) });

const choose = async (page: Page, person: string, entry: string): Promise<void> => {
	await button(page, `Change the account of ${person}`).click();
	await page.getByRole('menuitem', { name: entry }).click();
};

describe('people', () => {
	let server: WholeServer;
	let chromium: Chromium;
	let owner: Visitor;
	let joiner: Visitor;

	before(async () => {
		server = await startJourney();
		await makeOwner(server, openBrowser(server.url));
		chromium = await openChromium();
		owner = await visit(chromium, server.url);
		joiner = await visit(chromium, server.url, { size: 'phone' });
		await signInOn(owner);
	});
	after(async () => {
		await chromium?.close();
		await server?.[Symbol.asyncDispose]();
	});

	test('the owner makes a link, shown once as text and as a code for phones', async () => {
		const { page } = owner;
		await onScreen(page, async () => {
			await page.goto(`${server.url}/people`);
			await button(page, 'Invite somebody').click();
			await page.getByText('Guest', { exact: true }).click();
			await page.getByLabel('For whom?').fill('Grace next door');
			await button(page, 'Make the link').click();
			const link = await page.getByLabel('Link to join').inputValue();
			assert.match(link, new RegExp(`^${server.url}/join#[A-Za-z0-9_-]{43}$`));
			await page.getByRole('img', { name: /point a phone at/ }).waitFor();
			await button(page, 'Done').click();
			await page.getByText('Grace next door').waitFor();
			await joiner.page.goto(link);
		});
	});

	test('whoever opens it joins on another device, and its address keeps no secret', async () => {
		const { page } = joiner;
		await onScreen(page, async () => {
			await page.getByText('Ada invites you.').waitFor();
			assert.equal(page.url(), `${server.url}/join`);
			await page.locator('input[name=username]').fill(guest.username);
			await page.locator('input[name=name]').fill('Grace');
			await page.locator('input[name=new-password]').fill(guest.password);
			await button(page, 'Create my account').click();
			await page.waitForURL(`${server.url}/`);
		});
	});

	test('her role is changed by the owner', async () => {
		const { page } = owner;
		await onScreen(page, async () => {
			await page.reload();
			await choose(page, 'Grace', 'Change the role');
			await page.getByRole('dialog').getByText('Member', { exact: true }).click();
			await button(page, 'Save').click();
			await page.getByText('The role of Grace is changed.').waitFor();
		});
	});

	test('she changes her name and takes everything along', async () => {
		const { page } = joiner;
		await onScreen(page, async () => {
			await page.goto(`${server.url}/profile`);
			await page.locator('input[name=name]').fill('Grace H.');
			await button(page, 'Save').click();
			await page.getByText('Saved.').waitFor();
			const downloading = page.waitForEvent('download');
			await button(page, 'Download everything').click();
			const download = await downloading;
			const files = unzipSync(new Uint8Array(await readFile(await download.path())));
			assert.ok('README.txt' in files && 'account.json' in files && 'watched.json' in files);
		});
	});

	test('deactivated, she is out in the page that is open, and her password looks wrong', async () => {
		const { page } = owner;
		await onScreen(page, async () => {
			await page.reload();
			await choose(page, 'Grace H.', 'Deactivate');
			await page.getByRole('dialog').getByRole('button', { name: 'Deactivate', exact: true }).click();
			await page.getByText('Grace H. is deactivated.').waitFor();
		});
		await onScreen(joiner.page, async () => {
			await joiner.page.waitForURL(/\/sign-in/);
			await joiner.page.goto(`${server.url}/sign-in`);
			await joiner.page.locator('input[name=username]').fill(guest.username);
			await joiner.page.locator('input[name=password]').fill(guest.password);
			await button(joiner.page, 'Sign in').click();
			await joiner.page.getByText('The name or the password is not right.').waitFor();
		});
	});

	test('let in again, she leaves by herself, comes back by the link, and signs in as before', async () => {
		await onScreen(owner.page, async () => {
			await choose(owner.page, 'Grace H.', 'Let in again');
			await owner.page.getByRole('dialog').getByRole('button', { name: 'Let in again' }).click();
			await owner.page.getByText('Grace H. can sign in again.').waitFor();
		});
		const { page } = joiner;
		await onScreen(page, async () => {
			await signInOn(joiner, guest);
			await page.goto(`${server.url}/profile`);
			await button(page, 'Delete my account').click();
			const dialog = page.getByRole('dialog');
			await dialog.locator('input[name=confirm]').fill(guest.username);
			await dialog.getByRole('button', { name: 'Delete my account' }).click();
			const link = await page.getByLabel(/Link to come back/).inputValue();
			await page.getByRole('link', { name: 'Done' }).click();
			await page.waitForURL(/\/sign-in/);
			await page.goto(link);
			await button(page, 'Keep my account').click();
			await page.getByText('Your account stays.').waitFor();
			await signInOn(joiner, guest);
			await holds(page, "location.pathname === '/'");
		});
	});

	test('the owner deletes an account, which can be kept for 30 days', async () => {
		const { page } = owner;
		await onScreen(page, async () => {
			await page.reload();
			await choose(page, 'Grace H.', 'Delete');
			await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
			await page.getByText('Being deleted', { exact: true }).waitFor();
			await joiner.page.waitForURL(/\/sign-in/);
		});
	});

	test('no page met an error, a refused script or another host', async () => {
		await owner.leave();
		await joiner.leave();
	});
});
