/**
 * Everything that is good once, redeemed fifty times at once over HTTP: exactly one wins. The table below has
 * a row for every purpose of the one token table, so that no new one comes without its race.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import * as accounts from '@holdfast/contract/accounts';
import * as factors from '@holdfast/contract/factors';
import * as people from '@holdfast/contract/people';
import * as apps from '@holdfast/contract/provider';
import * as recovery from '@holdfast/contract/recovery';
import { flowLifetimeMs, type TokenPurpose } from '../../src/accounts/flows.ts';
import { depart, press, registerApp, usePublicUrl, visit } from '../support/apps.ts';
import { makePasskey, showPasskey } from '../support/authenticator.ts';
import { addPasskey, codeOf, showPassword } from '../support/factor-people.ts';
import { beginLogin, beginRegistration } from '../support/house.ts';
import { startJourney } from '../support/journey.ts';
import { beginResetOver } from '../support/resetting.ts';
import {
	beginJoining,
	codeInMail,
	comingFrom,
	crowd,
	graz,
	invitationBy,
	lima,
	linkIn,
	openTown,
	origin,
	outcome,
	parallel,
	password,
	type Town,
	twinOf,
	winners,
} from '../support/town.ts';
import { makeOwner, openBrowser, ownerNamed } from '../support/whole-server.ts';

const here = 'attacks/tokens.test.ts';

/** Which file races a purpose, and by what name. */
const races: Readonly<Record<TokenPurpose, readonly [file: string, name: string]>> = {
	'owner-setup': [here, 'the set-up code and the set-up itself'],
	'member-registration': [here, 'a registration and a recovery on the machine'],
	'machine-recovery': [here, 'a registration and a recovery on the machine'],
	invitation: [here, 'an invitation, by one flow and by fifty'],
	joining: [here, 'an invitation, by one flow and by fifty'],
	registration: [here, 'a mailed link to make an account'],
	'email-verification': [here, 'a mailed link to prove an address'],
	'come-back': [here, 'the way back of somebody who leaves'],
	'password-reset': [here, 'a mailed link to a new password, by one flow and by fifty'],
	reset: [here, 'a mailed link to a new password, by one flow and by fifty'],
	'handed-over-code': ['reset-journey.test.ts', 'by a handed-over code has one winner of fifty at once'],
	'sign-in': ['attacks/sign-in.test.ts', 'a right last message sent fifty times at once makes one session'],
	'sign-in-code': [here, 'a mailed code beside the password'],
	'context-check': [here, 'a sign-in that waits for a mailed code'],
	'step-up': ['attacks/devices.test.ts', 'a step-up gives another id and token'],
	'second-factor': ['attacks/factors.test.ts', 'one right code shown fifty times at once makes one session'],
	'password-change': [here, 'a change of password'],
	'totp-enrolment': [here, 'the adding of an app'],
	'passkey-enrolment': [here, 'the adding of a passkey'],
	'passkey-sign-in': ['attacks/passkeys.test.ts', 'a challenge is good for one answer, of fifty at once'],
	'passkey-step-up': [here, 'a step-up by passkey'],
	'factor-help': ['attacks/factors.test.ts', 'a code that was handed over works once of fifty at once'],
	provider: ['attacks/single-sign-on.test.ts', 'of fifty that come back with one state, one goes on'],
	'provider-back': ['attacks/single-sign-on.test.ts', 'of fifty that finish, one is signed in'],
	'server-entry': ['attacks/servers.test.ts', 'a second use ends what the first made'],
	'app-interaction': [here, 'a yes to an app'],
	'app-code': ['attacks/provider.test.ts', 'redemptions of a code one succeeds'],
	'app-refresh': ['attacks/provider.test.ts', 'renewals at once one succeeds'],
	/** Not spent: good until its time is over, or its session. */
	'app-access': ['attacks/provider.test.ts', 'loses everything when its person signs out everywhere'],
	'app-proof': ['attacks/provider-keys.test.ts', 'which then has to be proven with every call'],
	'device-code': ['attacks/link.test.ts', 'of 50 people who say yes at once belongs to one'],
	'user-code': ['attacks/link.test.ts', 'of 50 people who say yes at once belongs to one'],
};

/** Good once without a row in the table of tokens. */
const otherRaces = [
	['attacks/factors.test.ts', 'a recovery code shown fifty times at once is taken once'],
	['attacks/servers.test.ts', 'of fifty who type a claim code at once, one gets the server'],
	['../src/accounts/devices/device-keys.test.ts', 'makes one session of fifty equal proofs'],
] as const;

test('every purpose of a token has a race for it, in a test that there is', async () => {
	for (const purpose of Object.keys(flowLifetimeMs))
		assert.ok(purpose in races, `nobody races tokens for ${purpose}`);
	for (const [file, name] of [...Object.values(races), ...otherRaces]) {
		const text = await readFile(new URL(`../${file}`, import.meta.url), 'utf8');
		assert.match(text, /\b(?:test|it)\(/u);
		const titles = text.split('\n').filter((line) => /^\s*(?:test|it)\(/u.test(line));
		assert.ok(
			titles.some((line) => line.includes(name)),
			`${file} has no test "${name}"`,
		);
	}
});

for (const engine of ['sqlite', 'postgres'] as const) {
	describe(`of fifty at once exactly one gets what is good once, on ${engine}:`, () => {
		let town: Town;
		before(async () => {
			town = await openTown(engine);
		});
		after(() => town?.[Symbol.asyncDispose]());

		test('the set-up code and the set-up itself', async () => {
			await using fresh = await startJourney({}, engine);
			const nobody = () => openBrowser(fresh.url);
			const code = fresh.running.setupCode ?? '';
			const flows: string[] = [];
			const begun = await crowd(async () => {
				flows.push((await nobody().call(accounts.beginSetup, { body: { code } })).flow);
			});
			assert.equal(winners(begun), 1, begun.join());
			const registration = beginRegistration(ownerNamed.password);
			const { registrationRequest } = registration;
			const { username, displayName } = ownerNamed;
			const flow = flows[0]!;
			const { registrationResponse } = await nobody().call(accounts.startOwner, {
				body: { flow, username, registrationRequest },
			});
			const registrationRecord = registration.finish(registrationResponse);
			const body = { flow, username, displayName, registrationRecord };
			const ended = await crowd(() => nobody().call(accounts.finishOwner, { body }));
			assert.equal(winners(ended), 1, ended.join());
		});

		test('a registration and a recovery on the machine', async () => {
			await using machine = await town.machine();
			const username = 'made on the machine';
			const first = beginRegistration(password);
			const made = await machine.call(accounts.consoleStartMember, {
				body: { username, registrationRequest: first.registrationRequest },
			});
			const registrationRecord = first.finish(made.registrationResponse);
			const { flow } = made;
			const member = { flow, username, displayName: username, role: 'member', registrationRecord } as const;
			const registered = await crowd(() => machine.call(accounts.consoleFinishMember, { body: member }));
			const second = beginRegistration('the next long password');
			const begun = await machine.call(accounts.consoleStartRecovery, {
				body: { username, registrationRequest: second.registrationRequest },
			});
			const body = { flow: begun.flow, registrationRecord: second.finish(begun.registrationResponse) };
			const recovered = await crowd(() => machine.call(accounts.consoleFinishRecovery, { body }));
			assert.deepEqual([winners(registered), winners(recovered)], [1, 1], recovered.join());
		});

		test('an invitation, by one flow and by fifty', async () => {
			const finish = await beginJoining(town.nobody(), await invitationBy(town.owner), 'one flow');
			const byOne = await crowd(() => finish(town.nobody()));
			assert.equal(winners(byOne), 1, byOne.join());
			const secret = await invitationBy(town.owner);
			const begun = await Promise.all(
				Array.from({ length: parallel }, (_, index) =>
					beginJoining(town.nobody(), secret, `of many ${index}`),
				),
			);
			const byMany = await crowd((index) => begun[index]!());
			assert.equal(winners(byMany), 1, byMany.join());
		});

		test('a mailed link to make an account', async () => {
			const email = 'newcomer@example.org';
			await town.nobody().call(people.requestRegistration, { body: { email, language: null } });
			const secret = await town.letter(email, linkIn('join'));
			const begun = await Promise.all(
				Array.from({ length: parallel }, (_, index) =>
					beginJoining(town.nobody(), secret, `newcomer ${index}`),
				),
			);
			const ended = await crowd((index) => begun[index]!());
			assert.equal(winners(ended), 1, ended.join());
		});

		test('a mailed link to prove an address', async () => {
			const { browser } = await town.someone();
			const email = 'to-be-proven@example.org';
			await browser.call(people.setEmail, { body: { email } });
			const secret = await town.letter(email, linkIn('verify-email'));
			const proven = await crowd(() => town.nobody().call(people.verifyEmail, { body: { secret } }));
			assert.equal(winners(proven), 1, proven.join());
		});

		test('the way back of somebody who leaves', async () => {
			const { browser, who } = await town.someone();
			const { secret } = await browser.call(people.leave, { body: { username: who.username } });
			const back = await crowd(() => town.nobody().call(people.comeBack, { body: { secret } }));
			assert.equal(winners(back), 1, back.join());
		});

		test('a mailed link to a new password, by one flow and by fifty', async () => {
			for (const flows of [1, parallel]) {
				const { address } = await town.reachable();
				await town.nobody().call(recovery.requestReset, { body: { email: address } });
				const secret = await town.letter(address, linkIn('reset'));
				const proof = { kind: 'link', secret } as const;
				const begun = await Promise.all(
					Array.from({ length: flows }, (_, index) =>
						beginResetOver(town.nobody(), proof, `a new password, number ${index}`),
					),
				);
				const ended = await crowd((index) => begun[index % flows]!());
				assert.equal(winners(ended), 1, ended.join());
			}
		});

		test('a mailed code beside the password', async () => {
			const { who, address } = await town.reachable();
			const { username } = who;
			const begin = async (typed = password) => {
				const login = beginLogin(typed);
				const { startLoginRequest } = login;
				const { flow, loginResponse } = await town.nobody().call(accounts.startSignIn, {
					body: { username, startLoginRequest },
				});
				return { flow, finishLoginRequest: login.finish(loginResponse) ?? '' };
			};
			for (let tried = 0; tried < 100; tried += 1) await begin('a guess');
			await town.nobody().call(accounts.requestSignInCode, { body: { username, email: address } });
			const code = await town.letter(address, codeInMail);
			const begun = await Promise.all(Array.from({ length: parallel }, () => begin()));
			const extra = { kind: 'mailed-code', code } as const;
			const wrong = { ...extra, code: 'AAAA-BBBB-CCCC' };
			const guessed = await begin();
			const guess = (with_: typeof extra | typeof wrong) =>
				outcome(town.nobody().call(accounts.finishSignIn, { body: { ...guessed, extra: with_ } }));
			assert.equal(await guess(wrong), 'accounts.credentials.wrong');
			assert.equal(await guess(extra), 'accounts.flow.expired', 'a flow is one guess, codes included');
			const ended = await crowd((index) =>
				town.nobody().call(accounts.finishSignIn, { body: { ...begun[index]!, extra } }),
			);
			assert.equal(winners(ended), 1, ended.join());
		});

		test('a sign-in that waits for a mailed code', async () => {
			const { who, address } = await town.reachable();
			await showPassword(comingFrom(town.nobody(), graz), who);
			town.clock.shift(60_000);
			const asked = await showPassword(comingFrom(town.nobody(), lima), who);
			assert.ok(asked.state === 'factor-needed');
			assert.deepEqual(asked.factors, ['mailed-code']);
			const body = { flow: asked.flow, code: await town.letter(address, codeInMail) };
			const ended = await crowd(() => comingFrom(town.nobody(), lima).call(accounts.useMailedCode, { body }));
			assert.equal(winners(ended), 1, ended.join());
		});

		test('a change of password', async () => {
			const { browser } = await town.someone();
			const login = beginLogin(password);
			const registration = beginRegistration('the next long password');
			const { flow, ...begun } = await browser.call(accounts.startPasswordChange, {
				body: {
					startLoginRequest: login.startLoginRequest,
					registrationRequest: registration.registrationRequest,
				},
			});
			const finishLoginRequest = login.finish(begun.loginResponse) ?? '';
			const registrationRecord = registration.finish(begun.registrationResponse);
			const body = { flow, finishLoginRequest, registrationRecord, signOutEverywhere: false };
			const ended = await crowd(() => twinOf(browser).call(accounts.finishPasswordChange, { body }));
			assert.equal(winners(ended), 1, ended.join());
		});

		test('the adding of an app', async () => {
			const { browser } = await town.someone();
			const { flow, secret } = await browser.call(factors.startTotp);
			const body = { flow, code: codeOf(secret, town.clock.now()), label: 'Phone' };
			const ended = await crowd(() => twinOf(browser).call(factors.finishTotp, { body }));
			assert.equal(winners(ended), 1, ended.join());
		});

		test('the adding of a passkey', async () => {
			const { browser } = await town.someone();
			const { flow, options } = await browser.call(factors.startPasskey);
			const body = { flow, label: 'Laptop', response: makePasskey(options, origin, {}).response };
			const ended = await crowd(() => twinOf(browser).call(factors.finishPasskey, { body }));
			assert.equal(winners(ended), 1, ended.join());
		});

		test('a step-up by passkey', async () => {
			const { browser } = await town.someone();
			const { passkey } = await addPasskey(browser, origin);
			const { flow, options } = await browser.call(factors.startPasskeyStepUp);
			const body = { flow, response: showPasskey(passkey, options, origin) };
			const ended = await crowd(() => twinOf(browser).call(factors.finishPasskeySignIn, { body }));
			assert.equal(winners(ended), 1, ended.join());
		});

		test('a yes to an app', async () => {
			await using fresh = await startJourney({}, engine);
			const owner = openBrowser(fresh.url);
			await makeOwner(fresh, owner);
			const app = await registerApp(fresh, await usePublicUrl(fresh, owner));
			const { visit: visiting } = await visit(owner, (await depart(app)).url);
			assert.ok(visiting);
			const answers = await Promise.all(
				Array.from({ length: parallel }, () => press(visiting, apps.approveAuthorization)),
			);
			const said = answers.filter(({ status }) => status === 200);
			assert.equal(said.length, 1, answers.map(({ status }) => status).join());
			const { continueTo } = (await said[0]!.json()) as { continueTo: string };
			const returns = await Promise.all(Array.from({ length: parallel }, () => visiting.fetch(continueTo)));
			const codes = returns.filter((back) => /[?&]code=/u.test(back.headers.get('location') ?? ''));
			assert.equal(codes.length, 1, `${codes.length} codes for one yes`);
		});
	});
}
