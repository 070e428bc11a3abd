/**
 * The keeper as the rest of Holdfast meets it: the real process, over its channel, with two different
 * clients.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { client as library, ready } from '@serenity-kit/opaque';
import { createOpaqueClient, lightStretching } from '../../tests/support/opaque-client.ts';
import { openTestKeeper, type TestKeeper } from '../../tests/support/keeper.ts';
import { isFault } from '../platform/fault.ts';
import { hashOf } from '../platform/ids.ts';
import type { CredentialRecord, Keeper, PersonProof } from './index.ts';

let holder: TestKeeper;
let keeper: Keeper;
before(async () => {
	await ready;
	holder = await openTestKeeper();
	keeper = holder.keeper;
});
after(() => holder[Symbol.asyncDispose]());

const own = createOpaqueClient({ stretching: lightStretching });
const keyStretching = { 'argon2id-custom': { memory: 8, iterations: 1, parallelism: 1 } } as const;

const withCode = (code: Parameters<typeof isFault>[1]) => (error: unknown) => isFault(error, code);

interface Person {
	readonly accountId: string;
	readonly credentialId: string;
	readonly record: CredentialRecord;
}

const registerByLibrary = async (name: string, password: string): Promise<Person> => {
	const credentialId = `credential-${name}`;
	const started = library.startRegistration({ password });
	const answer = await keeper.evaluate.startRegistration({
		credentialId,
		registrationRequest: started.registrationRequest,
	});
	const { registrationRecord } = library.finishRegistration({
		password,
		registrationResponse: answer.registrationResponse,
		clientRegistrationState: started.clientRegistrationState,
		keyStretching,
	});
	const record = { setupId: answer.setupId, record: registrationRecord };
	return { accountId: `account-${name}`, credentialId, record };
};

const registerByOwn = async (name: string, password: string): Promise<Person> => {
	const credentialId = `credential-${name}`;
	const started = own.startRegistration(password);
	const answer = await keeper.evaluate.startRegistration({
		credentialId,
		registrationRequest: started.registrationRequest,
	});
	const { registrationRecord } = own.finishRegistration(started.state, answer.registrationResponse);
	const record = { setupId: answer.setupId, record: registrationRecord };
	return { accountId: `account-${name}`, credentialId, record };
};

const signInByLibrary = async (person: Person | null, password: string) => {
	const started = library.startLogin({ password });
	const { loginResponse, sealedState } = await keeper.evaluate.startSignIn({
		known: person,
		unknownKey: 'k',
		startLoginRequest: started.startLoginRequest,
	});
	const finished = library.finishLogin({
		password,
		clientLoginState: started.clientLoginState,
		loginResponse,
		keyStretching,
	});
	return finished && { sealedState, finishLoginRequest: finished.finishLoginRequest };
};

const signInByOwn = async (person: Person | null, password: string) => {
	const started = own.startLogin(password);
	const { loginResponse, sealedState } = await keeper.evaluate.startSignIn({
		known: person,
		unknownKey: 'k',
		startLoginRequest: started.startLoginRequest,
	});
	const finished = own.finishLogin(started.state, loginResponse);
	return finished && { sealedState, finishLoginRequest: finished.finishLoginRequest };
};

/** Signs a person in and returns the keeper's proof of it. */
const proofOf = async (person: Person, password: string): Promise<PersonProof> => {
	const finish = await signInByLibrary(person, password);
	assert.ok(finish);
	const finished = await keeper.evaluate.finishSignIn(finish);
	assert.ok(finished);
	return { kind: 'exchange', proof: finished.proof };
};

describe('registration and sign-in', () => {
	for (const [registering, register] of Object.entries({ library: registerByLibrary, own: registerByOwn })) {
		for (const [signing, signIn] of Object.entries({ library: signInByLibrary, own: signInByOwn })) {
			test(`registered with the ${registering} client, signed in with the ${signing} client`, async () => {
				const person = await register(`${registering}-${signing}`, 'correct horse');
				const finish = await signIn(person, 'correct horse');
				assert.ok(finish);
				const finished = await keeper.evaluate.finishSignIn(finish);
				assert.equal(finished?.accountId, person.accountId);
				assert.equal(finished?.mustReregister, false);
			});
		}
	}

	test('a wrong password gets nothing from the client, and a forged last message gets null', async () => {
		const person = await registerByLibrary('ada', 'correct horse');
		assert.equal(await signInByLibrary(person, 'wrong horse'), undefined);
		assert.equal(await signInByOwn(person, 'wrong horse'), null);
		const started = own.startLogin('wrong horse');
		const { sealedState } = await keeper.evaluate.startSignIn({
			known: person,
			unknownKey: 'k',
			startLoginRequest: started.startLoginRequest,
		});
		const finishLoginRequest = randomBytes(64).toString('base64url');
		assert.equal(await keeper.evaluate.finishSignIn({ sealedState, finishLoginRequest }), null);
	});

	test('a first message that is no point is refused as malformed', async () => {
		const startLoginRequest = Buffer.alloc(96, 0xff).toString('base64url');
		const asking = keeper.evaluate.startSignIn({ known: null, unknownKey: 'k', startLoginRequest });
		await assert.rejects(asking, withCode('request.malformed'));
		const registrationRequest = Buffer.alloc(32, 0xff).toString('base64url');
		const registering = keeper.evaluate.startRegistration({ credentialId: 'c', registrationRequest });
		await assert.rejects(registering, withCode('request.malformed'));
	});
});

describe('names that nobody has', () => {
	const evaluatedFor = async (known: Person | null, unknownKey: string, startLoginRequest: string) => {
		const answer = await keeper.evaluate.startSignIn({ known, unknownKey, startLoginRequest });
		return { ...answer, evaluated: answer.loginResponse.slice(0, 42) };
	};

	test('answer in messages of the same sizes, and end in null', async () => {
		const person = await registerByLibrary('grace', 'correct horse');
		const { startLoginRequest } = own.startLogin('correct horse');
		const known = await evaluatedFor(person, 'name', startLoginRequest);
		const unknown = await evaluatedFor(null, 'name', startLoginRequest);
		assert.equal(unknown.loginResponse.length, known.loginResponse.length);
		assert.equal(unknown.sealedState.length, known.sealedState.length);
		const finishLoginRequest = randomBytes(64).toString('base64url');
		const { sealedState } = unknown;
		assert.equal(await keeper.evaluate.finishSignIn({ sealedState, finishLoginRequest }), null);
	});

	test('get the same evaluation each time, and another one than any other name', async () => {
		const { startLoginRequest } = own.startLogin('correct horse');
		const first = await evaluatedFor(null, 'name', startLoginRequest);
		const second = await evaluatedFor(null, 'name', startLoginRequest);
		const other = await evaluatedFor(null, 'other-name', startLoginRequest);
		assert.equal(first.evaluated, second.evaluated);
		assert.notEqual(first.loginResponse, second.loginResponse);
		assert.notEqual(first.evaluated, other.evaluated);
	});

	test('a record of a set-up that this keeper does not have is treated like no record', async () => {
		const person = await registerByLibrary('lost', 'correct horse');
		const lost = { ...person, record: { ...person.record, setupId: 'of-another-keeper' } };
		assert.equal(await signInByLibrary(lost, 'correct horse'), undefined);
	});
});

describe('the state between two messages', () => {
	const finishable = async (name: string) => {
		const finish = await signInByLibrary(await registerByLibrary(name, 'correct horse'), 'correct horse');
		assert.ok(finish);
		return finish;
	};

	test('works once, also when the first use was wrong', async () => {
		const finish = await finishable('once');
		assert.ok(await keeper.evaluate.finishSignIn(finish));
		await assert.rejects(keeper.evaluate.finishSignIn(finish), withCode('accounts.flow.expired'));
		const guessed = await finishable('guessed');
		const forged = { ...guessed, finishLoginRequest: randomBytes(64).toString('base64url') };
		assert.equal(await keeper.evaluate.finishSignIn(forged), null);
		await assert.rejects(keeper.evaluate.finishSignIn(guessed), withCode('accounts.flow.expired'));
	});

	test('is refused with any part of it changed', async () => {
		const finish = await finishable('changed');
		const bytes = Buffer.from(finish.sealedState, 'base64url');
		for (const index of [0, 12, 100, bytes.length - 1]) {
			const changed = Buffer.from(bytes);
			changed[index] = changed[index]! ^ 1;
			const sealedState = changed.toString('base64url');
			const finishing = keeper.evaluate.finishSignIn({ ...finish, sealedState });
			await assert.rejects(finishing, withCode('accounts.flow.expired'));
		}
		assert.ok(await keeper.evaluate.finishSignIn(finish), 'the attempts did not spend the real one');
	});
});

describe('data keys and proofs', () => {
	const personWithKey = async (name: string) => {
		const person = await registerByLibrary(name, 'correct horse');
		const made = await keeper.wrap.newDataKey(person.accountId);
		const proof = await proofOf(person, 'correct horse');
		return { ...person, ...made, proof };
	};
	const openings = async (): Promise<number> => (await keeper.report()).meteredOpeningsLastHour;

	test('a wrapped key opens for its account and for no other', async () => {
		const ada = await personWithKey('wrap-ada');
		const { accountId, wrapped } = ada;
		const [opened] = await keeper.wrap.unwrap([{ accountId, wrapped, proof: null }]);
		assert.deepEqual(opened, ada.dataKey);
		assert.equal(ada.dataKey.length, 32);
		const moved = keeper.wrap.unwrap([{ accountId: 'somebody-else', wrapped, proof: null }]);
		await assert.rejects(moved, withCode('server.broken'));
	});

	test('only openings without a proof are counted', async () => {
		const { accountId, wrapped, proof } = await personWithKey('counted');
		const earlier = await openings();
		await keeper.wrap.unwrap([{ accountId, wrapped, proof }]);
		assert.equal(await openings(), earlier);
		const entry = { accountId, wrapped, proof: null };
		await keeper.wrap.unwrap([entry, entry, { ...entry, proof }]);
		assert.equal(await openings(), earlier + 2);
	});

	test('a proof for one account opens no other, and is refused rather than counted', async () => {
		const ada = await personWithKey('proof-ada');
		const bob = await personWithKey('proof-bob');
		const earlier = await openings();
		const { accountId, wrapped } = bob;
		const opening = keeper.wrap.unwrap([{ accountId, wrapped, proof: ada.proof }]);
		await assert.rejects(opening, withCode('access.sign-in-needed'));
		assert.equal(await openings(), earlier);
	});

	test('a session token with its MAC is proof for its account alone, and binds the next', async () => {
		const ada = await personWithKey('session-ada');
		const bob = await personWithKey('session-bob');
		const token = randomBytes(32).toString('base64url');
		const tokenHash = hashOf(token);
		const { accountId, wrapped } = ada;
		const sessionMac = await keeper.wrap.bindSession({ accountId, tokenHash, proof: ada.proof });
		const proof: PersonProof = { kind: 'session', token, sessionMac };
		assert.deepEqual(await keeper.wrap.unwrap([{ accountId, wrapped, proof }]), [ada.dataKey]);
		assert.ok(await keeper.wrap.bindSession({ accountId, tokenHash: hashOf('next'), proof }));

		const wrongToken: PersonProof = { ...proof, token: randomBytes(32).toString('base64url') };
		const refused = [
			keeper.wrap.unwrap([{ accountId, wrapped, proof: wrongToken }]),
			keeper.wrap.unwrap([{ accountId: bob.accountId, wrapped: bob.wrapped, proof }]),
			keeper.wrap.bindSession({ accountId: bob.accountId, tokenHash, proof }),
		];
		for (const asking of refused) await assert.rejects(asking, withCode('access.sign-in-needed'));
	});

	test('the key of a mail opens without a count, for that mail alone', async () => {
		const earlier = await openings();
		const made = await keeper.wrap.newMailKey('mail-1');
		const opened = await keeper.wrap.openMailKeys([{ mailId: 'mail-1', wrapped: made.wrapped }]);
		assert.deepEqual(opened, [made.dataKey]);
		assert.equal(await openings(), earlier);
		const moved = keeper.wrap.openMailKeys([{ mailId: 'mail-2', wrapped: made.wrapped }]);
		await assert.rejects(moved, withCode('server.broken'));
	});

	test("an account's key never opens as the key of a mail, nor the other way round", async () => {
		const { accountId, wrapped } = await personWithKey('not-a-mail');
		const asMail = keeper.wrap.openMailKeys([{ mailId: accountId, wrapped }]);
		await assert.rejects(asMail, withCode('server.broken'));
		const mail = await keeper.wrap.newMailKey(accountId);
		const asAccount = keeper.wrap.unwrap([{ accountId, wrapped: mail.wrapped, proof: null }]);
		await assert.rejects(asAccount, withCode('server.broken'));
	});

	test('200 keys open at once, and 201 are refused before they reach the keeper', async () => {
		const { accountId, wrapped, proof } = await personWithKey('many');
		const entry = { accountId, wrapped, proof };
		assert.equal((await keeper.wrap.unwrap(Array.from({ length: 200 }, () => entry))).length, 200);
		const tooMany = keeper.wrap.unwrap(Array.from({ length: 201 }, () => entry));
		await assert.rejects(tooMany, withCode('request.malformed'));
	});
});

describe('indexes and signatures', () => {
	test('a blind index is the same for the same value, and differs by value and by purpose', async () => {
		const [first, again, other] = await keeper.blindIndex('username', ['ada', 'ada', 'bob']);
		const [otherPurpose] = await keeper.blindIndex('email', ['ada']);
		assert.equal(first, again);
		assert.equal(new Set([first, other, otherPurpose]).size, 3);
	});

	test('a signature holds for its bytes and its purpose only', async () => {
		const bytes = Buffer.from('an event');
		const signature = await keeper.sign.sign('event-log', bytes);
		assert.equal(await keeper.sign.verify('event-log', bytes, signature), true);
		assert.equal(await keeper.sign.verify('capability', bytes, signature), false);
		assert.equal(await keeper.sign.verify('event-log', Buffer.from('another'), signature), false);
		assert.equal(await keeper.sign.verify('event-log', bytes, 'nonsense'), false);
	});
});

test('the process itself tried what it must not do, and was refused each time', async () => {
	const { confinement, residentBytes, answered } = await keeper.report();
	assert.deepEqual(confinement.slice(0, 5), [
		'cannot read files that are not its own',
		'cannot write files that are not its own',
		'cannot start another program',
		'cannot start a thread',
		'cannot open a network connection',
	]);
	assert.ok(residentBytes > 0);
	assert.ok((answered['startSignIn'] ?? 0) > 0);
});
