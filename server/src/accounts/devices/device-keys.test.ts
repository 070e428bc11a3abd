/** Keys of devices: what they fetch, when they fetch nothing, and every proof that is refused. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { FaultCode } from '@holdfast/contract/errors';
import { describeOnBothEngines } from '../../../tests/support/databases.ts';
import {
	athOf,
	type DeviceKeyPair,
	newDeviceKey,
	proofBy,
	signJwt,
} from '../../../tests/support/device-key.ts';
import {
	actorOf,
	beginLogin,
	changePassword,
	emptyProof,
	firefox,
	type House,
	makeMember,
	openHouse,
	openTestKeeper,
	type TestKeeper,
} from '../../../tests/support/house.ts';
import { isFault } from '../../platform/fault.ts';
import { accountMigrations, type ClientFacts } from '../index.ts';

const anna = { username: 'anna', password: 'correct horse battery staple' };
const _ben = { username: 'ben', password: 'another long password' };
const withCode = (code: FaultCode) => (error: unknown) => isFault(error, code);
const _many = { startsPerNetworkPerMinute: 100_000, startsPerMinute: 1_000_000 };
const htu = 'http://192.168.1.2:8420/api/devices/refresh';

let shared: TestKeeper;
before(async () => {
	shared = await openTestKeeper();
});
after(() => shared[Symbol.asyncDispose]());

type More = Partial<Parameters<House['accounts']['finishSignIn']>[0]>;

const signInOn = async (
	house: House,
	who: typeof anna,
	client: ClientFacts,
	more: More | ((flow: string) => More) = {},
) => {
	const login = beginLogin(who.password);
	const { startLoginRequest } = login;
	const begun = await house.accounts.startSignIn({ username: who.username, startLoginRequest }, client);
	const { flow } = begun;
	const finishLoginRequest = login.finish(begun.loginResponse) ?? emptyProof;
	const extra = typeof more === 'function' ? more(flow) : more;
	const answer = await house.accounts.finishSignIn({ flow, finishLoginRequest, ...extra }, client);
	assert.ok(answer.state === 'signed-in');
	return answer;
};

const _guess = async (house: House, username: string, client: ClientFacts, times: number) => {
	const { startLoginRequest } = beginLogin('a guess');
	for (let tried = 0; tried < times; tried += 1)
		await house.accounts.startSignIn({ username, startLoginRequest }, client);
};

const _rows = async (house: House) => house.db.query.selectFrom('device').selectAll().execute();
const sessionRow = async (house: House, sessionId: string) =>
	house.db.query
		.selectFrom('session')
		.selectAll()
		.where('sessionId', '=', sessionId)
		.executeTakeFirstOrThrow();

const registered = async (house: House, who = anna) => {
	const key = newDeviceKey();
	const nowMs = house.clock.now();
	const about = 'http://192.168.1.2:8420/api/sign-in/finish';
	const signedIn = await signInOn(house, who, firefox, (flow) => ({
		deviceProof: proofBy(key, { htu: about, nowMs, nonce: flow }),
	}));
	const client = { ...firefox, deviceToken: signedIn.deviceToken };
	const proof = (more: Partial<Parameters<typeof proofBy>[1]> = {}) =>
		proofBy(key, { htu, nowMs: house.clock.now(), nonce: house.accounts.deviceNonce(), ...more });
	return { key, signedIn, client, proof, accountId: signedIn.signed.person.accountId };
};

describeOnBothEngines("a device's key", { migrations: accountMigrations }, (open) => {
	it('fetches a session that a revocation of sessions took, worth what the sign-in was worth', async () => {
		await using house = await openHouse(open, shared.keeper);
		await makeMember(house, anna);
		const { signedIn, client, proof, accountId } = await registered(house);
		assert.equal(signedIn.signed.session.isKeyBound, true);
		const metered = (await shared.keeper.report()).meteredOpeningsLastHour;
		await house.clock.advance(60_000);
		for (const whose of [accountId, null]) {
			await house.accounts.revokeSessions(whose, { reach: 'session', spreadOverMs: 0 });
			await house.clock.advance(1_000);
			const next = await house.accounts.refreshDevice(proof(), client);
			const row = await sessionRow(house, next.signed.session.sessionId);
			const first = await house.accounts.authority.resolveSession(signedIn.token);
			assert.equal(first, null);
			assert.ok(await house.accounts.authority.resolveSession(next.token));
			assert.equal(row.authenticatedAt, signedIn.signed.session.createdAt);
			assert.equal(row.expiresAt, signedIn.signed.session.expiresAt);
		}
		assert.equal((await shared.keeper.report()).meteredOpeningsLastHour, metered);
	});

	it('fetches nothing after sign-outs, longer reaches, another status, a higher level or its time', async () => {
		const ends: readonly ((house: House, of: Awaited<ReturnType<typeof registered>>) => Promise<unknown>)[] =
			[
				(house, { signedIn }) => house.accounts.signOut(actorOf(signedIn)),
				(house, { signedIn }) =>
					house.accounts.endSession(actorOf(signedIn), signedIn.signed.session.sessionId),
				(house, { signedIn }) =>
					house.accounts.signOutEverywhere(actorOf(signedIn), { keepThis: false, client: firefox }),
				(house, { signedIn }) =>
					changePassword(house, signedIn, { from: anna.password, to: 'next one', signOutEverywhere: true }),
				(house, { accountId }) =>
					house.accounts.revokeSessions(accountId, { reach: 'device', spreadOverMs: 0 }),
				(house) => house.accounts.revokeSessions(null, { reach: 'device', spreadOverMs: 0 }),
				(house) => house.accounts.revokeSessions(null, { reach: 'credential', spreadOverMs: 0 }),
				(house) => house.db.query.updateTable('account').set({ status: 'deactivated' }).execute(),
				(house) => house.db.query.updateTable('account').set({ highestLevel: 2 }).execute(),
				(house) => house.clock.advance(31 * 24 * 60 * 60_000),
			];
		for (const [index, end] of ends.entries()) {
			await using house = await openHouse(open, shared.keeper);
			await makeMember(house, anna);
			const device = await registered(house);
			await house.clock.advance(1_000);
			await end(house, device);
			const fetching = house.accounts.refreshDevice(device.proof(), device.client);
			await assert.rejects(fetching, withCode('access.sign-in-needed'), `end ${index}`);
		}
	});

	it('ends with half a year however often it was used', async () => {
		await using house = await openHouse(open, shared.keeper);
		await makeMember(house, anna);
		const { proof, client } = await registered(house);
		const day = 24 * 60 * 60_000;
		for (let days = 0; days < 175; days += 25) {
			await house.accounts.refreshDevice(proof(), client);
			await house.clock.advance(25 * day);
		}
		await house.accounts.refreshDevice(proof(), client);
		await house.clock.advance(6 * day);
		await assert.rejects(house.accounts.refreshDevice(proof(), client), withCode('access.sign-in-needed'));
	});

	it('waits for its turn after a revocation that was spread over time', async () => {
		await using house = await openHouse(open, shared.keeper);
		await makeMember(house, anna);
		const { proof, client, accountId } = await registered(house);
		const spreadOverMs = 60 * 60_000;
		await house.accounts.revokeSessions(accountId, { reach: 'session', spreadOverMs });
		const [{ cohort } = { cohort: 0 }] = await house.db.query
			.selectFrom('session')
			.select('cohort')
			.execute();
		const turn = Math.floor((spreadOverMs * cohort) / 65_536);
		await house.clock.advance(Math.max(0, turn - 2_000));
		await assert.rejects(house.accounts.refreshDevice(proof(), client), (error) => {
			return isFault(error, 'request.too-many') && Number(error.detail?.['retryAfterSeconds']) <= 2;
		});
		await house.clock.advance(2_000);
		await house.accounts.refreshDevice(proof(), client);
	});

	it('makes one session of fifty equal proofs', async () => {
		await using house = await openHouse(open, shared.keeper);
		await makeMember(house, anna);
		const { proof, client } = await registered(house);
		const one = proof();
		const tries = Array.from({ length: 50 }, () => house.accounts.refreshDevice(one, client));
		const done = await Promise.allSettled(tries);
		assert.equal(done.filter(({ status }) => status === 'fulfilled').length, 1);
		await assert.rejects(house.accounts.refreshDevice(one, client), withCode('accounts.device.proof-wrong'));
	});

	it('is given to a session by a fresh proof, and never to a device that the request does not come from', async () => {
		await using house = await openHouse(open, shared.keeper);
		await makeMember(house, anna);
		const signedIn = await signInOn(house, anna, firefox);
		const other = await signInOn(house, anna, firefox);
		const key = newDeviceKey();
		const about = 'http://127.0.0.1/api/devices/key';
		const proof = () =>
			proofBy(key, { htu: about, nowMs: house.clock.now(), nonce: house.accounts.deviceNonce() });
		const from = (deviceToken: string | null) => ({ ...firefox, deviceToken });
		for (const deviceToken of [null, other.deviceToken]) {
			const input = { proof: proof() };
			const giving = house.accounts.registerDeviceKey(actorOf(signedIn), input, from(deviceToken));
			await assert.rejects(giving, withCode('accounts.device.proof-wrong'));
		}
		const client = from(signedIn.deviceToken);
		await house.accounts.registerDeviceKey(actorOf(signedIn), { proof: proof() }, client);
		const listed = await house.accounts.listSessions(actorOf(signedIn));
		const bound = listed.filter(({ isKeyBound }) => isKeyBound).map(({ sessionId }) => sessionId);
		assert.deepEqual(bound, [signedIn.signed.session.sessionId]);
		const nonce = house.accounts.deviceNonce();
		const fetched = proofBy(key, { htu, nowMs: house.clock.now(), nonce });
		assert.ok(await house.accounts.refreshDevice(fetched, client));
	});
});

interface Attacked {
	readonly key: DeviceKeyPair;
	readonly other: DeviceKeyPair;
	readonly proof: (more?: Partial<Parameters<typeof proofBy>[1]>) => string;
	readonly now: number;
	readonly nonce: string;
}

/** What each is, and the proof that it makes. */
const attacksOn = ({ key, other, proof, now, nonce }: Attacked): Readonly<Record<string, string>> => {
	const claims = { jti: 'x'.repeat(22), htm: 'POST', htu, iat: now, nonce };
	const raw = (header: string, body: string) => {
		const part = (text: string) => Buffer.from(text).toString('base64url');
		return `${part(header)}.${part(body)}.${'A'.repeat(86)}`;
	};
	const right = proof().split('.');
	return {
		'another method': proof({ claims: { htm: 'GET' } }),
		'another path': proof({ htu: 'http://192.168.1.2:8420/api/sign-in/finish' }),
		'another host': proof({ htu: 'https://evil.example/api/devices/refresh' }),
		'a query in the address': proof({ htu: `${htu}?a=1` }),
		'a fragment in the address': proof({ htu: `${htu}#a` }),
		'a name in the address': proof({ htu: htu.replace('//', '//anna@') }),
		'no scheme of the web': proof({ htu: htu.replace('http:', 'ftp:') }),
		'a time long ago': proof({ claims: { iat: now - 301 } }),
		'a time to come': proof({ claims: { iat: now + 301 } }),
		'a time that is a text': proof({ claims: { iat: String(now) } }),
		'no time': proof({ claims: { iat: undefined } }),
		'no id': proof({ claims: { jti: undefined } }),
		'a short id': proof({ claims: { jti: 'short' } }),
		'another type': proof({ header: { typ: 'JWT' } }),
		'no type': proof({ header: { typ: undefined } }),
		'the hash of another token': proof({ claims: { ath: athOf('another') } }),
		'no algorithm': raw(
			JSON.stringify({ typ: 'dpop+jwt', alg: 'none', jwk: key.jwk }),
			JSON.stringify(claims),
		),
		'a symmetric algorithm': proof({ header: { alg: 'HS256' } }),
		'another algorithm': proof({ header: { alg: 'RS256' } }),
		'a symmetric key': proof({ header: { jwk: { kty: 'oct', k: 'AAAA' } } }),
		'the private key': proof({ header: { jwk: key.privateJwk } }),
		"another's key in the header": proof({ header: { jwk: other.jwk } }),
		'no key': proof({ header: { jwk: undefined } }),
		'a key by name': proof({ header: { kid: '../../etc/passwd' } }),
		'a key by address': proof({ header: { jku: 'https://evil.example/keys' } }),
		'a chain by address': proof({ header: { x5u: 'https://evil.example/chain' } }),
		'a critical extension': proof({ header: { crit: ['b64'], b64: false } }),
		'a claim twice': raw(
			JSON.stringify({ typ: 'dpop+jwt', alg: 'ES256', jwk: key.jwk }),
			JSON.stringify(claims).replace('{', '{"htm":"GET",'),
		),
		'another signature': [right[0], right[1], Buffer.alloc(64, 1).toString('base64url')].join('.'),
		'two proofs in one header': `${proof()}, ${proof()}`,
		nothing: '',
		'too long': proof({ claims: { more: 'x'.repeat(4_000) } }),
	};
};

describeOnBothEngines('a proof', { migrations: accountMigrations }, (open, engine) => {
	if (engine === 'postgres') return;
	it('that is changed in anything is refused', async () => {
		await using house = await openHouse(open, shared.keeper, { publicUrl: () => 'https://media.example' });
		await makeMember(house, anna);
		const { key, client, proof } = await registered(house);
		const other = newDeviceKey();
		const now = Math.floor(house.clock.now() / 1000);
		const attacks = attacksOn({ key, other, proof, now, nonce: house.accounts.deviceNonce() });
		for (const [what, attack] of Object.entries(attacks)) {
			const fetching = house.accounts.refreshDevice(attack, client);
			await assert.rejects(fetching, withCode('accounts.device.proof-wrong'), what);
		}
		const stale = house.accounts.deviceNonce();
		await house.clock.advance(5 * 60_000);
		for (const bad of [undefined, 'invented', stale]) {
			const claimsOf = { nonce: bad };
			const fetching = house.accounts.refreshDevice(proof({ claims: claimsOf }), client);
			await assert.rejects(fetching, withCode('accounts.device.nonce-needed'), String(bad));
		}
		const theirs = { htu, nowMs: house.clock.now(), nonce: house.accounts.deviceNonce() };
		const stranger = house.accounts.refreshDevice(proofBy(other, theirs), client);
		await assert.rejects(stranger, withCode('access.sign-in-needed'));
		const noCookie = house.accounts.refreshDevice(proof(), firefox);
		await assert.rejects(noCookie, withCode('access.sign-in-needed'));
		const bound = proof({ claims: { ath: athOf(client.deviceToken!) } });
		assert.ok(await house.accounts.refreshDevice(bound, client));
		const far = proof({ htu: 'https://media.example/api/devices/refresh' });
		assert.ok(await house.accounts.refreshDevice(far, client));
		assert.ok(signJwt({}, {}, key.privateKey));
	});

	it('of a sign-in is good for its own flow', async () => {
		await using house = await openHouse(open, shared.keeper);
		await makeMember(house, anna);
		const about = 'http://localhost/api/sign-in/finish';
		const deviceProof = proofBy(newDeviceKey(), { htu: about, nowMs: house.clock.now(), nonce: 'another' });
		const signing = signInOn(house, anna, firefox, { deviceProof });
		await assert.rejects(signing, withCode('accounts.device.nonce-needed'));
	});
});
