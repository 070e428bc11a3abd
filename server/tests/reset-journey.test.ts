/** Resets over HTTP from one end to the other: what they ask for, what they keep, and who wins. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { getSession } from '@holdfast/contract/accounts';
import * as factors from '@holdfast/contract/factors';
import { startHandOver } from '@holdfast/contract/recovery';
import { listServers } from '@holdfast/contract/servers';
import { addMember } from './support/attacked.ts';
import {
	addApp,
	codeOf,
	flowAfterPassword,
	shiftedClock,
	showPassword,
	signedInOf,
} from './support/factor-people.ts';
import { type Engine, startJourney } from './support/journey.ts';
import { beginResetOver } from './support/resetting.ts';
import { claim, startTwoPrograms } from './support/two-programs.ts';
import { type Browser, makeOwner, openBrowser, ownerNamed, Refused, signIn } from './support/whole-server.ts';

const eve = { username: 'eve', password: 'eavesdropping is easy' };
const next = { username: 'eve', password: 'a brand new long password' };

const withCode = (code: string) => (error: unknown) => (error as Refused).code === code;

const openWithEve = async (engine: Engine) => {
	const clock = shiftedClock();
	const server = await startJourney({ clock }, engine);
	const owner = openBrowser(server.url);
	await makeOwner(server, owner);
	const member = await addMember(server, eve);
	const { accountId } = (await member.call(getSession)).person;
	const handOver = async () => {
		const { code } = await owner.call(startHandOver, { params: { accountId } });
		return { kind: 'handed-over-code', username: 'eve', code } as const;
	};
	return { clock, server, member, handOver, nobody: () => openBrowser(server.url) };
};

const outcomeOf = (sent: Promise<unknown>): Promise<string> =>
	sent.then(
		() => 'done',
		(error: unknown) => (error instanceof Refused ? error.code : Promise.reject(error as Error)),
	);

const isIn = async (browser: Browser): Promise<boolean> => (await browser.fetch(getSession.path)).ok;

const suite = (engine: Engine): void => {
	it('by a handed-over code goes on with the right code of an app, which sign-in asks for afterwards too', async () => {
		const { clock, server, member, handOver, nobody } = await openWithEve(engine);
		await using _closing = server;
		const app = await addApp(member, clock);
		const proof = await handOver();
		const finish = await beginResetOver(nobody(), proof, next.password);
		await assert.rejects(finish(), withCode('accounts.reset.factor-needed'));
		clock.nextStep();
		assert.deepEqual(await finish(codeOf(app.secret, clock.now())), { signedOutDevices: true });
		assert.equal(await isIn(member), false);
		const browser = nobody();
		await assert.rejects(showPassword(browser, eve), withCode('accounts.credentials.wrong'));
		const flow = await flowAfterPassword(browser, next);
		assert.equal(await isIn(browser), false);
		clock.nextStep();
		const code = codeOf(app.secret, clock.now());
		const signed = signedInOf(await browser.call(factors.useTotp, { body: { flow, code } }));
		assert.equal(signed.session.level, 2);
	});

	it('by a handed-over code takes a recovery code as the factor, once', async () => {
		const { clock, server, member, handOver, nobody } = await openWithEve(engine);
		await using _closing = server;
		await addApp(member, clock);
		const { codes } = await member.call(factors.makeRecoveryCodes);
		const [paper = '', unused = ''] = codes;
		await (await beginResetOver(nobody(), await handOver(), next.password))(paper);
		const flow = await flowAfterPassword(nobody(), next);
		const again = await beginResetOver(nobody(), await handOver(), 'yet another long password');
		await assert.rejects(again(paper), withCode('accounts.factor.wrong'));
		const browser = nobody();
		signedInOf(await browser.call(factors.useRecoveryCode, { body: { flow, code: unused } }));
		assert.equal(await isIn(browser), true);
	});

	it('by a handed-over code has one winner of fifty at once', async () => {
		const { server, handOver, nobody } = await openWithEve(engine);
		await using _closing = server;
		const proof = await handOver();
		const passwords = Array.from({ length: 50 }, (_, index) => `password number ${index}`);
		const begun = await Promise.all(passwords.map((password) => beginResetOver(nobody(), proof, password)));
		const outcomes = await Promise.all(begun.map((finish) => outcomeOf(finish())));
		assert.equal(outcomes.filter((each) => each === 'done').length, 1, outcomes.join());
		const others = new Set(outcomes.filter((each) => each !== 'done'));
		assert.deepEqual([...others], ['accounts.reset.proof-wrong']);
		const password = passwords[outcomes.indexOf('done')]!;
		assert.ok(await signIn(nobody(), { username: 'eve', password }));
	});

	it('that signs out devices leaves a media server to whom it belongs', async () => {
		await using programs = await startTwoPrograms({ engine });
		const { owner, authorityUrl } = programs;
		const serverId = await claim(programs, owner);
		const { codes } = await owner.call(factors.makeRecoveryCodes);
		const { username } = ownerNamed;
		const proof = { kind: 'recovery-code', username, code: codes[0]! } as const;
		const browser = openBrowser(authorityUrl);
		const finish = await beginResetOver(browser, proof, next.password);
		assert.deepEqual(await finish(), { signedOutDevices: true });
		assert.equal(await isIn(owner), false);
		await signIn(browser, { username, password: next.password });
		const { servers } = await browser.call(listServers);
		assert.deepEqual(
			servers.map((each) => each.serverId),
			[serverId],
		);
	});
};

describe('a reset over HTTP on sqlite', () => suite('sqlite'));
describe('a reset over HTTP on postgres', () => suite('postgres'));
