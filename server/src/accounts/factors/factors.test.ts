/** What second factors leave in the tables and in the log, on both databases. */
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { it } from 'node:test';
import { describeOnBothEngines } from '../../../tests/support/databases.ts';
import { makePasskey, showPasskey } from '../../../tests/support/authenticator.ts';
import { codeOf, wrongCode } from '../../../tests/support/factor-people.ts';
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
	signIn,
	type TestKeeper,
} from '../../../tests/support/house.ts';
import { accountMigrations, type SignedIn } from '../index.ts';

const ada = { username: 'ada', password: 'correct horse battery staple' };
const bea = { username: 'bea', password: 'another horse battery staple' };
const origin = 'https://media.example.org';
const stepMs = 30_000;

const isFault = (code: string) => (error: unknown) => (error as { code?: string }).code === code;

/** The flow that asks for a factor, from an address. */
const flowFrom = async ({ accounts }: House, address: string): Promise<string> => {
	const client = { ...firefox, address };
	const login = beginLogin(bea.password);
	const { startLoginRequest } = login;
	const begun = await accounts.startSignIn({ username: bea.username, startLoginRequest }, client);
	const finishLoginRequest = login.finish(begun.loginResponse) ?? emptyProof;
	const answer = await accounts.finishSignIn({ flow: begun.flow, finishLoginRequest }, client);
	assert.ok(answer.state === 'factor-needed');
	return answer.flow;
};

/** Adds an app; the session goes on as the one that is returned. */
const addApp = async ({ accounts, clock }: House, by: SignedIn) => {
	const actor = actorOf(by);
	const { flow, secret } = await accounts.startTotp(actor);
	const code = codeOf(secret, clock.now());
	const made = await accounts.finishTotp(actor, { flow, code, label: 'My phone' }, firefox);
	return { ...made, secret, by: made.signedIn ?? by };
};

const kindsOf = async ({ db }: House, accountId: string): Promise<string[]> => {
	const rows = await db.query
		.selectFrom('securityEvent')
		.select('kind')
		.where('accountId', '=', accountId)
		.orderBy('position')
		.execute();
	return rows.map(({ kind }) => kind);
};

const levelOf = async ({ db }: House, accountId: string) =>
	(
		await db.query
			.selectFrom('account')
			.select('highestLevel')
			.where('accountId', '=', accountId)
			.executeTakeFirst()
	)?.highestLevel;

describeOnBothEngines('second factors', { migrations: accountMigrations }, (open) => {
	let keeper: TestKeeper;
	before(async () => {
		keeper = await openTestKeeper();
	});
	after(() => keeper[Symbol.asyncDispose]());

	const openWithBea = async () => {
		const house = await openHouse(open, keeper.keeper, { publicUrl: () => origin });
		await makeOwner(house, ada);
		const accountId = await makeMember(house, bea);
		return {
			house,
			accountId,
			by: await signIn(house, bea),
			[Symbol.asyncDispose]: house[Symbol.asyncDispose],
		};
	};

	it("are written with the account's level, and with events, the first and the last alike", async () => {
		await using scene = await openWithBea();
		const { house, accountId } = scene;
		const { factorId, by } = await addApp(house, scene.by);
		assert.equal(await levelOf(house, accountId), 2);
		await house.accounts.makeRecoveryCodes(actorOf(by));
		await house.accounts.removeFactor(actorOf(by), factorId);
		assert.equal(await levelOf(house, accountId), 1);
		const kinds = (await kindsOf(house, accountId)).filter((kind) => /factor|codes|changed/.test(kind));
		assert.deepEqual(kinds, [
			'factor-added',
			'account-changed',
			'recovery-codes-made',
			'factor-removed',
			'account-changed',
		]);
	});

	it('leave no secret, code, label or id of a passkey in the tables', async () => {
		await using scene = await openWithBea();
		const { house } = scene;
		const { secret, by } = await addApp(house, scene.by);
		const actor = actorOf(by);
		const begun = await house.accounts.startTotp(actor);
		const { codes } = await house.accounts.makeRecoveryCodes(actor);
		const { flow, options } = await house.accounts.startPasskey(actor);
		const { passkey, response } = makePasskey(options, origin);
		await house.accounts.finishPasskey(actor, { flow, label: 'Grey laptop', response }, firefox);
		const { challenge } = options as { challenge: string };
		const tables = ['factor', 'totp', 'passkey', 'recoveryCode', 'token', 'securityEvent'] as const;
		const rows = await Promise.all(
			tables.map((table) => house.db.query.selectFrom(table).selectAll().execute()),
		);
		const text = JSON.stringify(rows, (_key, value: unknown) =>
			value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
		);
		const hidden = [
			secret,
			begun.secret,
			begun.flow,
			flow,
			challenge,
			'My phone',
			'Grey laptop',
			passkey.credentialId.toString('base64url'),
			passkey.credentialId.toString('latin1'),
			...codes.flatMap((code) => [code, code.replaceAll('-', '')]),
		];
		for (const each of hidden) assert.ok(!text.includes(each), each);
	});

	it('tell of wrong codes, and share one budget between all addresses', async () => {
		await using scene = await openWithBea();
		const { house, accountId } = scene;
		const { secret } = await addApp(house, scene.by);
		await house.clock.advance(stepMs);
		const code = wrongCode(secret, house.clock.now());
		const guess = (flow: string, address: string) =>
			house.accounts.showTotp({ flow, code }, { ...firefox, address });
		for (const network of [1, 2, 3, 4]) {
			const address = `10.0.${network}.7`;
			const flow = await flowFrom(house, address);
			for (const tried of [1, 2, 3, 4, 5])
				await assert.rejects(guess(flow, address), isFault('accounts.factor.wrong'), `${tried}`);
		}
		const flow = await flowFrom(house, '10.0.5.7');
		const right = { flow, code: codeOf(secret, house.clock.now()) };
		await assert.rejects(house.accounts.showTotp(right, firefox), isFault('request.too-many'));
		assert.equal((await kindsOf(house, accountId)).filter((kind) => kind === 'factor-failed').length, 20);
		// A minute later one more may be tried; that it is right opens all again.
		await house.clock.advance(61_000);
		const later = { flow, code: codeOf(secret, house.clock.now()) };
		assert.equal((await house.accounts.showTotp(later, firefox)).state, 'signed-in');
	});

	it('are opened by the flow itself: nothing is booked on the budget of openings', async () => {
		await using scene = await openWithBea();
		const { house } = scene;
		const { secret } = await addApp(house, scene.by);
		await house.clock.advance(stepMs);
		const flow = await flowFrom(house, '10.0.1.7');
		const before = (await keeper.keeper.report()).meteredOpeningsLastHour;
		await house.accounts.showTotp({ flow, code: codeOf(secret, house.clock.now()) }, firefox);
		assert.equal((await keeper.keeper.report()).meteredOpeningsLastHour, before);
	});

	it('tell of a recovery code that was used and of a copied passkey', async () => {
		await using scene = await openWithBea();
		const { house, accountId } = scene;
		const { accounts } = house;
		const { by } = await addApp(house, scene.by);
		const { codes } = await accounts.makeRecoveryCodes(actorOf(by));
		await accounts.showRecoveryCode({ flow: await flowFrom(house, '10.0.1.7'), code: codes[3]! }, firefox);
		const { flow, options } = await accounts.startPasskey(actorOf(by));
		const { passkey, response } = makePasskey(options, origin, { counter: 9 });
		await accounts.finishPasskey(actorOf(by), { flow, label: 'Key', response }, firefox);
		const begun = await accounts.startPasskeySignIn({ flow: null }, firefox);
		const copied = showPasskey(passkey, begun.options, origin, { counter: 4 });
		await assert.rejects(
			accounts.finishPasskeySignIn({ flow: begun.flow, response: copied }, firefox),
			isFault('accounts.factor.wrong'),
		);
		const rows = await house.db.query
			.selectFrom('securityEvent')
			.select(['kind', 'reasons'])
			.where('accountId', '=', accountId)
			.where('kind', 'in', ['recovery-code-used', 'factor-failed'])
			.orderBy('position')
			.execute();
		assert.deepEqual(rows, [
			{ kind: 'recovery-code-used', reasons: null },
			{ kind: 'factor-failed', reasons: '["passkey-counter"]' },
		]);
	});

	it('end with a hand-over code when the password changes, so that nobody makes both', async () => {
		await using scene = await openWithBea();
		const { house, accountId } = scene;
		const owner = await signIn(house, ada);
		await addApp(house, scene.by);
		const { code } = await house.accounts.startFactorHelp(actorOf(owner), accountId);
		const flow = await flowFrom(house, '10.0.1.7');
		const present = await house.db.query
			.selectFrom('credential')
			.selectAll()
			.where('accountId', '=', accountId)
			.executeTakeFirstOrThrow();
		await house.db.query
			.updateTable('credential')
			.set({ credentialId: 'another-credential-of-it' })
			.where('credentialId', '=', present.credentialId)
			.execute();
		await assert.rejects(
			house.accounts.showRecoveryCode({ flow, code }, firefox),
			isFault('accounts.factor.wrong'),
		);
	});

	it('are as many as there may be, and not one more', async () => {
		await using scene = await openWithBea();
		const { house } = scene;
		let { by } = scene;
		for (let made = 0; made < 32; made += 1) ({ by } = await addApp(house, by));
		await assert.rejects(addApp(house, by), isFault('accounts.factor.too-many'));
		const overview = await house.accounts.listFactors(actorOf(by));
		assert.equal(overview.factors.length, 32);
		assert.deepEqual(
			[overview.canHavePasskeys, overview.hasPassword, overview.isRequired],
			[true, true, false],
		);
	});

	it('are asked of a role by one event that names nobody', async () => {
		await using scene = await openWithBea();
		const { house } = scene;
		const owner = await signIn(house, ada);
		await house.accounts.setFactorPolicy(actorOf(owner), ['guest', 'member', 'member']);
		assert.deepEqual(await house.accounts.getFactorPolicy(), { requiredFor: ['member', 'guest'] });
		const rows = await house.db.query
			.selectFrom('securityEvent')
			.select(['kind', 'accountId'])
			.where('kind', '=', 'factor-policy-changed')
			.execute();
		assert.deepEqual(rows, [{ kind: 'factor-policy-changed', accountId: null }]);
		const held = await house.accounts.authority.resolveSession(scene.by.token);
		assert.equal(held?.mustAddFactor, true);
		const { by } = await addApp(house, scene.by);
		assert.equal((await house.accounts.authority.resolveSession(by.token))?.mustAddFactor, false);
	});
});
