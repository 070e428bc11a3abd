/**
 * What needs mail, in a browser with a real mail server: an account for whoever reads their mail, an address
 * that is changed, and answers that tell strangers nothing.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as contract from '@holdfast/contract/people';
import type { Browser as Chromium } from 'playwright-core';
import { openChromium } from '../support/chromium.ts';
import { onScreen, startJourney, visit, type Visitor } from '../support/journey.ts';
import { openSmtpSink, type SmtpSink } from '../support/smtp-sink.ts';
import { makeOwner, openBrowser, type WholeServer } from '../support/whole-server.ts';

const address = 'grace@example.org';
const nextAddress = 'grace@next.example.org';
const password = 'seven calm herons over water';
const publicUrl = 'https://films.example.org';

describe('people with mail', () => {
	let server: WholeServer;
	let sink: SmtpSink;
	let chromium: Chromium;
	let visitor: Visitor;

	before(async () => {
		sink = await openSmtpSink();
		const env = { ...sink.env, HOLDFAST_OPEN_REGISTRATION: 'true', HOLDFAST_PUBLIC_URL: publicUrl };
		server = await startJourney({ env });
		await makeOwner(server, openBrowser(server.url));
		chromium = await openChromium();
		visitor = await visit(chromium, server.url);
	});
	after(async () => {
		await chromium?.close();
		await server?.[Symbol.asyncDispose]();
		await sink?.[Symbol.asyncDispose]();
	});

	/** The link of the next mail, at the address where the test's server is. */
	const linkTo = async (to: string): Promise<string> => {
		const { text } = await sink.next(to);
		const link = /https:\/\/\S+#[A-Za-z0-9_-]{43}/.exec(text)?.[0];
		assert.ok(link, `no link in the mail to ${to}`);
		assert.ok(link.startsWith(`${publicUrl}/`), 'links are made of the public address');
		return link.replace(publicUrl, server.url);
	};

	test('somebody asks for an account on the sign-in page and makes it from their mail', async () => {
		const { page } = visitor;
		await onScreen(page, async () => {
			await page.goto(`${server.url}/sign-in`);
			await page.getByRole('link', { name: 'Make an account' }).click();
			await page.locator('input[name=email]').fill(address);
			await page.getByRole('button', { name: 'Send me the link' }).click();
			await page.getByText('Look into your inbox').waitFor();
			await page.goto(await linkTo(address));
			await page.getByText('Your mail address is proven').waitFor();
			assert.equal(page.url(), `${server.url}/join`);
			await page.locator('input[name=username]').fill('grace');
			await page.locator('input[name=new-password]').fill(password);
			await page.getByRole('button', { name: 'Create my account' }).click();
			await page.waitForURL(`${server.url}/`);
			await page.goto(`${server.url}/profile`);
			await page.getByText(address).waitFor();
			await page.getByText('Proven', { exact: true }).waitFor();
		});
	});

	test('she changes her address by the link that goes to the new one; the old one hears of it', async () => {
		const { page } = visitor;
		await onScreen(page, async () => {
			await page.getByRole('button', { name: 'Change the address' }).click();
			await page.locator('input[name=email]').fill(nextAddress);
			await page.getByRole('button', { name: 'Send the link' }).click();
			await page.getByText(`Open the link that went to ${nextAddress}`).waitFor();
			await page.goto(await linkTo(nextAddress));
			await page.getByRole('button', { name: 'Yes, it is mine' }).click();
			await page.getByText('Your mail address is proven.').waitFor();
			await page.goto(`${server.url}/profile`);
			await page.getByText(nextAddress).waitFor();
			const told = await sink.next(address);
			assert.doesNotMatch(told.text, /#[A-Za-z0-9_-]{43}/);
		});
	});

	test('a stranger is answered alike for an address that is known and one that is not', async () => {
		const asked = async (email: string) => {
			const answer = await openBrowser(server.url).fetch('/api/registration/request', {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify({ email, language: null }),
			});
			const headers = [...answer.headers].filter(([name]) => name !== 'date');
			return JSON.stringify([answer.status, headers, await answer.text()]);
		};
		assert.equal(await asked(nextAddress), await asked('nobody@example.org'));
		assert.doesNotMatch((await sink.next(nextAddress)).text, /#[A-Za-z0-9_-]{43}/);
		await sink.next('nobody@example.org');
	});

	test('a link says what it offers, and is good for nothing else', async () => {
		const email = 'crowd@example.org';
		const browser = openBrowser(server.url);
		await browser.call(contract.requestRegistration, { body: { email, language: null } });
		const secret = new URL(await linkTo(email)).hash.slice(1);
		const offer = await browser.call(contract.lookAtJoinLink, { body: { secret } });
		assert.deepEqual(
			[offer.kind, offer.role, offer.serverName],
			['registration', 'member', 'films.example.org'],
		);
		const wrong = browser.call(contract.verifyEmail, { body: { secret } });
		await assert.rejects(wrong, { code: 'accounts.link.invalid' }, 'a link is for one purpose');
	});

	test('no page met an error, a refused script or another host', () => visitor.leave());
});
