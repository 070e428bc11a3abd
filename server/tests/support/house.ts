/**
 * A house for tests: the real keeper process, a database, the accounts room, and people with OPAQUE clients.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as opaque from '@serenity-kit/opaque';
import {
	createAccounts,
	type Accounts,
	type AccountsNeeds,
	type AccountTables,
	type SignedIn,
} from '../../src/accounts/index.ts';
import type { ClientFacts } from '../../src/accounts/index.ts';
import { createSealer, startKeeper, type Keeper } from '../../src/keeper/index.ts';
import { manualClock, systemClock, type ManualClock } from '../../src/platform/clock.ts';
import type { OpenDatabase } from '../../src/platform/db/database.ts';
import { silentLog } from '../../src/platform/log.ts';
import type { OpenEmpty } from './databases.ts';

/** Costs next to nothing, and the server cannot see the difference. */
export const lightStretching = { memoryKiB: 8, passes: 1, lanes: 1 };
const keyStretching = { 'argon2id-custom': { iterations: 1, memory: 8, parallelism: 1 } };

export interface TestKeeper extends AsyncDisposable {
	readonly keeper: Keeper;
}

/** A keeper with keys of its own, in folders that go with it. */
export const openTestKeeper = async (): Promise<TestKeeper> => {
	const folder = await mkdtemp(join(tmpdir(), 'holdfast-keeper-'));
	const keeper = startKeeper({
		log: silentLog,
		clock: systemClock,
		keysFolder: join(folder, 'keys'),
		sealedCopyFolder: join(folder, 'data', 'keyring'),
		dataFolder: join(folder, 'data'),
	});
	await keeper.ready();
	await opaque.ready;
	return {
		keeper,
		[Symbol.asyncDispose]: async () => {
			await keeper[Symbol.asyncDispose]();
			await rm(folder, { recursive: true, force: true });
		},
	};
};

export interface House extends AsyncDisposable {
	readonly db: OpenDatabase<AccountTables>;
	readonly accounts: Accounts;
	readonly clock: ManualClock;
}

export const openHouse = async (
	open: OpenEmpty,
	keeper: Keeper,
	options: Partial<Omit<AccountsNeeds, 'db' | 'keeper' | 'sealer' | 'clock' | 'serverId'>> = {},
): Promise<House> => {
	const clock = manualClock();
	const db = await open<AccountTables>();
	// Its sweep runs by the real clock: months that a test turns by would keep it busy.
	const sealer = createSealer({ keeper, clock: systemClock });
	const accounts = createAccounts({
		log: silentLog,
		keyStretching: lightStretching,
		...options,
		db,
		keeper,
		sealer,
		clock,
		serverId: 'testServer1234567890abcd',
	});
	return {
		db,
		accounts,
		clock,
		[Symbol.asyncDispose]: async () => {
			sealer[Symbol.dispose]();
			await db[Symbol.asyncDispose]();
		},
	};
};

export const firefox: ClientFacts = {
	address: '192.168.1.20',
	userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
	token: null,
	deviceToken: null,
};

/** The client's side of a registration: give it the request, hand it the response. */
export const beginRegistration = (password: string) => {
	const { clientRegistrationState, registrationRequest } = opaque.client.startRegistration({ password });
	return {
		registrationRequest,
		finish: (registrationResponse: string): string =>
			opaque.client.finishRegistration({
				clientRegistrationState,
				registrationResponse,
				password,
				keyStretching,
			}).registrationRecord,
	};
};

/**
 * The client's side of a sign-in. `finish` is null where the client itself sees that the password is wrong.
 */
export const beginLogin = (password: string) => {
	const { clientLoginState, startLoginRequest } = opaque.client.startLogin({ password });
	return {
		startLoginRequest,
		finish: (loginResponse: string): string | null =>
			opaque.client.finishLogin({ clientLoginState, loginResponse, password, keyStretching })
				?.finishLoginRequest ?? null,
	};
};

/** A last message of the right size that proves nothing. */
export const emptyProof = Buffer.alloc(64).toString('base64url');

export interface Named {
	readonly username: string;
	readonly password: string;
}

export const finishOwnerWith = async (accounts: Accounts, flow: string, { username, password }: Named) => {
	const registration = beginRegistration(password);
	const { registrationRequest } = registration;
	const started = await accounts.startOwner({ flow, username, registrationRequest });
	const registrationRecord = registration.finish(started.registrationResponse);
	return () =>
		accounts.finishOwner(
			{ flow, username, displayName: `${username} the owner`, registrationRecord },
			firefox,
		);
};

export const makeOwner = async ({ accounts }: Pick<House, 'accounts'>, named: Named): Promise<SignedIn> => {
	const { flow } = await accounts.beginOwnerOnMachine();
	return (await finishOwnerWith(accounts, flow, named))();
};

export const makeMember = async (
	{ accounts }: Pick<House, 'accounts'>,
	{ username, password }: Named,
	role: 'administrator' | 'member' | 'guest' = 'member',
): Promise<string> => {
	const registration = beginRegistration(password);
	const { registrationRequest } = registration;
	const { flow, registrationResponse } = await accounts.startMember({ username, registrationRequest });
	const registrationRecord = registration.finish(registrationResponse);
	const made = await accounts.finishMember({
		flow,
		username,
		displayName: username,
		role,
		registrationRecord,
	});
	return made.accountId;
};

/** Signs in as a client would: a client that sees a wrong password still sends a last message here. */
export const signIn = async (
	{ accounts }: Pick<House, 'accounts'>,
	{ username, password }: Named,
	client: ClientFacts = firefox,
): Promise<SignedIn> => {
	const login = beginLogin(password);
	const { startLoginRequest } = login;
	const { flow, loginResponse } = await accounts.startSignIn({ username, startLoginRequest }, client);
	const finishLoginRequest = login.finish(loginResponse) ?? emptyProof;
	const answer = await accounts.finishSignIn({ flow, finishLoginRequest }, client);
	assert.ok(answer.state === 'signed-in', 'a second factor was asked for');
	return answer;
};

export const actorOf = ({ token, signed }: SignedIn) => ({
	accountId: signed.person.accountId,
	sessionId: signed.session.sessionId,
	token,
});

/** Changes a password as a client would, a wrong present one included. */
export const changePassword = async (
	{ accounts }: Pick<House, 'accounts'>,
	signedIn: SignedIn,
	how: { readonly from: string; readonly to: string; readonly signOutEverywhere: boolean },
) => {
	const login = beginLogin(how.from);
	const registration = beginRegistration(how.to);
	const { startLoginRequest } = login;
	const { registrationRequest } = registration;
	const begun = await accounts.startPasswordChange(
		actorOf(signedIn),
		{ startLoginRequest, registrationRequest },
		firefox,
	);
	const body = {
		flow: begun.flow,
		finishLoginRequest: login.finish(begun.loginResponse) ?? emptyProof,
		registrationRecord: registration.finish(begun.registrationResponse),
		signOutEverywhere: how.signOutEverywhere,
	};
	return accounts.finishPasswordChange(actorOf(signedIn), body, firefox);
};
