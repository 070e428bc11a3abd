/** Keys around apps: tokens made by hand, tokens bound to a key, and the keys that sign. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as accounts from '@holdfast/contract/accounts';
import { listLibraries } from '@holdfast/contract/catalogue';
import * as contract from '@holdfast/contract/provider';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import * as oidc from 'openid-client';
import {
	getCode,
	post,
	redirectUri,
	registerApp,
	type RegisteredApp,
	signInto,
	usePublicUrl,
} from '../support/apps.ts';
import { startJourney } from '../support/journey.ts';
import { type Browser, makeOwner, openBrowser, Refused, type WholeServer } from '../support/whole-server.ts';

const parallel = 50;

const outcome = (promise: Promise<unknown>): Promise<string> =>
	promise.then(
		() => 'done',
		(error: unknown) => {
			if (error instanceof Refused) return error.code;
			if (error instanceof oidc.ResponseBodyError) return error.error;
			throw error;
		},
	);

for (const engine of ['sqlite', 'postgres'] as const) {
	describe(`keys of an app, on ${engine}`, () => {
		let server: WholeServer;
		let owner: Browser;
		let issuer: string;
		let app: RegisteredApp;

		before(async () => {
			server = await startJourney({}, engine);
			owner = openBrowser(server.url);
			await makeOwner(server, owner);
			issuer = await usePublicUrl(server, owner);
			app = await registerApp(server, issuer);
		});
		after(() => server[Symbol.asyncDispose]());

		const asks = (token: string, scheme = 'Bearer', more: Record<string, string> = {}): Promise<Response> =>
			fetch(`${server.url}${listLibraries.path}`, {
				headers: { authorization: `${scheme} ${token}`, ...more },
			});
		const token = (form: Record<string, string>, headers: Record<string, string> = {}) =>
			post(`${issuer}/token`, { client_id: app.clientId, ...form }, headers);
		const _redeem = (code: string, verifier: string, more: Record<string, string> = {}) =>
			token({
				grant_type: 'authorization_code',
				code,
				code_verifier: verifier,
				redirect_uri: redirectUri,
				...more,
			});
		const refresh = (refreshToken: string) =>
			token({ grant_type: 'refresh_token', refresh_token: refreshToken });
		const _codeFor = async (browser = owner, more: Record<string, string> = {}) => {
			const { departure, back } = await getCode(browser, app, more);
			return { code: back.searchParams.get('code')!, verifier: departure.verifier };
		};
		const _sessionsOf = async (browser: Browser) => (await browser.call(accounts.listSessions)).sessions;

		test('takes no token that it made itself for one of ours', async () => {
			const { id_token: id } = await signInto(owner, app);
			const [head, body] = id!.split('.') as [string, string];
			const keys = (await (await fetch(`${issuer}/jwks`)).json()) as { keys: { n?: string; kid: string }[] };
			const publicKey = new TextEncoder().encode(keys.keys.find(({ n }) => n)!.n);
			const claims = decodeJwt(id!);
			const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
			const key = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
				'sign',
				'verify',
			]);
			const jwk = await crypto.subtle.exportKey('jwk', key.publicKey);
			const own = (header: Record<string, unknown>) =>
				new SignJWT(claims)
					.setProtectedHeader({ alg: 'ES256', ...header } as never)
					.sign(key.privateKey, { crit: { ext: true } });
			const forged = {
				none: `${encode({ alg: 'none', typ: 'JWT' })}.${body}.`,
				confused: await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(publicKey),
				path: await own({ kid: '../../../../dev/null' }),
				query: await own({ kid: "' or 1=1 --" }),
				fetched: await own({ jku: 'https://evil.example/keys', x5u: 'https://evil.example/x' }),
				embedded: await own({ jwk }),
				critical: await own({ crit: ['ext'], ext: 1, typ: 'at+jwt' }),
				unsigned: `${head}.${body}.`,
			};
			for (const [name, jwt] of Object.entries(forged)) {
				assert.equal((await asks(jwt)).status, 401, name);
				const info = await fetch(`${issuer}/userinfo`, { headers: { authorization: `Bearer ${jwt}` } });
				assert.equal(info.status, 401, name);
				assert.notEqual((await refresh(jwt)).status, 200, name);
			}
		});

		test('can bind its tokens to a key, which then has to be proven with every call', async () => {
			const keys = await oidc.randomDPoPKeyPair('ES256');
			const DPoP = oidc.getDPoPHandle(app.config, keys);
			const tokens = await signInto(owner, app, { DPoP });
			assert.equal(tokens.token_type, 'dpop');
			const api = new URL(server.url + listLibraries.path);
			const fine = await oidc.fetchProtectedResource(
				app.config,
				tokens.access_token,
				api,
				'GET',
				null,
				undefined,
				{ DPoP },
			);
			assert.equal(fine.status, 200);
			assert.equal((await asks(tokens.access_token)).status, 401, 'as a bearer token');
			const prove = async (
				claims: Record<string, unknown>,
				pair = keys,
				header: Record<string, unknown> = {},
			) => {
				const jwk = await crypto.subtle.exportKey('jwk', pair.publicKey);
				const ath = Buffer.from(
					await crypto.subtle.digest('SHA-256', new TextEncoder().encode(tokens.access_token)),
				).toString('base64url');
				const now = Math.floor(Date.now() / 1_000);
				const all = { htm: 'GET', htu: api.href, iat: now, jti: crypto.randomUUID(), ath, ...claims };
				const { kty, crv, x, y } = jwk;
				return new SignJWT(all)
					.setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: { kty, crv, x, y }, ...header } as never)
					.sign(pair.privateKey);
			};
			const show = async (dpop: string) => (await asks(tokens.access_token, 'DPoP', { dpop })).status;
			const once = await prove({});
			assert.equal(await show(once), 200);
			assert.equal(await show(once), 401, 'the same proof again');
			const raced = await prove({});
			const answers = await Promise.all(Array.from({ length: parallel }, () => show(raced)));
			assert.equal(answers.filter((status) => status === 200).length, 1, answers.join());
			const other = await oidc.randomDPoPKeyPair('ES256');
			const wrong: Record<string, string> = {
				'another key': await prove({}, other),
				'another method': await prove({ htm: 'POST' }),
				'another route': await prove({ htu: `${server.url}/api/search` }),
				'another host': await prove({ htu: `https://evil.example${listLibraries.path}` }),
				'no token': await prove({ ath: undefined }),
				'another token': await prove({ ath: 'x'.repeat(43) }),
				'from the past': await prove({ iat: Math.floor(Date.now() / 1_000) - 3_600 }),
				'from the future': await prove({ iat: Math.floor(Date.now() / 1_000) + 3_600 }),
				'no id': await prove({ jti: undefined }),
				'another type': await prove({}, keys, { typ: 'jwt' }),
			};
			for (const [name, proof] of Object.entries(wrong)) assert.equal(await show(proof), 401, name);
			assert.equal((await refresh(tokens.refresh_token!)).error, 'invalid_grant', 'renewed without the key');
			const theirs = oidc.getDPoPHandle(app.config, other);
			const stolen = oidc.refreshTokenGrant(app.config, tokens.refresh_token!, undefined, { DPoP: theirs });
			assert.equal(await outcome(stolen), 'invalid_grant');
			assert.ok(
				(await oidc.refreshTokenGrant(app.config, tokens.refresh_token!, undefined, { DPoP })).access_token,
			);
		});

		test('goes on after its keys changed: what the old ones signed is still good', async () => {
			const { openConsole } = await import('../../src/cli/console.ts');
			const { id_token: old } = await signInto(owner, app);
			await using machine = await openConsole(server.config);
			await machine.call(contract.consoleRotateAppKeys, {});
			const { id_token: next } = await signInto(owner, app);
			assert.notEqual(decodeProtectedHeader(next!).kid, decodeProtectedHeader(old!).kid);
			for (const jwt of [old!, next!])
				await jwtVerify(jwt, createRemoteJWKSet(new URL(`${issuer}/jwks`)), { issuer });
		});
	});
}
