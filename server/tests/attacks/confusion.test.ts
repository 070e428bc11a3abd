/** Every token at every door but its own: none opens, and each still opens its own afterwards. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import * as accounts from '@holdfast/contract/accounts';
import * as factors from '@holdfast/contract/factors';
import * as people from '@holdfast/contract/people';
import * as recovery from '@holdfast/contract/recovery';
import { showPasskey, type SoftPasskey } from '../support/authenticator.ts';
import { addApp, addPasskey, type App, codeOf, flowAfterPassword } from '../support/factor-people.ts';
import { beginLogin, beginRegistration } from '../support/house.ts';
import { beginResetOver } from '../support/resetting.ts';
import {
	beginJoining,
	invitationBy,
	linkIn,
	openTown,
	origin,
	outcome,
	password,
	type Resident,
	type Town,
	twinOf,
} from '../support/town.ts';
import type { Browser } from '../support/whole-server.ts';

type Door = (browser: Browser, token: string) => Promise<unknown>;

const record = (): string => randomBytes(192).toString('base64url');
const proof = (): string => randomBytes(64).toString('base64url');

const joining = (flow: string, secret: string) => ({
	flow,
	secret,
	username: 'confused',
	displayName: 'Confused',
	registrationRecord: record(),
	language: null,
});

/** Everything that takes a token; the rest of what it takes is of the right form, and right where it can be. */
const doors = (known: {
	readonly invitation: string;
	readonly code: () => string;
	readonly assertion: () => Record<string, unknown>;
}): Readonly<Record<string, Door>> => ({
	'the end of a sign-in': (browser, flow) =>
		browser.call(accounts.finishSignIn, { body: { flow, finishLoginRequest: proof() } }),
	'the code of an app': (browser, flow) =>
		browser.call(factors.useTotp, { body: { flow, code: known.code() } }),
	'a recovery code': (browser, flow) =>
		browser.call(factors.useRecoveryCode, { body: { flow, code: 'AAAA-BBBB-CCCC-DDDD-EEEE-FFFF' } }),
	'a mailed code': (browser, flow) =>
		browser.call(accounts.useMailedCode, { body: { flow, code: 'AAAA-BBBB-CCCC' } }),
	'a passkey': (browser, flow) =>
		browser.call(factors.finishPasskeySignIn, { body: { flow, response: known.assertion() as never } }),
	'the start of a passkey': (browser, flow) => browser.call(factors.startPasskeySignIn, { body: { flow } }),
	'the end of a step-up': (browser, flow) =>
		browser.call(accounts.finishStepUp, { body: { flow, finishLoginRequest: proof() } }),
	'the end of a change of password': (browser, flow) =>
		browser.call(accounts.finishPasswordChange, {
			body: {
				flow,
				finishLoginRequest: proof(),
				registrationRecord: record(),
				signOutEverywhere: false,
			},
		}),
	'the adding of an app': (browser, flow) =>
		browser.call(factors.finishTotp, { body: { flow, code: known.code(), label: 'Mine' } }),
	'the adding of a passkey': (browser, flow) =>
		browser.call(factors.finishPasskey, {
			body: { flow, label: 'Mine', response: known.assertion() as never },
		}),
	'the proof of an address': (browser, secret) => browser.call(people.verifyEmail, { body: { secret } }),
	'the way back': (browser, secret) => browser.call(people.comeBack, { body: { secret } }),
	'the look at a link': (browser, secret) => browser.call(people.lookAtJoinLink, { body: { secret } }),
	'joining by a flow': (browser, flow) =>
		browser.call(people.finishJoining, { body: joining(flow, known.invitation) }),
	'joining by a secret': (browser, secret) =>
		browser.call(people.finishJoining, { body: joining(record().slice(0, 43), secret) }),
	'the end of a reset': (browser, flow) =>
		browser.call(recovery.finishReset, {
			body: { flow, registrationRecord: record(), signOutDevices: true, factorCode: null },
		}),
	'a reset by a link': async (browser, secret) =>
		(await beginResetOver(browser, { kind: 'link', secret }, 'a password of the thief'))(),
	'the end of set-up': (browser, flow) =>
		browser.call(accounts.finishOwner, {
			body: { flow, username: 'thief', displayName: 'Thief', registrationRecord: record() },
		}),
	'a session': (browser, token) => {
		const thief = twinOf(browser);
		thief.cookie = `${browser.cookie?.split('=')[0]}=${token}`;
		return thief.call(accounts.getSession);
	},
	'a bearer': async (browser, token) => {
		const sent = await fetch(browser.url + accounts.getSession.path, {
			headers: { authorization: `Bearer ${token}` },
		});
		if (sent.status !== 401) throw new Error(`a bearer was answered ${sent.status}`);
		return { state: 'access.sign-in-needed' };
	},
});

interface Held {
	readonly token: string;
	/** Doors that take it in part, or at which it says something to its holder. */
	readonly own: readonly string[];
	/** What it is good for; it is good for it after everything. */
	readonly use: () => Promise<unknown>;
}

for (const engine of ['sqlite', 'postgres'] as const) {
	describe(`tokens at doors of others, on ${engine}`, () => {
		let town: Town;
		let victim: Resident & { readonly address: string };
		let app: App;
		let passkey: SoftPasskey;
		before(async () => {
			town = await openTown(engine);
			victim = await town.reachable();
			app = await addApp(victim.browser, town.clock);
			({ passkey } = await addPasskey((await freshly()).browser, origin));
		});
		after(() => town?.[Symbol.asyncDispose]());

		/** The victim's own browser, or another whose session is level 2 and fresh. */
		const freshly = async () => {
			const browser = town.nobody();
			const flow = await flowAfterPassword(browser, victim.who);
			town.clock.nextStep();
			await browser.call(factors.useTotp, { body: { flow, code: codeOf(app.secret, town.clock.now()) } });
			return { browser };
		};

		const signInFlow = async (): Promise<Held> => {
			const browser = town.nobody();
			const login = beginLogin(password);
			const { startLoginRequest } = login;
			const { flow, loginResponse } = await browser.call(accounts.startSignIn, {
				body: { username: victim.who.username, startLoginRequest },
			});
			const body = { flow, finishLoginRequest: login.finish(loginResponse) ?? '' };
			const use = () => browser.call(accounts.finishSignIn, { body });
			return { token: flow, own: ['the end of a sign-in'], use };
		};
		const factorFlow = async (): Promise<Held> => {
			const token = await flowAfterPassword(town.nobody(), victim.who);
			const own = ['the code of an app', 'a recovery code', 'a passkey', 'the start of a passkey'];
			const use = () => {
				town.clock.nextStep();
				const code = codeOf(app.secret, town.clock.now());
				return town.nobody().call(factors.useTotp, { body: { flow: token, code } });
			};
			return { token, own, use };
		};
		const passkeyFlow = async (): Promise<Held> => {
			const { flow, options } = await town
				.nobody()
				.call(factors.startPasskeySignIn, { body: { flow: null } });
			const body = { flow, response: showPasskey(passkey, options, origin) };
			const use = () => town.nobody().call(factors.finishPasskeySignIn, { body });
			return { token: flow, own: ['a passkey'], use };
		};
		const changeFlow = async (): Promise<Held> => {
			const { browser } = await town.someone();
			const login = beginLogin(password);
			const registration = beginRegistration('the next long password');
			const begun = await browser.call(accounts.startPasswordChange, {
				body: {
					startLoginRequest: login.startLoginRequest,
					registrationRequest: registration.registrationRequest,
				},
			});
			const body = {
				flow: begun.flow,
				finishLoginRequest: login.finish(begun.loginResponse) ?? '',
				registrationRecord: registration.finish(begun.registrationResponse),
				signOutEverywhere: false,
			};
			// Its own door is tried with another person's session, and does not open to it.
			const use = () => browser.call(accounts.finishPasswordChange, { body });
			return { token: begun.flow, own: [], use };
		};
		const appFlow = async (): Promise<Held> => {
			const { browser } = await town.someone();
			const { flow, secret } = await browser.call(factors.startTotp);
			const use = () => {
				const code = codeOf(secret, town.clock.now());
				return browser.call(factors.finishTotp, { body: { flow, code, label: 'Phone' } });
			};
			return { token: flow, own: [], use };
		};
		const invitation = async (): Promise<Held> => {
			const token = await invitationBy(town.owner);
			const use = async () => (await beginJoining(town.nobody(), token, 'invited at last'))();
			return { token, own: ['the look at a link'], use };
		};
		const addressLink = async (): Promise<Held> => {
			const { browser } = await town.someone();
			const email = 'somebody-else@example.org';
			await browser.call(people.setEmail, { body: { email } });
			const secret = await town.letter(email, linkIn('verify-email'));
			const use = () => town.nobody().call(people.verifyEmail, { body: { secret } });
			return { token: secret, own: ['the proof of an address'], use };
		};
		const wayBack = async (): Promise<Held> => {
			const { browser, who } = await town.someone();
			const { secret } = await browser.call(people.leave, { body: { username: who.username } });
			const use = () => town.nobody().call(people.comeBack, { body: { secret } });
			return { token: secret, own: ['the way back'], use };
		};
		const resetLink = async (): Promise<Held> => {
			const { address } = await town.reachable();
			await town.nobody().call(recovery.requestReset, { body: { email: address } });
			const secret = await town.letter(address, linkIn('reset'));
			const use = async () =>
				(await beginResetOver(town.nobody(), { kind: 'link', secret }, 'chosen by its owner'))();
			return { token: secret, own: ['a reset by a link'], use };
		};
		const sessionToken = async (): Promise<Held> => {
			const { browser } = await town.someone();
			const token = browser.cookie?.split('=')[1] ?? '';
			return { token, own: ['a session'], use: () => browser.call(accounts.getSession) };
		};
		const deviceToken = async (): Promise<Held> => {
			const { browser } = await freshly();
			const token = browser.deviceCookie?.split('=')[1] ?? '';
			assert.equal(token.length, 43);
			return { token, own: [], use: () => browser.call(accounts.getSession) };
		};

		for (const [what, hold] of Object.entries({
			'a sign-in that was begun': signInFlow,
			'a question for a second factor': factorFlow,
			'the challenge of a passkey': passkeyFlow,
			'a change of password that was begun': changeFlow,
			'an app that is being added': appFlow,
			'an invitation': invitation,
			'a link that proves an address': addressLink,
			'the way back of somebody who leaves': wayBack,
			'a link to a new password': resetLink,
			'the token of a session': sessionToken,
			'the token of a device': deviceToken,
		})) {
			test(`${what} opens nothing but what it is for`, async () => {
				const held = await hold();
				const thief = (await town.someone()).browser;
				const begun = await town.nobody().call(factors.startPasskeySignIn, { body: { flow: null } });
				const all = doors({
					invitation: await invitationBy(town.owner),
					code: () => codeOf(app.secret, town.clock.now()),
					assertion: () => showPasskey(passkey, begun.options, origin) as never,
				});
				for (const [door, knock] of Object.entries(all)) {
					if (held.own.includes(door)) continue;
					const came = await outcome(knock(thief, held.token));
					assert.match(came, /^(?:accounts|access)\./u, `${door}: ${came}`);
				}
				const used = await outcome(held.use());
				assert.match(used, /^(?:done|signed-in|factor-needed)$/u, `${what} is spent: ${used}`);
			});
		}
	});
}
