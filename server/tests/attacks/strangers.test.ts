/** Who is known here, as strangers find it out, and what they can do to people from outside. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import * as accounts from '@holdfast/contract/accounts';
import * as factors from '@holdfast/contract/factors';
import * as people from '@holdfast/contract/people';
import * as recovery from '@holdfast/contract/recovery';
import type { RouteShape } from '@holdfast/contract/route';
import { addApp, addPasskey, showPassword } from '../support/factor-people.ts';
import { beginLogin, beginRegistration } from '../support/house.ts';
import {
	beginJoining,
	invitationBy,
	linkIn,
	openTown,
	origin,
	outcome,
	password,
	type Town,
} from '../support/town.ts';
import { ownerNamed, signIn } from '../support/whole-server.ts';

const json = { 'content-type': 'application/json' };

interface Named {
	readonly username: string;
	readonly email: string;
}

/** Everything of an answer but what is new in each: time, tokens, and messages of the exchange. */
const traceOf = async (response: Response): Promise<{ trace: string; body: Record<string, unknown> }> => {
	const text = await response.text();
	const headers = [...response.headers].filter(([name]) => !['date', 'set-cookie'].includes(name)).sort();
	const cookies = response.headers.getSetCookie().map((cookie) => cookie.replace(/=[^;]*/u, ''));
	const shape = text.replaceAll(/"[A-Za-z0-9_-]{40,}"/gu, (found) => `"${found.length}"`);
	const trace = JSON.stringify([response.status, headers, cookies, shape]);
	return { trace, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
};

for (const engine of ['sqlite', 'postgres'] as const) {
	describe(`strangers, on ${engine}`, () => {
		let town: Town;
		before(async () => {
			town = await openTown(engine);
		});
		after(() => town?.[Symbol.asyncDispose]());

		const post = (route: RouteShape, body: unknown) =>
			town.nobody().fetch(route.path, { method: 'POST', headers: json, body: JSON.stringify(body) });

		const crowdOfAllKinds = async (): Promise<Record<string, Named>> => {
			const plain = await town.reachable();
			const deactivated = await town.reachable();
			await town.owner.call(people.deactivate, { params: { accountId: deactivated.accountId } });
			const leaving = await town.reachable();
			await leaving.browser.call(people.leave, { body: { username: leaving.who.username } });
			const withApp = await town.reachable();
			await addApp(withApp.browser, town.clock);
			const withPasskey = await town.reachable();
			await addPasskey(withPasskey.browser, origin);
			const silent = await town.someone();
			const named = ({ who, address }: { who: { username: string }; address?: string }): Named => ({
				username: who.username,
				email: address ?? 'resident-none@example.org',
			});
			return {
				nobody: { username: 'resident 0', email: 'resident-0@example.org' },
				'somebody plain': named(plain),
				'somebody deactivated': named(deactivated),
				'somebody leaving': named(leaving),
				'somebody with an app': named(withApp),
				'somebody with a passkey': named(withPasskey),
				'somebody without an address': named(silent),
				'the owner': { username: ownerNamed.username, email: 'ada-at-home@example.org' },
			};
		};

		/** What a stranger sees who asks for somebody everywhere. */
		const probe = async ({ username, email }: Named): Promise<string[]> => {
			const seen: string[] = [];
			const ask = async (route: RouteShape, body: unknown): Promise<Record<string, unknown>> => {
				const { trace, body: answer } = await traceOf(await post(route, body));
				seen.push(`${route.path} ${trace}`);
				return answer;
			};
			const { startLoginRequest } = beginLogin('a guess');
			const begun = await ask(accounts.startSignIn, { username, startLoginRequest });
			const finishLoginRequest = randomBytes(64).toString('base64url');
			await ask(accounts.finishSignIn, { flow: begun['flow'], finishLoginRequest });
			await ask(accounts.finishSignIn, { flow: begun['flow'], finishLoginRequest });
			await ask(accounts.requestSignInCode, { username, email });
			await ask(recovery.requestReset, { email });
			await ask(people.requestRegistration, { email, language: null });
			const { registrationRequest } = beginRegistration('a password of the thief');
			for (const kind of ['handed-over-code', 'recovery-code'] as const) {
				const proof = { kind, username, code: 'AAAA-BBBB-CCCC-DDDD-EEEE-FFFF' };
				const started = await ask(recovery.startReset, { proof, registrationRequest });
				const registrationRecord = randomBytes(192).toString('base64url');
				const rest = { registrationRecord, signOutDevices: true, factorCode: null };
				await ask(recovery.finishReset, { flow: started['flow'], ...rest });
			}
			await ask(factors.startPasskeySignIn, { flow: null });
			return seen.map((each) => each.replaceAll(email, 'ADDRESS').replaceAll(username, 'NAME'));
		};

		test('learn of nobody whether they are here, left, are kept out, or how they sign in', async () => {
			const kinds = await crowdOfAllKinds();
			const expected = await probe(kinds['nobody']!);
			for (const [kind, named] of Object.entries(kinds)) assert.deepEqual(await probe(named), expected, kind);
		});

		test('learn no name from an invitation but by trying it with one that holds', async () => {
			const { who } = await town.someone();
			const body = (secret: string) => ({
				secret,
				username: who.username,
				registrationRequest: beginRegistration(password).registrationRequest,
			});
			const start = (secret: string) =>
				outcome(town.nobody().call(people.startJoining, { body: body(secret) }));
			assert.equal(await start(randomBytes(32).toString('base64url')), 'accounts.link.invalid');
			assert.equal(await start(await invitationBy(town.owner)), 'accounts.username.taken');
		});

		test('take no name that looks like one that is there', async () => {
			const { who } = await town.someone();
			const number = who.username.split(' ')[1] ?? '';
			const alike = [
				who.username.toUpperCase(),
				` ${who.username} `,
				`\uFF52esident ${number}`,
				`resident  ${number}`,
				`r\u0435sident ${number}`,
				`res\u0131dent ${number}`,
				`resident\u200B ${number}`,
				`\u202Eresident ${number}`,
			];
			for (const username of alike) {
				const secret = await invitationBy(town.owner);
				const joined = await outcome(
					beginJoining(town.nobody(), secret, username).then((finish) => finish()),
				);
				assert.match(joined, /^accounts\.username\.(?:taken|invalid)$/u, JSON.stringify(username));
			}
		});

		test('make an address theirs in no other spelling', async () => {
			const { address } = await town.reachable();
			const [local, domain] = address.split('@');
			const { browser } = await town.someone();
			for (const email of [
				`${local}@${domain}, thief@thief.example`,
				`${local}@${domain}\r\nBcc: thief@thief.example`,
				`"${local}"@${domain}`,
				`<${address}>`,
				`${local}\u200B@${domain}`,
				`${local}@${domain}\u0000.thief.example`,
				`${address}@thief.example`,
			]) {
				const came = await outcome(browser.call(people.setEmail, { body: { email } }));
				assert.match(came, /^(?:accounts\.email\.invalid|request\.malformed)$/u, JSON.stringify(email));
			}
			await browser.call(people.setEmail, { body: { email: address.toUpperCase() } });
			const { email } = await browser.call(people.getProfile);
			assert.equal(email, null, 'not before its reader has opened the link');
		});

		test('who ask for mails keep no notice of what matters from their person', async () => {
			const { browser, who, address } = await town.reachable();
			for (let asked = 0; asked < 8; asked += 1) {
				await town.nobody().call(recovery.requestReset, { body: { email: address } });
				const code = { username: who.username, email: address };
				await town.nobody().call(accounts.requestSignInCode, { body: code });
				await town.nobody().call(people.requestRegistration, { body: { email: address, language: null } });
			}
			for (let tried = 0; tried < 6; tried += 1) await showPassword(town.nobody(), who);
			await browser.call(factors.makeRecoveryCodes);
			await town.letter(address, /(New recovery codes)/u);
			await browser.call(people.leave, { body: { username: who.username } });
			await town.letter(address, /(marked for deletion)/u);
		});

		test('lock nobody out by any limit: a known device with the right password enters', async () => {
			const { browser, who, address } = await town.reachable();
			for (let tried = 0; tried < 120; tried += 1) {
				const { startLoginRequest } = beginLogin('a guess');
				await post(accounts.startSignIn, { username: who.username, startLoginRequest });
			}
			for (let asked = 0; asked < 10; asked += 1) {
				await post(recovery.requestReset, { email: address });
				await post(accounts.requestSignInCode, { username: who.username, email: address });
				const proof = { kind: 'handed-over-code', username: who.username, code: 'AAAA-BBBB-CCCC-DDDD' };
				const { registrationRequest } = beginRegistration('a password of the thief');
				await post(recovery.startReset, { proof, registrationRequest });
			}
			await browser.call(accounts.signOut);
			await signIn(browser, who);
			assert.equal(await outcome(signIn(town.nobody(), who)), 'accounts.credentials.wrong');
		});

		test('who hold a link learn only what it is for, and a wrong one is as good as none', async () => {
			const { address } = await town.reachable();
			await town.nobody().call(recovery.requestReset, { body: { email: address } });
			const reset = await town.letter(address, linkIn('reset'));
			const answers = new Set<string>();
			for (const secret of [reset, randomBytes(32).toString('base64url'), 'A'.repeat(43), "' OR 1=1 --     "])
				answers.add((await traceOf(await post(people.lookAtJoinLink, { secret }))).trace);
			assert.equal(answers.size, 1, [...answers].join('\n'));
		});
	});
}
