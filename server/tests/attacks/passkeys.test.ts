/** Forging, replaying and borrowing passkeys: over HTTP, on both databases, with an authenticator in software. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import * as accounts from '@holdfast/contract/accounts';
import * as factors from '@holdfast/contract/factors';
import { deactivate } from '@holdfast/contract/people';
import { addMember } from '../support/attacked.ts';
import { type Forgery, flag, makePasskey, showPasskey, type SoftPasskey } from '../support/authenticator.ts';
import {
	addPasskey,
	flowAfterPassword,
	type ShiftedClock,
	shiftedClock,
	signedInOf,
	signInWithPasskey,
	stepUpWithPassword,
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

const origin = 'https://media.example.org';
const password = 'a password of some length';
const wrong = 'accounts.factor.wrong';
let peopleMade = 0;

const outcome = (promise: Promise<unknown>): Promise<string> =>
	promise.then(
		(answer) => (answer as { state?: string } | undefined)?.state ?? 'done',
		(error: unknown) => {
			if (error instanceof Refused) return error.code;
			throw error;
		},
	);

const times = <T>(count: number, make: (index: number) => T): T[] =>
	Array.from({ length: count }, (_, index) => make(index));
const countOf = (all: readonly string[], one: string): number => all.filter((each) => each === one).length;

const { userPresent, userVerified, canBeSynced, isSynced } = flag;
const anotherKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

/** Each is refused by one check and would pass every other. */
const forgeries: readonly (readonly [string, () => Forgery])[] = [
	['from another origin', () => ({ origin: 'https://evil.example.org' })],
	['from the same name by plain HTTP', () => ({ origin: 'http://media.example.org' })],
	['from another port', () => ({ origin: 'https://media.example.org:8443' })],
	['from a neighbouring name', () => ({ origin: 'https://media.example.org.evil.tld' })],
	['for another relying party', () => ({ rpId: 'evil.example.org' })],
	['for the parent domain', () => ({ rpId: 'example.org' })],
	['without the person verified', () => ({ flags: userPresent })],
	['without the person present', () => ({ flags: userVerified })],
	['in a frame of another site', () => ({ crossOrigin: true })],
	[
		'in a frame of another site that is named',
		() => ({ crossOrigin: true, topOrigin: 'https://evil.example.org' }),
	],
	['with a top origin and no frame', () => ({ topOrigin: 'https://media.example.org' })],
	['for another challenge', () => ({ challenge: 'A'.repeat(43) })],
	['as synced and never syncable', () => ({ flags: userPresent | userVerified | isSynced })],
];

const forgedShowings: readonly (readonly [string, () => Forgery])[] = [
	...forgeries,
	['as a registration', () => ({ type: 'webauthn.create' })],
	['signed by another key', () => ({ signWith: anotherKey() })],
	['with a bent signature', () => ({ bend: 'signature' })],
	['with authenticator data that was not signed', () => ({ bend: 'authenticator-data' })],
	['with client data that was not signed', () => ({ bend: 'client-data' })],
	['that became syncable since', () => ({ flags: userPresent | userVerified | canBeSynced })],
	['under an id that nobody has', () => ({ credentialId: Buffer.alloc(32, 7) })],
	['for another person', () => ({ userHandle: Buffer.from('somebody else').toString('base64url') })],
];

const forgedCreations: readonly (readonly [string, () => Forgery])[] = [
	...forgeries,
	['as an assertion', () => ({ type: 'webauthn.get' })],
	[
		'with an attestation of none that holds one',
		() => ({ attestation: { format: 'none', statement: new Map([['sig', Buffer.alloc(8)]]) } }),
	],
	[
		'with an attestation by certificates, which nobody asked for',
		() => ({
			attestation: {
				format: 'packed',
				statement: new Map<string, never>([['x5c', [Buffer.alloc(8)] as never]]),
			},
		}),
	],
	[
		'with an attestation of itself that another key signed',
		() => ({
			attestation: {
				format: 'packed',
				statement: new Map<string, never>([
					['alg', -7 as never],
					['sig', Buffer.alloc(70) as never],
				]),
			},
		}),
	],
	[
		'with an attestation of a kind that there is not',
		() => ({ attestation: { format: 'mine', statement: new Map() } }),
	],
];

for (const [engine, name] of [
	['sqlite', 'SQLite'],
	['postgres', 'PostgreSQL'],
] as const) {
	describe(`attacks on passkeys on ${name}`, () => {
		let clock: ShiftedClock;
		let server: WholeServer;
		let owner: Browser;
		const nobody = (): Browser => openBrowser(server.url);

		before(async () => {
			clock = shiftedClock();
			server = await startJourney({ clock, env: { HOLDFAST_PUBLIC_URL: origin } }, engine);
			owner = nobody();
			await makeOwner(server, owner);
		});
		beforeEach(() => clock.nextStep());
		after(() => server?.[Symbol.asyncDispose]());

		const someone = async () => {
			const who = { username: `person ${++peopleMade}`, password };
			return { who, browser: await addMember(server, who) };
		};
		const someoneWithPasskey = async (forged: Forgery = {}) => {
			const person = await someone();
			return { ...person, ...(await addPasskey(person.browser, origin, forged)) };
		};
		const alone = (passkey: SoftPasskey, forged: Forgery = {}, browser = nobody()) =>
			signInWithPasskey(browser, passkey, { origin, ...forged });

		test('a passkey alone signs its person in at the highest level, by no name', async () => {
			const { passkey, browser } = await someoneWithPasskey();
			const { person, session } = signedInOf(await alone(passkey));
			assert.equal(person.accountId, (await browser.call(accounts.getSession)).person.accountId);
			assert.equal(session.level, 2);
		});

		for (const [what, forge] of forgedShowings)
			test(`a passkey ${what} is refused, alone and beside a password, and the honest one goes on`, async () => {
				const { who, passkey } = await someoneWithPasskey();
				assert.equal(await outcome(alone(passkey, forge())), wrong);
				const flow = await flowAfterPassword(nobody(), who);
				const beside = signInWithPasskey(nobody(), passkey, { origin, flow, ...forge() });
				assert.equal(await outcome(beside), wrong);
				assert.equal(await outcome(signInWithPasskey(nobody(), passkey, { origin, flow })), 'signed-in');
				assert.equal(await outcome(alone(passkey)), 'signed-in');
			});

		for (const [what, forge] of forgedCreations)
			test(`a passkey ${what} is not added`, async () => {
				const { browser } = await someone();
				assert.equal(await outcome(addPasskey(browser, origin, forge())), wrong);
				assert.equal((await browser.call(factors.listFactors)).factors.length, 0);
			});

		test('a passkey that names nobody opens nothing alone, and is enough beside a password', async () => {
			const { who, passkey } = await someoneWithPasskey();
			assert.equal(await outcome(alone(passkey, { userHandle: null })), wrong);
			const flow = await flowAfterPassword(nobody(), who);
			const beside = signInWithPasskey(nobody(), passkey, { origin, flow, userHandle: null });
			assert.equal(await outcome(beside), 'signed-in');
		});

		test('a challenge is good for one answer, of fifty at once and of one that was wrong', async () => {
			const { passkey, who } = await someoneWithPasskey();
			const begun = await nobody().call(factors.startPasskeySignIn, { body: { flow: null } });
			const body = { flow: begun.flow, response: showPasskey(passkey, begun.options, origin) };
			const finish = () => outcome(nobody().call(factors.finishPasskeySignIn, { body }));
			const seen = await Promise.all(times(50, finish));
			assert.equal(countOf(seen, 'signed-in'), 1, seen.join());
			assert.equal(countOf(seen, 'accounts.flow.expired'), 49);
			const flow = await flowAfterPassword(nobody(), who);
			const second = await nobody().call(factors.startPasskeySignIn, { body: { flow } });
			const show = (forged: Forgery) => {
				const response = showPasskey(passkey, second.options, origin, forged);
				return outcome(nobody().call(factors.finishPasskeySignIn, { body: { flow, response } }));
			};
			assert.equal(await show({ flags: userPresent }), wrong);
			assert.equal(await show({}), 'accounts.flow.expired', 'its challenge is spent');
		});

		test('fifty answers to one challenge beside a password make one session', async () => {
			const { passkey, who } = await someoneWithPasskey();
			const flow = await flowAfterPassword(nobody(), who);
			const begun = await nobody().call(factors.startPasskeySignIn, { body: { flow } });
			const body = { flow, response: showPasskey(passkey, begun.options, origin) };
			const finish = () => outcome(nobody().call(factors.finishPasskeySignIn, { body }));
			const seen = await Promise.all(times(50, finish));
			assert.equal(countOf(seen, 'signed-in'), 1, seen.join());
		});

		test('an answer to one challenge is none to another, nor to an older one of the same flow', async () => {
			const { passkey, who } = await someoneWithPasskey();
			const [one, two] = await Promise.all(
				times(2, () => nobody().call(factors.startPasskeySignIn, { body: { flow: null } })),
			);
			const response = showPasskey(passkey, one!.options, origin);
			const crossed = nobody().call(factors.finishPasskeySignIn, { body: { flow: two!.flow, response } });
			assert.equal(await outcome(crossed), wrong);
			const flow = await flowAfterPassword(nobody(), who);
			const older = await nobody().call(factors.startPasskeySignIn, { body: { flow } });
			await nobody().call(factors.startPasskeySignIn, { body: { flow } });
			const late = showPasskey(passkey, older.options, origin);
			const body = { flow, response: late };
			assert.equal(await outcome(nobody().call(factors.finishPasskeySignIn, { body })), wrong);
		});

		test('a counter that stands still or goes back is a copy, and is refused', async () => {
			const { passkey } = await someoneWithPasskey({ counter: 5 });
			assert.equal(await outcome(alone(passkey)), 'signed-in');
			assert.equal(await outcome(alone(passkey, { counter: 6 })), wrong);
			assert.equal(await outcome(alone(passkey, { counter: 3 })), wrong);
			assert.equal(await outcome(alone(passkey, { counter: 0 })), wrong);
			assert.equal(await outcome(alone(passkey, { counter: 100 })), 'signed-in');
		});

		test("another person's passkey does not stand in for mine, at sign-in or step-up", async () => {
			const [ada, bea] = [await someoneWithPasskey(), await someoneWithPasskey()];
			const flow = await flowAfterPassword(nobody(), ada.who);
			for (const userHandle of [undefined, null, ada.passkey.userHandle]) {
				const forged = userHandle === undefined ? {} : { userHandle };
				const showing = signInWithPasskey(nobody(), bea.passkey, { origin, flow, ...forged });
				assert.equal(await outcome(showing), wrong);
			}
			const begun = await ada.browser.call(factors.startPasskeyStepUp);
			const response = showPasskey(bea.passkey, begun.options, origin);
			const stepping = ada.browser.call(factors.finishPasskeySignIn, {
				body: { flow: begun.flow, response },
			});
			assert.equal(await outcome(stepping), wrong);
			// Under the id of the one and the handle of the other, alone.
			assert.equal(await outcome(alone(bea.passkey, { userHandle: ada.passkey.userHandle })), wrong);
		});

		test("an id that is another person's passkey already is not added", async () => {
			const [ada, bea] = [await someoneWithPasskey(), await someone()];
			const { credentialId } = ada.passkey;
			assert.equal(await outcome(addPasskey(bea.browser, origin, { credentialId })), wrong);
			assert.equal(await outcome(alone(ada.passkey)), 'signed-in');
		});

		test("a passkey is not added by another person's flow, twice, or by a session that is not fresh", async () => {
			const [ada, bea] = [await someone(), await someone()];
			const { flow, options } = await ada.browser.call(factors.startPasskey);
			const body = { flow, label: 'Laptop', response: makePasskey(options, origin).response };
			const add = (by: Browser) => outcome(by.call(factors.finishPasskey, { body }));
			assert.equal(await add(bea.browser), 'accounts.flow.expired');
			assert.equal(await add(ada.browser), 'done', 'a stranger spends nothing of it');
			assert.equal(await add(ada.browser), 'accounts.flow.expired');
			clock.shift(6 * 60_000);
			assert.equal(await outcome(ada.browser.call(factors.startPasskey)), 'access.step-up-needed');
			assert.equal(await add(ada.browser), 'access.step-up-needed');
		});

		test('a step-up by passkey makes this session fresh under a new id, and ends the old one', async () => {
			const { browser, passkey } = await someoneWithPasskey();
			clock.shift(6 * 60_000);
			assert.equal(await outcome(browser.call(factors.makeRecoveryCodes)), 'access.step-up-needed');
			const before = (await browser.call(accounts.getSession)).session.sessionId;
			const begun = await browser.call(factors.startPasskeyStepUp);
			const response = showPasskey(passkey, begun.options, origin);
			const old = nobody();
			old.cookie = browser.cookie;
			const body = { flow: begun.flow, response };
			signedInOf(await browser.call(factors.finishPasskeySignIn, { body }));
			await browser.call(factors.makeRecoveryCodes);
			assert.notEqual((await browser.call(accounts.getSession)).session.sessionId, before);
			assert.equal(await outcome(old.call(accounts.getSession)), 'access.sign-in-needed');
		});

		test('the options of a passkey alone are the same for everybody but for the challenge', async () => {
			const { browser } = await someoneWithPasskey();
			const seen = await Promise.all(
				[nobody(), nobody(), browser].map(async (by) => {
					const { options } = await by.call(factors.startPasskeySignIn, { body: { flow: null } });
					return JSON.stringify({ ...options, challenge: null });
				}),
			);
			assert.equal(new Set(seen).size, 1);
			assert.match(seen[0]!, /"allowCredentials":\[\]/);
		});

		test('who may not come in looks like somebody whom nobody knows', async () => {
			const { browser, passkey } = await someoneWithPasskey();
			const { accountId } = (await browser.call(accounts.getSession)).person;
			signedInOf(await stepUpWithPassword(owner, ownerNamed));
			await owner.call(deactivate, { params: { accountId } });
			const answers = await Promise.all(
				[{}, { credentialId: Buffer.alloc(32, 9) }, { bend: 'signature' as const }].map(async (forged) => {
					const begun = await nobody().call(factors.startPasskeySignIn, { body: { flow: null } });
					const response = showPasskey(passkey, begun.options, origin, forged);
					const answer = await nobody().fetch('/api/sign-in/passkey/finish', {
						method: 'POST',
						headers: { 'content-type': 'application/json' },
						body: JSON.stringify({ flow: begun.flow, response }),
					});
					return [answer.status, await answer.text(), [...answer.headers.keys()].join()].join('|');
				}),
			);
			assert.equal(new Set(answers).size, 1, answers.join('\n'));
			assert.match(answers[0]!, /accounts\.factor\.wrong/);
		});

		test('what is no answer of a passkey at all is refused and breaks nothing', async () => {
			const junk: object[] = [
				{},
				{ id: 5 },
				{ id: 'x', rawId: 'x', type: 'public-key', response: null },
				{
					id: 'x',
					rawId: 'x',
					type: 'public-key',
					response: { clientDataJSON: 'e30', authenticatorData: '' },
				},
				{ id: 'x', response: { clientDataJSON: Buffer.from('null').toString('base64url') } },
				{ response: { clientDataJSON: 'A'.repeat(20_000), attestationObject: 'n'.repeat(20_000) } },
			];
			const { browser } = await someone();
			for (const response of junk) {
				const begun = await nobody().call(factors.startPasskeySignIn, { body: { flow: null } });
				const body = { flow: begun.flow, response };
				assert.equal(await outcome(nobody().call(factors.finishPasskeySignIn, { body })), wrong);
				const { flow } = await browser.call(factors.startPasskey);
				const made = browser.call(factors.finishPasskey, { body: { flow, label: 'x', response } });
				assert.equal(await outcome(made), wrong);
			}
		});

		test('a passkey that was removed opens nothing, and the last one takes the level with it', async () => {
			const { who, browser, passkey, factorId } = await someoneWithPasskey();
			await browser.call(factors.removeFactor, { params: { factorId } });
			assert.equal(await outcome(alone(passkey)), wrong);
			const again = nobody();
			await signIn(again, who);
			await again.call(factors.makeRecoveryCodes);
		});

		test('the options for a new passkey name the ones that there are, so that none is made twice', async () => {
			const { browser, passkey } = await someoneWithPasskey();
			const { options } = await browser.call(factors.startPasskey);
			const { excludeCredentials } = options as { excludeCredentials?: { id: string }[] };
			assert.deepEqual(
				excludeCredentials?.map(({ id }) => id),
				[passkey.credentialId.toString('base64url')],
			);
		});

		test('whether a passkey is kept in step elsewhere is shown, and follows it', async () => {
			const syncable = userPresent | userVerified | canBeSynced;
			const { browser, passkey } = await someoneWithPasskey({ flags: syncable });
			const shown = async () => (await browser.call(factors.listFactors)).factors[0]?.isSynced;
			assert.equal(await shown(), false);
			signedInOf(await alone(passkey, { flags: syncable | isSynced }));
			assert.equal(await shown(), true);
		});
	});
}

for (const address of ['', 'http://media.example.org', 'https://192.168.1.5'])
	test(`where the address is "${address}" there are no passkeys, and nobody is offered one`, async () => {
		const env: Record<string, string> = address === '' ? {} : { HOLDFAST_PUBLIC_URL: address };
		await using server = await startJourney({ env });
		const browser = openBrowser(server.url);
		await makeOwner(server, browser);
		const seen = await Promise.all([
			outcome(browser.call(factors.startPasskey)),
			outcome(browser.call(factors.startPasskeyStepUp)),
			outcome(openBrowser(server.url).call(factors.startPasskeySignIn, { body: { flow: null } })),
		]);
		assert.deepEqual(new Set(seen), new Set(['accounts.passkey.impossible']));
		assert.equal((await browser.call(factors.listFactors)).canHavePasskeys, false);
	});
