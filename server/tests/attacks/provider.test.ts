/** Apps that people sign in to with this server: a foreign one that behaves, and everything that does not. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import * as accounts from '@holdfast/contract/accounts';
import { listLibraries } from '@holdfast/contract/catalogue';
import * as contract from '@holdfast/contract/provider';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import {
	depart,
	getCode,
	look,
	post,
	press,
	redirectUri,
	registerApp,
	type RegisteredApp,
	sayYes,
	signInto,
	usePublicUrl,
	visit,
} from '../support/apps.ts';
import { addMember, mallory } from '../support/attacked.ts';
import { startJourney, until } from '../support/journey.ts';
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
	describe(`an app of somebody else's, on ${engine}`, () => {
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
		const redeem = (code: string, verifier: string, more: Record<string, string> = {}) =>
			token({
				grant_type: 'authorization_code',
				code,
				code_verifier: verifier,
				redirect_uri: redirectUri,
				...more,
			});
		const refresh = (refreshToken: string) =>
			token({ grant_type: 'refresh_token', refresh_token: refreshToken });
		const codeFor = async (browser = owner, more: Record<string, string> = {}) => {
			const { departure, back } = await getCode(browser, app, more);
			return { code: back.searchParams.get('code')!, verifier: departure.verifier };
		};
		const sessionsOf = async (browser: Browser) => (await browser.call(accounts.listSessions)).sessions;

		test('finds everything it needs by discovery, and nothing that is not offered', async () => {
			const found = app.config.serverMetadata();
			assert.equal(found.issuer, issuer);
			assert.deepEqual(found.response_types_supported, ['code']);
			assert.deepEqual(found.code_challenge_methods_supported, ['S256']);
			assert.deepEqual(found.grant_types_supported?.toSorted(), [
				'authorization_code',
				'refresh_token',
				'urn:ietf:params:oauth:grant-type:device_code',
			]);
			for (const url of Object.entries(found).flatMap(([name, value]) =>
				/_(endpoint|uri)$/u.test(name) ? [String(value)] : [],
			))
				assert.ok(url.startsWith(`${issuer}/`), url);
			const inserted = await fetch(`${server.url}/.well-known/oauth-authorization-server/oauth`);
			assert.equal(((await inserted.json()) as { issuer: string }).issuer, issuer);
		});

		test('makes no address of a host or a forwarding header that a request names', async () => {
			const evil = {
				host: 'evil.example',
				'x-forwarded-host': 'evil.example',
				'x-forwarded-proto': 'https',
				forwarded: 'host=evil.example;proto=https',
			};
			for (const path of ['/oauth/.well-known/openid-configuration', '/oauth/jwks']) {
				const response = await fetch(server.url + path, { headers: evil });
				assert.doesNotMatch(await response.text(), /evil/u, path);
			}
			const departure = await depart(app);
			const response = await fetch(departure.url, {
				headers: { ...evil, cookie: owner.cookie ?? '' },
				redirect: 'manual',
			});
			assert.match(response.headers.get('location') ?? '', /^\/authorize\?id=/u);
			assert.doesNotMatch(JSON.stringify([...response.headers]), /evil/u);
		});

		test('signs a person in, learns what it may, and stands in their list until they end it', async () => {
			const before = await sessionsOf(owner);
			const tokens = await signInto(owner, app, { more: { acr_values: 'urn:holdfast:level:2' } });
			const claims = tokens.claims()!;
			assert.equal(claims['acr'], 'urn:holdfast:level:1');
			assert.deepEqual(claims['amr'], ['pwd']);
			assert.ok(Math.abs(Number(claims.auth_time) - Date.now() / 1_000) < 600);
			const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`));
			await jwtVerify(tokens.id_token!, keys, { issuer, audience: app.clientId, algorithms: ['RS256'] });
			const person = await oidc.fetchUserInfo(app.config, tokens.access_token, claims.sub);
			assert.equal(person.preferred_username, 'ada');
			assert.equal((await asks(tokens.access_token)).status, 200);
			const made = (await sessionsOf(owner)).filter(
				({ sessionId }) => !before.some((each) => each.sessionId === sessionId),
			);
			assert.equal(made.length, 1);
			assert.equal(made[0]?.kind, 'app');
			assert.equal(made[0]?.scope, 'media');
			assert.equal(made[0]?.label, 'Film Club');
			await owner.call(accounts.endSession, { params: { sessionId: made[0]!.sessionId } });
			await until('the access token is over', async () => (await asks(tokens.access_token)).status === 401);
			assert.equal((await refresh(tokens.refresh_token!)).error, 'invalid_grant');
			const about = await post(`${issuer}/introspect`, {
				client_id: app.clientId,
				token: tokens.access_token,
			});
			assert.deepEqual(about.body, { active: false });
		});

		test('is told another name for the same person than other apps are', async () => {
			const other = await registerApp(server, issuer, { name: 'Other' });
			const [one, two] = [await signInto(owner, app), await signInto(owner, other)];
			const { person } = await owner.call(accounts.getSession);
			assert.notEqual(one.claims()!.sub, two.claims()!.sub);
			assert.notEqual(one.claims()!.sub, person.accountId);
			assert.equal((await signInto(owner, app)).claims()!.sub, one.claims()!.sub);
		});

		test('may browse and play, and nothing else, with its token', async () => {
			const { access_token: access, id_token: id } = await signInto(owner, app);
			const call = (path: string, headers: Record<string, string>, method = 'GET') =>
				fetch(server.url + path, { method, headers });
			for (const path of ['/api/session', '/api/sessions', '/api/apps', '/api/app-passwords'])
				assert.equal((await call(path, { authorization: `Bearer ${access}` })).status, 403, path);
			const both = { authorization: `Bearer ${access}`, cookie: owner.cookie ?? '' };
			assert.equal((await call(listLibraries.path, both)).status, 401, 'a cookie and a token at once');
			const cookieName = owner.cookie!.split('=')[0]!;
			const asCookie = { cookie: `${cookieName}=${access}` };
			assert.equal((await call(listLibraries.path, asCookie)).status, 401, 'as a cookie');
			const ownToken = owner.cookie!.split('=')[1]!;
			assert.equal((await asks(ownToken)).status, 401, 'a cookie as a token');
			assert.equal((await asks(id!)).status, 401, 'an id token as an access token');
			assert.equal((await asks(access, 'DPoP')).status, 401, 'under another scheme');
			const withoutMedia = await signInto(owner, app, { more: { scope: 'openid' } });
			assert.equal((await asks(withoutMedia.access_token)).status, 401, 'without the scope');
		});

		test('renews its tokens, each once; one that comes back ends the whole family', async () => {
			const first = await signInto(owner, app);
			const second = await oidc.refreshTokenGrant(app.config, first.refresh_token!);
			assert.notEqual(second.refresh_token, first.refresh_token);
			assert.equal((await asks(second.access_token)).status, 200);
			assert.equal((await refresh(first.refresh_token!)).error, 'invalid_grant');
			await until('the family is dead', async () => (await asks(second.access_token)).status === 401);
			assert.equal((await refresh(second.refresh_token!)).error, 'invalid_grant');
		});

		test(`of ${parallel} renewals at once one succeeds, and the family ends`, async () => {
			const { refresh_token: shared } = await signInto(owner, app);
			const answers = await Promise.all(Array.from({ length: parallel }, () => refresh(shared!)));
			const won = answers.filter(({ status }) => status === 200);
			assert.equal(won.length, 1);
			assert.ok(answers.every(({ status, error }) => status === 200 || error === 'invalid_grant'));
			assert.equal((await asks(String(won[0]!.body['access_token']))).status, 401);
			assert.equal((await refresh(String(won[0]!.body['refresh_token']))).error, 'invalid_grant');
		});

		test(`of ${parallel} redemptions of a code one succeeds, and what it got ends with the reuse`, async () => {
			const { code, verifier } = await codeFor();
			const answers = await Promise.all(Array.from({ length: parallel }, () => redeem(code, verifier)));
			const won = answers.filter(({ status }) => status === 200);
			assert.equal(won.length, 1);
			assert.equal((await asks(String(won[0]!.body['access_token']))).status, 401);
			assert.equal((await refresh(String(won[0]!.body['refresh_token']))).error, 'invalid_grant');
		});

		test('that redeems a code twice loses both tokens', async () => {
			const { code, verifier } = await codeFor();
			const tokens = await redeem(code, verifier);
			assert.equal((await asks(String(tokens.body['access_token']))).status, 200);
			assert.equal((await redeem(code, verifier)).error, 'invalid_grant');
			await until('dead', async () => (await asks(String(tokens.body['access_token']))).status === 401);
			assert.equal((await refresh(String(tokens.body['refresh_token']))).error, 'invalid_grant');
		});

		test('gets nothing for a code with a wrong verifier, redirect or client', async () => {
			const other = await registerApp(server, issuer, { name: 'Thief' });
			const wrong: Record<string, Record<string, string>> = {
				'another verifier': { code_verifier: oidc.randomPKCECodeVerifier() },
				'an empty verifier': { code_verifier: '' },
				'another redirect': { redirect_uri: `${redirectUri}/` },
				'another client': { client_id: other.clientId },
			};
			for (const [name, more] of Object.entries(wrong)) {
				const { code, verifier } = await codeFor();
				const answer = await redeem(code, verifier, more);
				assert.equal(answer.status, 400, name);
				assert.match(answer.error ?? '', /^invalid_(grant|request)$/u, name);
			}
			const { code } = await codeFor();
			const without = await token({ grant_type: 'authorization_code', code, redirect_uri: redirectUri });
			assert.equal(without.error, 'invalid_grant', 'no verifier at all');
		});

		test('has to use PKCE with S256', async () => {
			const { url } = await depart(app);
			for (const change of [
				(to: URL) => to.searchParams.delete('code_challenge'),
				(to: URL) => to.searchParams.set('code_challenge_method', 'plain'),
				(to: URL) => to.searchParams.delete('code_challenge_method'),
				(to: URL) => {
					to.searchParams.delete('code_challenge');
					to.searchParams.delete('code_challenge_method');
				},
			]) {
				const changed = new URL(url);
				change(changed);
				const { visit: visiting, response } = await visit(owner, changed);
				assert.equal(visiting, null, changed.search);
				const back = new URL(response.headers.get('location') ?? 'missing:');
				assert.equal(back.searchParams.get('error'), 'invalid_request');
				assert.equal(back.searchParams.get('iss'), issuer);
			}
		});

		test('is never sent to an address that differs from its own in a single sign', async () => {
			const host = 'app.example.org';
			for (const wrong of [
				`https://${host}/callback/..%2fevil`,
				`https://${host}/callback/%252f..`,
				`https://${host}/callback/..;/evil`,
				`https://${host}@evil.example/callback`,
				`https://evil.example\\@${host}/callback`,
				`https://${host}\\/callback`,
				`https://${host}/callback\t`,
				`https://${host}/CALLBACK`,
				`HTTPS://${host}/callback`,
				`https://${host}:443/callback`,
				`https://${host}:8443/callback`,
				`https://${host}./callback`,
				`https://appXexample.org/callback`,
				`https://${host}/callback#fragment`,
				`https://${host}/callback?more=1`,
				`https://${host}/callback/`,
				`http://${host}/callback`,
				`https://${host}.evil.example/callback`,
				'javascript:alert(1)',
				'//app.example.org/callback',
			]) {
				const { url } = await depart(app);
				url.searchParams.set('redirect_uri', wrong);
				const { visit: visiting, response } = await visit(owner, url);
				assert.equal(visiting, null, wrong);
				assert.equal(response.status, 400, wrong);
				assert.equal(response.headers.get('location'), null, wrong);
				assert.doesNotMatch(await response.text(), /evil|alert/u, wrong);
			}
		});

		test('is offered no other flow', async () => {
			for (const kind of ['token', 'id_token', 'code id_token', 'code token', 'none']) {
				const { url } = await depart(app);
				url.searchParams.set('response_type', kind);
				const { visit: visiting } = await visit(owner, url);
				assert.equal(visiting, null, kind);
			}
			for (const grant of [
				'password',
				'client_credentials',
				'implicit',
				'urn:ietf:params:oauth:grant-type:jwt-bearer',
			]) {
				const answer = await token({ grant_type: grant, username: 'ada', password: 'x' });
				assert.equal(answer.error, 'unsupported_grant_type', grant);
			}
		});

		test('is answered without an account only by sending the browser away to sign in', async () => {
			const nobody = openBrowser(server.url);
			const departure = await depart(app);
			const { visit: visiting } = await visit(nobody, departure.url);
			assert.equal((await look(visiting!)).status, 401);
			assert.equal((await press(visiting!, contract.approveAuthorization)).status, 401);
			const silent = await depart(app, { prompt: 'none' });
			const { response } = await visit(owner, silent.url);
			const back = new URL(response.headers.get('location')!);
			assert.equal(back.searchParams.get('error'), 'login_required');
		});

		test('lets nobody in by a link that a stranger began', async () => {
			const member = await addMember(server, { ...mallory, username: `mallory-${engine}` });
			const departure = await depart(app);
			const { visit: strangers } = await visit(member, departure.url);
			const victim = { authorizationId: strangers!.authorizationId, fetch: owner.fetch };
			assert.equal((await look(victim)).status, 404);
			assert.equal((await press(victim, contract.approveAuthorization)).status, 404);
		});

		test('that is refused hears so, and a request is answered once', async () => {
			const departure = await depart(app);
			const { visit: visiting } = await visit(owner, departure.url);
			const answer = await press(visiting!, contract.denyAuthorization);
			const { continueTo } = (await answer.json()) as { continueTo: string };
			assert.equal((await press(visiting!, contract.approveAuthorization)).status, 404);
			const back = new URL((await visiting!.fetch(continueTo)).headers.get('location')!);
			assert.equal(back.searchParams.get('error'), 'access_denied');
			assert.equal(back.searchParams.get('state'), departure.state);
		});

		test('can ask that the person proves themselves first', async () => {
			// The protocol counts in whole seconds: a proof of the second in which it asks is late enough.
			await delay(1_000);
			for (const more of [{ prompt: 'login' }, { max_age: '0' }]) {
				const departure = await depart(app, more);
				const { visit: visiting } = await visit(owner, departure.url);
				const request = (await (await look(visiting!)).json()) as contract.AuthorizationRequest;
				assert.equal(request.isProofNeeded, true, JSON.stringify(more));
				const refused = await press(visiting!, contract.approveAuthorization);
				assert.equal(((await refused.json()) as { code: string }).code, 'access.step-up-needed');
			}
			const lately = await depart(app, { max_age: '3600' });
			const { visit: visiting } = await visit(owner, lately.url);
			assert.ok((await sayYes(visiting!)).searchParams.get('code'));
		});

		test('may not look at, or revoke, what belongs to another app', async () => {
			const other = await registerApp(server, issuer, { name: 'Nosy', hasSecret: true });
			const { access_token: access, refresh_token: renewing } = await signInto(owner, app);
			await oidc.tokenRevocation(other.config, renewing!).catch(() => undefined);
			assert.equal((await oidc.tokenIntrospection(other.config, access)).active, false);
			assert.equal((await asks(access)).status, 200);
			const stolen = post(`${issuer}/token`, {
				client_id: other.clientId,
				grant_type: 'refresh_token',
				refresh_token: renewing!,
			});
			assert.equal((await stolen).error, 'invalid_client');
			const asOther = oidc.refreshTokenGrant(other.config, renewing!);
			assert.equal(await outcome(asOther), 'invalid_grant');
			await oidc.tokenRevocation(app.config, renewing!);
			await until('revoked', async () => (await asks(access)).status === 401);
		});

		test('with a secret is nobody without it', async () => {
			const secret = await registerApp(server, issuer, { name: 'Secretive', hasSecret: true });
			const { departure, back } = await getCode(owner, secret);
			const form = {
				grant_type: 'authorization_code',
				code: back.searchParams.get('code')!,
				code_verifier: departure.verifier,
				redirect_uri: redirectUri,
			};
			for (const wrong of [
				{ form: { ...form, client_id: secret.clientId }, headers: {} },
				{
					form,
					headers: { authorization: `Basic ${Buffer.from(`${secret.clientId}:wrong`).toString('base64')}` },
				},
			]) {
				const answer = await post(`${issuer}/token`, wrong.form, wrong.headers);
				assert.equal(answer.error, 'invalid_client');
			}
			assert.ok((await signInto(owner, secret)).access_token);
		});

		test('loses everything when its person signs out everywhere, and when it is removed', async () => {
			const doomed = await registerApp(server, issuer, { name: 'Doomed' });
			const one = await signInto(owner, doomed);
			await owner.call(contract.removeApp, { params: { clientId: doomed.clientId } });
			await until('removed', async () => (await asks(one.access_token)).status === 401);
			const two = await signInto(owner, app);
			await owner.call(accounts.signOutEverywhere, { body: { keepThis: true } });
			await until('signed out', async () => (await asks(two.access_token)).status === 401);
			assert.equal((await refresh(two.refresh_token!)).error, 'invalid_grant');
		});

		test('hears by a logout token that a session in it has ended', async () => {
			const heard: string[] = [];
			const listener = createServer((request, response) => {
				let body = '';
				request.on('data', (chunk: Buffer) => {
					body += chunk.toString();
				});
				request.on('end', () => {
					heard.push(new URLSearchParams(body).get('logout_token') ?? '');
					response.writeHead(200).end();
				});
			});
			await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
			try {
				const { port } = listener.address() as AddressInfo;
				const logoutUri = `http://127.0.0.1:${port}/logout`;
				const told = await registerApp(server, issuer, { name: 'Told', logoutUri });
				const claims = (await signInto(owner, told)).claims()!;
				const sid = String(claims['sid']);
				await owner.call(accounts.endSession, { params: { sessionId: sid } });
				await until('the app hears', () => Promise.resolve(heard.length === 1));
				const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`));
				const { payload } = await jwtVerify(heard[0]!, keys, {
					issuer,
					audience: told.clientId,
					typ: 'logout+jwt',
				});
				assert.equal(payload.sub, claims.sub);
				assert.equal(payload['sid'], sid);
				assert.ok('http://schemas.openid.net/event/backchannel-logout' in (payload['events'] as object));
				assert.equal('nonce' in payload, false);
				assert.equal((await asks(heard[0]!)).status, 401, 'a logout token as an access token');
			} finally {
				listener.close();
			}
		});
	});
}
