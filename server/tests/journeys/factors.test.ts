/**
 * Second factors as people meet them: an app read from its QR code, the second step, recovery codes,
 * passkeys, the dialog that asks once more, and a role that must have one.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setPublicUrl } from '@holdfast/contract/system';
import type { Browser as Chromium, Page } from 'playwright-core';
import { addMember } from '../support/attacked.ts';
import { openChromium } from '../support/chromium.ts';
import { codeOf, shiftedClock } from '../support/factor-people.ts';
import { onScreen, signInOn, startJourney, visit, type Visitor, wordsOf } from '../support/journey.ts';
import {
	type Browser,
	makeOwner,
	openBrowser,
	ownerNamed,
	type WholeServer,
} from '../support/whole-server.ts';

/** Debian's zbar-tools and oathtool: other people's reader of QR codes and maker of codes. */
const hasReader = existsSync('/usr/bin/zbarimg');
const hasMaker = existsSync('/usr/bin/oathtool');

const clock = shiftedClock();
let server: WholeServer;
let chromium: Chromium;
let visitor: Visitor;
let owner: Browser;
let page: Page;
let folder: string;
let origin: string;
let secret = '';
let codes: string[] = [];

/** The code that the app shows now; a new one each time, since none works twice. */
const nextCode = (): string => {
	clock.nextStep();
	if (!hasMaker) return codeOf(secret, clock.now());
	const at = `@${Math.floor(clock.now() / 1000)}`;
	return execFileSync('/usr/bin/oathtool', ['--totp', '-b', '--now', at, secret], {
		encoding: 'utf8',
	}).trim();
};

const press = (name: string | RegExp): Promise<void> =>
	page.getByRole('button', { name, exact: typeof name === 'string' }).click();

/** The page behind a dialog may have a button of the same words. */
const pressIn = (title: string, name: string): Promise<void> =>
	page.getByRole('dialog', { name: title }).getByRole('button', { name, exact: true }).click();

const typeCode = async (code: string): Promise<void> => {
	await page.locator('input[name=one-time-code]').pressSequentially(code);
};

const signOut = async (): Promise<void> => {
	await page.goto(`${origin}/security`);
	await press(/^Profile of/);
	await page.getByRole('menuitem', { name: 'Sign out' }).click();
	await page.waitForURL(/\/sign-in/);
};

const enterPassword = async (): Promise<void> => {
	await page.locator('input[name=username]').fill(ownerNamed.username);
	await page.locator('input[name=password]').fill(ownerNamed.password);
	await press('Sign in');
};

/** Back where they were. */
const isIn = (): Promise<void> => page.waitForURL(`${origin}/security`);

const readCodes = async (): Promise<string[]> => {
	const paper = await page.locator('.shown-once-text pre').textContent();
	return paper!.split('\n').filter((line) => /^[0-9A-Za-z]{4}(?:-[0-9A-Za-z]{4}){5}$/.test(line));
};

const saveCodes = async (): Promise<void> => {
	codes = await readCodes();
	assert.equal(codes.length, 10, 'ten codes are shown');
	await page.getByText('I have saved the codes').click();
	await press('Continue');
};

const summary = (): Promise<string> => wordsOf(page.locator('.summary'));

describe('second factors', () => {
	before(async () => {
		folder = await mkdtemp(join(tmpdir(), 'hf-factors-'));
		server = await startJourney({ clock });
		origin = `http://localhost:${server.running.port}`;
		owner = openBrowser(server.url);
		await makeOwner(server, owner);
		await owner.call(setPublicUrl, { body: { publicUrl: origin } });
		chromium = await openChromium();
		visitor = await visit(chromium, origin);
		({ page } = visitor);
		await signInOn(visitor);
	});
	after(async () => {
		await chromium?.close();
		await server?.[Symbol.asyncDispose]();
		await rm(folder, { recursive: true, force: true });
	});

	test('the tools that check us from outside are there', (t) => {
		if (!hasReader) t.skip('zbarimg is missing (Debian: zbar-tools): no QR code was read');
		if (!hasMaker) t.skip('oathtool is missing: codes were made by the tests themselves');
	});

	test('an app is added by its QR code, with recovery codes and everything else signed out', async () => {
		await onScreen(page, async () => {
			await page.goto(`${origin}/security`);
			await page.getByText('Add a second factor: then a stolen password is not enough.').waitFor();
			assert.match(await summary(), /Second factor Off/);
			await press('Add an authenticator app');
			const qr = page.locator('.qr-code');
			await qr.waitFor();
			secret = (await page.locator('.totp-typed').textContent())!.replaceAll(/\s/g, '');
			if (hasReader) {
				const path = join(folder, 'qr.png');
				await qr.screenshot({ path });
				const read = execFileSync('/usr/bin/zbarimg', ['--nodbus', '-q', '--raw', path], {
					encoding: 'utf8',
				}).trim();
				assert.equal(new URL(read).protocol, 'otpauth:');
				assert.equal(new URL(read).searchParams.get('secret'), secret);
			}
			await typeCode(nextCode());
			await pressIn('Add an authenticator app', 'Add');
			await pressIn('In case you lose it', 'Make recovery codes');
			await saveCodes();
			await pressIn('Sign out everything else?', 'Sign out everything else');
			await page.getByText('All is well. There is nothing to do.').waitFor();
			assert.match(await summary(), /Second factor On Recovery codes 10 left/);
			assert.equal((await owner.fetch('/api/session')).status, 401, 'what signed in before is out');
		});
	});

	test('signing in asks for the code, and goes on by itself at its last digit', async () => {
		await onScreen(page, async () => {
			await signOut();
			await enterPassword();
			await page.getByRole('heading', { name: 'One more step' }).waitFor();
			await typeCode(nextCode() === '000000' ? '111111' : '000000');
			await page.getByRole('alert').waitFor();
			assert.equal(await page.locator('input[name=one-time-code]').inputValue(), '', 'a wrong code is gone');
			await typeCode(nextCode());
			await isIn();
		});
	});

	test('a recovery code lets in once, and then is gone', async () => {
		await onScreen(page, async () => {
			await signOut();
			await enterPassword();
			await press('Use a recovery code');
			await page.locator('input[name=recovery-code]').fill(codes[0]!.toLowerCase().replaceAll('-', ' '));
			await press('Continue');
			await isIn();
			await page.getByText('9 left').waitFor();
			await signOut();
			await enterPassword();
			await press('Use a recovery code');
			await page.locator('input[name=recovery-code]').fill(codes[0]!);
			await press('Continue');
			await page.getByRole('alert').waitFor();
			await page.locator('input[name=recovery-code]').fill(codes[1]!);
			await press('Continue');
			await isIn();
		});
	});

	test('later, what matters asks once more who it is, and then goes on', async () => {
		await onScreen(page, async () => {
			clock.shift(6 * 60_000);
			await page.goto(`${origin}/security`);
			await press('Make new codes');
			await pressIn('Make new recovery codes?', 'Make new codes');
			const dialog = page.getByRole('dialog', { name: 'Prove that it is you' });
			await dialog.waitFor();
			await dialog.locator('input[name=password]').fill('not the password at all');
			await dialog.getByRole('button', { name: 'Continue' }).click();
			await dialog.getByText('The password is not right.').waitFor();
			await dialog.locator('input[name=password]').fill(ownerNamed.password);
			await dialog.getByRole('button', { name: 'Continue' }).click();
			await typeCode(nextCode());
			const before = codes;
			await page.getByRole('dialog', { name: 'Your recovery codes' }).waitFor();
			await saveCodes();
			assert.equal(codes.filter((code) => before.includes(code)).length, 0, 'all of them are new');
			await page.getByText('10 left').waitFor();
		});
	});

	test('whoever closes that dialog has done nothing', async () => {
		await onScreen(page, async () => {
			clock.shift(6 * 60_000);
			await press('Remove Authenticator app?');
			await pressIn('Remove Authenticator app?', 'Remove');
			await page.getByRole('dialog', { name: 'Prove that it is you' }).waitFor();
			await page.keyboard.press('Escape');
			await page.getByText('Prove once more that it is you').waitFor();
			await pressIn('Remove Authenticator app?', 'Cancel');
			assert.match(await summary(), /Second factor On/);
		});
	});

	test('a passkey is added, signs in alone, and answers the dialog', async () => {
		const cdp = await page.context().newCDPSession(page);
		await cdp.send('WebAuthn.enable');
		const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
			options: {
				protocol: 'ctap2',
				transport: 'internal',
				hasResidentKey: true,
				hasUserVerification: true,
				isUserVerified: true,
				automaticPresenceSimulation: true,
			},
		});
		await onScreen(page, async () => {
			await press('Add a passkey');
			const dialog = page.getByRole('dialog', { name: 'Prove that it is you' });
			await dialog.locator('input[name=password]').fill(ownerNamed.password);
			await dialog.getByRole('button', { name: 'Continue' }).click();
			await typeCode(nextCode());
			await page.locator('.entry', { hasText: 'Passkey ·' }).waitFor();
			const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId });
			assert.equal(credentials.length, 1);
			await signOut();
			// A passkey that the browser offers in the name field may have been taken already.
			await Promise.race([isIn(), press('Sign in with a passkey').then(isIn)]);
			clock.shift(6 * 60_000);
			await page.goto(`${origin}/security`);
			await press('Remove Authenticator app?');
			await pressIn('Remove Authenticator app?', 'Remove');
			await page.getByRole('dialog', { name: 'Prove that it is you' }).waitFor();
			await pressIn('Prove that it is you', 'Use a passkey');
			await page.getByText('Authenticator app is removed.').waitFor();
			assert.equal(await page.locator('.entry', { hasText: 'Authenticator app ·' }).count(), 0);
		});
	});

	test('the page says what happened, in words', async () => {
		await onScreen(page, async () => {
			await page.goto(`${origin}/security`);
			const activity = page.getByRole('region', { name: 'What happened' });
			await activity.getByText('Second factor removed').waitFor();
			assert.doesNotMatch(await wordsOf(activity), /factor-removed|stepped-up|session-ended/);
		});
	});

	test('a role that must have a second factor reaches nothing else before', async () => {
		const grace = { username: 'grace', password: 'seven calm herons over water' };
		await addMember(server, grace);
		await onScreen(page, async () => {
			await page.goto(`${origin}/settings`);
			await page.getByText('Members', { exact: true }).click();
			await page
				.getByRole('region', { name: 'Second factors for others' })
				.getByRole('button', { name: 'Save' })
				.click();
			await page.getByText('Saved. It holds from now on.').waitFor();
		});
		const member = await visit(chromium, origin);
		await onScreen(member.page, async () => {
			await signInOn(member, grace);
			await member.page.waitForURL(`${origin}/second-factor`);
			await member.page.goto(`${origin}/security`);
			await member.page.waitForURL(`${origin}/second-factor`);
			await member.page.getByRole('button', { name: 'Add an authenticator app' }).click();
			secret = (await member.page.locator('.totp-typed').textContent())!.replaceAll(/\s/g, '');
			await member.page.locator('input[name=one-time-code]').fill(nextCode());
			await member.page.getByRole('button', { name: 'Add', exact: true }).click();
			await member.page.getByRole('button', { name: 'Later' }).click();
			await member.page.waitForURL(`${origin}/`);
		});
		await member.leave();
	});

	test('no page met an error, a refused script or another host', () => visitor.leave());
});
