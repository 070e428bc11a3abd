/** Guessing, replaying, racing and stealing around sign-in and set-up: over HTTP, on both databases. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { get, type IncomingMessage, request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import * as accounts from '@holdfast/contract/accounts';
import { startPlayback } from '@holdfast/contract/playback';
import { consoleSocketPath } from '../../src/server.ts';
import { type Attacked, mallory, openAttacked } from '../support/attacked.ts';
import { beginLogin, beginRegistration } from '../support/house.ts';
import { startJourney } from '../support/journey.ts';
import { browser as capabilities } from '../support/playing.ts';
import {
	type Browser,
	makeOwner,
	openBrowser,
	ownerNamed,
	Refused,
	signIn,
	type WholeServer,
} from '../support/whole-server.ts';

const outcome = (promise: Promise<unknown>): Promise<string> =>
	promise.then(
		() => 'done',
		(error: unknown) => {
			if (error instanceof Refused) return error.code;
			throw error;
		},
	);

/** Sign-in as far as its last message. */
const begin = async (browser: Browser, username: string, password: string) => {
	const login = beginLogin(password);
	const { flow, loginResponse } = await browser.call(accounts.startSignIn, {
		body: { username, startLoginRequest: login.startLoginRequest },
	});
	return { flow, loginResponse, finishLoginRequest: login.finish(loginResponse) ?? '' };
};

const finish = (browser: Browser, flow: string, finishLoginRequest: string) =>
	browser.call(accounts.finishSignIn, { body: { flow, finishLoginRequest } });

const anyProof = (): string => randomBytes(64).toString('base64url');

const tally = (outcomes: readonly string[]): Record<string, number> => {
	const counts: Record<string, number> = {};
	for (const each of outcomes) counts[each] = (counts[each] ?? 0) + 1;
	return counts;
};

for (const [engine, name] of [
	['sqlite', 'SQLite'],
	['postgres', 'PostgreSQL'],
] as const) {
	describe(`attacks on sign-in on ${name}`, () => {
		let scene: Attacked;
		before(async () => {
			scene = await openAttacked(engine);
		});
		after(() => scene?.[Symbol.asyncDispose]());

		test('a name that is known, unknown, odd or an index answers in the same shape, to the byte', async () => {
			const seen = new Set<string>();
			for (const username of [
				ownerNamed.username,
				mallory.username,
				'nobody',
				'ADA',
				'ada\u200b',
				"a' OR 1=1",
				'é',
			]) {
				const { startLoginRequest } = beginLogin('a wrong password');
				const started = await scene.nobody().fetch('/api/sign-in/start', {
					method: 'POST',
					headers: { 'content-type': 'application/json' },
					body: JSON.stringify({ username, startLoginRequest }),
				});
				const text = await started.text();
				const { flow } = JSON.parse(text) as { flow: string };
				const ended = await scene.nobody().fetch('/api/sign-in/finish', {
					method: 'POST',
					headers: { 'content-type': 'application/json' },
					body: JSON.stringify({ flow, finishLoginRequest: anyProof() }),
				});
				const names = [...started.headers.keys(), ...ended.headers.keys()].join();
				seen.add([started.status, text.length, ended.status, await ended.text(), names].join('|'));
			}
			assert.equal(seen.size, 1, [...seen].join('\n'));
		});

		test('a first message that is no point of the group, or its identity, is refused for every name', async () => {
			const good = Buffer.from(beginLogin('x').startLoginRequest, 'base64url');
			const messages = [
				Buffer.alloc(0),
				Buffer.alloc(good.length),
				Buffer.alloc(good.length, 0xff),
				good.subarray(1),
				Buffer.concat([good, good]),
				Buffer.concat([Buffer.alloc(32), good.subarray(32)]),
				Buffer.concat([Buffer.alloc(32, 0xed), good.subarray(32)]),
				Buffer.concat([good.subarray(0, -32), Buffer.alloc(32)]),
			];
			for (const message of messages) {
				const outcomes = [ownerNamed.username, 'nobody'].map((username) => {
					const body = { username, startLoginRequest: message.toString('base64url') };
					return outcome(scene.nobody().call(accounts.startSignIn, { body }));
				});
				const [known, unknown] = await Promise.all(outcomes);
				assert.equal(known, unknown);
				assert.notEqual(known, 'done', message.toString('hex'));
				assert.notEqual(known, 'server.broken', message.toString('hex'));
			}
		});

		test('a right last message sent fifty times at once makes one session', async () => {
			const { flow, finishLoginRequest } = await begin(scene.nobody(), mallory.username, mallory.password);
			const tries = Array.from({ length: 50 }, () =>
				outcome(finish(scene.nobody(), flow, finishLoginRequest)),
			);
			const { done, ...refused } = tally(await Promise.all(tries));
			assert.equal(done, 1, JSON.stringify(refused));
			assert.deepEqual(Object.keys(refused).sort(), ['accounts.flow.expired'].sort());
			assert.equal(await outcome(finish(scene.nobody(), flow, finishLoginRequest)), 'accounts.flow.expired');
		});

		test('one flow is one guess, and the proof of one is none for another', async () => {
			const first = await begin(scene.nobody(), mallory.username, mallory.password);
			const second = await begin(scene.nobody(), mallory.username, mallory.password);
			const crossed = await outcome(finish(scene.nobody(), second.flow, first.finishLoginRequest));
			assert.equal(crossed, 'accounts.credentials.wrong');
			const after = await outcome(finish(scene.nobody(), second.flow, second.finishLoginRequest));
			assert.equal(after, 'accounts.flow.expired');
			const asOwner = await begin(scene.nobody(), ownerNamed.username, 'not it');
			const stolen = await outcome(finish(scene.nobody(), asOwner.flow, first.finishLoginRequest));
			assert.equal(stolen, 'accounts.credentials.wrong');
		});

		test('a flow of one purpose does nothing in the routes of another', async () => {
			const { flow, finishLoginRequest } = await begin(scene.nobody(), mallory.username, mallory.password);
			const registrationRecord = randomBytes(192).toString('base64url');
			const { registrationRequest } = beginRegistration('x');
			const change = { flow, finishLoginRequest, registrationRecord, signOutEverywhere: false };
			assert.equal(
				await outcome(scene.member.call(accounts.finishPasswordChange, { body: change })),
				'accounts.flow.expired',
			);
			const owner = { flow, username: 'eve', registrationRequest };
			assert.equal(
				await outcome(scene.nobody().call(accounts.startOwner, { body: owner })),
				'accounts.setup.finished',
			);
		});

		test('a password change that one person began is not finished by another, nor after signing out', async () => {
			const attacker = openBrowser(scene.server.url);
			await signIn(attacker, mallory);
			const login = beginLogin(ownerNamed.password);
			const registration = beginRegistration('a password of the attacker');
			const { startLoginRequest } = login;
			const { registrationRequest } = registration;
			const begun = await scene.owner.call(accounts.startPasswordChange, {
				body: { startLoginRequest, registrationRequest },
			});
			const body = {
				flow: begun.flow,
				finishLoginRequest: login.finish(begun.loginResponse) ?? '',
				registrationRecord: registration.finish(begun.registrationResponse),
				signOutEverywhere: true,
			};
			const tried = await outcome(attacker.call(accounts.finishPasswordChange, { body }));
			assert.match(tried, /^accounts\.(flow\.expired|credentials\.wrong)$/);
			const again = openBrowser(scene.server.url);
			await signIn(again, ownerNamed);
		});

		test('a session that was planted before signing in is not the one that is signed in', async () => {
			const victim = openBrowser(scene.server.url);
			await signIn(victim, mallory);
			const planted = victim.cookie;
			await signIn(victim, mallory);
			assert.notEqual(victim.cookie, planted);
			const thief = openBrowser(scene.server.url);
			thief.cookie = planted;
			assert.equal((await thief.fetch('/api/session')).status, 401);
			const invented = openBrowser(scene.server.url);
			invented.cookie = `${planted?.split('=')[0]}=${randomBytes(32).toString('base64url')}`;
			const wanted = invented.cookie;
			await signIn(invented, mallory);
			assert.notEqual(invented.cookie, wanted);
		});

		test('signing out everywhere cuts a film and live events that run, and the cookie is dead at once', async () => {
			const watcher = openBrowser(scene.server.url);
			await signIn(watcher, mallory);
			const itemId = scene.cards.get('Long Film')?.itemId ?? '';
			const { url } = await watcher.call(startPlayback, { params: { itemId }, body: { capabilities } });
			const open = (path: string): Promise<IncomingMessage> =>
				new Promise((resolve, reject) => {
					const headers = { cookie: watcher.cookie ?? '' };
					get(scene.server.url + path, { headers, agent: false }, resolve).once('error', reject);
				});
			const cut = (answer: IncomingMessage): Promise<string> =>
				new Promise((resolve) => {
					answer.on('error', () => undefined).once('close', () => resolve(answer.complete ? 'whole' : 'cut'));
				});
			const [film, events] = [await open(url), await open('/api/events')];
			film.pause();
			let heard = '';
			events.on('data', (chunk: Buffer) => {
				heard += chunk.toString();
			});
			const ends = [cut(film), cut(events)];
			const old = watcher.cookie;
			await watcher.call(accounts.signOutEverywhere, { body: { keepThis: true } });
			const drain = setInterval(() => film.read(), 1);
			assert.equal((await Promise.all(ends))[0], 'cut');
			clearInterval(drain);
			assert.match(heard, /signed-out/);
			const thief = openBrowser(scene.server.url);
			thief.cookie = old;
			assert.equal((await thief.fetch(url, { headers: { range: 'bytes=0-0' } })).status, 401);
		});

		test('the console’s socket is for its owner alone, and its routes for it alone', async () => {
			const socketPath = consoleSocketPath(scene.server.config) ?? '';
			assert.equal((await stat(socketPath)).mode & 0o777, 0o600);
			assert.equal((await stat(scene.server.config.data.folder)).mode & 0o077, 0);
			const status = await new Promise<number>((resolve, reject) => {
				const asked = request({ socketPath, path: '/api/session' }, (answer) =>
					resolve(answer.statusCode ?? 0),
				);
				asked.once('error', reject).end();
			});
			assert.equal(status, 401, 'the socket makes nobody a viewer');
		});
	});
	describe(`attacks on set-up on ${name}`, () => {
		let server: WholeServer;
		before(async () => {
			server = await startJourney({}, engine);
		});
		after(() => server?.[Symbol.asyncDispose]());

		test('the code is gone after ten guesses, the right one included', async () => {
			await using other = await startJourney({}, engine);
			const stranger = openBrowser(other.url);
			const guess = (code: string): Promise<string> =>
				outcome(stranger.call(accounts.beginSetup, { body: { code } }));
			const guesses = Array.from({ length: 30 }, (_, index) => guess(`AAAA-AAAA-${1000 + index}`));
			const counts = tally(await Promise.all(guesses));
			assert.deepEqual(counts, { 'accounts.setup.code-wrong': 10, 'request.too-many': 20 });
			assert.equal(await guess(other.running.setupCode ?? ''), 'request.too-many');
		});

		test('of many who finish the set-up at once one owns the server, and nobody after', async () => {
			const browser = openBrowser(server.url);
			const { flow } = await browser.call(accounts.beginSetup, {
				body: { code: server.running.setupCode ?? '' },
			});
			const { username, displayName, password } = ownerNamed;
			const registration = beginRegistration(password);
			const { registrationRequest } = registration;
			const { registrationResponse } = await browser.call(accounts.startOwner, {
				body: { flow, username, registrationRequest },
			});
			const body = {
				flow,
				username,
				displayName,
				registrationRecord: registration.finish(registrationResponse),
			};
			const tries = Array.from({ length: 20 }, (_, index) =>
				outcome(
					openBrowser(server.url).call(accounts.finishOwner, {
						body: index % 2 === 0 ? body : { ...body, username: `eve${index}` },
					}),
				),
			);
			const { done, ...refused } = tally(await Promise.all(tries));
			assert.equal(done, 1, JSON.stringify(refused));
			for (const code of Object.keys(refused))
				assert.match(code, /^accounts\.(setup\.finished|flow\.expired|username\.taken)$/);
			const late = openBrowser(server.url);
			await assert.rejects(
				makeOwner(server, late),
				(error) => (error as Refused).code === 'accounts.setup.finished',
			);
			assert.equal(late.cookie, null);
		});
	});
}
