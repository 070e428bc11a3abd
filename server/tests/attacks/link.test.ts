/** Televisions that ask to be let in, and app passwords: guessing, racing, another's request, another's use. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as accounts from '@holdfast/contract/accounts';
import { listLibraries } from '@holdfast/contract/catalogue';
import * as contract from '@holdfast/contract/provider';
import * as oidc from 'openid-client';
import { post, registerApp, usePublicUrl } from '../support/apps.ts';
import { addMember, mallory } from '../support/attacked.ts';
import { startJourney, until } from '../support/journey.ts';
import {
	type Browser,
	makeOwner,
	openBrowser,
	Refused,
	signIn,
	ownerNamed,
	type WholeServer,
} from '../support/whole-server.ts';

const grantType = 'urn:ietf:params:oauth:grant-type:device_code';

const outcome = (promise: Promise<unknown>): Promise<string> =>
	promise.then(
		() => 'done',
		(error: unknown) => {
			if (error instanceof Refused) return error.code;
			throw error;
		},
	);

for (const engine of ['sqlite', 'postgres'] as const) {
	describe(`a television that asks to be let in, on ${engine}`, () => {
		let server: WholeServer;
		let owner: Browser;
		let member: Browser;
		let issuer: string;

		before(async () => {
			server = await startJourney({ env: { HOLDFAST_SUBSONIC_PASSWORDS: 'true' } }, engine);
			owner = openBrowser(server.url);
			await makeOwner(server, owner);
			issuer = await usePublicUrl(server, owner);
			member = await addMember(server, mallory);
		});
		after(() => server[Symbol.asyncDispose]());

		interface Asked {
			readonly deviceCode: string;
			readonly userCode: string;
			readonly number: string;
		}
		const ask = async (clientId = 'holdfast-tv'): Promise<Asked> => {
			const { body } = await post(`${issuer}/device`, { client_id: clientId }, { 'user-agent': 'Tizen TV' });
			return {
				deviceCode: String(body['device_code']),
				userCode: String(body['user_code']),
				number: String(body['holdfast_number']),
			};
		};
		const poll = (deviceCode: string, clientId = 'holdfast-tv') =>
			post(`${issuer}/token`, { grant_type: grantType, device_code: deviceCode, client_id: clientId });
		const find = (browser: Browser, userCode: string) =>
			browser.call(contract.findLinkRequest, { body: { userCode } });
		const approve = (browser: Browser, { userCode, number }: Pick<Asked, 'userCode' | 'number'>) =>
			browser.call(contract.approveLinkRequest, { body: { userCode, number } });
		const libraries = (token: unknown): Promise<number> =>
			fetch(server.url + listLibraries.path, { headers: { authorization: `Bearer ${String(token)}` } }).then(
				({ status }) => status,
			);
		const tvs = async (browser: Browser) =>
			(await browser.call(accounts.listSessions)).sessions.filter(({ kind }) => kind === 'tv');

		test('shows a code of eight consonants and a number, and a page to type them on', async () => {
			const { body } = await post(`${issuer}/device`, { client_id: 'holdfast-tv' });
			assert.match(String(body['user_code']), /^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/u);
			assert.match(String(body['holdfast_number']), /^[0-9]{2}$/u);
			assert.equal(body['verification_uri'], `${server.url}/link`);
			assert.equal(body['expires_in'], 600);
			assert.equal(body['interval'], 5);
		});

		test('is shown to the person with its device and network, and let in by the number it shows', async () => {
			const asked = await ask();
			const seen = await find(owner, asked.userCode.toLowerCase().replace('-', ' '));
			assert.equal(seen.app, 'Holdfast');
			assert.match(seen.device, /Samsung TV/u);
			assert.equal(seen.network, '127.0.0.0/24');
			assert.equal(seen.isSameNetwork, true);
			assert.ok(seen.numbers.includes(asked.number));
			assert.equal(new Set(seen.numbers).size, 3);
			const before = owner.cookie;
			const oldBrowser: Browser = { ...openBrowser(server.url), cookie: before };
			await approve(owner, asked);
			assert.notEqual(owner.cookie, before);
			assert.equal(await outcome(oldBrowser.call(accounts.getSession)), 'access.sign-in-needed');
			const tokens = await poll(asked.deviceCode);
			assert.equal(tokens.status, 200);
			assert.equal(await libraries(tokens.body['access_token']), 200);
			const [tv] = await tvs(owner);
			assert.match(tv!.label, /^Holdfast \(.*Samsung TV\)$/u);
			assert.equal(tv!.scope, 'media');
			assert.equal((await poll(asked.deviceCode)).error, 'invalid_grant', 'the code again');
			await until('its reuse ended it', async () => (await libraries(tokens.body['access_token'])) === 401);
			assert.deepEqual(await tvs(owner), []);
		});

		test('of a foreign maker polls until it is let in, and ends with its session', async () => {
			const tv = await registerApp(server, issuer, { kind: 'tv', name: 'Big Screen' });
			const begun = await oidc.initiateDeviceAuthorization(tv.config, { scope: 'openid media' });
			const polling = oidc.pollDeviceAuthorizationGrant(tv.config, begun);
			const { user_code: userCode } = begun;
			await approve(owner, { userCode, number: String(begun['holdfast_number']) });
			const tokens = await polling;
			assert.equal(await libraries(tokens.access_token), 200);
			const next = await oidc.refreshTokenGrant(tv.config, tokens.refresh_token!);
			assert.equal(await libraries(next.access_token), 200);
			const [session] = await tvs(owner);
			await owner.call(accounts.endSession, { params: { sessionId: session!.sessionId } });
			await until('over', async () => (await libraries(next.access_token)) === 401);
		});

		test('is refused for good by the wrong number', async () => {
			const asked = await ask();
			const { numbers } = await find(owner, asked.userCode);
			const wrong = numbers.find((number) => number !== asked.number)!;
			const picked = approve(owner, { ...asked, number: wrong });
			assert.equal(await outcome(picked), 'accounts.link.number-wrong');
			assert.equal(await outcome(approve(owner, asked)), 'accounts.link.code-wrong');
			assert.equal((await poll(asked.deviceCode)).error, 'access_denied');
			assert.deepEqual(await tvs(owner), []);
		});

		test('is let in once: not twice, not by another after it, not after a no', async () => {
			const asked = await ask();
			await approve(owner, asked);
			assert.equal(await outcome(approve(owner, asked)), 'accounts.link.code-wrong');
			assert.equal(await outcome(approve(member, asked)), 'accounts.link.code-wrong');
			const refused = await ask();
			await member.call(contract.denyLinkRequest, { body: { userCode: refused.userCode } });
			assert.equal(await outcome(approve(owner, refused)), 'accounts.link.code-wrong');
			assert.equal((await poll(refused.deviceCode)).error, 'access_denied');
		});

		test('of 50 people who say yes at once belongs to one', async () => {
			const asked = await ask();
			const body = JSON.stringify({ userCode: asked.userCode, number: asked.number });
			const sayYes = ({ cookie }: Browser): Promise<Response> =>
				fetch(server.url + contract.approveLinkRequest.path, {
					method: 'POST',
					headers: { 'content-type': 'application/json', cookie: cookie ?? '' },
					body,
				});
			const people = Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? owner : member));
			const answers = await Promise.all(people.map(sayYes));
			assert.equal(answers.filter(({ status }) => status === 200).length, 1);
			const tokens = await Promise.all(Array.from({ length: 50 }, () => poll(asked.deviceCode)));
			assert.equal(tokens.filter(({ status }) => status === 200).length, 1);
			owner = openBrowser(server.url);
			await signIn(owner, ownerNamed);
			member = openBrowser(server.url);
			await signIn(member, mallory);
		});

		test('has to wait when it asks too soon, and asks only for itself', async () => {
			const asked = await ask();
			assert.equal((await poll(asked.deviceCode)).error, 'authorization_pending');
			assert.equal((await poll(asked.deviceCode)).error, 'slow_down');
			const other = await registerApp(server, issuer, { kind: 'tv', name: 'Other Screen' });
			await approve(owner, asked);
			assert.equal((await poll(asked.deviceCode, other.clientId)).error, 'invalid_grant');
			assert.equal((await poll('x'.repeat(43))).error, 'invalid_grant');
			assert.equal((await post(`${issuer}/device`, { client_id: 'nobody-here' })).error, 'invalid_client');
			const twice = await fetch(`${issuer}/device`, {
				method: 'POST',
				headers: { 'content-type': 'application/x-www-form-urlencoded' },
				body: 'client_id=holdfast-tv&client_id=other',
			});
			assert.equal(twice.status, 400);
		});

		test('cannot be let in by a page of another site, nor in a frame of one', async () => {
			const asked = await ask();
			const body = JSON.stringify({ userCode: asked.userCode, number: asked.number });
			for (const headers of [
				{ 'content-type': 'application/json', 'sec-fetch-site': 'cross-site' },
				{ 'content-type': 'application/json', origin: 'https://evil.example' },
				{ 'content-type': 'text/plain' },
			]) {
				const response = await owner.fetch(contract.approveLinkRequest.path, {
					method: 'POST',
					headers,
					body,
				});
				assert.equal(response.status, 403);
			}
			const page = await owner.fetch('/link', { headers: { accept: 'text/html' } });
			assert.match(page.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/u);
			assert.equal((await poll(asked.deviceCode)).error, 'authorization_pending');
		});

		test('has a code that nobody guesses: twenty wrong ones, then an hour of waiting', async () => {
			const eve = { ...mallory, username: 'eve' };
			const guessing = await addMember(server, eve);
			const outcomes: string[] = [];
			for (let tried = 0; tried < 24; tried += 1) outcomes.push(await outcome(find(guessing, 'BBBB-BBBB')));
			assert.ok(outcomes.slice(0, 10).every((each) => each === 'accounts.link.code-wrong'));
			assert.equal(outcomes.at(-1), 'request.too-many');
			const again = openBrowser(server.url);
			await signIn(again, eve);
			assert.equal(await outcome(find(again, 'BBBB-BBBB')), 'request.too-many', 'a new session');
			assert.ok(await find(owner, (await ask()).userCode), 'somebody else');
		});
	});

	describe(`an app password, on ${engine}`, () => {
		let server: WholeServer;
		let owner: Browser;

		before(async () => {
			server = await startJourney({}, engine);
			owner = openBrowser(server.url);
			await makeOwner(server, owner);
		});
		after(() => server[Symbol.asyncDispose]());

		const make = (label: string, days: 30 | 365 | null = null) =>
			owner.call(contract.makeAppPassword, { body: { label, kind: 'hashed', days } });

		test('is shown once, stands in the list, and is no sign-in and no token of ours', async () => {
			const { password, appPassword } = await make('Radio', 30);
			assert.match(password, /^([a-z2-9]{4}-){6}[a-z2-9]{4}$/u);
			const listed = await owner.call(contract.listAppPasswords);
			assert.deepEqual(listed.appPasswords, [appPassword]);
			assert.doesNotMatch(JSON.stringify(listed), new RegExp(password, 'u'));
			const session = (await owner.call(accounts.listSessions)).sessions.find(
				({ sessionId }) => sessionId === appPassword.sessionId,
			);
			assert.equal(session?.kind, 'app-password');
			assert.equal(session?.scope, 'media');
			const days = (appPassword.expiresAt! - appPassword.createdAt) / 86_400_000;
			assert.equal(days, 30);
			const bare = password.replaceAll('-', '');
			const name = owner.cookie!.split('=')[0]!;
			for (const headers of [
				{ authorization: `Bearer ${bare}` },
				{ authorization: `Basic ${Buffer.from(`ada:${password}`).toString('base64')}` },
				{ cookie: `${name}=${bare}` },
				{ cookie: `${name}=${bare.padEnd(43, 'A')}` },
			]) {
				const response = await fetch(server.url + listLibraries.path, { headers });
				assert.equal(response.status, 401, JSON.stringify(headers));
			}
			const asPerson = signIn(openBrowser(server.url), { username: 'ada', password });
			assert.equal(await outcome(asPerson), 'accounts.credentials.wrong');
			await owner.call(accounts.endSession, { params: { sessionId: appPassword.sessionId } });
			assert.deepEqual((await owner.call(contract.listAppPasswords)).appPasswords, []);
		});

		test('or an app finds no provider where no public address is configured', async () => {
			for (const path of ['/jwks', '/.well-known/openid-configuration', '/auth?client_id=holdfast-tv']) {
				const response = await fetch(`${server.url}/oauth${path}`);
				assert.equal(response.status, 409, path);
				const { code } = (await response.json()) as { code: string };
				assert.equal(code, 'accounts.app.no-address', path);
			}
		});

		test('of the weaker kind is not made where nobody allowed it', async () => {
			const asked = owner.call(contract.makeAppPassword, {
				body: { label: 'Tunes', kind: 'plain', days: null },
			});
			assert.equal(await outcome(asked), 'accounts.app-password.plain-off');
		});
	});
}
