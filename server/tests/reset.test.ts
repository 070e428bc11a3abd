/** A new password for a lost one: by link, by recovery code, by a code that is handed over. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import * as recovery from '@holdfast/contract/recovery';
import { accountMigrations } from '../src/accounts/index.ts';
import { makeRecoveryCodes } from '../src/accounts/factors/recovery-codes.ts';
import { bareCode } from '../src/accounts/mail/bare-code.ts';
import { isFault } from '../src/platform/fault.ts';
import { newId } from '../src/platform/ids.ts';
import { describeOnBothEngines } from './support/databases.ts';
import {
	actorOf,
	beginRegistration,
	firefox,
	type House,
	makeMember,
	makeOwner,
	openHouse,
	openTestKeeper,
	signIn,
	type TestKeeper,
} from './support/house.ts';
import { type Engine, startJourney } from './support/journey.ts';
import { askForReset, beginReset, openPostedHouse, proveEmail } from './support/posted-house.ts';
import { sendRaw } from './support/attacked.ts';
import { openSmtpSink } from './support/smtp-sink.ts';
import { makeOwner as makeOwnerOver, openBrowser } from './support/whole-server.ts';
import * as people from '@holdfast/contract/people';

const anna = { username: 'anna', password: 'correct horse battery staple' };
const eve = { username: 'eve', password: 'eavesdropping is easy' };
const email = 'anna@example.org';
const next = 'a brand new long password';

const withCode = (code: Parameters<typeof isFault>[1]) => (error: unknown) => isFault(error, code);

let shared: TestKeeper;
before(async () => {
	shared = await openTestKeeper();
});
after(() => shared[Symbol.asyncDispose]());

const codeOf = (promise: Promise<unknown>): Promise<string> =>
	promise.then(
		() => 'done',
		(error: unknown) => (isFault(error) ? error.code : Promise.reject(error as Error)),
	);

const tally = (outcomes: readonly string[]): Record<string, number> => {
	const counts: Record<string, number> = {};
	for (const each of outcomes) counts[each] = (counts[each] ?? 0) + 1;
	return counts;
};

const accountRow = ({ db }: House, accountId: string) =>
	db.query.selectFrom('account').selectAll().where('accountId', '=', accountId).executeTakeFirstOrThrow();

/** As an enrolment leaves it: what is stored is enough for "must show a factor". */
const paperFor = async ({ db, clock }: House, accountId: string): Promise<string[]> =>
	db.transaction((tx) => makeRecoveryCodes(tx, accountId, clock.now()));

describeOnBothEngines('a mailed link', { migrations: accountMigrations }, (open) => {
	it('gives a new password once, signs nobody in, and ends all devices with one epoch if asked', async () => {
		await using house = await openPostedHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		await proveEmail(house, owner, email);
		for (let index = 0; index < 10; index += 1) await signIn(house, anna);
		const { accountId } = owner.signed.person;
		const before = await accountRow(house, accountId);
		const secret = await askForReset(house, email);
		const reset = await beginReset(house, { kind: 'link', secret }, next);
		assert.deepEqual(await reset.finish(), { signedOutDevices: true });
		const after = await accountRow(house, accountId);
		assert.deepEqual(
			[after.epoch, after.deviceEpoch, after.highestLevel],
			[before.epoch + 1, before.deviceEpoch + 1, before.highestLevel],
		);
		await assert.rejects(house.accounts.readSession(actorOf(owner)), withCode('access.sign-in-needed'));
		await assert.rejects(signIn(house, anna), withCode('accounts.credentials.wrong'));
		assert.ok(await signIn(house, { ...anna, password: next }));
		const again = await beginReset(house, { kind: 'link', secret }, 'yet another password');
		await assert.rejects(again.finish(), withCode('accounts.reset.proof-wrong'));
		await assert.rejects(reset.finish(), withCode('accounts.flow.expired'));
	});

	it('leaves devices signed in where that is asked for, and tells by mail either way', async () => {
		await using house = await openPostedHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		await proveEmail(house, owner, email);
		const reset = await beginReset(house, { kind: 'link', secret: await askForReset(house, email) }, next);
		assert.deepEqual(await reset.finish({ signOutDevices: false }), { signedOutDevices: false });
		assert.ok(await house.accounts.readSession(actorOf(owner)));
		await house.accounts.sendDueMail();
		assert.equal(house.sink.mails.at(-1)?.subject, 'Your password was reset');
	});

	it('that is asked for locks nothing, ends nothing and changes nothing', async () => {
		await using house = await openPostedHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		await proveEmail(house, owner, email);
		const before = await accountRow(house, owner.signed.person.accountId);
		await askForReset(house, email);
		assert.deepEqual(await accountRow(house, owner.signed.person.accountId), before);
		assert.ok(await house.accounts.readSession(actorOf(owner)));
		assert.ok(await signIn(house, anna));
	});

	it('dies with a newer one, with time, with signing out everywhere, and with the account', async () => {
		await using house = await openPostedHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		await proveEmail(house, owner, email);
		const failing = async (secret: string): Promise<void> => {
			const reset = await beginReset(house, { kind: 'link', secret }, next);
			await assert.rejects(reset.finish(), withCode('accounts.reset.proof-wrong'));
		};
		const older = await askForReset(house, email);
		const newer = await askForReset(house, email);
		await failing(older);
		await house.clock.advance(30 * 60_000);
		await failing(newer);
		const third = await askForReset(house, email);
		const begun = await beginReset(house, { kind: 'link', secret: third }, next);
		await house.accounts.signOutEverywhereOnMachine(owner.signed.person.accountId);
		await assert.rejects(begun.finish(), withCode('accounts.reset.proof-wrong'));
		const fourth = await askForReset(house, email);
		const last = await beginReset(house, { kind: 'link', secret: fourth }, next);
		await house.db.query.updateTable('account').set({ status: 'deactivated' }).execute();
		await assert.rejects(last.finish(), withCode('accounts.reset.proof-wrong'));
	});

	it('is good for exactly one of fifty at once', async () => {
		await using house = await openPostedHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		await proveEmail(house, owner, email);
		const secret = await askForReset(house, email);
		const begun = [];
		for (let index = 0; index < 50; index += 1) {
			begun.push(await beginReset(house, { kind: 'link', secret }, `password number ${index}`));
		}
		const outcomes = await Promise.all(begun.map((reset) => codeOf(reset.finish())));
		assert.deepEqual(tally(outcomes), { done: 1, 'accounts.reset.proof-wrong': 49 });
		const password = `password number ${outcomes.indexOf('done')}`;
		assert.ok(await signIn(house, { ...anna, password }));
		const raised = await house.db.query
			.selectFrom('securityEvent')
			.selectAll()
			.where('kind', '=', 'account-epoch-raised')
			.execute();
		assert.equal(raised.length, 1);
	});

	it('of one person changes nothing of another, whichever way it is put together', async () => {
		await using house = await openPostedHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		await proveEmail(house, owner, email);
		await makeMember(house, eve);
		const secret = await askForReset(house, email);
		const asCode = await beginReset(
			house,
			{ kind: 'handed-over-code', username: 'eve', code: secret.slice(0, 40) },
			next,
		);
		await assert.rejects(asCode.finish(), withCode('accounts.reset.proof-wrong'));
		assert.ok(await signIn(house, eve));
		const reset = await beginReset(house, { kind: 'link', secret }, next);
		await reset.finish();
		assert.ok(await signIn(house, eve));
		assert.ok(await signIn(house, { ...anna, password: next }));
	});

	it('answers known, unknown and impossible addresses alike, and writes one row for each', async () => {
		await using house = await openPostedHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		await proveEmail(house, owner, email);
		const rows = async (): Promise<number> =>
			(await house.db.query.selectFrom('mail').selectAll().execute()).length;
		const before = await rows();
		for (const asked of [email, 'nobody@example.org', 'no address', 'a@b.example, anna@example.org']) {
			assert.deepEqual(await house.accounts.requestReset({ email: asked }, firefox), { canMail: true });
		}
		assert.equal(await rows(), before + 4);
		await house.accounts.sendDueMail();
		assert.deepEqual(
			house.sink.mails.map(({ to }) => to),
			[[email]],
		);
		await house.accounts.sweep();
		const decoys = await house.db.query.selectFrom('mail').selectAll().where('state', '=', 'decoy').execute();
		assert.ok(
			decoys.length === 3 && decoys.every(({ address, wrapped }) => address === null && wrapped === null),
		);
	});

	it('that is wrong gets an answer of the same form, and evaluates nothing of a person', async () => {
		await using house = await openPostedHouse(open, shared.keeper);
		await makeOwner(house, anna);
		const { registrationRequest } = beginRegistration(next);
		const answers = [];
		for (const username of ['anna', 'anna', 'nobody', 'nobody']) {
			const proof = { kind: 'recovery-code', username, code: 'AAAA-BBBB-CCCC-DDDD-EEEE-FFFF' } as const;
			answers.push(await house.accounts.startReset({ proof, registrationRequest }, firefox));
		}
		assert.equal(new Set(answers.map(({ registrationResponse }) => registrationResponse)).size, 4);
		const lengths = answers.map(
			({ flow, registrationResponse }) => flow.length + registrationResponse.length,
		);
		assert.equal(new Set(lengths).size, 1);
	});
});

describeOnBothEngines('a recovery code', { migrations: accountMigrations }, (open) => {
	it('gives a new password without mail, once, and of its own person', async () => {
		await using house = await openHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		await makeMember(house, eve);
		const [first = '', second = ''] = await paperFor(house, owner.signed.person.accountId);
		const proofOf = (username: string, code: string) => ({ kind: 'recovery-code', username, code }) as const;
		const stolen = await beginReset(house, proofOf('eve', first), next);
		await assert.rejects(stolen.finish(), withCode('accounts.reset.proof-wrong'));
		const begun = [];
		for (let index = 0; index < 50; index += 1)
			begun.push(await beginReset(house, proofOf('anna', first.toLowerCase()), next));
		const outcomes = tally(
			await Promise.all(begun.map((reset) => codeOf(reset.finish({ signOutDevices: false })))),
		);
		assert.deepEqual(outcomes, { done: 1, 'accounts.reset.proof-wrong': 49 });
		assert.ok(await signIn(house, { ...anna, password: next }));
		await (await beginReset(house, proofOf('ANNA', second), 'the third long password')).finish();
		assert.ok(await signIn(house, { ...anna, password: 'the third long password' }));
	});
});

describeOnBothEngines('a code that is handed over', { migrations: accountMigrations }, (open) => {
	const proofOf = (username: string, code: string) => ({ kind: 'handed-over-code', username, code }) as const;

	it('is made for lower roles only, hashed, good once, and seen by its person', async () => {
		await using house = await openHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		const ownerId = owner.signed.person.accountId;
		const member = await makeMember(house, eve);
		const adminNamed = { username: 'adam', password: 'administrators too need passwords' };
		await makeMember(house, adminNamed, 'administrator');
		const bert = { username: 'bert', password: 'another administrator here' };
		const otherAdmin = await makeMember(house, bert, 'administrator');
		const admin = await signIn(house, adminNamed);
		const refused = withCode('access.not-allowed');
		await assert.rejects(house.accounts.startHandOver(actorOf(admin), ownerId), refused);
		await assert.rejects(house.accounts.startHandOver(actorOf(admin), otherAdmin), refused);
		await assert.rejects(
			house.accounts.startHandOver(actorOf(admin), admin.signed.person.accountId),
			refused,
		);
		await assert.rejects(house.accounts.startHandOver(actorOf(owner), ownerId), refused);
		const asMember = await signIn(house, eve);
		await assert.rejects(house.accounts.startHandOver(actorOf(asMember), member), refused);
		const absent = house.accounts.startHandOver(actorOf(owner), newId(1));
		await assert.rejects(absent, withCode('accounts.account.absent'));
		assert.ok(await house.accounts.startHandOver(actorOf(owner), otherAdmin));

		const older = await house.accounts.startHandOver(actorOf(admin), member);
		const { code } = await house.accounts.startHandOver(actorOf(admin), member);
		assert.match(code, /^[0-9A-Z]{4}(?:-[0-9A-Z]{4}){5}$/u);
		const tokens = JSON.stringify(await house.db.query.selectFrom('token').selectAll().execute());
		assert.ok(!tokens.includes(code) && !tokens.includes(bareCode(code)));
		assert.ok(await house.accounts.readSession(actorOf(asMember)), 'making it ends nothing');
		const replaced = await beginReset(house, proofOf('eve', older.code), next);
		await assert.rejects(replaced.finish(), withCode('accounts.reset.proof-wrong'));
		await (await beginReset(house, proofOf('eve', code.toLowerCase().replaceAll('-', ' ')), next)).finish();
		assert.ok(await signIn(house, { ...eve, password: next }));
		const events = await house.db.query
			.selectFrom('securityEvent')
			.select('kind')
			.where('accountId', '=', member)
			.execute();
		assert.ok(events.some(({ kind }) => kind === 'reset-code-made'));
	});

	it('needs the factor of whoever has one, and the same flow goes on with it', async () => {
		await using house = await openHouse(open, shared.keeper);
		const owner = await makeOwner(house, anna);
		const member = await makeMember(house, eve);
		const [paper = ''] = await paperFor(house, member);
		const { code } = await house.accounts.startHandOver(actorOf(owner), member);
		const reset = await beginReset(house, proofOf('eve', code), next);
		await assert.rejects(reset.finish(), withCode('accounts.reset.factor-needed'));
		await assert.rejects(
			reset.finish({ factorCode: 'AAAABBBBCCCCDDDDEEEEFFFF' }),
			withCode('accounts.factor.wrong'),
		);
		await assert.rejects(reset.finish({ factorCode: '123456' }), withCode('accounts.factor.wrong'));
		const { code: helpless } = { code };
		await assert.rejects(reset.finish({ factorCode: helpless }), withCode('accounts.factor.wrong'));
		assert.ok(await signIn(house, eve), 'nothing changed so far');
		assert.deepEqual(await reset.finish({ factorCode: paper }), { signedOutDevices: true });
		assert.ok(await signIn(house, { ...eve, password: next }));
	});

	it('ends after a day, and nobody on the machine makes one for the owner', async () => {
		await using house = await openHouse(open, shared.keeper);
		await makeOwner(house, anna);
		await makeMember(house, eve);
		await assert.rejects(
			house.accounts.startHandOverOnMachine({ username: 'anna' }),
			withCode('access.not-allowed'),
		);
		const { code } = await house.accounts.startHandOverOnMachine({ username: 'Eve' });
		await house.clock.advance(24 * 60 * 60_000);
		const late = await beginReset(house, proofOf('eve', code), next);
		await assert.rejects(late.finish(), withCode('accounts.reset.proof-wrong'));
	});
});

const overHttp = (engine: Engine): void => {
	describe(`a reset over HTTP on ${engine}`, () => {
		it('makes its link of the configured address, whatever the request calls us', async () => {
			await using sink = await openSmtpSink();
			const env = { ...sink.env, HOLDFAST_PUBLIC_URL: 'https://films.example' };
			await using server = await startJourney({ env }, engine);
			const owner = openBrowser(server.url);
			await makeOwnerOver(server, owner);
			await owner.call(people.setEmail, { body: { email } });
			const proof = await sink.next(email);
			const secret = /#([\w-]{43})/u.exec(proof.text)?.[1] ?? '';
			await owner.call(people.verifyEmail, { body: { secret } });
			await sink.next(email);
			const body = JSON.stringify({ email });
			const port = server.running.port ?? 0;
			const poisoned: [string, string][] = [
				['/api/reset/request', 'Host: evil.example'],
				['/api/reset/request', `Host: 127.0.0.1:${port}\r\nX-Forwarded-Host: evil.example`],
				['/api/reset/request', `Host: 127.0.0.1:${port}\r\nForwarded: host=evil.example;proto=https`],
				['http://evil.example/api/reset/request', 'Host: evil.example'],
			];
			for (const [path, headers] of poisoned) {
				await sendRaw(
					port,
					`POST ${path} HTTP/1.1\r\n${headers}\r\nX-Forwarded-Proto: https\r\nContent-Type: application/json\r\n` +
						`Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
				);
			}
			const asked = await owner.call(recovery.requestReset, { body: { email } });
			assert.deepEqual(asked, { canMail: true });
			const first = await sink.next(email);
			for (const mail of [first, ...sink.mails]) assert.doesNotMatch(mail.raw, /evil/u);
			assert.match(first.text, /^https:\/\/films\.example\/reset#[\w-]{43}$/mu);
		});
	});
};
overHttp('sqlite');
overHttp('postgres');
