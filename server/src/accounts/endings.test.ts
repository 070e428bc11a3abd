/** What each action ends, cell by cell, and what a password change takes. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { describeOnBothEngines } from '../../tests/support/databases.ts';
import {
	actorOf,
	beginLogin,
	beginRegistration,
	changePassword,
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

/**
 * Which of three sessions live after each action: the one that acts, another of the same person, somebody
 * else's.
 */
const cells = [
	['sign-out', [false, true, true]],
	['end-other', [true, false, true]],
	['everywhere', [false, false, true]],
	['everywhere-on-machine', [false, false, true]],
	['password', [false, true, true]],
	['password-everywhere', [false, false, true]],
	['another-sign-in', [true, true, true]],
] as const;

describeOnBothEngines('what each action ends', { migrations: accountMigrations }, (open) => {
	for (const [action, expected] of cells) {
		for (const kind of ['browser', 'command-line'] as const) {
			it(`${action}, over sessions of a ${kind}`, async () => {
				await using house = await openHouse(open, shared.keeper);
				const client = { ...firefox, userAgent: kind === 'browser' ? firefox.userAgent : 'holdfast-cli/0.1' };
				await makeOwner(house, anna);
				await makeMember(house, ben);
				const acting = await signIn(house, anna, client);
				const other = await signIn(house, anna, client);
				const stranger = await signIn(house, ben, client);
				assert.equal(acting.signed.session.kind, kind);
				await act(house, action, { acting, other });
				const alive = [];
				for (const { token } of [acting, other, stranger]) {
					alive.push((await house.accounts.authority.resolveSession(token)) !== null);
				}
				assert.deepEqual(alive, expected);
			});
		}
	}
});

type SignedInNow = Awaited<ReturnType<typeof signIn>>;

const act = async (
	house: Awaited<ReturnType<typeof openHouse>>,
	action: (typeof cells)[number][0],
	{ acting, other }: { readonly acting: SignedInNow; readonly other: SignedInNow },
): Promise<unknown> => {
	const { accounts } = house;
	const change = (signOutEverywhere: boolean) =>
		changePassword(house, acting, { from: anna.password, to: 'next', signOutEverywhere });
	switch (action) {
		case 'sign-out':
			return accounts.signOut(actorOf(acting));
		case 'end-other':
			return accounts.endSession(actorOf(acting), other.signed.session.sessionId);
		case 'everywhere':
			return accounts.signOutEverywhere(actorOf(acting), { keepThis: false, client: firefox });
		case 'everywhere-on-machine':
			return accounts.signOutEverywhereOnMachine(acting.signed.person.accountId);
		case 'password':
			return change(false);
		case 'password-everywhere':
			return change(true);
		case 'another-sign-in':
			return signIn(house, anna);
	}
};

describeOnBothEngines('changing a password', { migrations: accountMigrations }, (open) => {
	it('needs the present one, makes the next one count, and signs nobody in', async () => {
		await using house = await openHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		const wrong = changePassword(house, owner, { from: 'not it', to: 'next', signOutEverywhere: true });
		await assert.rejects(wrong, withCode('accounts.credentials.wrong'));
		assert.ok(await house.accounts.authority.resolveSession(owner.token));
		const count = async () =>
			(await house.db.query.selectFrom('session').select('sessionId').execute()).length;
		const before = await count();
		const from = anna.password;
		const next = await changePassword(house, owner, { from, to: 'next', signOutEverywhere: false });
		assert.equal(await count(), before);
		assert.notEqual(next?.token, owner.token);
		assert.notEqual(next?.signed.session.sessionId, owner.signed.session.sessionId);
		assert.ok(await house.accounts.authority.resolveSession(next!.token));
		assert.equal(await house.accounts.authority.resolveSession(owner.token), null);
		await assert.rejects(signIn(house, anna), withCode('accounts.credentials.wrong'));
		await signIn(house, { ...anna, password: 'next' });
	});

	it("takes neither another session's flow nor another person's", async () => {
		await using house = await openHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		await makeMember(house, ben);
		const login = beginLogin(anna.password);
		const registration = beginRegistration('taken over');
		const { startLoginRequest } = login;
		const { registrationRequest } = registration;
		const requests = { startLoginRequest, registrationRequest };
		const begun = await house.accounts.startPasswordChange(actorOf(owner), requests, firefox);
		const finish = {
			flow: begun.flow,
			finishLoginRequest: login.finish(begun.loginResponse)!,
			registrationRecord: registration.finish(begun.registrationResponse),
			signOutEverywhere: false,
		};
		for (const other of [await signIn(house, ben), await signIn(house, anna)]) {
			const changing = house.accounts.finishPasswordChange(actorOf(other), finish, firefox);
			await assert.rejects(changing, withCode('accounts.flow.expired'));
		}
		await house.accounts.finishPasswordChange(actorOf(owner), finish, firefox);
	});
});
