/** Flows that were begun before something ended them: status, password and epoch count where a flow ends. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as accounts from '@holdfast/contract/accounts';
import * as factors from '@holdfast/contract/factors';
import * as people from '@holdfast/contract/people';
import * as recovery from '@holdfast/contract/recovery';
import { register } from '../../src/cli/credentials.ts';
import { makePasskey, showPasskey } from '../support/authenticator.ts';
import { addApp, addPasskey, codeOf, flowAfterPassword, showPassword } from '../support/factor-people.ts';
import { beginLogin, beginRegistration } from '../support/house.ts';
import { beginResetOver } from '../support/resetting.ts';
import {
	beginJoining,
	codeInMail,
	comingFrom,
	graz,
	invitationBy,
	lima,
	linkIn,
	openTown,
	origin,
	outcome,
	password,
	type Resident,
	type Town,
} from '../support/town.ts';
import { ownerNamed, signIn } from '../support/whole-server.ts';

/** The address is empty where nothing is mailed. */
type Person = Resident & { readonly address: string };
/** Begins something and hands back its last step. */
type Begin = (town: Town, person: Person) => Promise<() => Promise<unknown>>;

const beginSignIn: Begin = async (town, { who }) => {
	const browser = town.nobody();
	const login = beginLogin(password);
	const { startLoginRequest } = login;
	const { flow, loginResponse } = await browser.call(accounts.startSignIn, {
		body: { username: who.username, startLoginRequest },
	});
	const body = { flow, finishLoginRequest: login.finish(loginResponse) ?? '' };
	return () => browser.call(accounts.finishSignIn, { body });
};

const beginSecondFactor: Begin = async (town, { who, browser }) => {
	const { secret } = await addApp(browser, town.clock);
	const flow = await flowAfterPassword(town.nobody(), who);
	return () => {
		town.clock.nextStep();
		const code = codeOf(secret, town.clock.now());
		return town.nobody().call(factors.useTotp, { body: { flow, code } });
	};
};

const beginPasskey: Begin = async (town, { browser }) => {
	const { passkey } = await addPasskey(browser, origin);
	const { flow, options } = await town.nobody().call(factors.startPasskeySignIn, { body: { flow: null } });
	const body = { flow, response: showPasskey(passkey, options, origin) };
	return () => town.nobody().call(factors.finishPasskeySignIn, { body });
};

const beginPasskeyBesidePassword: Begin = async (town, { browser, who }) => {
	const { passkey } = await addPasskey(browser, origin);
	const flow = await flowAfterPassword(town.nobody(), who);
	const { options } = await town.nobody().call(factors.startPasskeySignIn, { body: { flow } });
	const body = { flow, response: showPasskey(passkey, options, origin) };
	return () => town.nobody().call(factors.finishPasskeySignIn, { body });
};

const beginMailedCode: Begin = async (town, { who, address }) => {
	await showPassword(comingFrom(town.nobody(), graz), who);
	town.clock.shift(60_000);
	const asked = await showPassword(comingFrom(town.nobody(), lima), who);
	assert.ok(asked.state === 'factor-needed');
	const body = { flow: asked.flow, code: await town.letter(address, codeInMail) };
	return () => comingFrom(town.nobody(), lima).call(accounts.useMailedCode, { body });
};

const beginStepUp: Begin = async (_town, { browser }) => {
	const login = beginLogin(password);
	const { startLoginRequest } = login;
	const { flow, loginResponse } = await browser.call(accounts.startStepUp, { body: { startLoginRequest } });
	const body = { flow, finishLoginRequest: login.finish(loginResponse) ?? '' };
	return () => browser.call(accounts.finishStepUp, { body });
};

const beginPasswordChange: Begin = async (_town, { browser }) => {
	const login = beginLogin(password);
	const registration = beginRegistration('chosen by the thief');
	const { startLoginRequest } = login;
	const { registrationRequest } = registration;
	const begun = await browser.call(accounts.startPasswordChange, {
		body: { startLoginRequest, registrationRequest },
	});
	const body = {
		flow: begun.flow,
		finishLoginRequest: login.finish(begun.loginResponse) ?? '',
		registrationRecord: registration.finish(begun.registrationResponse),
		signOutEverywhere: false,
	};
	return () => browser.call(accounts.finishPasswordChange, { body });
};

const beginApp: Begin = async (town, { browser }) => {
	const { flow, secret } = await browser.call(factors.startTotp);
	const body = { flow, code: codeOf(secret, town.clock.now()), label: 'Of the thief' };
	return () => browser.call(factors.finishTotp, { body });
};

const beginPasskeyAdding: Begin = async (_town, { browser }) => {
	const { flow, options } = await browser.call(factors.startPasskey);
	const body = { flow, label: 'Of the thief', response: makePasskey(options, origin, {}).response };
	return () => browser.call(factors.finishPasskey, { body });
};

const beginLinkReset: Begin = async (town, { address }) => {
	await town.nobody().call(recovery.requestReset, { body: { email: address } });
	const secret = await town.letter(address, linkIn('reset'));
	return beginResetOver(town.nobody(), { kind: 'link', secret }, 'chosen by the thief');
};

const beginCodeReset: Begin = async (town, { accountId, who }) => {
	const { code } = await town.owner.call(recovery.startHandOver, { params: { accountId } });
	const proof = { kind: 'handed-over-code', username: who.username, code } as const;
	return beginResetOver(town.nobody(), proof, 'chosen by the thief');
};

const beginAddress: Begin = async (town, { browser }) => {
	const email = `${browser.cookie
		?.slice(-8)
		.toLowerCase()
		.replaceAll(/[^a-z0-9]/gu, 'x')}@thief.example`;
	await browser.call(people.setEmail, { body: { email } });
	const secret = await town.letter(email, linkIn('verify-email'));
	return () => town.nobody().call(people.verifyEmail, { body: { secret } });
};

const signsIn = { 'a sign-in': beginSignIn, 'a sign-in that waits for a mailed code': beginMailedCode };
const byFactor = {
	'a code of an app': beginSecondFactor,
	'a passkey beside a password': beginPasskeyBesidePassword,
};
const byPassword = { ...signsIn, ...byFactor };
const ofSession = {
	'a step-up': beginStepUp,
	'a change of password': beginPasswordChange,
	'an app that is being added': beginApp,
	'a passkey that is being added': beginPasskeyAdding,
};
const resets = { 'a reset by link': beginLinkReset, 'a reset by a handed-over code': beginCodeReset };
const passkeyAlone = { 'a passkey alone': beginPasskey };
const address = { 'a new address': beginAddress };

const onMachine = async (town: Town, { who }: Person): Promise<void> => {
	await using machine = await town.machine();
	const { flow, registrationRecord } = await register('set on the machine', (registrationRequest) =>
		machine.call(accounts.consoleStartRecovery, { body: { username: who.username, registrationRequest } }),
	);
	await machine.call(accounts.consoleFinishRecovery, { body: { flow, registrationRecord } });
};

interface Ending {
	readonly end: (town: Town, person: Person) => Promise<unknown>;
	readonly ends: Readonly<Record<string, Begin>>;
}

const everything = { ...byPassword, ...ofSession, ...resets, ...passkeyAlone, ...address };

const endings: Readonly<Record<string, Ending>> = {
	'the person signs out everywhere': {
		end: (_town, { browser }) => browser.call(accounts.signOutEverywhere, { body: { keepThis: false } }),
		// A passkey alone answers for nobody until it is shown: then it is looked at as things stand.
		ends: { ...byPassword, ...ofSession, ...resets, ...address },
	},
	'an administrator deactivates the account': {
		end: (town, { accountId }) => town.owner.call(people.deactivate, { params: { accountId } }),
		ends: everything,
	},
	'the account is about to be deleted': {
		end: (town, { accountId }) => town.owner.call(people.deletePerson, { params: { accountId } }),
		ends: everything,
	},
	'the password is set on the machine': { end: onMachine, ends: { ...byPassword, ...ofSession, ...resets } },
};

for (const engine of ['sqlite', 'postgres'] as const) {
	describe(`what was begun, on ${engine}`, () => {
		let town: Town;
		before(async () => {
			town = await openTown(engine);
		});
		after(() => town?.[Symbol.asyncDispose]());

		const personFor = async (begin: Begin): Promise<Person> =>
			begin === beginLinkReset || begin === beginMailedCode
				? town.reachable()
				: { ...(await town.someone()), address: '' };

		/** The owner acts with a session of a moment ago, whatever time the tests have turned to. */
		const renewOwner = (): Promise<unknown> => signIn(town.owner, ownerNamed);

		for (const [ending, { end, ends }] of Object.entries(endings)) {
			test(`does not end well once ${ending}`, async () => {
				await renewOwner();
				for (const [what, begin] of Object.entries(ends)) {
					const person = await personFor(begin);
					const finish = await begin(town, person);
					const left = await outcome(end(town, person));
					assert.equal(left, 'done', `${what}: ${left}`);
					const came = await outcome(finish());
					assert.match(came, /^(?:accounts|access)\./u, `${what}: ${came}`);
				}
			});
		}

		test('does end well where nothing comes between', async () => {
			await renewOwner();
			for (const [what, begin] of Object.entries(everything)) {
				const finish = await begin(town, await personFor(begin));
				assert.match(await outcome(finish()), /^(?:done|signed-in)$/u, what);
			}
		});

		test('an invitation lets nobody in whose inviter may not invite any more', async () => {
			const inviters = {
				demoted: (accountId: string) =>
					town.owner.call(people.setRole, { params: { accountId }, body: { role: 'member' } }),
				deactivated: (accountId: string) => town.owner.call(people.deactivate, { params: { accountId } }),
				'about to be deleted': (accountId: string) =>
					town.owner.call(people.deletePerson, { params: { accountId } }),
			};
			for (const [what, end] of Object.entries(inviters)) {
				const inviter = await town.someone('administrator');
				const secret = await invitationBy(inviter.browser);
				const finish = await beginJoining(town.nobody(), secret, `by one ${what}`);
				await end(inviter.accountId);
				assert.equal(await outcome(finish()), 'accounts.link.invalid', what);
			}
		});

		test('an invitation that is taken back lets nobody in who had begun', async () => {
			const secret = await invitationBy(town.owner);
			const finish = await beginJoining(town.nobody(), secret, 'began before');
			const { invitations } = await town.owner.call(people.listInvitations);
			for (const { invitationId } of invitations)
				await town.owner.call(people.revokeInvitation, { params: { invitationId } });
			assert.equal(await outcome(finish()), 'accounts.link.invalid');
		});

		test('an administrator who was demoted does nothing more with the session of before', async () => {
			const admin = await town.someone('administrator');
			const target = await town.someone();
			const params = { accountId: target.accountId };
			const demoted = { params: { accountId: admin.accountId }, body: { role: 'member' } } as const;
			await town.owner.call(people.setRole, demoted);
			for (const call of [
				() => admin.browser.call(people.deactivate, { params }),
				() => admin.browser.call(people.deletePerson, { params }),
				() => admin.browser.call(people.listPeople, {}),
				() => admin.browser.call(recovery.startHandOver, { params }),
				() => admin.browser.call(factors.startFactorHelp, { params }),
				() => admin.browser.call(factors.setFactorPolicy, { body: { requiredFor: [] } }),
			])
				assert.match(await outcome(call()), /^access\./u);
			assert.equal(await outcome(target.browser.call(accounts.getSession)), 'done');
		});
	});
}
