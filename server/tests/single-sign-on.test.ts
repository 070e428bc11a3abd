/** Signing in with a provider beside everything else: invitations, second factors, and the machine. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as accounts from '@holdfast/contract/accounts';
import { useTotp as showTotp } from '@holdfast/contract/factors';
import { invite } from '@holdfast/contract/people';
import * as contract from '@holdfast/contract/single-sign-on';
import { systemClock } from '../src/platform/clock.ts';
import type { Command } from '../src/cli/command.ts';
import { blockProvider, listProviders, relinkProvider, unblockProvider } from '../src/cli/commands/sso.ts';
import { addApp, codeOf } from './support/factor-people.ts';
import { type Engine, startJourney } from './support/journey.ts';
import { startLyingProvider } from './support/lying-provider.ts';
import { type Browser, makeOwner } from './support/whole-server.ts';
import {
	type ClubHouse,
	comeBack,
	inputFor,
	openClubHouse,
	openJar,
	outcomeOf,
	through,
} from './support/with-provider.ts';

const engines: readonly (readonly [string, Engine])[] = [
	['SQLite', 'sqlite'],
	['PostgreSQL', 'postgres'],
];

for (const [name, engine] of engines) {
	describe(`a provider beside everything else on ${name}`, () => {
		let house: ClubHouse;
		const nobody = (): Browser => openJar(house.server.url);
		before(async () => {
			house = await openClubHouse(engine);
		});
		after(() => house?.[Symbol.asyncDispose]());

		const allowJoining = (allowsJoining: boolean) =>
			house.owner.call(contract.changeProvider, {
				params: { providerId: house.providerId },
				body: { ...inputFor(house.provider.issuer), clientSecret: null, allowsJoining },
			});
		const invitation = async (): Promise<string> => {
			const body = { role: 'guest', note: null, lifetimeHours: 1, email: null, language: null } as const;
			const made = await house.owner.call(invite, { body });
			return made.secret;
		};
		const join = async (browser: Browser, secret: string, username: string, subject: string) => {
			const { providerId } = house;
			const body = { invitation: secret, username, displayName: username, providerId };
			const { url } = await browser.call(contract.startJoinWithProvider, { body });
			await comeBack(browser, `/api/sso/callback?${house.provider.visit(url, { subject })}`);
			return browser.call(contract.finishWithProvider);
		};

		test('somebody with an invitation joins without a password, once, where that is allowed', async () => {
			const secret = await invitation();
			const early = await outcomeOf(join(nobody(), secret, 'newton', 'newton'));
			assert.equal(early, 'accounts.provider.blocked');
			await allowJoining(true);
			const browser = nobody();
			const { authentication } = await join(browser, secret, 'newton', 'newton');
			assert.ok(authentication?.state === 'signed-in');
			assert.equal(authentication.signed.person.role, 'guest');
			assert.equal(await outcomeOf(join(nobody(), secret, 'other', 'other')), 'accounts.link.invalid');
			const { hasPassword, providers } = await browser.call(accounts.getStepUp);
			assert.deepEqual([hasPassword, providers.length], [false, 1]);
			assert.equal(await outcomeOf(through(nobody(), house, { plan: { subject: 'newton' } })), 'done');
			const [link] = (await browser.call(contract.listProviderLinks)).links;
			const params = { linkId: link?.linkId ?? '' };
			const removed = await outcomeOf(browser.call(contract.removeProviderLink, { params }));
			assert.equal(removed, 'accounts.provider.last');
		});

		test('without an invitation nobody joins, and nobody twice with one account of a provider', async () => {
			await allowJoining(true);
			const none = await outcomeOf(join(nobody(), 'x'.repeat(43), 'nobody', 'nobody'));
			assert.equal(none, 'accounts.link.invalid');
			await join(nobody(), await invitation(), 'kepler', 'kepler');
			const again = await outcomeOf(join(nobody(), await invitation(), 'kepler-two', 'kepler'));
			assert.equal(again, 'accounts.provider.linked-before');
			const taken = await outcomeOf(join(nobody(), await invitation(), 'kepler', 'another'));
			assert.equal(taken, 'accounts.username.taken');
		});

		/** Somebody with an app; the next code is one that the server has not seen. */
		const withApp = async (who: string) => {
			const { secret } = await addApp(await house.linked(who, who), systemClock);
			const browser = nobody();
			const plan = { subject: who, claims: { auth_time: undefined } };
			const { authentication } = await through(browser, house, { plan });
			assert.ok(authentication?.state === 'factor-needed');
			const code = codeOf(secret, systemClock.now() + 30_000);
			return { browser, body: { flow: authentication.flow, code } };
		};

		test('a second factor of ours is asked for after the provider’s word, and makes it fresh', async () => {
			const { browser, body } = await withApp('curie');
			assert.equal((await browser.fetch('/api/session')).status, 401);
			const answer = await browser.call(showTotp, { body });
			assert.ok(answer.state === 'signed-in');
			assert.equal(answer.signed.session.level, 2);
			assert.equal((await browser.call(accounts.getStepUp)).isFresh, true);
		});

		test('a provider that is blocked between its word and the factor signs nobody in', async () => {
			const { browser, body } = await withApp('hahn');
			const params = { providerId: house.providerId };
			const state = (action: 'block' | 'unblock') =>
				house.owner.call(contract.setProviderState, { params, body: { action } });
			await state('block');
			const outcome = await outcomeOf(browser.call(showTotp, { body }));
			await state('unblock');
			assert.equal(outcome, 'accounts.provider.blocked');
			assert.equal((await browser.fetch('/api/session')).status, 401);
		});

		test('on the machine providers are listed, blocked, let in, and made to link afresh', async () => {
			const run = (command: Command, ...words: string[]) =>
				command.run({
					words,
					config: () => house.server.config,
					reading: null as never,
					ask: async () => '',
					say: () => undefined,
				});
			const listed = await run(listProviders);
			assert.match(listed.lines.join('\n'), /in use .* The club/u);
			const { issuer } = house.provider;
			assert.equal((await run(blockProvider, 'https://nobody.example')).exitCode, 1);
			await assert.rejects(run(blockProvider), /Which provider/u);
			await run(blockProvider, issuer);
			assert.equal((await nobody().call(contract.listProviders)).providers.length, 0);
			await run(unblockProvider, issuer);
			const plan = { subject: 'dirac' };
			await house.linked('dirac', 'dirac');
			assert.equal(await outcomeOf(through(nobody(), house, { plan })), 'done');
			await run(relinkProvider, issuer);
			assert.equal(await outcomeOf(through(nobody(), house, { plan })), 'accounts.provider.link-afresh');
		});
	});
}

test('without a public address nobody is sent anywhere, and it is said why', async () => {
	await using server = await startJourney();
	const owner = openJar(server.url);
	await makeOwner(server, owner);
	await using provider = await startLyingProvider();
	const { providerId } = await owner.call(contract.addProvider, { body: inputFor(provider.issuer) });
	const started = outcomeOf(owner.call(contract.startProviderSignIn, { body: { providerId } }));
	assert.equal(await started, 'accounts.provider.no-address');
	const { finding } = await owner.call(contract.testProvider, {
		body: { issuer: provider.issuer, allowsPrivate: true },
	});
	assert.equal(finding, 'no-public-address');
	assert.deepEqual((await owner.call(contract.listProviders)).providers, []);
});
