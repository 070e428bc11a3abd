/**
 * Every route of the contract, called as nobody, as the wrong person, from another site, and with bad input.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import * as accounts from '@holdfast/contract/accounts';
import type { RouteShape } from '@holdfast/contract/route';
import { openConsole } from '../src/cli/console.ts';
import { register } from '../src/cli/credentials.ts';
import {
	addressOf,
	type Browser,
	makeOwner,
	openBrowser,
	signIn,
	startWholeServer,
	type WholeServer,
} from './support/whole-server.ts';

const isRoute = (value: unknown): value is RouteShape =>
	typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'access' in value;

/** Every part of the contract, so that a new one cannot be forgotten here. */
const contractFolder = new URL('../../contract/', import.meta.url);
const parts = readdirSync(contractFolder).filter((name) => name.endsWith('.ts'));
const modules: object[] = await Promise.all(parts.map((name) => import(new URL(name, contractFolder).href)));
const routes = modules.flatMap((part) => Object.values(part)).filter(isRoute);

/** Ids of the right form that nobody has. */
const foreignId = 'zzzzzzzzzzzzzzzzzzzzzzzz';
const paramsFor = (route: RouteShape): Record<string, string> =>
	Object.fromEntries(
		[...route.path.matchAll(/:([A-Za-z]+)/g)].map(([, name = '']) => [
			name,
			{ track: 'video', segment: '0.m4s', variant: 'tile' }[name] ?? foreignId,
		]),
	);

const ask = async (browser: Browser, route: RouteShape, init: RequestInit = {}): Promise<Response> => {
	const query = route.path === '/api/search' ? { q: 'a' } : {};
	const body = route.body ? { body: '{}', headers: { 'content-type': 'application/json' } } : {};
	return browser.fetch(addressOf(route, { params: paramsFor(route), query }), {
		method: route.method,
		...body,
		...init,
	});
};

const codeOf = async (response: Response): Promise<string> =>
	((await response.json()) as { code: string }).code;

describe('every route', () => {
	let server: WholeServer;
	let owner: Browser;
	let member: Browser;
	const nobody = (): Browser => openBrowser(server.url);

	before(async () => {
		server = await startWholeServer();
		owner = openBrowser(server.url);
		await makeOwner(server, owner);
		const username = 'mallory';
		const password = 'a password of some length';
		await using machine = await openConsole(server.config);
		const { flow, registrationRecord } = await register(password, (registrationRequest) =>
			machine.call(accounts.consoleStartMember, { body: { username, registrationRequest } }),
		);
		const body = { flow, username, displayName: 'Mallory', role: 'member' as const, registrationRecord };
		await machine.call(accounts.consoleFinishMember, { body });
		member = openBrowser(server.url);
		await signIn(member, { username, password });
	});
	after(() => server[Symbol.asyncDispose]());

	test('is mounted: the contract promises nothing that is not there', async () => {
		for (const route of routes) {
			const response = await ask(nobody(), route);
			const isThere = response.status !== 404 || (await codeOf(response)) !== 'request.unknown-route';
			assert.ok(isThere, `${route.method} ${route.path} is not mounted`);
			await response.body?.cancel();
		}
	});

	test('that is for signed-in people answers nobody with 401, before it looks at the body', async () => {
		for (const route of routes.filter(({ access }) => access !== 'anyone' && access !== 'console')) {
			const response = await ask(nobody(), route, route.body ? { body: '{"not": "valid"}' } : {});
			assert.equal(response.status, 401, `${route.method} ${route.path}`);
			assert.equal(await codeOf(response), 'access.sign-in-needed');
		}
	});

	test('of the console is refused over the network, to the owner too', async () => {
		for (const route of routes.filter(({ access }) => access === 'console')) {
			for (const browser of [nobody(), owner]) {
				const response = await ask(browser, route);
				assert.equal(response.status, 403, `${route.method} ${route.path}`);
				assert.equal(await codeOf(response), 'access.not-allowed');
			}
		}
	});

	test('for administrators is refused to a member', async () => {
		const forAdministrators = routes.filter(({ access }) => access.startsWith('administrator'));
		assert.ok(forAdministrators.length > 5);
		for (const route of forAdministrators) {
			const response = await ask(member, route);
			assert.equal(response.status, 403, `${route.method} ${route.path}`);
			assert.equal(await codeOf(response), 'access.not-allowed');
		}
	});

	test('with an id answers a stranger’s id as absent, never as forbidden, and never with a crash', async () => {
		for (const route of routes.filter(
			({ access, path }) => (access === 'viewer' || access.startsWith('self')) && path.includes(':'),
		)) {
			const response = await ask(member, route);
			assert.ok([400, 404].includes(response.status), `${route.method} ${route.path}: ${response.status}`);
			assert.match(response.headers.get('content-type') ?? '', /application\/problem\+json/);
		}
	});

	test('that changes something is refused when another site sends it', async () => {
		for (const route of routes.filter(({ method, access }) => method !== 'GET' && access !== 'console')) {
			const crossSite = { headers: { 'content-type': 'application/json', 'sec-fetch-site': 'cross-site' } };
			const response = await ask(owner, route, crossSite);
			assert.equal(response.status, 403, `${route.method} ${route.path}`);
			assert.equal(await codeOf(response), 'request.cross-site');
			const form = { headers: { 'content-type': 'text/plain' }, body: '{}' };
			const asForm = route.body ? await ask(owner, route, form) : null;
			assert.ok(asForm === null || asForm.status >= 400, `${route.method} ${route.path} took a form`);
		}
	});

	test('with a body refuses one that is too large, broken or of the wrong shape, and says so', async () => {
		const withBody = routes.filter(({ body, access }) => body && access !== 'console');
		for (const route of withBody) {
			const json = { 'content-type': 'application/json' };
			const large = await ask(owner, route, {
				headers: json,
				body: JSON.stringify({ a: 'x'.repeat(70_000) }),
			});
			assert.equal(large.status, 413, `${route.method} ${route.path}`);
			assert.equal(await codeOf(large), 'request.too-large');
			for (const body of ['{"a":', '[]', 'null', '"text"', '{"username":{"$gt":""}}']) {
				const wrong = await ask(owner, route, { headers: json, body });
				assert.equal(wrong.status, 400, `${route.method} ${route.path} with ${body}: ${wrong.status}`);
				assert.equal(await codeOf(wrong), 'request.malformed');
			}
		}
	});

	test('answers with the headers that keep a page safe', async () => {
		for (const path of ['/api/status', '/api/session', '/nothing']) {
			const response = await nobody().fetch(path);
			assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'/);
			assert.match(
				response.headers.get('content-security-policy') ?? '',
				/require-trusted-types-for 'script'/,
			);
			assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
			assert.equal(response.headers.get('referrer-policy'), 'no-referrer');
			assert.equal(response.headers.get('cache-control'), 'no-store');
		}
	});

	test('ignores forwarding headers that no trusted proxy sent', async () => {
		const response = await nobody().fetch('/api/status', {
			headers: {
				'x-forwarded-proto': 'https',
				'x-forwarded-host': 'evil.example',
				forwarded: 'host=evil.example',
			},
		});
		const status = (await response.json()) as { publicUrl: string | null };
		assert.equal(status.publicUrl, null);
		assert.doesNotMatch(JSON.stringify([...response.headers]), /evil/);
	});

	test('is in the OpenAPI document, but for those of the console', async () => {
		const document = (await (await nobody().fetch('/api/openapi.json')).json()) as {
			paths: Record<string, object>;
		};
		for (const route of routes) {
			const path = route.path.replaceAll(/:([A-Za-z]+)/g, '{$1}');
			assert.equal(path in document.paths, route.access !== 'console', path);
		}
	});

	test('counts its answers for the operator without a name in it', async () => {
		const text = await (await nobody().fetch('/metrics')).text();
		assert.match(text, /holdfast_http_answers_total\{route="\/api\/status",status="2xx"\} \d+/);
		assert.doesNotMatch(text, /mallory|ada/i);
	});
});
