/** A media server whose people are known elsewhere: claimed, entered, fed, cut off, let go. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
	consoleListAccounts,
	consoleSignOutEverywhere,
	endSession,
	getSession,
	listSessions,
	signOutEverywhere,
} from '@holdfast/contract/accounts';
import * as contract from '@holdfast/contract/servers';
import { getStatus, streamEvents } from '@holdfast/contract/system';
import { openConsole } from '../src/cli/console.ts';
import { addMember } from './support/attacked.ts';
import { type Engine, until } from './support/journey.ts';
import { claim, enter, startTwoPrograms, type TwoPrograms } from './support/two-programs.ts';
import { type Browser, openBrowser, type Refused } from './support/whole-server.ts';

const withCode = (code: string) => (error: unknown) => (error as Refused).code === code;
const friend = { username: 'ben', password: 'a password of some length' };
const household = { username: 'cleo', password: 'a password of some length' };
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

const invite = async (
	{ owner }: TwoPrograms,
	serverId: string,
	who: string,
	isHousehold: boolean,
): Promise<string> => {
	const body = { who, role: 'member' as const, isHousehold };
	return (await owner.call(contract.inviteToServer, { params: { serverId }, body })).grantId;
};

/** Somebody whose stream is open; `ended` resolves when the server closes it. */
const watchStream = async (browser: Browser): Promise<{ readonly ended: Promise<string> }> => {
	const response = await browser.fetch(streamEvents.path);
	assert.equal(response.status, 200);
	return { ended: response.text().catch(() => 'cut') };
};

const statusOf = (url: string) => openBrowser(url).call(getStatus);

const isIn = async (browser: Browser): Promise<boolean> => (await browser.fetch(getSession.path)).ok;

const suite = (engine: Engine): void => {
	it('is claimed by the code it shows, and ends a stream when its viewer signs out at the account service', async () => {
		await using programs = await startTwoPrograms({ engine });
		const { owner, media } = programs;
		assert.equal((await statusOf(media.url)).hasOwner, false);
		const begin = { body: { origin: media.url } };
		const nobody = openBrowser(media.url);
		await assert.rejects(nobody.call(contract.beginEnter, begin), withCode('access.unclaimed'));
		await claim(programs, owner);
		const visitor = await enter(programs, owner);
		const { person } = await visitor.call(getSession);
		assert.deepEqual([person.username, person.role], ['ada', 'owner']);
		const stream = await watchStream(visitor);
		await owner.call(signOutEverywhere, { body: { keepThis: true } });
		assert.match(await stream.ended, /signed-out/);
		await until('the session to be over', async () => !(await isIn(visitor)));
		// The owner signed out of everything, and the server is still theirs.
		const [server] = (await owner.call(contract.listServers)).servers;
		assert.equal(server?.name, 'Attic');
		assert.equal((await statusOf(media.url)).hasOwner, true);
		assert.equal(await isIn(await enter(programs, owner)), true);
	});

	it('lets in whom its owner let in, refuses others in words, and ends what ended', async () => {
		await using programs = await startTwoPrograms({ engine });
		const { owner, authority } = programs;
		const serverId = await claim(programs, owner);
		const ben = await addMember(authority, friend);
		await assert.rejects(enter(programs, ben), withCode('servers.entry.refused'));
		const grantId = await invite(programs, serverId, 'BEN', false);
		const visitor = await enter(programs, ben);
		const { person, session } = await visitor.call(getSession);
		assert.deepEqual([person.username, person.role], ['ben', 'member']);
		const listed = (await ben.call(contract.listServers)).servers;
		assert.deepEqual(
			listed.map(({ isMine, addresses }) => [isMine, addresses]),
			[[false, []]],
		);

		const own = (await ben.call(listSessions)).sessions.find(({ kind }) => kind === 'server');
		assert.equal(own?.sessionId, session.sessionId);
		const stream = await watchStream(visitor);
		await ben.call(endSession, { params: { sessionId: session.sessionId } });
		assert.match(await stream.ended, /signed-out/);

		const again = await enter(programs, ben);
		const second = await watchStream(again);
		const params = { serverId, grantId };
		await owner.call(contract.changeServerPerson, { params, body: { role: 'guest', isHousehold: false } });
		await second.ended;
		const asGuest = await enter(programs, ben);
		assert.equal((await asGuest.call(getSession)).person.role, 'guest');
		const third = await watchStream(asGuest);
		await owner.call(contract.removeServerPerson, { params });
		await third.ended;
		await assert.rejects(enter(programs, ben), withCode('servers.entry.refused'));
	});

	it('cut off, goes on for friends and household as long as each may, and catches up before it serves', async () => {
		await using programs = await startTwoPrograms({ engine });
		const { owner, authority, clock } = programs;
		const serverId = await claim(programs, owner);
		const [ben, cleo] = [await addMember(authority, friend), await addMember(authority, household)];
		await invite(programs, serverId, friend.username, false);
		await invite(programs, serverId, household.username, true);
		const [friendly, homely] = [await enter(programs, ben), await enter(programs, cleo)];
		await authority.running[Symbol.asyncDispose]();
		await until(
			'the cut to be seen',
			async () => !(await statusOf(programs.media.url)).authority?.isReachable,
		);

		clock.shift(14 * minuteMs);
		assert.equal(await isIn(friendly), true);
		await assert.rejects(
			openBrowser(programs.media.url).call(contract.beginEnter, { body: { origin: programs.media.url } }),
			withCode('access.authority-away'),
		);
		const stream = await watchStream(friendly);
		clock.shift(2 * minuteMs);
		assert.match(await stream.ended, /signed-out/);
		const refused = await friendly.fetch(getSession.path);
		assert.deepEqual(
			[refused.status, ((await refused.json()) as { code: string }).code],
			[503, 'access.authority-away'],
		);
		assert.equal(await isIn(homely), true);
		clock.shift(6 * dayMs);
		assert.equal(await isIn(homely), true);
		clock.shift(dayMs);
		assert.equal((await homely.fetch(getSession.path)).status, 503);

		// While nobody could hear it, one of the two is signed out everywhere.
		programs.media = await programs.media.restart();
		await using machine = await openConsole(authority.config);
		const { accounts } = await machine.call(consoleListAccounts, {});
		const accountId = accounts.find(({ username }) => username === friend.username)?.accountId ?? '';
		await machine.call(consoleSignOutEverywhere, { params: { accountId } });
		await machine[Symbol.asyncDispose]();
		programs.authority = await authority.restart();
		await until(
			'the account service to be heard',
			async () => (await statusOf(programs.media.url)).authority?.isReachable,
		);
		const moved = (browser: Browser): Browser =>
			Object.assign(openBrowser(programs.media.url), { cookie: browser.cookie });
		assert.equal((await moved(friendly).fetch(getSession.path)).status, 401);
		assert.equal((await moved(homely).fetch(getSession.path)).status, 200);
	});

	it('is let go of by its owner only, and then everybody there is signed out', async () => {
		await using programs = await startTwoPrograms({ engine });
		const { owner, authority, media } = programs;
		const serverId = await claim(programs, owner);
		const ben = await addMember(authority, friend);
		await invite(programs, serverId, friend.username, false);
		const visitor = await enter(programs, ben);
		const params = { serverId };
		await assert.rejects(ben.call(contract.releaseServer, { params }), withCode('servers.server.absent'));
		const stream = await watchStream(visitor);
		await owner.call(contract.releaseServer, { params });
		await stream.ended;
		await until('the server to be nobody’s', async () => !(await statusOf(media.url)).hasOwner);
		await using machine = await openConsole(media.config);
		const { claimCode } = await machine.call(contract.consoleAuthority, {});
		assert.match(claimCode ?? '', /^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
		assert.notEqual(claimCode, media.running.claim?.code ?? null);
		assert.deepEqual((await owner.call(contract.listServers)).servers, []);
		assert.equal((await visitor.fetch(getSession.path)).status, 401);
	});
};

describe('a media server of an account service on SQLite', () => suite('sqlite'));
describe('a media server of an account service on PostgreSQL', () => suite('postgres'));
