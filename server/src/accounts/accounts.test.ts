/** The use cases over both databases, with the real keeper and an OPAQUE client. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { describeOnBothEngines } from '../../tests/support/databases.ts';
import {
	actorOf,
	beginLogin,
	beginRegistration,
	changePassword,
	emptyProof,
	finishOwnerWith,
	firefox,
	makeMember,
	makeOwner,
	openHouse,
	openTestKeeper,
	signIn,
	type TestKeeper,
} from '../../tests/support/house.ts';
import { isFault } from '../platform/fault.ts';
import type { FaultCode } from '@holdfast/contract/errors';
import { accountMigrations } from './index.ts';

const anna = { username: 'Anna Müller', password: 'correct horse battery staple' };
const ben = { username: 'ben', password: 'another long password' };

const withCode = (code: FaultCode) => (error: unknown) => isFault(error, code);

let shared: TestKeeper;
before(async () => {
	shared = await openTestKeeper();
});
after(() => shared[Symbol.asyncDispose]());

describeOnBothEngines('setting up', { migrations: accountMigrations }, (open) => {
	it('makes an owner by code, once, and signs the browser in', async () => {
		await using house = await openHouse(open, shared.keeper);
		const { accounts } = house;
		assert.equal(await accounts.hasOwner(), false);
		const { flow } = await accounts.beginSetup({
			code: accounts.setupCode.toLowerCase().replaceAll('-', ' '),
		});
		const finish = await finishOwnerWith(accounts, flow, anna);
		const { token, signed } = await finish();
		assert.equal(await accounts.hasOwner(), true);
		assert.equal(signed.person.username, 'Anna Müller');
		assert.equal(signed.person.displayName, 'Anna Müller the owner');
		assert.equal(signed.person.role, 'owner');
		assert.equal(signed.session.label, 'Firefox on Linux');
		assert.equal(signed.session.network, '192.168.1.0/24');
		assert.equal((await accounts.authority.resolveSession(token))?.accountId, signed.person.accountId);
		await assert.rejects(finish(), withCode('accounts.setup.finished'));
		await assert.rejects(
			accounts.beginSetup({ code: accounts.setupCode }),
			withCode('accounts.setup.finished'),
		);
		await assert.rejects(accounts.beginOwnerOnMachine(), withCode('accounts.setup.finished'));
	});

	it('takes the code once, and ten tries altogether', async () => {
		await using house = await openHouse(open, shared.keeper);
		const { accounts } = house;
		const tries = Array.from({ length: 10 }, () => accounts.beginSetup({ code: 'WRONG' }));
		const codes = (await Promise.allSettled(tries)).map(
			(tried) => tried.status === 'rejected' && tried.reason.code,
		);
		assert.deepEqual([...new Set(codes)], ['accounts.setup.code-wrong']);
		await assert.rejects(accounts.beginSetup({ code: accounts.setupCode }), withCode('request.too-many'));
	});

	it('gives a used code to nobody else', async () => {
		await using house = await openHouse(open, shared.keeper);
		const { accounts } = house;
		await accounts.beginSetup({ code: accounts.setupCode });
		await assert.rejects(accounts.beginSetup({ code: accounts.setupCode }), withCode('request.too-many'));
	});

	it('makes exactly one owner of many finishers, of one flow and of several', async () => {
		await using house = await openHouse(open, shared.keeper);
		const { accounts, db } = house;
		const flows = await Promise.all([1, 2, 3].map(() => accounts.beginOwnerOnMachine()));
		const finishers = await Promise.all(
			flows.map(({ flow }, index) =>
				finishOwnerWith(accounts, flow, { ...anna, username: `owner ${index}` }),
			),
		);
		const tries = await Promise.allSettled(finishers.flatMap((finish) => [finish(), finish()]));
		assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
		const counted = await db.query.selectFrom('account').select('accountId').execute();
		assert.equal(counted.length, 1);
		assert.equal((await db.query.selectFrom('session').select('sessionId').execute()).length, 1);
	});

	it('makes the owner on the machine without signing anybody in', async () => {
		await using house = await openHouse(open, shared.keeper);
		const { accounts, db } = house;
		const { flow } = await accounts.beginOwnerOnMachine();
		const registration = beginRegistration(anna.password);
		const { registrationRequest } = registration;
		const started = await accounts.startOwner({ flow, username: anna.username, registrationRequest });
		const registrationRecord = registration.finish(started.registrationResponse);
		const finish = { flow, username: anna.username, displayName: 'Anna', registrationRecord };
		const { accountId } = await accounts.finishOwnerOnMachine(finish);
		assert.deepEqual(await db.query.selectFrom('session').select('sessionId').execute(), []);
		assert.equal((await signIn(house, anna)).signed.person.accountId, accountId);
		await assert.rejects(accounts.finishOwnerOnMachine(finish), withCode('accounts.setup.finished'));
	});

	it('refuses a finish without a start, a spent flow, and names that are none', async () => {
		await using house = await openHouse(open, shared.keeper);
		const { accounts } = house;
		const { flow } = await accounts.beginOwnerOnMachine();
		const input = { flow, username: 'anna', displayName: 'Anna', registrationRecord: 'AAAA' };
		await assert.rejects(accounts.finishOwner(input, firefox), withCode('accounts.flow.expired'));
		const { registrationRequest } = beginRegistration('x');
		for (const username of ['a', ' ', 'x'.repeat(65), 'a\nb', '<b>', '--']) {
			const start = accounts.startOwner({ flow, username, registrationRequest });
			await assert.rejects(start, withCode('accounts.username.invalid'), JSON.stringify(username));
		}
		await house.clock.advance(61 * 60_000);
		const late = accounts.startOwner({ flow, username: 'anna', registrationRequest });
		await assert.rejects(late, withCode('accounts.flow.expired'));
	});
});

describeOnBothEngines('signing in', { migrations: accountMigrations }, (open) => {
	it('finds a name whatever its case and spelling, and shows it as it was typed', async () => {
		await using house = await openHouse(open, shared.keeper);
		await makeOwner(house, anna);
		for (const username of ['anna müller', 'ANNA MÜLLER', 'Anna  Mu\u0308ller ', 'Ａｎｎａ Müller']) {
			const { signed } = await signIn(house, { ...anna, username });
			assert.equal(signed.person.username, 'Anna Müller');
		}
	});

	it('refuses a wrong password and an unknown name alike, and a flow only once', async () => {
		await using house = await openHouse(open, shared.keeper);
		await makeOwner(house, anna);
		await assert.rejects(
			signIn(house, { ...anna, password: 'wrong' }),
			withCode('accounts.credentials.wrong'),
		);
		await assert.rejects(signIn(house, ben), withCode('accounts.credentials.wrong'));
		const login = beginLogin(anna.password);
		const { startLoginRequest } = login;
		const begun = await house.accounts.startSignIn({ username: anna.username, startLoginRequest }, firefox);
		const finish = { flow: begun.flow, finishLoginRequest: login.finish(begun.loginResponse)! };
		await assert.rejects(
			house.accounts.finishSignIn({ ...finish, finishLoginRequest: emptyProof }, firefox),
			withCode('accounts.credentials.wrong'),
		);
		await assert.rejects(house.accounts.finishSignIn(finish, firefox), withCode('accounts.flow.expired'));
	});

	it('makes one session of fifty finishes at once', async () => {
		await using house = await openHouse(open, shared.keeper);
		await makeOwner(house, anna);
		const login = beginLogin(anna.password);
		const { startLoginRequest } = login;
		const begun = await house.accounts.startSignIn({ username: anna.username, startLoginRequest }, firefox);
		const finish = { flow: begun.flow, finishLoginRequest: login.finish(begun.loginResponse)! };
		const tries = Array.from({ length: 50 }, () => house.accounts.finishSignIn(finish, firefox));
		const done = await Promise.allSettled(tries);
		assert.equal(done.filter(({ status }) => status === 'fulfilled').length, 1);
		assert.equal((await house.db.query.selectFrom('session').select('sessionId').execute()).length, 2);
	});

	it('does not finish what began before the account signed out everywhere or changed its password', async () => {
		await using house = await openHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		const begin = async () => {
			const login = beginLogin(anna.password);
			const { startLoginRequest } = login;
			const begun = await house.accounts.startSignIn({ username: anna.username, startLoginRequest }, firefox);
			return { flow: begun.flow, finishLoginRequest: login.finish(begun.loginResponse)! };
		};
		const before = await begin();
		await house.accounts.signOutEverywhereOnMachine(owner.signed.person.accountId);
		await assert.rejects(
			house.accounts.finishSignIn(before, firefox),
			withCode('accounts.credentials.wrong'),
		);
		const fresh = await signIn(house, anna);
		const stale = await begin();
		await changePassword(house, fresh, { from: anna.password, to: 'the next one', signOutEverywhere: false });
		await assert.rejects(house.accounts.finishSignIn(stale, firefox), withCode('accounts.credentials.wrong'));
	});

	it('lets a disabled account in nowhere, in the words of a wrong password', async () => {
		await using house = await openHouse(open, shared.keeper);
		const { token } = await makeOwner(house, anna);
		await house.db.query.updateTable('account').set({ status: 'deactivated' }).execute();
		await assert.rejects(signIn(house, anna), withCode('accounts.credentials.wrong'));
		assert.equal(await house.accounts.authority.resolveSession(token), null);
	});

	it('give people a viewer that nothing of their account points to', async () => {
		await using house = await openHouse(open, shared.keeper);
		const { token, signed } = await makeOwner(house, anna);
		const session = await house.accounts.authority.resolveSession(token);
		const accountId = signed.person.accountId;
		// Ids begin with their time: two made at once would be a pair to anybody with the database.
		assert.notEqual(session?.viewerId.slice(0, 6), accountId.slice(0, 6));
		assert.equal(session?.viewerId.length, accountId.length);
	});

	it('holds one network back and lets another in', async () => {
		await using house = await openHouse(open, shared.keeper, { startsPerNetworkPerMinute: 5 });
		const { startLoginRequest } = beginLogin('guess');
		const start = (address: string, username: string) =>
			house.accounts.startSignIn({ username, startLoginRequest }, { ...firefox, address });
		for (let tried = 0; tried < 5; tried += 1) await start(`10.0.0.${tried}`, `name ${tried}`);
		await assert.rejects(start('10.0.0.77', 'another'), withCode('request.too-many'));
		await start('10.0.1.1', 'another');
	});
});

describeOnBothEngines('a first message that is sent again', { migrations: accountMigrations }, (open) => {
	it('is evaluated alike before and after a new password, as for a name that nobody has', async () => {
		await using house = await openHouse(open, shared.keeper);
		const signedIn = await makeOwner(house, anna);
		const { startLoginRequest } = beginLogin('any guess');
		/** RFC 9807 6.3.2: the evaluated element comes first; all else in the answer is new each time. */
		const evaluated = async (username: string): Promise<string> => {
			const { loginResponse } = await house.accounts.startSignIn({ username, startLoginRequest }, firefox);
			return Buffer.from(loginResponse, 'base64url').subarray(0, 32).toString('hex');
		};
		const before = [await evaluated(anna.username), await evaluated('nobody')];
		assert.notEqual(before[0], before[1]);
		const change = { from: anna.password, to: 'the next long password', signOutEverywhere: false };
		await changePassword(house, signedIn, change);
		assert.deepEqual([await evaluated(anna.username), await evaluated('nobody')], before);
		assert.ok(await signIn(house, { ...anna, password: change.to }));
	});
});

describeOnBothEngines('sessions', { migrations: accountMigrations }, (open) => {
	it('are listed to their own person, newest use first, and end one at a time', async () => {
		await using house = await openHouse(open, shared.keeper);
		const { accounts, clock } = house;
		const first = await makeOwner(house, anna);
		await clock.advance(5_000);
		const second = await signIn(house, anna);
		const listed = await accounts.listSessions(actorOf(second));
		assert.deepEqual(
			listed.map(({ sessionId, isCurrent }) => [sessionId, isCurrent]),
			[
				[second.signed.session.sessionId, true],
				[first.signed.session.sessionId, false],
			],
		);
		await accounts.endSession(actorOf(second), first.signed.session.sessionId);
		assert.equal(await accounts.authority.resolveSession(first.token), null);
		assert.ok(await accounts.authority.resolveSession(second.token));
		const again = accounts.endSession(actorOf(second), first.signed.session.sessionId);
		await assert.rejects(again, withCode('accounts.session.absent'));
	});

	it('of one person are absent to another', async () => {
		await using house = await openHouse(open, shared.keeper);
		const annas = await makeOwner(house, anna);
		await makeMember(house, ben);
		const bens = await signIn(house, ben);
		const listed = await house.accounts.listSessions(actorOf(bens));
		assert.deepEqual(
			listed.map(({ sessionId }) => sessionId),
			[bens.signed.session.sessionId],
		);
		const ending = house.accounts.endSession(actorOf(bens), annas.signed.session.sessionId);
		await assert.rejects(ending, withCode('accounts.session.absent'));
		const borrowed = { ...actorOf(bens), sessionId: annas.signed.session.sessionId };
		await assert.rejects(house.accounts.readSession(borrowed), withCode('access.sign-in-needed'));
		assert.ok(await house.accounts.authority.resolveSession(annas.token));
	});

	it('end after thirty idle days and after half a year of use', async () => {
		await using house = await openHouse(open, shared.keeper);
		const { clock, accounts } = house;
		const day = 24 * 60 * 60_000;
		const idle = await makeOwner(house, anna);
		const used = await signIn(house, anna);
		for (let days = 0; days < 175; days += 25) {
			assert.ok(await accounts.authority.resolveSession(used.token), `day ${days}`);
			await clock.advance(25 * day);
		}
		assert.equal(await accounts.authority.resolveSession(idle.token), null);
		assert.ok(await accounts.authority.resolveSession(used.token));
		await clock.advance(5 * day);
		assert.equal(await accounts.authority.resolveSession(used.token), null);
		await accounts.sweep();
		assert.equal((await house.db.query.selectFrom('session').select('sessionId').execute()).length, 0);
	});

	it('take the place of the one the browser had, under a new id and a new token', async () => {
		await using house = await openHouse(open, shared.keeper);
		const first = await makeOwner(house, anna);
		const second = await signIn(house, anna, { ...firefox, token: first.token });
		assert.notEqual(second.token, first.token);
		assert.notEqual(second.signed.session.sessionId, first.signed.session.sessionId);
		assert.equal(await house.accounts.authority.resolveSession(first.token), null);
		const planted = 'p'.repeat(43);
		const third = await signIn(house, anna, { ...firefox, token: planted });
		assert.notEqual(third.token, planted);
		assert.equal(await house.accounts.authority.resolveSession(planted), null);
	});

	it('all end by one row and one event, and the calling browser goes on under a new one where asked', async () => {
		await using house = await openHouse(open, shared.keeper);
		const { accounts } = house;
		await makeOwner(house, anna);
		const others = [];
		for (let made = 0; made < 5; made += 1) others.push(await signIn(house, anna));
		const calling = others[0]!;
		const rowsBefore = await rowCounts(house);
		const next = await accounts.signOutEverywhere(actorOf(calling), { keepThis: true, client: firefox });
		assert.ok(next);
		const rowsAfter = await rowCounts(house);
		assert.equal(rowsAfter.events - rowsBefore.events, 1);
		assert.equal(rowsAfter.sessions - rowsBefore.sessions, 1);
		for (const { token } of others) assert.equal(await accounts.authority.resolveSession(token), null);
		assert.notEqual(next.signed.session.sessionId, calling.signed.session.sessionId);
		assert.ok(await accounts.authority.resolveSession(next.token));
		assert.equal((await accounts.readSession(actorOf(next))).person.username, anna.username);
		const none = await accounts.signOutEverywhere(actorOf(next), { keepThis: false, client: firefox });
		assert.equal(none, null);
		assert.equal(await accounts.authority.resolveSession(next.token), null);
		const dead = accounts.signOutEverywhere(actorOf(next), { keepThis: true, client: firefox });
		await assert.rejects(dead, withCode('access.sign-in-needed'));
	});

	it('are dead under any lower epoch and any higher one', async () => {
		await using house = await openHouse(open, shared.keeper);
		const { db, accounts } = house;
		const { token } = await makeOwner(house, anna);
		const set = async (name: 'accountEpoch' | 'serverEpoch' | 'globalEpoch', value: number) => {
			await db.query
				.updateTable('session')
				.set({ [name]: value })
				.execute();
			const isAlive = (await accounts.authority.resolveSession(token)) !== null;
			await db.query
				.updateTable('session')
				.set({ [name]: 1 })
				.execute();
			return isAlive;
		};
		for (const name of ['accountEpoch', 'serverEpoch', 'globalEpoch'] as const) {
			assert.deepEqual(
				[await set(name, 0), await set(name, 1), await set(name, 2)],
				[false, true, false],
				name,
			);
		}
	});
});

const rowCounts = async ({ db }: { readonly db: Awaited<ReturnType<typeof openHouse>>['db'] }) => ({
	events: (await db.query.selectFrom('securityEvent').select('eventId').execute()).length,
	sessions: (await db.query.selectFrom('session').select('sessionId').execute()).length,
});

describeOnBothEngines('people on the machine', { migrations: accountMigrations }, (open) => {
	it('are added once each, and listed by id a page at a time', async () => {
		await using house = await openHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		const ids = [owner.signed.person.accountId];
		for (const username of ['ben', 'cara', 'dora']) {
			// Ids of one millisecond have no order among themselves.
			await house.clock.advance(1);
			ids.push(await makeMember(house, { ...ben, username }));
		}
		const first = await house.accounts.listAccounts({ limit: 3 });
		assert.deepEqual(
			first.accounts.map(({ username }) => username),
			['Anna Müller', 'ben', 'cara'],
		);
		const second = await house.accounts.listAccounts({ limit: 3, after: first.next! });
		assert.deepEqual(
			[...first.accounts, ...second.accounts].map(({ accountId }) => accountId),
			ids,
		);
		assert.equal(second.next, null);
		await assert.rejects(makeMember(house, { ...ben, username: 'BEN' }), withCode('accounts.username.taken'));
		const absent = house.accounts.signOutEverywhereOnMachine('nobodyatall');
		await assert.rejects(absent, withCode('accounts.account.absent'));
	});

	it('get a new password there, which ends every session and the old password, once for each flow', async () => {
		await using house = await openHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		const registration = beginRegistration('a new password of some length');
		const begin = (username: string) =>
			house.accounts.startMachineRecovery({
				username,
				registrationRequest: registration.registrationRequest,
			});
		await assert.rejects(begin('nobody at all'), withCode('accounts.account.absent'));
		const { flow, registrationResponse } = await begin('ANNA MÜLLER');
		const other = await begin(anna.username);
		const registrationRecord = registration.finish(registrationResponse);
		await house.accounts.finishMachineRecovery({ flow, registrationRecord });
		for (const again of [flow, other.flow]) {
			const spent = house.accounts.finishMachineRecovery({ flow: again, registrationRecord });
			await assert.rejects(spent, withCode('accounts.flow.expired'));
		}
		assert.equal(await house.accounts.authority.resolveSession(owner.token), null);
		await assert.rejects(signIn(house, anna), withCode('accounts.credentials.wrong'));
		const back = await signIn(house, { ...anna, password: 'a new password of some length' });
		assert.equal(back.signed.person.accountId, owner.signed.person.accountId);
	});
});

describeOnBothEngines('what lies in the tables', { migrations: accountMigrations }, (open) => {
	it('has no name, address, browser, token or flow in the clear', async () => {
		await using house = await openHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		const login = beginLogin(anna.password);
		const { startLoginRequest } = login;
		const begun = await house.accounts.startSignIn({ username: anna.username, startLoginRequest }, firefox);
		const names = [
			'account',
			'keyring',
			'credential',
			'session',
			'token',
			'attempt',
			'securityEvent',
		] as const;
		const rows = await Promise.all(
			names.map((name) => house.db.query.selectFrom(name).selectAll().execute()),
		);
		const dump = rows
			.flat()
			.flatMap((row) => Object.values(row))
			.map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)))
			.join('\n')
			.toLowerCase();
		const viewerId = (await house.accounts.authority.resolveSession(owner.token))!.viewerId;
		const secrets = ['anna', 'müller', 'firefox', '192.168', owner.token, begun.flow, viewerId];
		for (const secret of secrets) assert.equal(dump.includes(secret.toLowerCase()), false, secret);
	});
});
