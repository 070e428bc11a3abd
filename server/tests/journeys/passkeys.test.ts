/** Passkeys of a real browser: Chromium with its virtual authenticator, on the page of a running server. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as accounts from '@holdfast/contract/accounts';
import * as factors from '@holdfast/contract/factors';
import { setPublicUrl } from '@holdfast/contract/system';
import type { Browser as Chromium, BrowserContext, CDPSession, Page } from 'playwright-core';
import { openChromium } from '../support/chromium.ts';
import { startJourney } from '../support/journey.ts';
import { makeOwner, openBrowser, type WholeServer } from '../support/whole-server.ts';

/** What the page itself does: asks the server, asks the browser, answers the server. */
interface Ask {
	readonly start: string;
	readonly startBody: object | null;
	readonly finish: string;
	readonly finishBody: object;
	readonly isNew: boolean;
}

/** What the page has of WebAuthn; the server's types know no page. */
interface PageOfPasskeys {
	readonly navigator: {
		readonly credentials: {
			create(options: object): Promise<{ toJSON(): object }>;
			get(options: object): Promise<{ toJSON(): object }>;
		};
	};
	readonly PublicKeyCredential: {
		parseCreationOptionsFromJSON(options: object): object;
		parseRequestOptionsFromJSON(options: object): object;
	};
}

/** Runs in the page. Gives back the server's answer, or the name of what the browser refused with. */
const converse = async (ask: Ask): Promise<string> => {
	const post = async (path: string, body: object | null): Promise<Record<string, unknown>> => {
		const sent = body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {};
		const answer = await fetch(path, { method: 'POST', ...sent });
		return (await answer.json()) as Record<string, unknown>;
	};
	const begun = await post(ask.start, ask.startBody);
	if (begun['code']) return String(begun['code']);
	try {
		const { navigator: holder, PublicKeyCredential: json } = globalThis as unknown as PageOfPasskeys;
		const options = begun['options'] as object;
		const credential = ask.isNew
			? await holder.credentials.create({ publicKey: json.parseCreationOptionsFromJSON(options) })
			: await holder.credentials.get({ publicKey: json.parseRequestOptionsFromJSON(options) });
		const response = credential.toJSON();
		const ended = await post(ask.finish, { ...ask.finishBody, flow: begun['flow'], response });
		return String(ended['state'] ?? ended['code'] ?? 'done');
	} catch (error) {
		return (error as Error).name;
	}
};

const adding: Ask = {
	start: factors.startPasskey.path,
	startBody: null,
	finish: factors.finishPasskey.path,
	finishBody: { label: 'This browser' },
	isNew: true,
};
const signingIn: Ask = {
	start: factors.startPasskeySignIn.path,
	startBody: { flow: null },
	finish: factors.finishPasskeySignIn.path,
	finishBody: {},
	isNew: false,
};
const steppingUp: Ask = { ...signingIn, start: factors.startPasskeyStepUp.path, startBody: null };

interface VirtualAuthenticator {
	readonly cdp: CDPSession;
	readonly authenticatorId: string;
}

const addAuthenticator = async (page: Page): Promise<VirtualAuthenticator> => {
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
	return { cdp, authenticatorId };
};

describe('passkeys in Chromium', () => {
	let server: WholeServer;
	let chromium: Chromium;
	let context: BrowserContext;
	let page: Page;
	let device: VirtualAuthenticator;
	let origin: string;

	before(async () => {
		server = await startJourney();
		origin = `http://localhost:${server.running.port}`;
		const owner = openBrowser(server.url);
		await makeOwner(server, owner);
		await owner.call(setPublicUrl, { body: { publicUrl: origin } });
		chromium = await openChromium();
		context = await chromium.newContext();
		const [name = '', value = ''] = owner.cookie!.split('=');
		await context.addCookies([{ name, value, url: origin, httpOnly: true, sameSite: 'Lax' }]);
		page = await context.newPage();
		await page.goto(`${origin}/healthz`);
		device = await addAuthenticator(page);
	});
	after(async () => {
		await chromium?.close();
		await server?.[Symbol.asyncDispose]();
	});

	const ask = (what: Ask, on: Page = page): Promise<string> => on.evaluate(converse, what);
	const read = (path: string) =>
		page.evaluate(async (address) => (await (await fetch(address)).json()) as unknown, path);
	const credentials = async () =>
		(await device.cdp.send('WebAuthn.getCredentials', { authenticatorId: device.authenticatorId }))
			.credentials;

	test('are made, kept by the browser for this person, and not made twice on one device', async () => {
		assert.equal(await ask(adding), 'done');
		const [made] = await credentials();
		assert.equal(made?.isResidentCredential, true);
		assert.equal(made?.rpId, 'localhost');
		const overview = (await read(factors.listFactors.path)) as { factors: { kind: string; label: string }[] };
		assert.deepEqual(
			overview.factors.map(({ kind, label }) => [kind, label]),
			[['passkey', 'This browser']],
		);
		assert.equal(await ask(adding), 'InvalidStateError');
	});

	test('make this session fresh', async () => {
		const sessionId = async () =>
			((await read(accounts.getSession.path)) as accounts.Signed).session.sessionId;
		const before = await sessionId();
		assert.equal(await ask(steppingUp), 'signed-in');
		assert.notEqual(await sessionId(), before);
	});

	test('sign in alone, without a name, at the highest level', async () => {
		await context.clearCookies();
		assert.equal(await ask(signingIn), 'signed-in');
		assert.equal(((await read(accounts.getSession.path)) as accounts.Signed).session.level, 2);
	});

	test('open nothing where the device cannot tell that it is the person', async () => {
		const { cdp, authenticatorId } = device;
		await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
		assert.equal(await ask(signingIn), 'NotAllowedError');
		await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
		assert.equal(await ask(signingIn), 'signed-in');
	});

	test('open nothing as a copy that has counted less', async () => {
		const { cdp, authenticatorId } = device;
		const [original] = await credentials();
		assert.ok(original && original.signCount > 1, 'this authenticator counts');
		const { credentialId } = original;
		await cdp.send('WebAuthn.removeCredential', { authenticatorId, credentialId });
		const copy = { ...original, signCount: 0 };
		await cdp.send('WebAuthn.addCredential', { authenticatorId, credential: copy });
		assert.equal(await ask(signingIn), 'accounts.factor.wrong');
		await cdp.send('WebAuthn.removeCredential', { authenticatorId, credentialId });
		await cdp.send('WebAuthn.addCredential', { authenticatorId, credential: original });
		assert.equal(await ask(signingIn), 'signed-in');
	});

	test('are refused by the browser on any other address of the same server', async () => {
		const other = await context.newPage();
		await other.goto(`${server.url}/healthz`);
		assert.equal(await ask(signingIn, other), 'SecurityError');
		await other.close();
	});
});
