/**
 * The routes of people and sessions as a client meets them: what strangers learn, what cookies say, what
 * ends.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get as httpGet, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import * as contract from '@holdfast/contract/accounts';
import { route } from '@holdfast/contract/route';
import type { FastifyInstance } from 'fastify';
import { createAccess, type Access } from '../../access/index.ts';
import { accountMigrations, createAccounts, sessionLifetimeMaxMs } from '../../accounts/index.ts';
import { createSealer } from '../../keeper/index.ts';
import { systemClock } from '../../platform/clock.ts';
import { createApp } from '../../platform/http/app.ts';
import { createMounter, type Mounter } from '../../platform/http/mount.ts';
import { silentLog } from '../../platform/log.ts';
import { describeOnBothEngines } from '../../../tests/support/databases.ts';
import {
	beginLogin,
	beginRegistration,
	emptyProof,
	lightStretching,
	makeMember,
	makeOwner,
	openHouse,
	openTestKeeper,
	type House,
	type TestKeeper,
} from '../../../tests/support/house.ts';
import { createOpaqueClient, lightStretching as light } from '../../../tests/support/opaque-client.ts';
import { mountAccountRoutes } from './account-routes.ts';
import { createSessionCookies } from './cookies.ts';

const anna = { username: 'anna', password: 'correct horse battery staple' };
const ben = { username: 'ben', password: 'another long password' };
const serverId = 'testServer1234567890abcd';
const cookieName = `holdfast-${serverId.slice(0, 8)}`;

/** A stream that never ends by itself, behind the gate. */
const watch = route({
	method: 'GET',
	path: '/api/watch',
	access: 'viewer',
	form: 'bytes',
	summary: 'For tests',
});
/** A route that changes nothing, for administrators. */
const manage = route({ method: 'POST', path: '/api/manage', access: 'administrator', summary: 'For tests' });

interface Server extends AsyncDisposable {
	readonly app: FastifyInstance;
	readonly access: Access;
	readonly mounter: Mounter;
}

/** A server process over a house's database: two of them share nothing but it and the keeper. */
const openServer = (house: House, keeper: TestKeeper['keeper']): Server => {
	const sealer = createSealer({ keeper, clock: systemClock });
	const accounts = createAccounts({
		db: house.db,
		keeper,
		sealer,
		clock: house.clock,
		log: silentLog,
		serverId,
		keyStretching: lightStretching,
	});
	const app = createApp({ log: silentLog, trustedProxies: ['127.0.0.1'] });
	const isConsole = (request: { headers: Record<string, unknown> }) =>
		request.headers['x-test-console'] === 'yes';
	const isSecure = (request: { protocol: string }) => request.protocol === 'https';
	const cookies = createSessionCookies({ serverId, isSecure, lifetimeMs: sessionLifetimeMaxMs });
	const { tokenOf } = cookies;
	const access = createAccess({
		authority: accounts.authority,
		// The house's date, and periods that really pass.
		clock: { ...systemClock, now: house.clock.now },
		log: silentLog,
		tokenOf,
		isConsole,
	});
	const mounter = createMounter(app, access.gate);
	mountAccountRoutes(mounter, { accounts, cookies, isConsole });
	mounter.mount(watch, () => {
		const body = new Readable({ read: () => undefined });
		body.push('the first bytes of a film');
		return { headers: { 'content-type': 'video/mp4' }, body };
	});
	mounter.mount(manage, () => undefined);
	return {
		app,
		access,
		mounter,
		[Symbol.asyncDispose]: async () => {
			await access[Symbol.asyncDispose]();
			sealer[Symbol.dispose]();
			app.server.closeAllConnections();
			await app.close();
		},
	};
};

const post = (app: FastifyInstance, url: string, payload: object, headers: Record<string, string> = {}) =>
	app.inject({ method: 'POST', url, payload, headers });

const signInOver = async (
	app: FastifyInstance,
	{ username, password }: typeof anna,
	headers: Record<string, string> = {},
) => {
	const login = beginLogin(password);
	const { startLoginRequest } = login;
	const start = await post(app, '/api/sign-in/start', { username, startLoginRequest }, headers);
	const { flow, loginResponse } = start.json() as { flow: string; loginResponse: string };
	const finishLoginRequest = login.finish(loginResponse) ?? emptyProof;
	const finish = await post(app, '/api/sign-in/finish', { flow, finishLoginRequest }, headers);
	return { start, finish, cookie: String(finish.headers['set-cookie'] ?? '').split(';')[0]! };
};

/**
 * Everything about an answer but what differs between any two: times, lengths of nothing, and random texts.
 */
const shapeOf = (response: {
	statusCode: number;
	headers: object;
	body: string;
	cookies: { name: string }[];
}) => {
	const { date: _date, ...headers } = response.headers as Record<string, unknown>;
	const body = JSON.parse(response.body) as Record<string, unknown>;
	const texts = ['flow', 'loginResponse'].filter((name) => name in body);
	for (const name of texts) body[name] = String(body[name]).length;
	return { status: response.statusCode, headers, body, cookies: response.cookies.map(({ name }) => name) };
};

let shared: TestKeeper;
before(async () => {
	shared = await openTestKeeper();
});
after(() => shared[Symbol.asyncDispose]());

describeOnBothEngines('routes of people', { migrations: accountMigrations }, (open) => {
	it('answer a wrong password and an unknown name with the same status, headers, body and cookies', async () => {
		await using house = await openHouse(open, shared.keeper);
		await makeOwner(house, anna);
		await using server = openServer(house, shared.keeper);
		const wrong = await signInOver(server.app, { ...anna, password: 'wrong' });
		const unknown = await signInOver(server.app, { ...anna, username: 'nobody' });
		assert.deepEqual(shapeOf(wrong.start), shapeOf(unknown.start));
		assert.deepEqual(shapeOf(wrong.finish), shapeOf(unknown.finish));
		assert.equal(wrong.finish.statusCode, 401);
		assert.deepEqual(wrong.finish.cookies, []);
		assert.equal(wrong.finish.json().code, 'accounts.credentials.wrong');
	});

	it('sign a browser in by a cookie that no page can read, and out again', async () => {
		await using house = await openHouse(open, shared.keeper);
		await makeOwner(house, anna);
		await using server = openServer(house, shared.keeper);
		const { finish, cookie } = await signInOver(server.app, anna);
		assert.equal(finish.statusCode, 200);
		const form = (name: string, seconds: number) =>
			new RegExp(`^${name}=[A-Za-z0-9_-]{43}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax$`, 'u');
		const [ofSession = '', device = ''] = [finish.headers['set-cookie'] ?? []].flat();
		assert.match(ofSession, form(cookieName, 15_552_000));
		assert.match(device, form(`${cookieName}-device`, 34_560_000));
		assert.equal(finish.headers['cache-control'], 'no-store');
		assert.equal(finish.body.includes(cookie.split('=')[1]!), false);
		const session = await server.app.inject({ url: '/api/session', headers: { cookie } });
		assert.deepEqual(session.json(), finish.json().signed);
		const out = await server.app.inject({ method: 'POST', url: '/api/sign-out', headers: { cookie } });
		assert.equal(out.statusCode, 204);
		assert.match(String(out.headers['set-cookie']), /=; Path=\/; Max-Age=0;/u);
		await server.access.catchUp();
		assert.equal((await server.app.inject({ url: '/api/session', headers: { cookie } })).statusCode, 401);
	});

	it('use a __Host- cookie over HTTPS, and take no other there', async () => {
		await using house = await openHouse(open, shared.keeper);
		await makeOwner(house, anna);
		await using server = openServer(house, shared.keeper);
		const secure = { 'x-forwarded-proto': 'https' };
		const { finish, cookie } = await signInOver(server.app, anna, secure);
		assert.match(
			String(finish.headers['set-cookie']),
			new RegExp(`^__Host-${cookieName}=.*; Path=/;.*; Secure$`, 'u'),
		);
		const statusWith = async (value: string) =>
			(await server.app.inject({ url: '/api/session', headers: { ...secure, cookie: value } })).statusCode;
		assert.equal(await statusWith(cookie), 200);
		assert.equal(await statusWith(cookie.replace('__Host-', '')), 401);
		assert.equal(await statusWith(`${cookie}; ${cookie}`), 401);
	});

	it('never take up a token that the client chose, and give a new one at each sign-in', async () => {
		await using house = await openHouse(open, shared.keeper);
		await makeOwner(house, anna);
		await using server = openServer(house, shared.keeper);
		const planted = `${cookieName}=${'p'.repeat(43)}`;
		const first = await signInOver(server.app, anna, { cookie: planted });
		const second = await signInOver(server.app, anna, { cookie: first.cookie });
		await server.access.catchUp();
		assert.equal(new Set([planted, first.cookie, second.cookie]).size, 3);
		const statuses = [];
		for (const cookie of [planted, first.cookie, second.cookie]) {
			statuses.push((await server.app.inject({ url: '/api/session', headers: { cookie } })).statusCode);
		}
		assert.deepEqual(statuses, [401, 401, 200]);
	});

	it('make the owner over HTTP, and let an independent OPAQUE client sign in', async () => {
		await using house = await openHouse(open, shared.keeper);
		await using server = openServer(house, shared.keeper);
		const console = { 'x-test-console': 'yes' };
		const begun = await server.app.inject({ method: 'POST', url: '/console/owner/begin', headers: console });
		const { flow } = begun.json() as { flow: string };
		const registration = beginRegistration(anna.password);
		const { registrationRequest } = registration;
		const started = await post(server.app, '/api/setup/owner/start', {
			flow,
			username: 'anna',
			registrationRequest,
		});
		const registrationRecord = registration.finish(started.json().registrationResponse);
		const body = { flow, username: 'anna', displayName: 'Anna', registrationRecord };
		const made = await post(server.app, '/api/setup/owner/finish', body);
		assert.equal(made.statusCode, 200);
		assert.equal(made.cookies[0]?.name, cookieName);
		assert.equal((await post(server.app, '/api/setup/begin', { code: 'ANY' })).statusCode, 409);
		const independent = createOpaqueClient({ stretching: light });
		const login = independent.startLogin(anna.password);
		const { startLoginRequest } = login;
		const start = await post(server.app, '/api/sign-in/start', { username: 'ANNA', startLoginRequest });
		const finished = independent.finishLogin(login.state, start.json().loginResponse);
		const { finishLoginRequest } = finished!;
		const finish = await post(server.app, '/api/sign-in/finish', {
			flow: start.json().flow,
			finishLoginRequest,
		});
		assert.equal(finish.statusCode, 200);
		assert.equal(finish.json().signed.person.displayName, 'Anna');
	});

	it('cut the open streams of every session that ends, on another server process too', async () => {
		await using house = await openHouse(open, shared.keeper);
		await makeOwner(house, anna);
		await makeMember(house, ben);
		await using near = openServer(house, shared.keeper);
		await using far = openServer(house, shared.keeper);
		for (const { app } of [near, far]) await app.listen({ port: 0, host: '127.0.0.1' });
		const one = await signInOver(near.app, anna);
		const two = await signInOver(near.app, anna);
		const stranger = await signInOver(near.app, ben);
		const streams = await Promise.all(
			[near, far].flatMap(({ app }) => [one, two].map(({ cookie }) => openStream(app, cookie))),
		);
		const strangers = await openStream(far.app, stranger.cookie);
		const allClosed = Promise.all(streams.map(closed));
		const everywhere = await post(
			near.app,
			'/api/sessions/sign-out-everywhere',
			{ keepThis: true },
			{ cookie: one.cookie },
		);
		await allClosed;
		const next = String(everywhere.headers['set-cookie']).split(';')[0]!;
		const statuses = [];
		for (const cookie of [one.cookie, two.cookie, next, stranger.cookie]) {
			statuses.push((await far.app.inject({ url: '/api/session', headers: { cookie } })).statusCode);
		}
		assert.deepEqual(statuses, [401, 401, 200, 200]);
		assert.equal(strangers.destroyed, false);
		const gone = closed(strangers);
		await post(near.app, '/api/sign-out', {}, { cookie: stranger.cookie });
		await gone;
	});
});

/** However it ends: a cut stream is an error to its reader. */
const closed = (stream: IncomingMessage): Promise<void> =>
	new Promise((resolve) => {
		stream.once('close', () => resolve());
	});

const openStream = async (app: FastifyInstance, cookie: string): Promise<IncomingMessage> => {
	const { port } = app.server.address() as AddressInfo;
	const request = httpGet({ port, host: '127.0.0.1', path: watch.path, headers: { cookie } });
	const [response] = (await once(request, 'response')) as [IncomingMessage];
	assert.equal(response.statusCode, 200);
	response.on('error', () => undefined);
	await once(response, 'data');
	response.resume();
	return response;
};

describeOnBothEngines('the gate', { migrations: accountMigrations }, (open) => {
	it('lets nobody through a route that names who may', async () => {
		await using house = await openHouse(open, shared.keeper);
		await makeOwner(house, anna);
		await makeMember(house, ben);
		await using server = openServer(house, shared.keeper);
		const member = await signInOver(server.app, ben);
		const call = async (shape: { method: string; path: string; body?: unknown }, cookie: string) => {
			const url = shape.path.replace(/:\w+/gu, 'someidofnothing');
			const payload = shape.body ? { payload: {} } : {};
			const method = shape.method as 'GET';
			return (await server.app.inject({ method, url, headers: { cookie }, ...payload })).statusCode;
		};
		const answers = await Promise.all(
			server.mounter.routes.map(async (shape) => [shape, await call(shape, '')] as const),
		);

		for (const [shape, status] of answers) {
			if (shape.access !== 'anyone') assert.equal(status, shape.access === 'console' ? 403 : 401, shape.path);
		}
		const above = server.mounter.routes.filter(
			({ access }) => access.startsWith('administrator') || access === 'console',
		);
		assert.ok(above.length >= 7);
		for (const shape of above) assert.equal(await call(shape, member.cookie), 403, shape.path);
		assert.equal(
			(await server.app.inject({ url: '/api/session', headers: { cookie: member.cookie } })).statusCode,
			200,
		);
	});

	const foreign: readonly (readonly [string, Record<string, string>])[] = [
		['a form of another site', { 'content-type': 'text/plain', 'sec-fetch-site': 'cross-site' }],
		['a script of another site', { 'sec-fetch-site': 'cross-site' }],
		['another port of the same host', { 'sec-fetch-site': 'same-site' }],
		['another origin, in a browser without fetch metadata', { origin: 'http://evil.example' }],
		['another port, in a browser without fetch metadata', { origin: 'http://localhost:81' }],
		['a sandboxed frame', { origin: 'null' }],
		['a body that is no JSON', { 'content-type': 'text/plain' }],
		['a body that is a form', { 'content-type': 'application/x-www-form-urlencoded' }],
		['a body without a type', { 'content-type': '' }],
	];
	const own: readonly (readonly [string, Record<string, string>])[] = [
		['a page of ours', { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:80' }],
		['a page of ours over plain HTTP', { origin: 'http://home.lan:8420', host: 'home.lan:8420' }],
		['a program that is no browser', {}],
	];
	it('refuses what another site made the browser send, and nothing else', async () => {
		await using house = await openHouse(open, shared.keeper);
		await makeOwner(house, anna);
		await using server = openServer(house, shared.keeper);
		const { cookie } = await signInOver(server.app, anna);
		const send = (headers: Record<string, string>) =>
			server.app.inject({
				method: 'POST',
				url: '/api/sessions/sign-out-everywhere',
				payload: '{"keepThis":true}',
				headers: { cookie, 'content-type': 'application/json', ...headers },
			});
		for (const [what, headers] of foreign) {
			const answer = await send(headers);
			assert.deepEqual([answer.statusCode, answer.json().code], [403, 'request.cross-site'], what);
		}
		assert.equal((await server.app.inject({ url: '/api/session', headers: { cookie } })).statusCode, 200);
		for (const [what, headers] of own) {
			const answer = await post(server.app, '/api/setup/begin', { code: 'ANY' }, headers);
			assert.equal(answer.statusCode, 409, what);
		}
	});
});

describe('the contract of people', () => {
	it('is mounted as a whole', async () => {
		const mounted: unknown[] = [];
		const mounter = { mount: (shape: unknown) => mounted.push(shape) } as unknown as Mounter;
		mountAccountRoutes(mounter, {} as Parameters<typeof mountAccountRoutes>[1]);
		const declared = Object.values(contract).filter((value) => typeof value === 'object' && 'path' in value);
		assert.deepEqual(new Set(mounted), new Set(declared));
	});
});
