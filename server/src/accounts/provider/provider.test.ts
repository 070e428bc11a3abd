/** What apps leave in the database, when their codes end, and app passwords by name, on both databases. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { describeOnBothEngines } from '../../../tests/support/databases.ts';
import {
	actorOf,
	firefox,
	type House,
	makeOwner,
	openHouse,
	openTestKeeper,
	signIn,
	type TestKeeper,
} from '../../../tests/support/house.ts';
import { accountMigrations, type SignedIn } from '../index.ts';

const ada = { username: 'ada', password: 'correct horse battery staple' };
const minuteMs = 60_000;

describeOnBothEngines('apps that are let in', { migrations: accountMigrations }, (open) => {
	let keeper: TestKeeper;
	let house: House;
	let signed: SignedIn;

	before(async () => {
		keeper = await openTestKeeper();
		house = await openHouse(open, keeper.keeper, { arePlainPasswordsAllowed: true });
		signed = await makeOwner(house, ada);
	});
	after(async () => {
		await house[Symbol.asyncDispose]();
		await keeper[Symbol.asyncDispose]();
	});

	const letIn = async () => {
		const { app } = await house.accounts.registerClient({
			kind: 'app',
			name: 'Film Club of Ada',
			redirectUris: ['https://ada-at-home.example.org/callback'],
			logoutUri: null,
			hasSecret: true,
		});
		const requestId = `asked by ${app.clientId}`;
		const question = { payload: {}, lifetimeMs: 60_000 };
		await house.accounts.provider.saveArtefact('Interaction', requestId, question);
		const asked = {
			requestId,
			clientId: app.clientId,
			scope: 'openid media',
			redirectUri: app.redirectUris[0]!,
			askedAt: house.clock.now(),
			isProofAsked: false,
			proofAgeMaxMs: null,
			level: 1,
		} as const;
		return house.accounts.authorize(actorOf(signed), asked, firefox);
	};
	const everything = async (): Promise<string> => {
		const tables = [
			'client',
			'letIn',
			'token',
			'session',
			'appSigningKey',
			'plainPassword',
			'appLogout',
		] as const;
		const rows = await Promise.all(
			tables.map((name) => house.db.query.selectFrom(name).selectAll().execute()),
		);
		const flat = rows.flat().flatMap((row) => Object.values(row));
		const bytes = flat.map((value) =>
			value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
		);
		return JSON.stringify(bytes);
	};

	test('leave no token, name, address or key in the database that could be used or read', async () => {
		const { provider } = house.accounts;
		const { grantId } = await letIn();
		const keys = await provider.signingKeys();
		const code = 'a code of forty-three signs or thereabouts...';
		const payload = { grantId, clientId: 'some-client', scope: 'openid media', exp: 9_999_999_999 };
		await provider.saveArtefact('AuthorizationCode', code, { payload, lifetimeMs: minuteMs });
		const asked = await provider.startDeviceLink(
			{ client: (await provider.findClient('holdfast-tv'))!, scope: 'media' },
			{ address: '203.0.113.7', userAgent: 'Tizen' },
		);
		const { password } = await house.accounts.makeAppPassword(actorOf(signed), {
			label: 'Radio of Ada',
			kind: 'plain',
			days: null,
		});
		const dump = await everything();
		const secrets = [
			grantId,
			code,
			asked.deviceCode,
			asked.userCode,
			asked.userCode.replace('-', ''),
			password,
			password.replaceAll('-', ''),
			String(keys[0]!['d']),
			'ada-at-home',
			'Film Club of Ada',
			'Radio of Ada',
			'203.0.113',
			'Samsung TV',
		];
		for (const secret of secrets) assert.ok(!dump.includes(secret), secret);
	});

	test('have a minute for their code, and two for coming at all', async () => {
		const { provider } = house.accounts;
		const { grantId, facts } = await letIn();
		const payload = { grantId, scope: 'media', exp: 9_999_999_999 };
		await provider.saveArtefact('AuthorizationCode', 'late code', { payload, lifetimeMs: minuteMs });
		house.clock.advance(minuteMs);
		assert.equal(await provider.findArtefact('AuthorizationCode', 'late code'), null);
		assert.equal(await provider.spendArtefact('AuthorizationCode', 'late code'), false);
		house.clock.advance(2 * minuteMs);
		assert.equal(await provider.readGrant(grantId), null, 'nobody came for a token');
		const { sessions } = { sessions: await house.accounts.listSessions(actorOf(signed)) };
		assert.ok(!JSON.stringify(sessions).includes(facts.sessionId));
	});

	test('go on for months once they came', async () => {
		const { provider } = house.accounts;
		const { grantId } = await letIn();
		const payload = { grantId, scope: 'media', exp: 9_999_999_999 };
		await provider.saveArtefact('AuthorizationCode', 'in time', { payload, lifetimeMs: minuteMs });
		assert.equal(await provider.spendArtefact('AuthorizationCode', 'in time'), true);
		house.clock.advance(20 * 24 * 60 * minuteMs);
		assert.ok(await provider.readGrant(grantId));
		assert.equal(await provider.spendArtefact('AuthorizationCode', 'in time'), false);
	});

	test('by name and app password are found, and by nothing else', async () => {
		const { authority } = house.accounts;
		const { password, appPassword } = await house.accounts.makeAppPassword(actorOf(signed), {
			label: 'Player',
			kind: 'hashed',
			days: 30,
		});
		const found = await authority.resolveAppPassword({ username: 'ADA', secret: password }, '192.0.2.1');
		assert.equal(found?.sessionId, appPassword.sessionId);
		assert.equal(found?.scope, 'media');
		for (const wrong of [
			{ username: 'ada', secret: ada.password },
			{ username: 'ada', secret: signed.token },
			{ username: 'bob', secret: password },
			{ username: 'ada', secret: `${password}x` },
			{ username: 'ada', secret: '' },
		])
			assert.equal(await authority.resolveAppPassword(wrong, '192.0.2.1'), null, JSON.stringify(wrong));
		assert.equal(await authority.resolveSession(password.replaceAll('-', '')), null, 'as a cookie');
		house.clock.advance(31 * 24 * 60 * minuteMs);
		const late = { username: 'ada', secret: password };
		assert.equal(await authority.resolveAppPassword(late, '192.0.2.1'), null, 'after its days');
	});

	test('of the weaker kind are opened by name, for those that are alive only', async () => {
		const mine = await house.accounts.openPlainPasswords('ada');
		assert.equal(mine.length, 1);
		assert.match(mine[0]!.secret, /^([a-z2-9]{4}-){6}[a-z2-9]{4}$/u);
		assert.deepEqual(await house.accounts.openPlainPasswords('nobody'), []);
	});

	test('are registered with whole addresses only, and removed once', async () => {
		const app = { kind: 'app', name: 'Odd', logoutUri: null } as const;
		for (const uri of [
			'https://app.example.org/callback#fragment',
			'https://*.example.org/callback',
			'https://ada@app.example.org/callback',
			'https://app.example.org/a/../callback',
			'https://app.example.org/%2e%2e/callback',
			'HTTPS://app.example.org/callback',
			'javascript:alert(1)',
			'/callback',
		])
			await assert.rejects(house.accounts.registerClient({ ...app, redirectUris: [uri] }), {
				code: 'accounts.app.address-refused',
			});
		await assert.rejects(house.accounts.removeClient('nobody-here'), { code: 'accounts.app.absent' });
	});

	test('have a bound to how many app passwords there are', async () => {
		signed = await signIn(house, ada);
		const input = { label: 'Many', kind: 'hashed', days: null } as const;
		const many = async (): Promise<void> => {
			for (let made = 0; made <= 100; made += 1) await house.accounts.makeAppPassword(actorOf(signed), input);
		};
		await assert.rejects(many(), { code: 'accounts.app-password.too-many' });
	});
});
