/** Edges of accounts: pages and caches, cookies of every way in, the end of freshness, ranks, and bodies that lie. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as accounts from '@holdfast/contract/accounts';
import * as factors from '@holdfast/contract/factors';
import * as people from '@holdfast/contract/people';
import * as recovery from '@holdfast/contract/recovery';
import { addPasskey, signInWithPasskey, stepUpWithPassword } from '../support/factor-people.ts';
import { beginRegistration } from '../support/house.ts';
import {
	beginJoining,
	invitationBy,
	openTown,
	origin,
	outcome,
	password,
	type Town,
} from '../support/town.ts';
import { type Browser, ownerNamed, signIn } from '../support/whole-server.ts';

const freshMs = 5 * 60_000;

/** Every cookie that a browser was given from here on. */
const listen = (browser: Browser): string[] => {
	const heard: string[] = [];
	const direct = browser.fetch;
	browser.fetch = async (path, init) => {
		const answer = await direct(path, init);
		heard.push(...answer.headers.getSetCookie());
		return answer;
	};
	return heard;
};

for (const engine of ['sqlite', 'postgres'] as const) {
	describe(`edges of accounts, on ${engine}`, () => {
		let town: Town;
		before(async () => {
			town = await openTown(engine);
		});
		after(() => town?.[Symbol.asyncDispose]());

		test('no answer about a person is kept by a cache, a refusal included', async () => {
			for (const path of [
				'/api/session',
				'/api/sessions',
				'/api/profile',
				'/api/profile/export',
				'/api/profile/picture/zzzzzzzzzzzz',
				'/api/factors',
				'/api/activity',
				'/api/people',
				'/api/invitations',
				'/api/mail/mine',
				'/api/app-passwords',
				'/api/sso/links',
				'/api/step-up',
				'/api/servers',
			])
				for (const browser of [town.owner, town.nobody()]) {
					const answer = await browser.fetch(path, { headers: { 'if-none-match': '*' } });
					await answer.body?.cancel();
					assert.match(answer.headers.get('cache-control') ?? '', /no-store/u, `${path} ${answer.status}`);
					assert.equal(answer.headers.get('etag'), null, path);
					assert.notEqual(answer.status, 304, path);
				}
		});

		test('no page of ours, whatever it is for, is framed, tells where it was, or loads from elsewhere', async () => {
			for (const path of [
				'/',
				'/sign-in',
				'/reset',
				'/join',
				'/link',
				'/claim',
				'/verify-email',
				'/come-back',
			]) {
				const answer = await town.nobody().fetch(path, { headers: { accept: 'text/html' } });
				const text = await answer.text();
				assert.equal(answer.headers.get('x-frame-options'), 'DENY', path);
				assert.match(answer.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/u, path);
				assert.equal(answer.headers.get('referrer-policy'), 'no-referrer', path);
				assert.equal(answer.headers.get('cross-origin-opener-policy'), 'same-origin', path);
				assert.doesNotMatch(text, /(?:src|href)="(?:https?:)?\/\//u, path);
			}
		});

		test('every way in gives a cookie that no script reads and no other site sends, and another token', async () => {
			const joiner = town.nobody();
			const heard = listen(joiner);
			await (await beginJoining(joiner, await invitationBy(town.owner), 'of many ways'))();
			const who = { username: 'of many ways', password };
			await stepUpWithPassword(joiner, who);
			const { passkey } = await addPasskey(joiner, origin);
			await joiner.call(accounts.signOut);
			await signInWithPasskey(joiner, passkey, { origin });
			await joiner.call(accounts.signOutEverywhere, { body: { keepThis: true } });
			const given = heard.filter((cookie) => !/Max-Age=0/u.test(cookie));
			const tokens = given.map((cookie) => cookie.split(';')[0]);
			assert.ok(tokens.length >= 5, heard.join('\n'));
			assert.equal(new Set(tokens).size, tokens.length, 'a token was given twice');
			for (const cookie of heard) {
				assert.match(cookie, /; HttpOnly/u);
				assert.match(cookie, /; SameSite=(?:Lax|Strict)/u);
				assert.doesNotMatch(cookie, /; Domain=/u);
			}
		});

		test('freshness has ended after five minutes, for everything that asks for it', async () => {
			const { browser, who } = await town.someone();
			const { freshUntil } = await browser.call(accounts.getStepUp);
			const left = (freshUntil ?? 0) - town.clock.now();
			assert.ok(left > 0 && left <= freshMs);
			town.clock.shift(left);
			for (const [what, call] of Object.entries({
				'an app': () => browser.call(factors.startTotp),
				'a passkey': () => browser.call(factors.startPasskey),
				'recovery codes': () => browser.call(factors.makeRecoveryCodes),
				'an address': () => browser.call(people.setEmail, { body: { email: 'late@example.org' } }),
				'a name': () => browser.call(people.changeUsername, { body: { username: 'too late' } }),
				'an archive': () => browser.call(people.exportProfile),
				'the end': () => browser.call(people.leave, { body: { username: who.username } }),
			}))
				assert.equal(await outcome(call()), 'access.step-up-needed', what);
			assert.equal((await browser.call(accounts.getStepUp)).isFresh, false);
			await stepUpWithPassword(browser, who);
			assert.equal(await outcome(browser.call(factors.startTotp)), 'done');
		});

		test('nobody acts on whoever stands as high or higher, and nobody on themselves', async () => {
			await signIn(town.owner, ownerNamed);
			const ownerId = (await town.owner.call(accounts.getSession)).person.accountId;
			const admin = await town.someone('administrator');
			const other = await town.someone('administrator');
			const tries = (browser: Browser, accountId: string) => [
				() => browser.call(people.deactivate, { params: { accountId } }),
				() => browser.call(people.reactivate, { params: { accountId } }),
				() => browser.call(people.deletePerson, { params: { accountId } }),
				() => browser.call(people.keepPerson, { params: { accountId } }),
				() => browser.call(people.setRole, { params: { accountId }, body: { role: 'guest' } }),
				() => browser.call(people.handOverOwnership, { params: { accountId } }),
				() => browser.call(recovery.startHandOver, { params: { accountId } }),
				() => browser.call(factors.startFactorHelp, { params: { accountId } }),
			];
			for (const accountId of [ownerId, other.accountId, admin.accountId])
				for (const call of tries(admin.browser, accountId))
					assert.equal(await outcome(call()), 'access.not-allowed');
			for (const call of tries(town.owner, ownerId))
				assert.equal(await outcome(call()), 'access.not-allowed');
			const leaving = town.owner.call(people.leave, { body: { username: ownerNamed.username } });
			assert.equal(await outcome(leaving), 'accounts.owner.stays');
			assert.equal((await town.owner.call(accounts.getSession)).person.role, 'owner');
		});

		test('fields that nobody asked for, and prototypes, make nobody more than they are', async () => {
			const secret = await invitationBy(town.owner, 'guest');
			const registration = beginRegistration(password);
			const { registrationRequest } = registration;
			const { flow, registrationResponse } = await town.nobody().call(people.startJoining, {
				body: { secret, username: 'pretender', registrationRequest },
			});
			const fields = {
				flow,
				secret,
				username: 'pretender',
				displayName: 'Pretender',
				registrationRecord: registration.finish(registrationResponse),
				language: null,
			};
			const more = '"role":"owner","level":2,"accountId":"x","isOwner":true';
			const plain = JSON.stringify(fields).slice(0, -1);
			const browser = town.nobody();
			const send = (body: string) =>
				browser.fetch(people.finishJoining.path, {
					method: 'POST',
					headers: { 'content-type': 'application/json' },
					body,
				});
			for (const poison of ['"__proto__":{"role":"owner"}', '"constructor":{"prototype":{"role":"owner"}}']) {
				const answer = await send(`${plain},${poison}}`);
				assert.equal(answer.status, 400, poison);
				await answer.body?.cancel();
			}
			const answer = await send(`${plain},${more}}`);
			await answer.body?.cancel();
			if (answer.status !== 200) assert.equal((await send(`${plain}}`)).status, 200);
			const { person, session } = await browser.call(accounts.getSession);
			assert.deepEqual([person.role, session.level], ['guest', 1]);
		});

		test('another person’s session is as absent as one that never was', async () => {
			const victim = await town.someone();
			const thief = await town.someone();
			const { sessions } = await victim.browser.call(accounts.listSessions);
			const sessionId = sessions[0]?.sessionId ?? '';
			const codes = await Promise.all(
				[sessionId, 'zzzzzzzzzzzzzzzzzzzzzzzz'].map(async (id) => {
					const answer = await thief.browser.fetch(`/api/sessions/${id}`, { method: 'DELETE' });
					return `${answer.status} ${await answer.text()}`;
				}),
			);
			assert.equal(codes[0], codes[1]);
			assert.match(codes[0] ?? '', /^404/u);
			assert.equal(await outcome(victim.browser.call(accounts.getSession)), 'done');
		});

		test('a page of another site signs nobody in or out, by any way there is', async () => {
			const { browser } = await town.someone();
			const paths = [
				'/api/sign-in/finish',
				'/api/sign-in/totp',
				'/api/sign-in/passkey/finish',
				'/api/join/finish',
			];
			for (const path of [
				...paths,
				'/api/sso/finish',
				'/api/enter/finish',
				'/api/sign-out',
				'/api/devices/refresh',
			])
				for (const headers of [
					{ 'content-type': 'text/plain', origin: 'https://evil.example' },
					{ 'content-type': 'application/json', 'sec-fetch-site': 'cross-site' },
				] as Record<string, string>[]) {
					const answer = await browser.fetch(path, { method: 'POST', headers, body: '{}' });
					await answer.body?.cancel();
					assert.equal(answer.status, 403, path);
					assert.deepEqual(answer.headers.getSetCookie(), [], path);
				}
			assert.equal(await outcome(browser.call(accounts.getSession)), 'done');
		});
	});
}
