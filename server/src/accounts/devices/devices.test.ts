/** Known devices, failures counted by them, revocations and the list, on both databases. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { FaultCode } from '@holdfast/contract/errors';
import { describeOnBothEngines } from '../../../tests/support/databases.ts';
import {
	actorOf,
	beginLogin,
	emptyProof,
	firefox,
	type House,
	makeMember,
	makeOwner,
	openHouse,
	openTestKeeper,
	type TestKeeper,
} from '../../../tests/support/house.ts';
import { toJson } from '../../platform/db/types.ts';
import { isFault } from '../../platform/fault.ts';
import { accountMigrations, type ClientFacts } from '../index.ts';

const anna = { username: 'anna', password: 'correct horse battery staple' };
const ben = { username: 'ben', password: 'another long password' };
const withCode = (code: FaultCode) => (error: unknown) => isFault(error, code);
const many = { startsPerNetworkPerMinute: 100_000, startsPerMinute: 1_000_000 };
const _htu = 'http://192.168.1.2:8420/api/devices/refresh';

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

const guess = async (house: House, username: string, client: ClientFacts, times: number) => {
	const { startLoginRequest } = beginLogin('a guess');
	for (let tried = 0; tried < times; tried += 1)
		await house.accounts.startSignIn({ username, startLoginRequest }, client);
};

const rows = async (house: House) => house.db.query.selectFrom('device').selectAll().execute();
const sessionRow = async (house: House, sessionId: string) =>
	house.db.query
		.selectFrom('session')
		.selectAll()
		.where('sessionId', '=', sessionId)
		.executeTakeFirstOrThrow();

describeOnBothEngines('a device', { migrations: accountMigrations }, (open) => {
	it('is known by its own token after the first sign-in, whatever becomes of the session', async () => {
		await using house = await openHouse(open, shared.keeper);
		await makeMember(house, anna);
		const first = await signInOn(house, anna, firefox);
		const { deviceToken } = first;
		assert.match(deviceToken ?? '', /^[\w-]{43}$/);
		await house.accounts.signOut(actorOf(first));
		const again = await signInOn(house, anna, { ...firefox, deviceToken });
		assert.equal(again.deviceToken, deviceToken);
		const [device, ...others] = await rows(house);
		assert.deepEqual(others, []);
		const session = await sessionRow(house, again.signed.session.sessionId);
		assert.equal(session.deviceId, device?.deviceId);
		await signInOn(house, anna, firefox);
		assert.equal((await rows(house)).length, 2);
	});

	it('of two people has a row for each, and a token that was planted is replaced', async () => {
		await using house = await openHouse(open, shared.keeper);
		await makeMember(house, anna);
		await makeMember(house, ben);
		const annas = await signInOn(house, anna, firefox);
		const { deviceToken } = annas;
		const bens = await signInOn(house, ben, { ...firefox, deviceToken });
		assert.notEqual(bens.deviceToken, deviceToken);
		const hashes = new Set((await rows(house)).map(({ tokenHash }) => tokenHash));
		assert.deepEqual([(await rows(house)).length, hashes.size], [2, 1]);
		const planted = await signInOn(house, ben, { ...firefox, deviceToken: 'p'.repeat(43) });
		assert.notEqual(planted.deviceToken, 'p'.repeat(43));
		// Who knew the token before is somebody unknown now.
		await signInOn(house, anna, { ...firefox, deviceToken });
		assert.equal((await rows(house)).length, 4);
	});

	it('keeps its label, network and token from whoever reads the table', async () => {
		await using house = await openHouse(open, shared.keeper);
		await makeMember(house, anna);
		const { deviceToken } = await signInOn(house, anna, firefox);
		const dump = (await rows(house))
			.flatMap((row) => Object.values(row))
			.map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)))
			.join('\n');
		for (const secret of ['Firefox', '192.168', deviceToken!]) assert.equal(dump.includes(secret), false);
	});
});

describeOnBothEngines('failures', { migrations: accountMigrations }, (open) => {
	it('of everybody unknown end at a hundred in the words of a wrong password; a known device goes on', async () => {
		await using house = await openHouse(open, shared.keeper, many);
		await makeMember(house, anna);
		const { deviceToken } = await signInOn(house, anna, firefox);
		const known = { ...firefox, deviceToken };
		await guess(house, anna.username, firefox, 100);
		await assert.rejects(signInOn(house, anna, firefox), withCode('accounts.credentials.wrong'));
		const elsewhere = { ...firefox, address: '203.0.113.9' };
		await assert.rejects(signInOn(house, anna, elsewhere), withCode('accounts.credentials.wrong'));
		await signInOn(house, anna, known);
		// The success of a known device is no success of the unknown ones.
		await assert.rejects(signInOn(house, anna, firefox), withCode('accounts.credentials.wrong'));
		await house.clock.advance(29 * 24 * 60 * 60_000);
		await house.accounts.sweep();
		await assert.rejects(signInOn(house, anna, firefox), withCode('accounts.credentials.wrong'));
	});

	it('on a known device are counted by themselves, and begin anew after a success', async () => {
		await using house = await openHouse(open, shared.keeper, many);
		await makeMember(house, anna);
		const { deviceToken } = await signInOn(house, anna, firefox);
		const known = { ...firefox, deviceToken };
		await guess(house, anna.username, known, 99);
		await signInOn(house, anna, known);
		await guess(house, anna.username, known, 100);
		await assert.rejects(signInOn(house, anna, known), withCode('accounts.credentials.wrong'));
		await signInOn(house, anna, firefox);
	});

	it('of a name that nobody has are counted and answered alike', async () => {
		await using house = await openHouse(open, shared.keeper, many);
		await guess(house, 'nobody', firefox, 100);
		const guessing = signInOn(house, { ...anna, username: 'nobody' }, firefox);
		await assert.rejects(guessing, withCode('accounts.credentials.wrong'));
		const [row] = await house.db.query.selectFrom('attempt').selectAll().execute();
		assert.equal(row?.count, 100);
	});

	it('give way to a recovery code with the password, once, and then begin anew', async () => {
		await using house = await openHouse(open, shared.keeper, many);
		const accountId = await makeMember(house, anna);
		const { makeRecoveryCodes } = await import('../factors/recovery-codes.ts');
		const [code = ''] = await house.db.transaction((tx) =>
			makeRecoveryCodes(tx, accountId, house.clock.now()),
		);
		await guess(house, anna.username, firefox, 100);
		const wrong = { extra: { kind: 'recovery-code', code: 'AAAA-AAAA-AAAA-AAAA-AAAA-AAAA' } } as const;
		await assert.rejects(signInOn(house, anna, firefox, wrong), withCode('accounts.credentials.wrong'));
		const extra = { kind: 'recovery-code', code } as const;
		const wrongPassword = { ...anna, password: 'not it' };
		await assert.rejects(
			signInOn(house, wrongPassword, firefox, { extra }),
			withCode('accounts.credentials.wrong'),
		);
		const { signed } = await signInOn(house, anna, firefox, { extra });
		assert.equal(signed.session.level, 2);
		await signInOn(house, anna, firefox);
		await guess(house, anna.username, firefox, 100);
		await assert.rejects(signInOn(house, anna, firefox, { extra }), withCode('accounts.credentials.wrong'));
	});

	it('are kept in a bounded table, whose largest counts stay longest', async () => {
		await using house = await openHouse(open, shared.keeper);
		const { deleteOldAttempts } = await import('../attempts.ts');
		for (const [index, count] of [100, 1, 1, 50, 1].entries())
			await house.db.query
				.insertInto('attempt')
				.values({ subject: `name ${index}`, count, lastAt: house.clock.now() + index })
				.execute();
		await house.db.transaction((tx) => deleteOldAttempts(tx, house.clock.now(), 2));
		const kept = await house.db.query.selectFrom('attempt').select('count').orderBy('count').execute();
		assert.deepEqual(
			kept.map(({ count }) => count),
			[50, 100],
		);
	});
});

describeOnBothEngines('a revocation', { migrations: accountMigrations }, (open) => {
	it('of everybody ends every session by one event, and of credentials the old passwords too', async () => {
		await using house = await openHouse(open, shared.keeper);
		await makeMember(house, anna);
		await makeMember(house, ben);
		const all = [await signInOn(house, anna, firefox), await signInOn(house, ben, firefox)];
		const events = async () =>
			(await house.db.query.selectFrom('securityEvent').select('eventId').execute()).length;
		const before = await events();
		await house.clock.advance(1_000);
		await house.accounts.revokeSessions(null, { reach: 'credential', spreadOverMs: 0 });
		assert.equal((await events()) - before, 1);
		for (const { token } of all) assert.equal(await house.accounts.authority.resolveSession(token), null);
		await house.clock.advance(1_000);
		await assert.rejects(signInOn(house, anna, firefox), withCode('accounts.credentials.wrong'));
		await makeMember(house, { ...anna, username: 'cara' });
		await signInOn(house, { ...anna, username: 'cara' }, firefox);
		await house.accounts.sweep();
		assert.equal((await house.db.query.selectFrom('session').select('sessionId').execute()).length, 1);
	});

	it('of one person leaves the others, and of nobody is told', async () => {
		await using house = await openHouse(open, shared.keeper);
		const accountId = await makeMember(house, anna);
		await makeMember(house, ben);
		await signInOn(house, anna, firefox);
		const bens = await signInOn(house, ben, firefox);
		await house.clock.advance(1_000);
		await house.accounts.revokeSessions(accountId, { reach: 'credential', spreadOverMs: 0 });
		assert.ok(await house.accounts.authority.resolveSession(bens.token));
		await signInOn(house, ben, firefox);
		await assert.rejects(signInOn(house, anna, firefox), withCode('accounts.credentials.wrong'));
		assert.deepEqual((await house.accounts.countSessions(accountId)).count, 0);
		const absent = house.accounts.revokeSessions('nobody-at-all', { reach: 'session', spreadOverMs: 0 });
		await assert.rejects(absent, withCode('accounts.account.absent'));
	});
});

describeOnBothEngines('what happened to an account', { migrations: accountMigrations }, (open) => {
	it('is told to its own person, newest first, a page at a time, with reasons and by whom', async () => {
		await using house = await openHouse(open, shared.keeper);
		await makeOwner(house, ben);
		const accountId = await makeMember(house, anna);
		await house.clock.advance(1_000);
		await signInOn(house, anna, firefox);
		await house.clock.advance(1_000);
		await house.accounts.signOutEverywhereOnMachine(accountId);
		await house.clock.advance(1_000);
		const now = await signInOn(house, anna, { ...firefox, address: '203.0.113.9' });
		const first = await house.accounts.listActivity(actorOf(now), { limit: 2 });
		const second = await house.accounts.listActivity(actorOf(now), { before: first.next! });
		const all = [...first.entries, ...second.entries];
		assert.deepEqual(
			all.map(({ kind, isByOthers }) => [kind, isByOthers]),
			[
				['device-known', false],
				['signed-in', false],
				['account-epoch-raised', true],
				['device-known', false],
				['signed-in', false],
				['account-made', true],
			],
		);
		assert.deepEqual(all[1]?.reasons, ['new-device', 'new-network']);
		assert.deepEqual(all[4]?.reasons, []);
		assert.equal(all[1]?.sessionLabel, 'Firefox on Linux');
		assert.equal(second.next, null);
	});
});

describeOnBothEngines('the one list', { migrations: accountMigrations }, (open) => {
	const scene = async (house: House) => {
		const accountId = await makeMember(house, anna);
		const mine = await signInOn(house, anna, firefox);
		const { wrapped } = await house.db.query
			.selectFrom('keyring')
			.selectAll()
			.where('accountId', '=', accountId)
			.executeTakeFirstOrThrow();
		const { createSealer } = await import('../../keeper/index.ts');
		const { systemClock } = await import('../../platform/clock.ts');
		using sealer = createSealer({ keeper: shared.keeper, clock: systemClock });
		const seal = await sealer.open(accountId, wrapped, null);
		const server = {
			...{ serverId: 'server-of-anna', keyName: 'key', publicKey: 'key', ownerId: accountId },
			...{ redirects: toJson([]), position: 0, lastHeardAt: null, claimedAt: house.clock.now() },
			status: 'claimed' as const,
			name: seal.seal('mediaServer', 'name', 'Attic'),
			addresses: seal.seal('mediaServer', 'addresses', '[]'),
		};
		await house.db.query.insertInto('mediaServer').values(server).execute();
		return { accountId, mine };
	};
	const status = async (house: House) =>
		(await house.db.query.selectFrom('mediaServer').select('status').executeTakeFirstOrThrow()).status;

	it('has servers in it, which only a fresh and confirmed word releases, and no sign-out', async () => {
		await using house = await openHouse(open, shared.keeper);
		const { mine } = await scene(house);
		await makeMember(house, ben);
		const bens = await signInOn(house, ben, firefox);
		const listed = await house.accounts.listSessions(actorOf(mine));
		assert.deepEqual(listed.map(({ kind, label }) => [kind, label]).sort(), [
			['browser', 'Firefox on Linux'],
			['server', 'Attic'],
		]);
		const end = (who: typeof mine, isConfirmed: boolean) =>
			house.accounts.endSession(actorOf(who), 'server-of-anna', { isConfirmed });
		await assert.rejects(end(bens, true), withCode('accounts.session.absent'));
		await assert.rejects(end(mine, false), withCode('accounts.session.confirm-needed'));
		await house.clock.advance(6 * 60_000);
		await assert.rejects(end(mine, true), withCode('access.step-up-needed'));
		const client = firefox;
		await house.accounts.signOutEverywhere(actorOf(mine), { keepThis: false, client });
		await house.accounts.revokeSessions(null, { reach: 'credential', spreadOverMs: 0 });
		assert.equal(await status(house), 'claimed');
	});

	it('releases a server of whoever has just proven who they are', async () => {
		await using house = await openHouse(open, shared.keeper);
		const { mine } = await scene(house);
		await house.accounts.endSession(actorOf(mine), 'server-of-anna', { isConfirmed: true });
		assert.equal(await status(house), 'released');
		assert.equal((await house.accounts.listSessions(actorOf(mine))).length, 1);
	});
});
