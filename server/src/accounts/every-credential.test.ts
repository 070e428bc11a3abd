/**
 * Every kind of credential beside every action that ends some of them, cell by cell. The same table, for
 * people to read, is in docs/security/sign-in.md.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { describeOnBothEngines } from '../../tests/support/databases.ts';
import { newDeviceKey, proofBy } from '../../tests/support/device-key.ts';
import {
	actorOf,
	beginLogin,
	beginRegistration,
	changePassword,
	firefox,
	type House,
	makeMember,
	openHouse,
	openTestKeeper,
	signIn,
	type TestKeeper,
} from '../../tests/support/house.ts';
import { hashOf, newId, newSecret } from '../platform/ids.ts';
import { isFault } from '../platform/fault.ts';
import { findAccount, findCredential } from './account-store.ts';
import { spendHelp } from './factors/help.ts';
import { makeRecoveryCodes } from './factors/recovery-codes.ts';
import { accountMigrations } from './index.ts';
import { findOpenInvitation } from './people/invitation-store.ts';
import { findProof, type GivenProof } from './recovery/reset-proof.ts';
import { findSessionByToken } from './session-store.ts';
import { recheckLink } from './single-sign-on/link-store.ts';
import { issueFlow } from './token-store.ts';

const sessions = [
	'this browser',
	'another browser',
	'command line',
	'television',
	'app',
	"app's token",
	'app password',
	'session on a server',
	'browser by a provider',
] as const;
const keys = ["this browser's key", "another browser's key"] as const;
const pending = ['begun sign-in', 'reset link', 'handed-over code', 'code for a factor'] as const;
const kinds = [
	...sessions,
	...keys,
	...pending,
	'link to a provider',
	'password',
	'recovery code',
	'invitation',
	'claimed server',
	"somebody else's session",
] as const;
type Kind = (typeof kinds)[number];

/** What each action ends; everything else lives. */
const ends = {
	'sign-out': ['this browser', "this browser's key"],
	'end-other': ['another browser', "another browser's key"],
	everywhere: [...sessions, ...keys, ...pending],
	'everywhere-else': [...sessions, "another browser's key", ...pending],
	'everywhere-on-machine': [...sessions, ...keys, ...pending],
	password: ['this browser', 'password', ...pending],
	'password-everywhere': [...sessions, ...keys, ...pending, 'password'],
	reset: ['password', ...pending],
	'reset-everywhere': [...sessions, ...keys, ...pending, 'password'],
	'recovery-on-machine': [...sessions, ...keys, ...pending, 'password'],
	deactivate: [
		...[...sessions, ...keys, ...pending],
		...(['link to a provider', 'password', 'recovery code', 'invitation'] as const),
	],
	delete: [
		...[...sessions, ...keys, ...pending],
		...(['link to a provider', 'password', 'recovery code', 'invitation'] as const),
	],
	'block-provider': ['browser by a provider', 'link to a provider'],
	'relink-provider': ['browser by a provider', 'link to a provider'],
	'remove-provider': ['browser by a provider', 'link to a provider'],
	'revoke-sessions': [...sessions, ...pending],
	'revoke-devices': [...sessions, ...keys, ...pending],
	'revoke-credentials': [...sessions, ...keys, ...pending, 'password'],
	'revoke-sessions-of-all': [...sessions, "somebody else's session"],
	'revoke-devices-of-all': [...sessions, ...keys, "somebody else's session"],
	'revoke-credentials-of-all': [
		...[...sessions, ...keys],
		...(['begun sign-in', 'password', "somebody else's session"] as const),
	],
} as const satisfies Record<string, readonly Kind[]>;
type Action = keyof typeof ends;

const password = 'correct horse battery staple';
const origin = 'http://192.168.1.2:8420';

/** True where it went through; what is refused in words of ours is false. */
const works = async (doing: Promise<unknown>): Promise<boolean> =>
	doing.then(
		() => true,
		(error: unknown) => {
			if (isFault(error)) return false;
			throw error;
		},
	);

const signInWithKey = async (house: House, username: string) => {
	const key = newDeviceKey();
	const nowMs = house.clock.now();
	const login = beginLogin(password);
	const { startLoginRequest } = login;
	const { flow, loginResponse } = await house.accounts.startSignIn({ username, startLoginRequest }, firefox);
	const deviceProof = proofBy(key, { htu: `${origin}/api/sign-in/finish`, nowMs, nonce: flow });
	const finishLoginRequest = login.finish(loginResponse)!;
	const signed = await house.accounts.finishSignIn({ flow, finishLoginRequest, deviceProof }, firefox);
	assert.ok(signed.state === 'signed-in');
	const client = { ...firefox, deviceToken: signed.deviceToken };
	const fetches = (): Promise<boolean> => {
		const about = { htu: `${origin}/api/devices/refresh`, nowMs: house.clock.now() };
		const proof = proofBy(key, { ...about, nonce: house.accounts.deviceNonce() });
		return works(house.accounts.refreshDevice(proof, client));
	};
	return { signed, fetches };
};

type Person = Awaited<ReturnType<typeof makePerson>>;

const makePerson = async (house: House, username: string) => {
	const accountId = await makeMember(house, { username, password }, 'administrator');
	const here = await signInWithKey(house, username);
	const there = await signInWithKey(house, username);
	const cli = await signIn(house, { username, password }, { ...firefox, userAgent: 'holdfast-cli/0.1' });
	const row = await house.db.query
		.selectFrom('session')
		.selectAll()
		.where('sessionId', '=', there.signed.signed.session.sessionId)
		.executeTakeFirstOrThrow();
	/** A session of another kind, and nothing else changed. */
	const like = async (change: Partial<typeof row>): Promise<string> => {
		const token = newSecret();
		const sessionId = newId(house.clock.now());
		const next = { ...row, sessionId, deviceId: null, tokenHash: hashOf(token), ...change };
		await house.db.query.insertInto('session').values(next).execute();
		return token;
	};
	return { username, accountId, here, there, cli, row, like };
};

const makeProvider = async (house: House, { accountId, row }: Person): Promise<string> => {
	const now = house.clock.now();
	const issuerId = newId(now);
	const flags = { asksProfile: 0, allowsPrivate: 0, allowsJoining: 0, isBlocked: 0 } as const;
	const none = { clientSecret: null, provesFreshness: null, floorAt: 0, linkFloorAt: 0 };
	const times = { createdAt: now, updatedAt: now };
	const issuer = `https://${issuerId}.example.org`;
	const named = { issuerId, issuer, name: 'The club', clientId: 'us' };
	await house.db.query
		.insertInto('issuer')
		.values({ ...named, ...flags, ...none, ...times })
		.execute();
	const link = { linkId: newId(now), issuerId, accountId, subjectIndex: issuerId, label: null, madeAt: now };
	await house.db.query
		.insertInto('issuerLink')
		.values({ ...link, subject: row.label })
		.execute();
	return issuerId;
};

const claimServer = async (house: House, { accountId, row }: Person): Promise<string> => {
	const now = house.clock.now();
	const serverId = newId(now);
	await house.db.query
		.insertInto('mediaServer')
		.values({
			...{ serverId, keyName: hashOf(serverId), publicKey: 'a key', ownerId: accountId, status: 'claimed' },
			...{ name: row.label, addresses: row.label, redirects: '[]' as never, position: 0 },
			...{ lastHeardAt: null, claimedAt: now },
		})
		.execute();
	return serverId;
};

const makePending = async (house: House, { username, accountId }: Person) => {
	const now = house.clock.now();
	const { accounts, db } = house;
	const credential = await findCredential(db.query, accountId);
	const account = { accountId, epoch: credential!.epoch };
	const link = await issueFlow(db.query, { purpose: 'password-reset', payload: {}, account }, now);
	const { code } = await accounts.startHandOverOnMachine({ username });
	const payload = { credentialId: credential!.credentialId };
	const secret = 'ABCDEFGHABCDEFGHABCDEFGH';
	await db.query.deleteFrom('token').where('hash', '=', hashOf(secret)).execute();
	await issueFlow(db.query, { purpose: 'factor-help', payload, account, secret }, now);
	const codes = await db.transaction((tx) => makeRecoveryCodes(tx, accountId, now));
	const login = beginLogin(password);
	const { startLoginRequest } = login;
	const begun = await accounts.startSignIn({ username, startLoginRequest }, firefox);
	const finishLoginRequest = login.finish(begun.loginResponse)!;
	const terms = { role: 'member', note: null, lifetimeHours: 24, email: null, language: null } as const;
	await accounts.invite({ accountId }, terms);
	const invitation = await db.query
		.selectFrom('invitation')
		.select('invitationId')
		.where('inviterId', '=', accountId)
		.executeTakeFirstOrThrow();
	const finishSignIn = () => accounts.finishSignIn({ flow: begun.flow, finishLoginRequest }, firefox);
	return { link, code, help: secret, codes, finishSignIn, invitationId: invitation.invitationId };
};

/** What came of a person's yes: apps, televisions, servers, other providers. */
const makeLetIn = async (house: House, person: Person, issuerId: string) => {
	const { here, like } = person;
	const [tv, app, onServer, byProvider] = [
		await like({ kind: 'tv', scope: 'media' }),
		await like({ kind: 'app', scope: 'media' }),
		await like({ kind: 'server', scope: 'media' }),
		await like({ issuerId }),
	];
	const appToken = newSecret();
	const artefact = { payload: { grantId: app, scope: 'openid media' }, lifetimeMs: 600_000 };
	await house.accounts.provider.saveArtefact('RefreshToken', appToken, artefact);
	const actor = actorOf(here.signed);
	const made = { label: 'Radio', kind: 'hashed', days: null } as const;
	const { password: appPassword } = await house.accounts.makeAppPassword(actor, made);
	return { tv, app, onServer, byProvider, appToken, appPassword };
};

/** Everything that can stand for a person, the person, and a stranger. */
const makeAll = async (house: House, username: string, keeper: TestKeeper['keeper']) => {
	const person = await makePerson(house, username);
	const { here, there, cli, accountId } = person;
	const issuerId = await makeProvider(house, person);
	const serverId = await claimServer(house, person);
	const letIn = await makeLetIn(house, person, issuerId);
	const { tv, app, onServer, byProvider, appToken, appPassword } = letIn;
	const waiting = await makePending(house, person);
	const stranger = { username: `${username} - a stranger`, password };
	await makeMember(house, stranger);
	const strangers = await signIn(house, stranger);
	const isLive = async (token: string) =>
		(await findSessionByToken(house.db.query, hashOf(token), house.clock.now())) !== undefined;
	const isProof = async (given: GivenProof) =>
		(await findProof({ db: house.db, clock: house.clock, keeper }, given)).owner !== null;
	/** Looks at each in turn; what may change something comes last. */
	const looks: Readonly<Record<Kind, () => Promise<boolean>>> = {
		'this browser': () => isLive(here.signed.token),
		'another browser': () => isLive(there.signed.token),
		'command line': () => isLive(cli.token),
		television: () => isLive(tv),
		app: () => isLive(app),
		"app's token": async () => !!(await house.accounts.provider.findArtefact('RefreshToken', appToken)),
		'app password': async () =>
			(await house.accounts.authority.resolveAppPassword({ username, secret: appPassword }, null)) !== null,
		'session on a server': () => isLive(onServer),
		'browser by a provider': () => isLive(byProvider),
		"somebody else's session": () => isLive(strangers.token),
		'link to a provider': async () => {
			const account = await findAccount(house.db.query, accountId);
			const link = works(recheckLink(house.db.query, { accountId, issuerId }));
			return account?.status === 'active' && link;
		},
		'claimed server': async () => {
			const row = await house.db.query
				.selectFrom('mediaServer')
				.select('status')
				.where('serverId', '=', serverId)
				.executeTakeFirst();
			return row?.status === 'claimed';
		},
		invitation: async () =>
			(await findOpenInvitation(house.db.query, waiting.invitationId, house.clock.now())) !== null,
		'recovery code': () => isProof({ kind: 'recovery-code', username, code: waiting.codes[0]! }),
		'reset link': () => isProof({ kind: 'link', secret: waiting.link }),
		'handed-over code': () => isProof({ kind: 'handed-over-code', username, code: waiting.code }),
		'code for a factor': async () => {
			const account = await findAccount(house.db.query, accountId);
			const now = house.clock.now();
			const append = () => Promise.resolve();
			const isRight = await house.db.transaction((tx) =>
				spendHelp({ tx, now, append }, accountId, waiting.help),
			);
			return isRight && account?.status === 'active';
		},
		'begun sign-in': () => works(waiting.finishSignIn()),
		"this browser's key": here.fetches,
		"another browser's key": there.fetches,
		password: () => works(signIn(house, { username, password })),
	};
	return { person, issuerId, codes: waiting.codes, looks };
};

type All = Awaited<ReturnType<typeof makeAll>>;

const reset = async (house: House, all: All, signOutDevices: boolean): Promise<void> => {
	const { username } = all.person;
	const proof = { kind: 'recovery-code', username, code: all.codes[9]! } as const;
	const { registrationRequest, finish } = beginRegistration('the next password');
	const { flow, registrationResponse } = await house.accounts.startReset(
		{ proof, registrationRequest },
		firefox,
	);
	const registrationRecord = finish(registrationResponse);
	const finishing = { flow, registrationRecord, signOutDevices, factorCode: null };
	await house.accounts.finishReset(finishing, firefox);
};

const recoverOnMachine = async (house: House, username: string): Promise<void> => {
	const { registrationRequest, finish } = beginRegistration('the next password');
	const started = await house.accounts.startMachineRecovery({ username, registrationRequest });
	const registrationRecord = finish(started.registrationResponse);
	await house.accounts.finishMachineRecovery({ flow: started.flow, registrationRecord });
};

const revoke = (house: House, accountId: string | null, reach: 'session' | 'device' | 'credential') =>
	house.accounts.revokeSessions(accountId, { reach, spreadOverMs: 0 });

const act = async (house: House, action: Action, all: All): Promise<unknown> => {
	const { accounts } = house;
	const { accountId, here, there, username } = all.person;
	const actor = actorOf(here.signed);
	const change = (signOutEverywhere: boolean) =>
		changePassword(house, here.signed, { from: password, to: 'the next password', signOutEverywhere });
	const everywhere = (keepThis: boolean) => accounts.signOutEverywhere(actor, { keepThis, client: firefox });
	const provider = (does: 'block' | 'relink') =>
		accounts.setProviderState({ issuerId: all.issuerId, action: does, cause: 'administration' });
	const actions: Readonly<Record<Action, () => Promise<unknown>>> = {
		'sign-out': () => accounts.signOut(actor),
		'end-other': () => accounts.endSession(actor, there.signed.signed.session.sessionId),
		everywhere: () => everywhere(false),
		'everywhere-else': async () => {
			const next = await everywhere(true);
			assert.ok(next && (await accounts.authority.resolveSession(next.token)), 'the present one goes on');
		},
		'everywhere-on-machine': () => accounts.signOutEverywhereOnMachine(accountId),
		password: async () => {
			const next = await change(false);
			assert.ok(next && (await accounts.authority.resolveSession(next.token)), 'the present one goes on');
		},
		'password-everywhere': () => change(true),
		reset: () => reset(house, all, false),
		'reset-everywhere': () => reset(house, all, true),
		'recovery-on-machine': () => recoverOnMachine(house, username),
		deactivate: () => accounts.deactivate('machine', accountId),
		delete: () => accounts.deletePerson('machine', accountId),
		'block-provider': () => provider('block'),
		'relink-provider': () => provider('relink'),
		'remove-provider': () => accounts.removeProvider(all.issuerId),
		'revoke-sessions': () => revoke(house, accountId, 'session'),
		'revoke-devices': () => revoke(house, accountId, 'device'),
		'revoke-credentials': () => revoke(house, accountId, 'credential'),
		'revoke-sessions-of-all': () => revoke(house, null, 'session'),
		'revoke-devices-of-all': () => revoke(house, null, 'device'),
		'revoke-credentials-of-all': () => revoke(house, null, 'credential'),
	};
	return actions[action]();
};

describeOnBothEngines(
	'of everything that can act for a person',
	{ migrations: accountMigrations },
	(open) => {
		let keeper: TestKeeper;
		let house: House;
		before(async () => {
			keeper = await openTestKeeper();
			house = await openHouse(open, keeper.keeper, {
				...{ startsPerNetworkPerMinute: 100_000, startsPerMinute: 1_000_000 },
				publicUrl: () => 'https://films.example.org',
			});
		});
		after(async () => {
			await house[Symbol.asyncDispose]();
			await keeper[Symbol.asyncDispose]();
		});

		const livingAfter = async (action: Action | null): Promise<Kind[]> => {
			await house.clock.advance(60_000);
			const all = await makeAll(house, `who does ${action}`, keeper.keeper);
			if (action) await act(house, action, all);
			const living: Kind[] = [];
			for (const [kind, look] of Object.entries(all.looks)) if (await look()) living.push(kind as Kind);
			return living;
		};

		test('all is alive before anything is done', async () => {
			assert.deepEqual((await livingAfter(null)).toSorted(), kinds.toSorted());
		});
		for (const action of Object.keys(ends) as Action[]) {
			test(`${action} ends what it says, and nothing else`, async () => {
				const ended: readonly Kind[] = ends[action];
				const expected = kinds.filter((kind) => !ended.includes(kind));
				assert.deepEqual((await livingAfter(action)).toSorted(), expected.toSorted());
			});
		}
	},
);
