/**
 * A lost password in a browser: the mailed link, the new password, everything else signed out, the second
 * factor kept; and the ways without mail.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { getSession } from '@holdfast/contract/accounts';
import * as factors from '@holdfast/contract/factors';
import { setEmail, verifyEmail } from '@holdfast/contract/people';
import { startHandOver } from '@holdfast/contract/recovery';
import type { Browser as Chromium, Page } from 'playwright-core';
import { addMember } from '../support/attacked.ts';
import { openChromium } from '../support/chromium.ts';
import { addApp, codeOf, shiftedClock } from '../support/factor-people.ts';
import { onScreen, signInOn, startJourney, until, visit, type Visitor, wordsOf } from '../support/journey.ts';
import { openSmtpSink, type SmtpSink } from '../support/smtp-sink.ts';
import {
	type Browser,
	makeOwner,
	openBrowser,
	ownerNamed,
	Refused,
	type WholeServer,
} from '../support/whole-server.ts';

const address = 'ada@example.org';
const publicUrl = 'https://films.example.org';
const nextPassword = 'eleven quiet otters at dusk';
const grace = { username: 'grace', password: 'seven calm herons over water' };

const clock = shiftedClock();
let server: WholeServer;
let sink: SmtpSink;
let chromium: Chromium;
let visitor: Visitor;
let page: Page;
let owner: Browser;
let secret: string;
let codes: readonly string[];

const secretIn = (text: string): string => {
	const found = /#([A-Za-z0-9_-]{43})/.exec(text)?.[1];
	assert.ok(found, 'the mail holds a link');
	return found;
};

const press = (name: string | RegExp): Promise<void> =>
	page.getByRole('button', { name, exact: typeof name === 'string' }).click();

const isSignedOut = async (browser: Browser): Promise<void> => {
	await assert.rejects(
		browser.call(getSession),
		(error: unknown) => error instanceof Refused && error.code === 'access.sign-in-needed',
	);
};

const choosePassword = async (password: string): Promise<void> => {
	await page.locator('input[name=new-password]').fill(password);
	assert.ok(await page.locator('input[name=sign-out-devices]').isChecked(), 'signing out is ticked');
	await press('Store the new password');
};

/** The page after it says what happened, and nobody is signed in by it. */
const endsAtSignIn = async (): Promise<void> => {
	await page.waitForURL(`${server.url}/sign-in`);
	await page.getByText('every device was signed out').waitFor();
	const answer = await page.context().request.get(`${server.url}${getSession.path}`);
	assert.equal(answer.status(), 401);
};

describe('a lost password', () => {
	before(async () => {
		sink = await openSmtpSink();
		server = await startJourney({ clock, env: { ...sink.env, HOLDFAST_PUBLIC_URL: publicUrl } });
		owner = openBrowser(server.url);
		await makeOwner(server, owner);
		await owner.call(setEmail, { body: { email: address } });
		const { text } = await sink.next(address);
		await owner.call(verifyEmail, { body: { secret: secretIn(text) } });
		({ secret } = await addApp(owner, clock));
		({ codes } = await owner.call(factors.makeRecoveryCodes));
		chromium = await openChromium();
		visitor = await visit(chromium, server.url);
		({ page } = visitor);
	});
	after(async () => {
		await chromium?.close();
		await server?.[Symbol.asyncDispose]();
		await sink?.[Symbol.asyncDispose]();
	});

	test('an address that belongs to nobody is answered like one that does', async () => {
		const said: string[] = [];
		for (const typed of ['nobody@example.org', address]) {
			await onScreen(page, async () => {
				await page.goto(`${server.url}/sign-in`);
				await page.getByRole('link', { name: 'Forgot your password?' }).click();
				await press(/^By mail/);
				await page.locator('input[name=email]').fill(typed);
				await press('Send me a link');
				await page.getByText('a mail with a link is on its way').waitFor();
				said.push(await wordsOf(page.locator('main')));
			});
		}
		assert.equal(said[0], said[1]);
	});

	test('a mailed link leaves no secret in the address, and leads to a new password', async () => {
		const mail = await until('the mail with the link', async () =>
			sink.mails.find(({ to, text }) => to.includes(address) && text.includes('/reset#')),
		);
		const link = `${server.url}/reset#${secretIn(mail.text)}`;
		assert.ok(mail.text.includes(`${publicUrl}/reset#`), 'links are made of the public address');
		const sent: string[] = [];
		page.on('request', (request) => sent.push(`${request.url()} ${request.headers()['referer'] ?? ''}`));
		await onScreen(page, async () => {
			// In the tab that asked for it first: the page is there already, and only the fragment is new.
			await page.goto(link);
			await page.getByRole('heading', { name: 'Your new password' }).waitFor();
			await page.goto('about:blank');
			const answer = await page.goto(link);
			assert.equal(answer?.headers()['referrer-policy'], 'no-referrer');
			await page.getByRole('heading', { name: 'Your new password' }).waitFor();
			assert.equal(page.url(), `${server.url}/reset`);
			assert.equal(await page.evaluate('history.length > 0 && location.hash'), '');
			await page.locator('input[name=new-password]').fill('password1234567');
			await press('Store the new password');
			await page.locator('.field-fault').first().waitFor();
			await choosePassword(nextPassword);
			await endsAtSignIn();
		});
		assert.ok(
			sent.every((line) => !line.includes(secretIn(mail.text))),
			'the secret is in no address that was asked for',
		);
		await isSignedOut(owner);
	});

	test('the new password works, the old one does not, and the second factor was kept', async () => {
		await onScreen(page, async () => {
			await page.locator('input[name=username]').fill(ownerNamed.username);
			await page.locator('input[name=password]').fill(ownerNamed.password);
			await press('Sign in');
			await page.getByRole('alert').waitFor();
			await page.locator('input[name=password]').fill(nextPassword);
			await press('Sign in');
			clock.nextStep();
			await page.locator('input[name=one-time-code]').pressSequentially(codeOf(secret, clock.now()));
			await page.waitForURL(`${server.url}/`);
			await page.goto(`${server.url}/security`);
			await page.getByText('10 left').waitFor();
		});
	});

	test('a recovery code is enough where there is no mail', async () => {
		const last = 'nine brass lanterns by the sea';
		await onScreen(page, async () => {
			await page.goto(`${server.url}/reset`);
			await press(/^With a recovery code/);
			await page.locator('input[name=username]').fill(ownerNamed.username);
			await page.locator('input[name=recovery-code]').fill(codes[0] ?? '');
			await choosePassword(last);
			await endsAtSignIn();
			await page.locator('input[name=username]').fill(ownerNamed.username);
			await page.locator('input[name=password]').fill(last);
			await press('Sign in');
			clock.nextStep();
			await page.locator('input[name=one-time-code]').pressSequentially(codeOf(secret, clock.now()));
			await page.waitForURL(`${server.url}/`);
		});
	});

	test('a code that an administrator handed over leads to a password that only its owner knows', async () => {
		const member = await addMember(server, grace);
		const session = await member.call(getSession);
		const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
		owner.cookie = cookie;
		const params = { accountId: session.person.accountId };
		const { code } = await owner.call(startHandOver, { params });
		await page.context().clearCookies();
		const chosen = 'three amber foxes in snow';
		await onScreen(page, async () => {
			await page.goto(`${server.url}/reset`);
			await press(/^With a code from an administrator/);
			await page.locator('input[name=username]').fill(grace.username);
			await page.locator('input[name=reset-code]').fill(code);
			await choosePassword(chosen);
			await endsAtSignIn();
			await signInOn(visitor, { username: grace.username, password: chosen });
		});
		await isSignedOut(member);
	});

	test('no page met an error, a refused script or another host', () => visitor.leave());
});
