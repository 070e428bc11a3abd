/** Known devices, spent counts, step-up and coming back by key, over HTTP against the whole server. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import * as accounts from '@holdfast/contract/accounts';
import { listActivity } from '@holdfast/contract/activity';
import * as devices from '@holdfast/contract/devices';
import { openConsole } from '../../src/cli/console.ts';
import { addMember, mallory } from '../support/attacked.ts';
import { postgresUrl } from '../support/databases.ts';
import { newDeviceKey, proofBy } from '../support/device-key.ts';
import { beginLogin } from '../support/house.ts';
import { startJourney } from '../support/journey.ts';
import {
	type Browser,
	makeOwner,
	openBrowser,
	Refused,
	signIn,
	type WholeServer,
} from '../support/whole-server.ts';

const outcome = (promise: Promise<unknown>): Promise<string> =>
	promise.then(
		() => 'done',
		(error: unknown) => {
			if (error instanceof Refused) return error.code;
			throw error;
		},
	);

const json = { 'content-type': 'application/json' };
const limits = {
	HOLDFAST_SIGN_INS_PER_NETWORK_PER_MINUTE: '100000',
	HOLDFAST_SIGN_INS_PER_MINUTE: '1000000',
};

for (const [engine, name] of [
	['sqlite', 'SQLite'],
	['postgres', 'PostgreSQL'],
] as const) {
	describe(`attacks on devices and step-up on ${name}`, () => {
		let server: WholeServer;
		let owner: Browser;
		let member: Browser;
		const nobody = (): Browser => openBrowser(server.url);
		before(async () => {
			if (engine === 'postgres') assert.ok(postgresUrl());
			server = await startJourney({ env: limits }, engine);
			owner = openBrowser(server.url);
			await makeOwner(server, owner);
			member = await addMember(server, mallory);
		});
		after(() => server?.[Symbol.asyncDispose]());

		test('the cookie of a device is HttpOnly, stays after signing out and is not a session', async () => {
			const browser = nobody();
			await signIn(browser, mallory);
			const device = browser.deviceCookie;
			assert.ok(device);
			await browser.call(accounts.signOut);
			assert.equal(browser.deviceCookie, device);
			assert.equal((await browser.fetch('/api/session')).status, 401);
			const thief = nobody();
			thief.cookie = `${mallorysSession(member)}=${device.split('=')[1]}`;
			assert.equal((await thief.fetch('/api/session')).status, 401);
		});

		test('the 101st guess is refused to the byte like any wrong one, and a known device enters', async () => {
			const known = nobody();
			await signIn(known, mallory);
			const answers = new Set<string>();
			const finishWith = async (browser: Browser, username: string, password: string) => {
				const login = beginLogin(password);
				const { startLoginRequest } = login;
				const begun = await browser.call(accounts.startSignIn, { body: { username, startLoginRequest } });
				const proof = login.finish(begun.loginResponse) ?? randomBytes(64).toString('base64url');
				const body = JSON.stringify({ flow: begun.flow, finishLoginRequest: proof });
				const ended = await browser.fetch('/api/sign-in/finish', { method: 'POST', headers: json, body });
				return [ended.status, await ended.text(), [...ended.headers.keys()].join()].join('|');
			};
			for (const username of [mallory.username, 'nobody-here']) {
				for (let tried = 0; tried < 100; tried += 1)
					answers.add(await finishWith(nobody(), username, 'a guess'));
				answers.add(await finishWith(nobody(), username, mallory.password));
			}
			assert.equal(answers.size, 1, [...answers].join('\n'));
			assert.match([...answers][0] ?? '', /^401\|.*accounts\.credentials\.wrong/);
			await signIn(known, mallory);
		});

		test('a step-up gives another id and token, ends the old ones, and is one session of fifty', async () => {
			const login = beginLogin('correct horse battery staple');
			const { startLoginRequest } = login;
			const before = await owner.call(accounts.getSession);
			const old = openBrowser(server.url);
			old.cookie = owner.cookie;
			const begun = await owner.call(accounts.startStepUp, { body: { startLoginRequest } });
			const body = { flow: begun.flow, finishLoginRequest: login.finish(begun.loginResponse) ?? '' };
			const stranger = outcome(member.call(accounts.finishStepUp, { body }));
			assert.equal(await stranger, 'accounts.flow.expired');
			const tries = Array.from({ length: 50 }, async () => {
				const browser = openBrowser(server.url);
				browser.cookie = old.cookie;
				return { browser, came: await outcome(browser.call(accounts.finishStepUp, { body })) };
			});
			const done = (await Promise.all(tries)).filter(({ came }) => came === 'done');
			assert.equal(done.length, 1);
			owner = done[0]!.browser;
			const next = await owner.call(accounts.getSession);
			assert.notEqual(next.session.sessionId, before.session.sessionId);
			assert.notEqual(owner.cookie, old.cookie);
			assert.equal((await old.fetch('/api/session')).status, 401);
		});

		test('a revocation lets a device with a key come back by itself, by two tries, and says so', async () => {
			const browser = nobody();
			const carol = { username: 'carol', password: 'a password of some length' };
			await addMember(server, carol);
			await signIn(browser, carol);
			const key = newDeviceKey();
			const post = async (path: string) => {
				const send = (nonce?: string) =>
					browser.fetch(path, {
						method: 'POST',
						headers: {
							dpop: proofBy(key, { htu: server.url + path, nowMs: Date.now(), ...(nonce ? { nonce } : {}) }),
						},
					});
				const first = await send();
				assert.equal(first.status, 401);
				const nonce = first.headers.get('dpop-nonce');
				assert.ok(nonce);
				return send(nonce);
			};
			assert.equal((await post(devices.registerDeviceKey.path)).status, 204);
			await using machine = await openConsole(server.config);
			const body = { reach: 'session' as const, spreadOverMs: 0 };
			const { accountId } = (await browser.call(accounts.getSession)).person;
			await machine.call(devices.consoleRevoke, { params: { accountId }, body });
			await endedOf(browser);
			assert.equal((await post(devices.refreshDevice.path)).status, 200);
			assert.equal((await browser.call(accounts.getSession)).person.accountId, accountId);
			const { entries } = await browser.call(listActivity);
			assert.equal(entries[0]?.cause, 'device');
			assert.ok(entries.some(({ kind, isByOthers }) => kind === 'account-epoch-raised' && isByOthers));
			const device = { ...body, reach: 'device' as const };
			await machine.call(devices.consoleRevoke, { params: { accountId }, body: device });
			await endedOf(browser);
			assert.equal((await post(devices.refreshDevice.path)).status, 401);
			const counted = await machine.call(devices.consoleCountSessions, { params: { accountId } });
			assert.equal(counted.count, 0);
		});

		test('what protects sign-in is for administrators, and the machine can raise it', async () => {
			assert.equal(await outcome(member.call(devices.getSignInProtection)), 'access.not-allowed');
			await using machine = await openConsole(server.config);
			await machine.call(devices.consoleSetBreachState, { body: { state: 'heightened' } });
			const told = await owner.call(devices.getSignInProtection);
			assert.equal(told.breachState, 'heightened');
			await machine.call(devices.consoleSetBreachState, { body: { state: 'none' } });
		});
	});
}

/** The name under which sessions travel. */
const mallorysSession = (browser: Browser): string => browser.cookie?.split('=')[0] ?? '';

const endedOf = async (browser: Browser): Promise<void> => {
	while ((await browser.fetch('/api/session')).status !== 401)
		await new Promise((resolve) => setImmediate(resolve));
};
