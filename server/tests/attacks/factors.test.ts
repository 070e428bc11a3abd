/** Guessing, replaying, racing and going around second factors: over HTTP, on both databases. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import * as accounts from '@holdfast/contract/accounts';
import { listLibraries } from '@holdfast/contract/catalogue';
import * as factors from '@holdfast/contract/factors';
import { openConsole } from '../../src/cli/console.ts';
import { addMember } from '../support/attacked.ts';
import {
	addApp,
	codeOf,
	flowAfterPassword,
	type ShiftedClock,
	shiftedClock,
	showPassword,
	signedInOf,
	signInWithApp,
	stepUpWithPassword,
	wrongCode,
} from '../support/factor-people.ts';
import { startJourney } from '../support/journey.ts';
import {
	type Browser,
	makeOwner,
	openBrowser,
	ownerNamed,
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

const stateOf = (promise: Promise<accounts.Authentication>): Promise<string> =>
	promise.then(
		({ state }) => state,
		(error: unknown) => {
			if (error instanceof Refused) return error.code;
			throw error;
		},
	);

const countOf = (all: readonly string[], one: string): number => all.filter((each) => each === one).length;
const times = <T>(count: number, make: (index: number) => T): T[] =>
	Array.from({ length: count }, (_, index) => make(index));

let peopleMade = 0;
const password = 'a password of some length';

for (const [engine, name] of [
	['sqlite', 'SQLite'],
	['postgres', 'PostgreSQL'],
] as const) {
	describe(`attacks on second factors on ${name}`, () => {
		let clock: ShiftedClock;
		let server: WholeServer;
		let owner: Browser;
		const nobody = (): Browser => openBrowser(server.url);

		before(async () => {
			clock = shiftedClock();
			server = await startJourney({ clock }, engine);
			owner = nobody();
			await makeOwner(server, owner);
		});
		beforeEach(() => clock.nextStep());
		after(() => server?.[Symbol.asyncDispose]());

		/** Somebody new, in a browser where they are signed in. */
		const someone = async () => {
			const who = { username: `person ${++peopleMade}`, password };
			return { who, browser: await addMember(server, who) };
		};
		/** Somebody new with an app, signed in with both, and a code that was never used. */
		const someoneWithApp = async () => {
			const person = await someone();
			const app = await addApp(person.browser, clock);
			return { ...person, app };
		};
		const enterCode = (flow: string, code: string, browser = nobody()) =>
			browser.call(factors.useTotp, { body: { flow, code } });
		const accountIdOf = async (browser: Browser): Promise<string> =>
			(await browser.call(accounts.getSession)).person.accountId;
		const machine = () => openConsole(server.config);

		test('a code is good once in its window, and an older one never after it', async () => {
			const { who, app } = await someoneWithApp();
			clock.nextStep();
			const [older, present] = [-30_000, 0].map((ms) => codeOf(app.secret, clock.now() + ms));
			signedInOf(await enterCode(await flowAfterPassword(nobody(), who), present!));
			for (const code of [present!, older!]) {
				const flow = await flowAfterPassword(nobody(), who);
				assert.equal(await stateOf(enterCode(flow, code)), 'accounts.factor.wrong');
			}
		});

		test('the code with which an app was added opens no door afterwards', async () => {
			const { who, browser } = await someone();
			const { flow, secret } = await browser.call(factors.startTotp);
			const code = codeOf(secret, clock.now());
			await browser.call(factors.finishTotp, { body: { flow, code, label: 'Phone' } });
			const next = await flowAfterPassword(nobody(), who);
			assert.equal(await stateOf(enterCode(next, code)), 'accounts.factor.wrong');
		});

		test('the code before and the one after the present count, and none beyond', async () => {
			const { who, app } = await someoneWithApp();
			clock.nextStep();
			const seen: string[] = [];
			for (const steps of [-2, -1, 1, 2]) {
				const flow = await flowAfterPassword(nobody(), who);
				seen.push(await stateOf(enterCode(flow, codeOf(app.secret, clock.now() + steps * 30_000))));
			}
			const wrong = 'accounts.factor.wrong';
			assert.deepEqual(seen, [wrong, 'signed-in', 'signed-in', wrong]);
		});

		test('one right code shown fifty times at once makes one session', async () => {
			const { who, app } = await someoneWithApp();
			clock.nextStep();
			const code = codeOf(app.secret, clock.now());
			const flows = await Promise.all(times(10, () => flowAfterPassword(nobody(), who)));
			const tries = flows.flatMap((flow) => times(5, () => stateOf(enterCode(flow, code))));
			const seen = await Promise.all(tries);
			assert.equal(countOf(seen, 'signed-in'), 1, seen.join());
		});

		test("another person's code, and another person's flow, open nothing", async () => {
			const [ada, bea] = [await someoneWithApp(), await someoneWithApp()];
			clock.nextStep();
			const flow = await flowAfterPassword(nobody(), ada.who);
			assert.equal(
				await stateOf(enterCode(flow, codeOf(bea.app.secret, clock.now()))),
				'accounts.factor.wrong',
			);
			signedInOf(await enterCode(flow, codeOf(ada.app.secret, clock.now())));
		});

		test('five wrong codes end the flow, even for the right one', async () => {
			const { who, app } = await someoneWithApp();
			clock.nextStep();
			const flow = await flowAfterPassword(nobody(), who);
			const wrong = wrongCode(app.secret, clock.now());
			const seen = await Promise.all(times(12, () => stateOf(enterCode(flow, wrong))));
			assert.equal(countOf(seen, 'accounts.factor.wrong'), 5, seen.join());
			assert.equal(await stateOf(enterCode(flow, codeOf(app.secret, clock.now()))), 'accounts.flow.expired');
		});

		test('a million codes cannot be walked by many flows, sessions and requests at once', async () => {
			const { who, app, browser } = await someoneWithApp();
			const { codes } = await browser.call(factors.makeRecoveryCodes);
			clock.nextStep();
			const wrong = wrongCode(app.secret, clock.now());
			const flows = await Promise.all(times(12, () => flowAfterPassword(nobody(), who)));
			const seen = await Promise.all(
				flows.flatMap((flow) => times(5, () => stateOf(enterCode(flow, wrong)))),
			);
			assert.equal(countOf(seen, 'accounts.factor.wrong'), 20, seen.join());
			assert.equal(countOf(seen, 'request.too-many'), 40);
			const stepping = await stepUpWithPassword(browser, who);
			assert.ok(stepping.state === 'factor-needed');
			const right = (): string => codeOf(app.secret, clock.now());
			assert.equal(
				await stateOf(enterCode(stepping.flow, right())),
				'request.too-many',
				'step-up is counted too',
			);
			const flow = await flowAfterPassword(nobody(), who);
			assert.equal(await stateOf(enterCode(flow, right())), 'request.too-many');
			// What is no six digits still opens, and the app with it.
			const body = { flow, code: codes[0]! };
			signedInOf(await nobody().call(factors.useRecoveryCode, { body }));
			clock.nextStep();
			signedInOf(await enterCode(await flowAfterPassword(nobody(), who), right()));
		});

		test('whoever does not know the password closes nothing for its owner', async () => {
			const { who, app } = await someoneWithApp();
			const made = 'A'.repeat(43);
			const seen = await Promise.all(times(60, () => stateOf(enterCode(made, '123456'))));
			assert.equal(countOf(seen, 'accounts.flow.expired'), 60);
			const wrong = { ...who, password: 'not the password at all' };
			assert.equal(await stateOf(showPassword(nobody(), wrong)), 'accounts.credentials.wrong');
			await signInWithApp(nobody(), who, { app, clock });
		});

		test('the flow that asks for a factor is no session, and no other step takes it', async () => {
			const { who } = await someoneWithApp();
			const browser = nobody();
			const flow = await flowAfterPassword(browser, who);
			assert.equal(browser.cookie, null);
			const cookieName = owner.cookie!.split('=')[0]!;
			browser.cookie = `${cookieName}=${flow}`;
			assert.equal(await outcome(browser.call(accounts.getSession)), 'access.sign-in-needed');
			const finishLoginRequest = Buffer.alloc(64).toString('base64url');
			const finish = nobody().call(accounts.finishSignIn, { body: { flow, finishLoginRequest } });
			assert.equal(await outcome(finish), 'accounts.flow.expired');
			const response = { id: 'x' };
			const passkey = nobody().call(factors.finishPasskeySignIn, { body: { flow, response } });
			assert.equal(await outcome(passkey), 'accounts.flow.expired', 'no challenge was given out');
		});

		test('a session after one factor has level 1 and does nothing that matters any more', async () => {
			const { who, browser } = await someone();
			const other = nobody();
			await signIn(other, who);
			const { factorId } = await addApp(browser, clock);
			assert.equal((await other.call(accounts.getSession)).session.level, 1);
			const refused = await Promise.all([
				outcome(other.call(factors.startTotp)),
				outcome(other.call(factors.startPasskey)),
				outcome(other.call(factors.makeRecoveryCodes)),
				outcome(other.call(factors.removeFactor, { params: { factorId } })),
			]);
			assert.deepEqual(new Set(refused), new Set(['access.step-up-needed']));
			assert.equal((await browser.call(accounts.getSession)).session.level, 2);
		});

		test('the session that adds a first factor goes on under a new token, and the old one is dead', async () => {
			const { browser } = await someone();
			const copy = nobody();
			copy.cookie = browser.cookie;
			await addApp(browser, clock);
			assert.notEqual(browser.cookie, copy.cookie);
			assert.equal(await outcome(copy.call(accounts.getSession)), 'access.sign-in-needed');
			await browser.call(factors.makeRecoveryCodes);
		});

		test('an app is not begun, finished or removed by a session that is not fresh', async () => {
			const { browser } = await someone();
			const begun = await browser.call(factors.startTotp);
			clock.shift(6 * 60_000);
			const code = codeOf(begun.secret, clock.now());
			const body = { flow: begun.flow, code, label: 'Phone' };
			assert.equal(await outcome(browser.call(factors.startTotp)), 'access.step-up-needed');
			assert.equal(await outcome(browser.call(factors.finishTotp, { body })), 'access.step-up-needed');
			signedInOf(await stepUpWithPassword(browser, { password }));
			const { factorId } = await browser.call(factors.finishTotp, { body });
			clock.shift(6 * 60_000);
			const removing = browser.call(factors.removeFactor, { params: { factorId } });
			assert.equal(await outcome(removing), 'access.step-up-needed');
			const byPassword = await stepUpWithPassword(browser, { password });
			assert.ok(byPassword.state === 'factor-needed', 'the password alone is not enough to remove a factor');
		});

		test("an app is not added by another person's flow, nor the same flow twice", async () => {
			const [ada, bea] = [await someone(), await someone()];
			const { flow, secret } = await ada.browser.call(factors.startTotp);
			const body = { flow, code: codeOf(secret, clock.now()), label: 'Phone' };
			assert.equal(await outcome(bea.browser.call(factors.finishTotp, { body })), 'accounts.flow.expired');
			const seen = await Promise.all(
				times(10, () => outcome(ada.browser.call(factors.finishTotp, { body }))),
			);
			assert.equal(countOf(seen, 'done'), 1, seen.join());
			const { factors: held } = await ada.browser.call(factors.listFactors);
			assert.equal(held.length, 1);
		});

		test('a second app leaves the first as it was, and neither secret is read later', async () => {
			const { who, browser, app } = await someoneWithApp();
			const second = await addApp(browser, clock, 'Tablet');
			assert.notEqual(second.secret, app.secret);
			const text = JSON.stringify(await browser.call(factors.listFactors));
			for (const { secret } of [app, second]) assert.ok(!text.includes(secret));
			for (const each of [app, second]) await signInWithApp(nobody(), who, { app: each, clock });
		});

		test('a recovery code shown fifty times at once is taken once', async () => {
			const { who, browser } = await someoneWithApp();
			const { codes } = await browser.call(factors.makeRecoveryCodes);
			assert.equal(new Set(codes).size, 10);
			const flows = await Promise.all(times(10, () => flowAfterPassword(nobody(), who)));
			const show = (flow: string) =>
				stateOf(nobody().call(factors.useRecoveryCode, { body: { flow, code: codes[0]! } }));
			const seen = await Promise.all(flows.flatMap((flow) => times(5, () => show(flow))));
			assert.equal(countOf(seen, 'signed-in'), 1, seen.join());
			assert.equal((await browser.call(factors.listFactors)).recoveryCodesLeft, 9);
		});

		test("earlier recovery codes die with new ones, and nobody else's are taken", async () => {
			const [ada, bea] = [await someoneWithApp(), await someoneWithApp()];
			const old = (await ada.browser.call(factors.makeRecoveryCodes)).codes[0]!;
			const present = (await ada.browser.call(factors.makeRecoveryCodes)).codes[0]!;
			const theirs = (await bea.browser.call(factors.makeRecoveryCodes)).codes[0]!;
			const flow = await flowAfterPassword(nobody(), ada.who);
			const show = (code: string) =>
				stateOf(nobody().call(factors.useRecoveryCode, { body: { flow, code } }));
			assert.deepEqual(
				[await show(old), await show(theirs)],
				times(2, () => 'accounts.factor.wrong'),
			);
			assert.equal(await show(present.toLowerCase().replaceAll('-', ' ')), 'signed-in');
		});

		test('a role that must have a factor adds one before anything else, and keeps it', async () => {
			const { browser } = await someone();
			await using console = await machine();
			await browser.call(listLibraries);
			await console.call(factors.consoleRequireFactors, { body: { requiredFor: ['member'] } });
			try {
				await assertSoon('access.factor-needed', () => outcome(browser.call(listLibraries)));
				const { factorId } = await addApp(browser, clock);
				await browser.call(listLibraries);
				const removing = browser.call(factors.removeFactor, { params: { factorId } });
				assert.equal(await outcome(removing), 'accounts.factor.last');
				const second = await addApp(browser, clock, 'Tablet');
				await browser.call(factors.removeFactor, { params: { factorId } });
				const last = { params: { factorId: second.factorId } };
				assert.equal(await outcome(browser.call(factors.removeFactor, last)), 'accounts.factor.last');
			} finally {
				await console.call(factors.consoleRequireFactors, { body: { requiredFor: [] } });
			}
		});

		test('only an administrator with a fresh session changes which roles must have a factor', async () => {
			const { browser } = await someone();
			const set = (by: Browser) => by.call(factors.setFactorPolicy, { body: { requiredFor: ['guest'] } });
			assert.equal(await outcome(set(browser)), 'access.not-allowed');
			assert.equal(await outcome(browser.call(factors.getFactorPolicy)), 'access.not-allowed');
			assert.deepEqual((await owner.call(factors.getFactorPolicy)).requiredFor, []);
			clock.shift(6 * 60_000);
			assert.equal(await outcome(set(owner)), 'access.step-up-needed');
		});

		test('an administrator helps a person of a lower role, nobody else, and takes nothing away', async () => {
			const { who, browser, app } = await someoneWithApp();
			signedInOf(await stepUpWithPassword(owner, ownerNamed));
			const help = (by: Browser, accountId: string) =>
				by.call(factors.startFactorHelp, { params: { accountId } });
			const accountId = await accountIdOf(browser);
			const ownerId = await accountIdOf(owner);
			const stranger = await someone();
			const strangerId = await accountIdOf(stranger.browser);
			assert.equal(await outcome(help(owner, ownerId)), 'access.not-allowed', 'never oneself');
			assert.equal(await outcome(help(browser, accountId)), 'access.not-allowed');
			assert.equal(await outcome(help(owner, strangerId)), 'accounts.factor.absent');
			assert.equal(await outcome(help(owner, 'nobody-nobody-nobody-no')), 'accounts.account.absent');
			const first = await help(owner, accountId);
			const second = await help(owner, accountId);
			const overview = await browser.call(factors.listFactors);
			assert.equal(overview.handedOverCodeUntil, second.expiresAt, 'the person sees it');
			assert.equal(overview.factors.length, 1);
			const flow = await flowAfterPassword(nobody(), who);
			const show = (code: string) =>
				stateOf(nobody().call(factors.useRecoveryCode, { body: { flow, code } }));
			assert.equal(await show(first.code), 'accounts.factor.wrong', 'a newer one took its place');
			assert.equal(await show(second.code), 'signed-in');
			const again = await flowAfterPassword(nobody(), who);
			const body = { flow: again, code: second.code };
			assert.equal(await stateOf(nobody().call(factors.useRecoveryCode, { body })), 'accounts.factor.wrong');
			await signInWithApp(nobody(), who, { app, clock });
		});

		test('a code that was handed over works once of fifty at once', async () => {
			const { who, browser } = await someoneWithApp();
			signedInOf(await stepUpWithPassword(owner, ownerNamed));
			const params = { accountId: await accountIdOf(browser) };
			const { code } = await owner.call(factors.startFactorHelp, { params });
			const flows = await Promise.all(times(10, () => flowAfterPassword(nobody(), who)));
			const show = (flow: string) =>
				stateOf(nobody().call(factors.useRecoveryCode, { body: { flow, code } }));
			const seen = await Promise.all(flows.flatMap((flow) => times(5, () => show(flow))));
			assert.equal(countOf(seen, 'signed-in'), 1, seen.join());
		});

		test('a code that was handed over dies with "sign out everywhere" and is nobody else\'s', async () => {
			const [ada, bea] = [await someoneWithApp(), await someoneWithApp()];
			signedInOf(await stepUpWithPassword(owner, ownerNamed));
			const params = { accountId: await accountIdOf(ada.browser) };
			const { code } = await owner.call(factors.startFactorHelp, { params });
			const show = async (who: typeof ada.who) => {
				const flow = await flowAfterPassword(nobody(), who);
				return stateOf(nobody().call(factors.useRecoveryCode, { body: { flow, code } }));
			};
			assert.equal(await show(bea.who), 'accounts.factor.wrong');
			await ada.browser.call(accounts.signOutEverywhere, { body: { keepThis: false } });
			assert.equal(await show(ada.who), 'accounts.factor.wrong');
		});

		test('the machine takes factors away, and the password alone is asked for from then on', async () => {
			const { who, browser } = await someoneWithApp();
			await browser.call(factors.makeRecoveryCodes);
			await using console = await machine();
			const { username } = who;
			const before = await console.call(factors.consoleShowFactors, { body: { username } });
			assert.deepEqual([before.apps, before.passkeys, before.recoveryCodesLeft], [1, 0, 10]);
			const { removed } = await console.call(factors.consoleRemoveFactors, { body: { username } });
			assert.equal(removed, 1);
			assert.equal(await stateOf(showPassword(nobody(), who)), 'signed-in');
			assert.equal((await browser.call(factors.listFactors)).recoveryCodesLeft, 0);
			const unknown = console.call(factors.consoleShowFactors, { body: { username: 'nobody here' } });
			await assert.rejects(unknown, /accounts\.account\.absent/);
		});

		test("another person's factor can neither be named nor removed, nor can one that is not there", async () => {
			const [ada, bea] = [await someoneWithApp(), await someoneWithApp()];
			for (const factorId of [bea.app.factorId, 'nothing-nothing-nothing-']) {
				const body = { label: 'mine now' };
				const renaming = outcome(ada.browser.call(factors.renameFactor, { params: { factorId }, body }));
				const removing = outcome(ada.browser.call(factors.removeFactor, { params: { factorId } }));
				assert.deepEqual(
					[await renaming, await removing],
					['accounts.factor.absent', 'accounts.factor.absent'],
				);
			}
			const { factors: held } = await bea.browser.call(factors.listFactors);
			assert.deepEqual(
				held.map(({ label }) => label),
				['Phone'],
			);
		});
	});
}

/** What another process or a log has to carry first comes within a moment. */
const assertSoon = async (expected: string, ask: () => Promise<string>): Promise<void> => {
	const giveUpAt = performance.now() + 5_000;
	let seen = await ask();
	while (seen !== expected && performance.now() < giveUpAt) {
		await new Promise((resolve) => setTimeout(resolve, 25));
		seen = await ask();
	}
	assert.equal(seen, expected);
};
