/** The policy as a table, places from a small database, rates, and what comes of all three at sign-in. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { FaultCode } from '@holdfast/contract/errors';
import { describeOnBothEngines } from '../../../tests/support/databases.ts';
import {
	actorOf,
	beginLogin,
	emptyProof,
	firefox,
	type House,
	makeMember,
	openHouse,
	openTestKeeper,
	type TestKeeper,
} from '../../../tests/support/house.ts';
import { placesFile } from '../../../tests/support/places-file.ts';
import { manualClock } from '../../platform/clock.ts';
import { isFault } from '../../platform/fault.ts';
import { silentLog } from '../../platform/log.ts';
import { accountMigrations, type ClientFacts } from '../index.ts';
import { createPace } from './pace.ts';
import { openPlaces } from './places.ts';
import { type ContextFacts, decide, kmBetween, waitBefore } from './policy.ts';

const withCode = (code: FaultCode) => (error: unknown) => isFault(error, code);
const graz = { name: 'Graz, Austria', latitude: 47.07, longitude: 15.44 };
const vienna = { name: 'Vienna, Austria', latitude: 48.21, longitude: 16.37 };
const lima = { name: 'Lima, Peru', latitude: -12.05, longitude: -77.04 };
const hour = 3_600_000;

const usual: ContextFacts = {
	isFirst: false,
	isKnownDevice: true,
	isKnownNetwork: true,
	place: null,
	isKnownPlace: false,
	last: null,
	now: 100 * hour,
	failures: 0,
	breachState: 'none',
	level: 1,
	canMailCode: true,
};

describe('the policy', () => {
	const cases: readonly (readonly [string, Partial<ContextFacts>, string, readonly string[]])[] = [
		['nothing unusual', {}, 'allow', []],
		['the first sign-in', { isFirst: true, isKnownDevice: false, isKnownNetwork: false }, 'allow', []],
		['a new device at home', { isKnownDevice: false }, 'notify', ['new-device']],
		[
			'a new device elsewhere',
			{ isKnownDevice: false, isKnownNetwork: false },
			'notify',
			['new-device', 'new-network'],
		],
		['a known device on another network', { isKnownNetwork: false }, 'allow', []],
		['a known device on a journey', { place: lima, last: { place: graz, at: 0 } }, 'notify', ['new-place']],
		[
			'an impossible journey',
			{ place: lima, last: { place: graz, at: 97 * hour } },
			'ask',
			['new-place', 'impossible-pace'],
		],
		[
			'the next town',
			{ place: vienna, isKnownPlace: true, last: { place: graz, at: 100 * hour } },
			'allow',
			[],
		],
		[
			'an impossible journey back',
			{ place: lima, isKnownPlace: true, last: { place: graz, at: 99 * hour } },
			'ask',
			['impossible-pace'],
		],
		['a few failures', { failures: 9 }, 'allow', []],
		['a wave on a known device', { failures: 10 }, 'notify', ['failure-wave']],
		[
			'a wave and a new device',
			{ failures: 10, isKnownDevice: false },
			'ask',
			['new-device', 'failure-wave'],
		],
		['a breach and a known device', { breachState: 'heightened' }, 'allow', []],
		[
			'a breach and a new device',
			{ breachState: 'heightened', isKnownDevice: false },
			'ask',
			['new-device', 'breach-state'],
		],
		[
			'the same with two factors',
			{ breachState: 'heightened', isKnownDevice: false, level: 2 },
			'notify',
			['new-device', 'breach-state'],
		],
		[
			'the same without an address',
			{ breachState: 'heightened', isKnownDevice: false, canMailCode: false },
			'notify',
			['new-device', 'breach-state'],
		],
	];
	for (const [what, facts, action, reasons] of cases)
		it(`says ${action} to ${what}`, () => {
			assert.deepEqual(decide({ ...usual, ...facts }), { action, reasons });
		});

	it('slows a wave from unknown devices down while passwords have leaked, and nobody else', () => {
		const facts = {
			isKnownDevice: false,
			failures: 10,
			sinceLastMs: 5_000,
			breachState: 'heightened',
		} as const;
		assert.equal(waitBefore(facts), 15_000);
		assert.equal(waitBefore({ ...facts, sinceLastMs: 20_000 }), 0);
		assert.equal(waitBefore({ ...facts, isKnownDevice: true }), 0);
		assert.equal(waitBefore({ ...facts, failures: 9 }), 0);
		assert.equal(waitBefore({ ...facts, breachState: 'none' }), 0);
	});

	it('measures along the globe', () => {
		assert.ok(Math.abs(kmBetween(graz, vienna) - 145) < 5);
		assert.ok(Math.abs(kmBetween(graz, lima) - 11_300) < 300);
	});
});

const entries = [
	{ network: '203.0.113.0', prefix: 24, city: 'Graz', country: 'Austria', latitude: 47.07, longitude: 15.44 },
	{ network: '198.51.100.0', prefix: 24, city: 'Lima', country: 'Peru', latitude: -12.05, longitude: -77.04 },
];
const places = openPlaces(placesFile(entries));

describe('a database of places', () => {
	it('says where an address is, and nothing of one that it does not know', () => {
		assert.equal(places.find('203.0.113.9')?.name, 'Graz, Austria');
		assert.equal(places.find('::ffff:198.51.100.1')?.name, 'Lima, Peru');
		for (const unknown of ['192.168.1.1', '::1', 'nonsense', '', null])
			assert.equal(places.find(unknown), null);
		assert.throws(() => openPlaces(Buffer.from('no database')));
	});
});

describe('limits of sign-in', () => {
	const open = (more: Partial<Parameters<typeof createPace>[0]> = {}) => {
		const clock = manualClock();
		const warned: string[] = [];
		const log = { ...silentLog, warn: (text: unknown) => warned.push(String(text)) } as typeof silentLog;
		const needs = {
			clock,
			log,
			startsPerNetworkPerMinute: 30,
			startsPerMinute: 10_000,
			hasTrustedProxy: false,
		};
		return { clock, warned, pace: createPace({ ...needs, ...more }) };
	};
	const come = async (opened: ReturnType<typeof open>, address: string, times: number) => {
		for (let time = 0; time < times; time += 1) {
			opened.pace.enter(address);
			await opened.clock.advance(2_000);
		}
	};

	it('by network go off, with a notice, where most come from one inner address, and on again', async () => {
		const opened = open();
		await come(opened, '172.17.0.1', 199);
		assert.equal(opened.pace.isByNetwork(), true);
		await come(opened, '172.17.0.1', 2);
		assert.equal(opened.pace.isByNetwork(), false);
		assert.equal(opened.warned.length, 1);
		for (let time = 0; time < 100; time += 1) opened.pace.enter('172.17.0.1');
		await opened.clock.advance(11 * 60_000);
		assert.equal(opened.pace.isByNetwork(), true);
	});

	it('by network stay on for an outer address, for many addresses, and behind a named proxy', async () => {
		for (const [address, more] of [
			['203.0.113.9', {}],
			['172.17.0.1', { hasTrustedProxy: true }],
		] as const) {
			const opened = open(more);
			await come(opened, address, 250);
			assert.equal(opened.pace.isByNetwork(), true);
		}
		const opened = open();
		for (let time = 0; time < 125; time += 1) {
			await come(opened, '10.0.0.1', 1);
			await come(opened, '10.0.1.1', 1);
		}
		assert.equal(opened.pace.isByNetwork(), true);
	});

	it('hold everybody together back, and say when to come again', () => {
		const { pace } = open({ startsPerMinute: 60 });
		for (let time = 0; time < 60; time += 1) pace.enter(`10.0.${time}.1`);
		assert.throws(
			() => pace.enter('10.1.0.1'),
			(error) => isFault(error, 'request.too-many') && error.detail?.['retryAfterSeconds'] === 1,
		);
	});
});

let shared: TestKeeper;
before(async () => {
	shared = await openTestKeeper();
});
after(() => shared[Symbol.asyncDispose]());

const anna = { username: 'anna', password: 'correct horse battery staple' };
const address = 'anna@example.org';

/** Says that mail is there; what it would carry is read from the row by the test. */
const mail = { send: () => Promise.resolve() } as never;

const begin = async (house: House, client: ClientFacts, password = anna.password) => {
	const login = beginLogin(password);
	const { startLoginRequest } = login;
	const begun = await house.accounts.startSignIn({ username: anna.username, startLoginRequest }, client);
	return { flow: begun.flow, finishLoginRequest: login.finish(begun.loginResponse) ?? emptyProof };
};

const signInFrom = async (house: House, client: ClientFacts) =>
	house.accounts.finishSignIn(await begin(house, client), client);

/** Gives somebody a proven address, sealed as it would be. */
const giveAddress = async (house: House, accountId: string): Promise<void> => {
	const { keyring, index } = {
		keyring: await house.db.query
			.selectFrom('keyring')
			.selectAll()
			.where('accountId', '=', accountId)
			.executeTakeFirstOrThrow(),
		index: (await shared.keeper.blindIndex('email', [address]))[0]!,
	};
	const { createSealer } = await import('../../keeper/index.ts');
	const { systemClock } = await import('../../platform/clock.ts');
	using sealer = createSealer({ keeper: shared.keeper, clock: systemClock });
	const seal = await sealer.open(accountId, keyring.wrapped, null);
	await house.db.query
		.updateTable('account')
		.set({ email: seal.seal('account', 'email', address), emailIndex: index })
		.execute();
};

/** The newest letter's token, minted as the outbox does at the moment of sending. */
const mintFrom = async (house: House, code: string): Promise<void> => {
	const { issueFlow } = await import('../token-store.ts');
	const row = await house.db.query
		.selectFrom('mail')
		.selectAll()
		.where('template', '=', 'sign-in-code')
		.where('accountId', 'is not', null)
		.orderBy('mailId', 'desc')
		.executeTakeFirstOrThrow();
	assert.ok(row.mint);
	await issueFlow(house.db.query, { ...JSON.parse(row.mint), secret: code }, house.clock.now());
};

describeOnBothEngines('a sign-in in context', { migrations: accountMigrations }, (open) => {
	it('from far away too soon waits for a mailed code, which is good once for its account', async () => {
		await using house = await openHouse(open, shared.keeper, { places, mail });
		const accountId = await makeMember(house, anna);
		await giveAddress(house, accountId);
		await signInFrom(house, { ...firefox, address: '203.0.113.9' });
		await house.clock.advance(60_000);
		const far = { ...firefox, address: '198.51.100.1' };
		const asked = await signInFrom(house, far);
		assert.ok(asked.state === 'factor-needed');
		assert.deepEqual(asked.factors, ['mailed-code']);
		const code = 'ABCD-EFGH-JKLM';
		await mintFrom(house, code);
		const { flow } = asked;
		const wrong = house.accounts.showMailedCode({ flow, code: 'WRONG-CODE-HERE' }, far);
		await assert.rejects(wrong, withCode('accounts.factor.wrong'));
		const tries = Array.from({ length: 5 }, () =>
			house.accounts.showMailedCode({ flow, code: 'abcd efgh jklm' }, far),
		);
		const done = await Promise.allSettled(tries);
		const won = done.filter((tried) => tried.status === 'fulfilled').map(({ value }) => value);
		assert.equal(won.length, 1);
		const [answer] = won;
		assert.ok(answer?.state === 'signed-in');
		assert.equal(answer.signed.session.place, 'Lima, Peru');
		const { entries: told } = await house.accounts.listActivity(actorOf(answer), {});
		const reasons = ['new-device', 'new-place', 'impossible-pace'];
		assert.deepEqual(told.find(({ kind }) => kind === 'signed-in')?.reasons, reasons);
		assert.deepEqual(told.find(({ kind }) => kind === 'code-asked')?.reasons, reasons);
		assert.equal((await house.accounts.listSessions(actorOf(answer)))[0]?.place, 'Lima, Peru');
	});

	it('tries a mailed code ten times and no more', async () => {
		await using house = await openHouse(open, shared.keeper, { places, mail });
		await giveAddress(house, await makeMember(house, anna));
		await signInFrom(house, { ...firefox, address: '203.0.113.9' });
		await house.clock.advance(60_000);
		const far = { ...firefox, address: '198.51.100.1' };
		const asked = await signInFrom(house, far);
		assert.ok(asked.state === 'factor-needed');
		await mintFrom(house, 'ABCD-EFGH-JKLM');
		const show = (code: string) => house.accounts.showMailedCode({ flow: asked.flow, code }, far);
		for (let tried = 0; tried < 10; tried += 1)
			await assert.rejects(show('WRONG-CODE-HERE'), withCode('accounts.factor.wrong'));
		await assert.rejects(show('ABCD-EFGH-JKLM'), withCode('accounts.flow.expired'));
	});

	it('after too many failures goes on with a mailed code that was asked for, known name or not', async () => {
		const limits = { startsPerNetworkPerMinute: 100_000 };
		await using house = await openHouse(open, shared.keeper, { mail, ...limits });
		await giveAddress(house, await makeMember(house, anna));
		for (let tried = 0; tried < 100; tried += 1) await begin(house, firefox, 'a guess');
		const ask = (username: string, email: string) =>
			house.accounts.requestSignInCode({ username, email }, firefox);
		await ask('nobody', address);
		await ask(anna.username, 'else@example.org');
		await ask(anna.username, address);
		const letters = async () => {
			const query = house.db.query.selectFrom('mail').select('state').orderBy('state');
			return (await query.where('template', '=', 'sign-in-code').execute()).map(({ state }) => state);
		};
		assert.deepEqual(await letters(), ['decoy', 'decoy', 'waiting']);
		// Somebody who does not know the address uses up no letters of who does.
		for (let asked = 0; asked < 10; asked += 1) await ask(anna.username, 'else@example.org');
		for (let asked = 0; asked < 10; asked += 1) await ask(anna.username, address);
		const sent = await letters();
		const waiting = sent.filter((state) => state === 'waiting').length;
		// The outbox counts by address as well, the decoy for nobody among them.
		assert.ok(waiting >= 2 && waiting <= 5, String(waiting));
		const code = 'ABCD-EFGH-JKLM';
		await mintFrom(house, code);
		const extra = { kind: 'mailed-code', code } as const;
		const again = async () => ({ ...(await begin(house, firefox)), extra });
		const first = await house.accounts.finishSignIn(await again(), firefox);
		assert.equal(first.state, 'signed-in');
		assert.equal((await signInFrom(house, firefox)).state, 'signed-in');
	});

	it('is slowed down for every name alike while passwords have leaked', async () => {
		await using house = await openHouse(open, shared.keeper);
		await makeMember(house, anna);
		await house.accounts.setBreachState('heightened');
		for (const username of [anna.username, 'nobody']) {
			const { startLoginRequest } = beginLogin('a guess');
			const start = () => house.accounts.startSignIn({ username, startLoginRequest }, firefox);
			for (let tried = 0; tried < 10; tried += 1) await start();
			await assert.rejects(start(), (error) => {
				return isFault(error, 'request.too-many') && error.detail?.['retryAfterSeconds'] === 20;
			});
			await house.clock.advance(20_000);
			await start();
		}
		assert.equal((await house.accounts.signInProtection()).breachState, 'heightened');
	});

	it('that was guessed at a hundred times is noted for its account, and for nobody', async () => {
		const limits = { startsPerNetworkPerMinute: 100_000 };
		await using house = await openHouse(open, shared.keeper, limits);
		const accountId = await makeMember(house, anna);
		for (const username of [anna.username, 'nobody']) {
			const { startLoginRequest } = beginLogin('a guess');
			for (let tried = 0; tried < 100; tried += 1)
				await house.accounts.startSignIn({ username, startLoginRequest }, firefox);
		}
		const noted = async () =>
			house.db.query
				.selectFrom('securityEvent')
				.select(['accountId', 'reasons'])
				.where('kind', '=', 'sign-in-failed')
				.orderBy('eventId')
				.execute();
		while ((await noted()).length < 2) await new Promise((resolve) => setImmediate(resolve));
		const events = await noted();
		assert.deepEqual(new Set(events.map((event) => event.accountId)), new Set([accountId, null]));
	});
});
