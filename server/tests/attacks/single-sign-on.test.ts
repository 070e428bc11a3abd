/**
 * Signing in with another provider, attacked over HTTP: providers that lie, browsers that are not the one
 * that set out, and people who link what is not theirs.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as accounts from '@holdfast/contract/accounts';
import * as contract from '@holdfast/contract/single-sign-on';
import type { Engine } from '../support/journey.ts';
import { descriptions, lies, misbehaving, seconds } from '../support/lies.ts';
import { type Plan, startLyingProvider } from '../support/lying-provider.ts';
import { type Browser, signIn } from '../support/whole-server.ts';
import {
	type ClubHouse,
	comeBack,
	goAndComeBack,
	inputFor,
	openClubHouse,
	openJar,
	outcomeOf,
	passwordOf,
	through,
} from '../support/with-provider.ts';

const tally = (outcomes: readonly string[]): Record<string, number> => {
	const counts: Record<string, number> = {};
	for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
	return counts;
};

const engines: readonly (readonly [string, Engine])[] = [
	['SQLite', 'sqlite'],
	['PostgreSQL', 'postgres'],
];

for (const [name, engine] of engines) {
	describe(`attacks on signing in with a provider on ${name}`, () => {
		let house: ClubHouse;
		let ada: Browser;
		const nobody = (): Browser => openJar(house.server.url);

		before(async () => {
			house = await openClubHouse(engine);
			ada = await house.linked('ada-linked', 'subject-of-ada');
		});
		after(() => house?.[Symbol.asyncDispose]());

		test('a person who is linked is signed in, and nobody learns a token from an address', async () => {
			const browser = nobody();
			const query = await goAndComeBack(browser, house);
			const waiting = await browser.fetch('/api/session');
			assert.equal(waiting.status, 401, 'coming back alone signs nobody in');
			const { authentication } = await browser.call(contract.finishWithProvider);
			assert.ok(authentication?.state === 'signed-in');
			assert.equal(authentication.signed.person.username, 'ada-linked');
			assert.equal(authentication.signed.session.providerId, house.providerId);
			assert.equal((await ada.call(accounts.getSession)).session.providerId, undefined);
			for (const value of browser.cookie?.split('; ') ?? [])
				assert.ok(!query.includes(value.slice(value.indexOf('=') + 1)), 'no cookie’s value is in an address');
		});

		test('a provider that lies signs nobody in, whatever the lie', async () => {
			for (const { what, plan, code = 'accounts.provider.refused' } of lies()) {
				const browser = nobody();
				assert.equal(await outcomeOf(through(browser, house, { plan })), code, what);
				assert.equal((await browser.fetch('/api/session')).status, 401, what);
				assert.equal(
					await outcomeOf(browser.call(contract.finishWithProvider)),
					'accounts.flow.expired',
					what,
				);
			}
		});

		test('a provider that misbehaves costs a bounded time, and the next honest one works', async () => {
			for (const { what, plan, code } of misbehaving()) {
				house.provider.plan = plan;
				const browser = nobody();
				const outcome = await outcomeOf(through(browser, house)).finally(() => {
					house.provider.plan = {};
				});
				assert.equal(outcome, code, what);
			}
			assert.equal(await outcomeOf(through(nobody(), house)), 'done');
		});

		test('a description that leads astray is not followed', async () => {
			for (const { what, plan } of descriptions) {
				await using astray = await startLyingProvider();
				astray.plan = plan;
				const { providerId } = await house.owner.call(contract.addProvider, {
					body: inputFor(astray.issuer),
				});
				const outcome = await outcomeOf(through(nobody(), { provider: astray, providerId }));
				await house.owner.call(contract.removeProvider, { params: { providerId } });
				assert.equal(outcome, 'accounts.provider.unreachable', what);
				assert.deepEqual(new Set(astray.visits), new Set(['/.well-known/openid-configuration']), what);
			}
		});

		test('a private address is for the provider whose administrator allowed it, and for no other', async () => {
			await using other = await startLyingProvider();
			const add = (input: Partial<contract.ProviderInput>): Promise<string> =>
				outcomeOf(house.owner.call(contract.addProvider, { body: { ...inputFor(other.issuer), ...input } }));
			assert.equal(await add({ allowsPrivate: false }), 'accounts.provider.address-refused');
			const https = other.issuer.replace('http:', 'https:');
			for (const issuer of [
				`${other.issuer}/?a=1`,
				`${other.issuer}/#a`,
				'file:///etc',
				'http://u:p@x.example',
			])
				assert.equal(await add({ issuer }), 'accounts.provider.address-refused', issuer);
			const { providerId } = await house.owner.call(contract.addProvider, {
				body: { ...inputFor(https), allowsPrivate: false },
			});
			const started = outcomeOf(nobody().call(contract.startProviderSignIn, { body: { providerId } }));
			assert.equal(await started, 'accounts.provider.unreachable');
			assert.deepEqual(other.visits, []);
			await house.owner.call(contract.removeProvider, { params: { providerId } });
			const { finding } = await house.owner.call(contract.testProvider, {
				body: { issuer: https, allowsPrivate: false },
			});
			assert.equal(finding, 'needs-private');
		});

		test('keys that changed meanwhile are read anew', async () => {
			house.provider.changeKeys();
			assert.equal(await outcomeOf(through(nobody(), house)), 'done');
		});

		test('of fifty that come back with one state, one goes on, and of fifty that finish, one is signed in', async () => {
			const browser = nobody();
			const { url } = await browser.call(contract.startProviderSignIn, {
				body: { providerId: house.providerId },
			});
			const query = `/api/sso/callback?${house.provider.visit(url)}`;
			const before = house.provider.visits.filter((path) => path === '/token').length;
			const cookie = browser.cookie;
			const many = Array.from({ length: 50 }, () => openJar(house.server.url));
			for (const each of many) each.cookie = cookie;
			await Promise.all(many.map((each) => comeBack(each, query)));
			const asked = house.provider.visits.filter((path) => path === '/token').length - before;
			assert.equal(asked, 1, 'the code was offered once');
			const moved = many.filter((each) => each.cookie !== cookie);
			assert.equal(moved.length, 1);
			const finishing = Array.from({ length: 50 }, () => {
				const each = openJar(house.server.url);
				each.cookie = moved[0]!.cookie;
				return outcomeOf(each.call(contract.finishWithProvider));
			});
			assert.deepEqual(tally(await Promise.all(finishing)), { done: 1, 'accounts.flow.expired': 49 });
		});

		test('a code of one person means nothing in the browser of another', async () => {
			const [victim, attacker] = [nobody(), nobody()];
			const { providerId } = house;
			const mine = await attacker.call(contract.startProviderSignIn, { body: { providerId } });
			await victim.call(contract.startProviderSignIn, { body: { providerId } });
			const held = victim.cookie;
			await comeBack(victim, `/api/sso/callback?${house.provider.visit(mine.url)}`);
			assert.equal(victim.cookie, held, 'the victim’s own flow is as it was');
			assert.equal(await outcomeOf(victim.call(contract.finishWithProvider)), 'accounts.flow.expired');
			const none = nobody();
			await comeBack(none, `/api/sso/callback?${house.provider.visit(mine.url)}`);
			assert.equal(none.cookie, null);
			assert.equal(await outcomeOf(none.call(contract.finishWithProvider)), 'accounts.flow.expired');
		});

		test('a code that was used is worth nothing in a flow of its own', async () => {
			const browser = nobody();
			const { providerId } = house;
			const first = await browser.call(contract.startProviderSignIn, { body: { providerId } });
			const returned = house.provider.visit(first.url);
			await comeBack(browser, `/api/sso/callback?${returned}`);
			const thief = nobody();
			const second = await thief.call(contract.startProviderSignIn, { body: { providerId } });
			const replayed = house.provider.visit(second.url, { returned: { code: returned.get('code') } });
			await comeBack(thief, `/api/sso/callback?${replayed}`);
			assert.equal(await outcomeOf(thief.call(contract.finishWithProvider)), 'accounts.provider.refused');
		});

		test('the word of one provider is not taken for that of another', async () => {
			await using evil = await startLyingProvider();
			const { providerId } = await house.owner.call(contract.addProvider, { body: inputFor(evil.issuer) });
			const browser = nobody();
			// The browser set out to the evil one, which sends it to the honest one and hopes for its code.
			const { url } = await browser.call(contract.startProviderSignIn, { body: { providerId } });
			const returned = house.provider.visit(url);
			await comeBack(browser, `/api/sso/callback?${returned}`);
			assert.equal(await outcomeOf(browser.call(contract.finishWithProvider)), 'accounts.provider.refused');
			assert.ok(!evil.visits.includes('/token'), 'the honest one’s code was not given away');
			await house.owner.call(contract.removeProvider, { params: { providerId } });
		});

		test('the same subject at another provider is somebody else', async () => {
			await using other = await startLyingProvider();
			const { providerId } = await house.owner.call(contract.addProvider, { body: inputFor(other.issuer) });
			const plan = { subject: 'subject-of-ada' };
			const outcome = await outcomeOf(through(nobody(), { provider: other, providerId }, { plan }));
			assert.equal(outcome, 'accounts.provider.not-linked');
			await house.owner.call(contract.removeProvider, { params: { providerId } });
		});

		test('no mail and no name that a provider tells links anything', async () => {
			const bea = await house.newcomer('bea');
			assert.ok(bea.cookie);
			for (const email_verified of [true, false]) {
				const claims = { email: 'bea@example.org', email_verified, preferred_username: 'bea', name: 'bea' };
				const plan = { subject: `claims to be bea ${email_verified}`, claims };
				const outcome = await outcomeOf(through(nobody(), house, { plan }));
				assert.equal(outcome, 'accounts.provider.not-linked');
			}
			const plan = {
				subject: 'subject-of-ada',
				claims: { email: 'another@example.org', email_verified: true },
			};
			assert.equal(await outcomeOf(through(nobody(), house, { plan })), 'done', 'a new mail changes nothing');
		});

		test('linking needs a session, and comes back to the very session that set out', async () => {
			const { providerId } = house;
			const link = (browser: Browser) => browser.call(contract.startProviderLink, { body: { providerId } });
			assert.equal(await outcomeOf(link(nobody())), 'access.sign-in-needed');
			const [cleo, dora] = [await house.newcomer('cleo'), await house.newcomer('dora')];
			const query = await goAndComeBack(cleo, house, { as: 'link', plan: { subject: 'subject-of-cleo' } });
			assert.ok(query);
			const flow = cleo.cookie?.split('; ').find((pair) => pair.startsWith('holdfast-sso'));
			dora.cookie = `${dora.cookie}; ${flow}`;
			const outcome = await outcomeOf(dora.call(contract.finishWithProvider));
			assert.equal(outcome, 'accounts.flow.expired', 'a link of another person’s flow');
			const signedOut = nobody();
			signedOut.cookie = flow ?? null;
			assert.equal(await outcomeOf(signedOut.call(contract.finishWithProvider)), 'accounts.flow.expired');
			const { links } = await dora.call(contract.listProviderLinks);
			assert.deepEqual(links, []);
			assert.equal(await outcomeOf(cleo.call(contract.finishWithProvider)), 'done');
			assert.equal((await cleo.call(contract.listProviderLinks)).links.length, 1);
		});

		test('a provider’s person who is linked cannot be linked to somebody else as well', async () => {
			const eve = await house.newcomer('eve');
			const how = { as: 'link', plan: { subject: 'subject-of-ada' } } as const;
			assert.equal(await outcomeOf(through(eve, house, how)), 'accounts.provider.linked-before');
			const again = { body: { providerId: house.providerId } };
			const twice = outcomeOf(ada.call(contract.startProviderLink, again));
			assert.equal(await twice, 'accounts.provider.linked-before');
		});

		test('the last way to sign in cannot be removed, and others end what came by them', async () => {
			const fay = await house.linked('fay', 'subject-of-fay');
			const byProvider = nobody();
			await through(byProvider, house, { plan: { subject: 'subject-of-fay' } });
			const [link] = (await fay.call(contract.listProviderLinks)).links;
			const linkId = link?.linkId ?? '';
			const stranger = outcomeOf(ada.call(contract.removeProviderLink, { params: { linkId } }));
			assert.equal(await stranger, 'accounts.provider.absent');
			await fay.call(contract.removeProviderLink, { params: { linkId } });
			assert.equal((await byProvider.fetch('/api/session')).status, 401);
			const outcome = await outcomeOf(through(nobody(), house, { plan: { subject: 'subject-of-fay' } }));
			assert.equal(outcome, 'accounts.provider.not-linked');
		});

		test('proving again counts by the time that the provider tells, and for the person whose session it is', async () => {
			const gil = await house.linked('gil', 'subject-of-gil');
			const session = gil.cookie;
			const stepUp = (plan: Plan) => outcomeOf(through(gil, house, { as: 'step-up', plan }));
			const subject = 'subject-of-gil';
			const stale = { subject, claims: { auth_time: seconds(-3600) } };
			assert.equal(await stepUp(stale), 'accounts.provider.not-fresh');
			const silent = { subject, claims: { auth_time: undefined } };
			assert.equal(await stepUp(silent), 'accounts.provider.not-fresh');
			assert.equal(await stepUp({ subject: 'subject-of-ada' }), 'accounts.provider.not-linked');
			assert.equal(await stepUp({ subject }), 'done');
			assert.notEqual(gil.cookie, session, 'the session is a new one');
			const old = nobody();
			old.cookie = session;
			assert.equal((await old.fetch('/api/session')).status, 401);
		});

		test('whoever the provider saw long ago is signed in, and is not fresh', async () => {
			const subject = 'subject-of-ada';
			for (const auth_time of [seconds(-3600), undefined]) {
				const browser = nobody();
				await through(browser, house, { plan: { subject, claims: { auth_time } } });
				const { isFresh, providers } = await browser.call(accounts.getStepUp);
				assert.equal(isFresh, false);
				assert.deepEqual(providers, [{ providerId: house.providerId, name: 'The club' }]);
			}
		});

		test('a provider that is blocked signs nobody in, and its sessions end with open streams', async () => {
			const browser = nobody();
			await through(browser, house);
			const kept = nobody();
			await signIn(kept, { username: 'ada-linked', password: passwordOf('ada-linked') });
			const params = { providerId: house.providerId };
			const state = (action: 'block' | 'unblock') =>
				house.owner.call(contract.setProviderState, { params, body: { action } });
			await goAndComeBack(nobody(), house);
			const onTheWay = nobody();
			await goAndComeBack(onTheWay, house);
			await state('block');
			assert.equal((await browser.fetch('/api/session')).status, 401, 'at once');
			assert.equal((await kept.fetch('/api/session')).status, 200, 'by password it lives on');
			const late = await outcomeOf(onTheWay.call(contract.finishWithProvider));
			assert.equal(late, 'accounts.provider.blocked', 'checked where the session is made');
			assert.equal(await outcomeOf(through(nobody(), house)), 'accounts.provider.blocked');
			assert.deepEqual((await nobody().call(contract.listProviders)).providers, []);
			await state('unblock');
			assert.equal((await browser.fetch('/api/session')).status, 401, 'what ended stays ended');
			assert.equal(await outcomeOf(through(nobody(), house)), 'done');
		});

		test('links that have to be made afresh sign nobody in until then', async () => {
			const hal = await house.linked('hal', 'subject-of-hal');
			const plan = { subject: 'subject-of-hal' };
			const byProvider = nobody();
			await through(byProvider, house, { plan });
			const params = { providerId: house.providerId };
			await house.owner.call(contract.setProviderState, { params, body: { action: 'relink' } });
			assert.equal((await byProvider.fetch('/api/session')).status, 401);
			assert.equal(await outcomeOf(through(nobody(), house, { plan })), 'accounts.provider.link-afresh');
			const [link] = (await hal.call(contract.listProviderLinks)).links;
			assert.equal(link?.state, 'link-afresh');
			assert.deepEqual((await hal.call(accounts.getStepUp)).providers, []);
			assert.equal(await outcomeOf(through(hal, house, { as: 'link', plan })), 'done');
			assert.equal(await outcomeOf(through(nobody(), house, { plan })), 'done');
			const again = await house.newcomer('ida');
			assert.equal(await outcomeOf(through(ada, house, { as: 'link' })), 'done');
			assert.ok(again.cookie);
		});

		test('a provider ends sessions by a token of the right kind, once, and by nothing else', async () => {
			const { provider, providerId } = house;
			const path = `/api/sso/backchannel-logout/${providerId}`;
			const send = async (token: string, type = 'application/x-www-form-urlencoded'): Promise<number> => {
				const body = new URLSearchParams({ logout_token: token }).toString();
				const answer = await nobody().fetch(path, {
					method: 'POST',
					body,
					headers: { 'content-type': type },
				});
				await answer.body?.cancel();
				return answer.status;
			};
			const sub = 'subject-of-ada';
			const [one, two] = [nobody(), nobody()];
			await through(one, house, { plan: { claims: { sid: 'session-1' } } });
			await through(two, house, { plan: { claims: { sid: 'session-2' } } });
			const event = 'http://schemas.openid.net/event/backchannel-logout';
			const wrong: readonly (readonly [string, string])[] = [
				['another kind of token', provider.signLogout({ sub }, { typ: 'JWT' })],
				['an access token', provider.signLogout({ sub }, { typ: 'at+jwt' })],
				['no kind', provider.signLogout({ sub }, { typ: undefined })],
				['another issuer', provider.signLogout({ sub, iss: 'https://elsewhere.example' })],
				['another audience', provider.signLogout({ sub, aud: 'somebody-else' })],
				['an old one', provider.signLogout({ sub, iat: seconds(-3600) })],
				['one from the future', provider.signLogout({ sub, iat: seconds(3600), exp: seconds(7200) })],
				['an expired one', provider.signLogout({ sub, exp: seconds(-600) })],
				['no id', provider.signLogout({ sub, jti: undefined })],
				['no event', provider.signLogout({ sub, events: {} })],
				['an event that is no object', provider.signLogout({ sub, events: { [event]: true } })],
				['a nonce, as only ID tokens have', provider.signLogout({ sub, nonce: 'n' })],
				['nobody named', provider.signLogout({})],
				['no token', 'a.b.c'],
				['no signature', `${provider.signLogout({ sub }).split('.').slice(0, 2).join('.')}.`],
			];
			for (const [what, token] of wrong) assert.equal(await send(token), 400, what);
			assert.equal(await send(provider.signLogout({ sub }), 'text/plain'), 400, 'as another kind of body');
			for (const browser of [one, two]) assert.equal((await browser.fetch('/api/session')).status, 200);
			const token = provider.signLogout({ sub, sid: 'session-1' });
			assert.equal(await send(token), 204);
			assert.equal((await one.fetch('/api/session')).status, 401);
			assert.equal((await two.fetch('/api/session')).status, 200);
			assert.equal(await send(token), 400, 'a second time');
			const other = provider.signLogout({ sub: 'subject-of-hal', sid: 'session-2' });
			assert.equal(await send(other), 204);
			assert.equal((await two.fetch('/api/session')).status, 200, 'a session of somebody else');
			const all = provider.signLogout({ sub });
			const codes = await Promise.all(Array.from({ length: 50 }, () => send(all)));
			assert.deepEqual(tally(codes.map(String)), { 204: 1, 400: 49 });
			assert.equal((await two.fetch('/api/session')).status, 401);
			assert.equal((await ada.fetch('/api/session')).status, 200, 'what came by password lives on');
		});

		test('a form is taken by that one route only, and a secret of a provider never comes out', async () => {
			const form = { 'content-type': 'application/x-www-form-urlencoded' };
			const posted = await ada.fetch('/api/sso/finish', { method: 'POST', body: 'a=1', headers: form });
			assert.equal(posted.status, 403);
			const listed = await house.owner.fetch('/api/sso/settings/providers');
			assert.ok(!(await listed.text()).includes('a secret between'));
			const cross = await nobody().fetch('/api/sso/finish', {
				method: 'POST',
				headers: { 'sec-fetch-site': 'cross-site' },
			});
			assert.equal(cross.status, 403);
		});

		test('a provider that is removed takes its sessions along', async () => {
			await using brief = await startLyingProvider();
			const body = inputFor(brief.issuer);
			const { providerId } = await house.owner.call(contract.addProvider, { body });
			assert.equal(
				await outcomeOf(house.owner.call(contract.addProvider, { body })),
				'accounts.provider.exists',
			);
			const jo = await house.newcomer('jo');
			const club = { provider: brief, providerId };
			await through(jo, club, { as: 'link', plan: { subject: 'jo' } });
			const browser = nobody();
			await through(browser, club, { plan: { subject: 'jo' } });
			await house.owner.call(contract.removeProvider, { params: { providerId } });
			assert.equal((await browser.fetch('/api/session')).status, 401);
			const outcome = await outcomeOf(through(nobody(), club));
			assert.equal(outcome, 'accounts.provider.absent');
		});
	});
}
