/**
 * Attacks on claiming a server, on entering one, and on what passes between the two programs: over HTTP,
 * against the started account service, on both databases.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { getSession, listSessions, signOutEverywhere } from '@holdfast/contract/accounts';
import { eventTypes, statementTypes } from '@holdfast/contract/feed';
import * as contract from '@holdfast/contract/servers';
import { addMember } from '../support/attacked.ts';
import { startJourney } from '../support/journey.ts';
import { makeRogueServer, type RogueServer } from '../support/rogue-server.ts';
import { freePort } from '../support/two-programs.ts';
import { type Browser, makeOwner, openBrowser, Refused, type WholeServer } from '../support/whole-server.ts';

const outcome = (promise: Promise<unknown>): Promise<string> =>
	promise.then(
		() => 'done',
		(error: unknown) => {
			if (error instanceof Refused) return error.code;
			throw error;
		},
	);

const tally = (outcomes: readonly string[]): Record<string, number> => {
	const counts: Record<string, number> = {};
	for (const each of outcomes) counts[each] = (counts[each] ?? 0) + 1;
	return counts;
};

const letters = '23456789BCDFGHJKMNPQRSTVWXYZ';
const newCode = (): string => [...randomBytes(12)].map((byte) => letters[byte % letters.length]).join('');

const home = 'http://192.168.7.7:8420';
const poll = { body: { after: 0, returnImmediately: true } };
let counted = 0;

for (const [engine, name] of [
	['sqlite', 'SQLite'],
	['postgres', 'PostgreSQL'],
] as const) {
	describe(`attacks on media servers on ${name}`, () => {
		let url: string;
		let server: WholeServer;
		let owner: Browser;

		const start = async (): Promise<void> => {
			const port = await freePort();
			url = `http://127.0.0.1:${port}`;
			const env = { HOLDFAST_PORT: String(port), HOLDFAST_PUBLIC_URL: url, HOLDFAST_ROLES: 'accounts' };
			server = await startJourney({ env }, engine);
			owner = openBrowser(url);
			await makeOwner(server, owner);
		};
		before(start);
		after(() => server[Symbol.asyncDispose]());
		/** Wrong codes are counted for the network too, and all that is tried here comes from one. */
		const startAnew = async (): Promise<void> => {
			await server[Symbol.asyncDispose]();
			await start();
		};

		const person = (): Promise<Browser> => {
			counted += 1;
			return addMember(server, { username: `person${counted}`, password: 'a password of some length' });
		};
		const claimed = async (
			by: Browser,
		): Promise<{ readonly rogue: RogueServer; readonly serverId: string }> => {
			const rogue = await makeRogueServer(url);
			const code = newCode();
			await rogue.announce(code, [home]);
			const { serverId } = await by.call(contract.claimServer, { body: { code, name: 'Cellar' } });
			return { rogue, serverId };
		};
		const approved = async (by: Browser, rogue: RogueServer) => {
			const { request, verifier } = rogue.entryRequest(`${home}/enter`);
			const { redirectTo } = await by.call(contract.approveEntry, { body: { request } });
			const code = new URLSearchParams(new URL(redirectTo).hash.slice(1)).get('code') ?? '';
			return { code, codeVerifier: verifier, redirectUri: `${home}/enter` };
		};

		test('of fifty who type a claim code at once, one gets the server', async () => {
			const rogue = await makeRogueServer(url);
			const code = newCode();
			await rogue.announce(code);
			const people = await Promise.all([person(), person(), person(), person(), person()]);
			const racing = Array.from({ length: 50 }, (_, index) =>
				outcome(people[index % people.length]!.call(contract.claimServer, { body: { code, name: 'Mine' } })),
			);
			const counts = tally(await Promise.all(racing));
			assert.equal(counts['done'], 1);
			const lists = await Promise.all(people.map((each) => each.call(contract.listServers)));
			assert.equal(lists.flatMap(({ servers }) => servers).length, 1);
		});

		test('a code that was used, replaced by a restart, or never shown is answered alike', async () => {
			await startAnew();
			const thief = await person();
			const used = await makeRogueServer(url);
			const [first, second] = [newCode(), newCode()];
			await used.announce(first);
			await used.announce(second);
			const look = (code: string) => outcome(thief.call(contract.lookAtClaim, { body: { code } }));
			assert.equal(await look(first), 'servers.claim.code-wrong');
			assert.equal(await look(second), 'done');
			await owner.call(contract.claimServer, { body: { code: second, name: 'Taken' } });
			assert.equal(await look(second), 'servers.claim.code-wrong');
			assert.equal(await look(newCode()), 'servers.claim.code-wrong');
		});

		test('ten wrong codes are too many, and a server of one’s own does not buy more', async () => {
			await startAnew();
			const guesser = await person();
			const own = await makeRogueServer(url);
			const right = newCode();
			await own.announce(right);
			const look = (code: string) => outcome(guesser.call(contract.lookAtClaim, { body: { code } }));
			const outcomes: string[] = [];
			for (let count = 0; count < 9; count += 1) outcomes.push(await look(newCode()));
			assert.equal(await look(right), 'done');
			outcomes.push(await look(newCode()), await look(newCode()), await look(right));
			const counts = tally(outcomes);
			assert.ok((counts['servers.claim.code-wrong'] ?? 0) <= 10);
			assert.equal(outcomes.at(-1), 'request.too-many');
		});

		test('a statement that is not signed for this very question, by this very key, proves nothing', async () => {
			await startAnew();
			const { rogue } = await claimed(owner);
			const other = await makeRogueServer(url);
			const route = contract.pollFeed;
			const now = Math.floor(Date.now() / 1000);
			const claims = (more: Record<string, unknown> = {}) => rogue.claimsFor(route, more);
			const honest = rogue.statement(claims());
			assert.equal(await outcome(rogue.ask(route, poll, honest)), 'done');
			const tried: Readonly<Record<string, string>> = {
				'the same again': honest,
				'no signature': rogue.statement(claims(), {}, ''),
				'a signature of zeroes': rogue.statement(claims(), {}, Buffer.alloc(64).toString('base64url')),
				'alg none': rogue.statement(claims(), { alg: 'none' }, ''),
				'alg HS256': rogue.statement(claims(), { alg: 'HS256' }),
				'another key under this name': other.statement(claims(), { kid: rogue.keyName }),
				'a key in the header': rogue.statement(claims(), { jwk: { kty: 'OKP' } }),
				'a critical header': rogue.statement(claims(), { crit: ['exp'] }),
				'a key by address': rogue.statement(claims(), { jku: 'http://127.0.0.1/keys' }),
				'another type': rogue.statement(claims(), { typ: statementTypes.event }),
				'an entry request': rogue.statement(claims(), { typ: statementTypes.entry }),
				'another audience': rogue.statement(claims({ aud: 'https://evil.example' })),
				'no audience': rogue.statement(claims({ aud: undefined })),
				'another issuer': rogue.statement(claims({ iss: other.keyName })),
				'another subject': rogue.statement(claims({ sub: other.keyName })),
				'over long ago': rogue.statement(claims({ iat: now - 7_200, exp: now - 7_140 })),
				'from the future': rogue.statement(claims({ iat: now + 7_200, exp: now + 7_260 })),
				'good for a year': rogue.statement(claims({ exp: now + 365 * 86_400 })),
				'no end': rogue.statement(claims({ exp: undefined })),
				'no single-use id': rogue.statement(claims({ jti: undefined })),
				'another method': rogue.statement(claims({ htm: 'GET' })),
				'another route': rogue.statement(claims({ htu: contract.redeemEntry.path })),
				'a path in the key name': rogue.statement(claims(), { kid: '../../etc/passwd' }),
				'a server nobody claimed': other.statement(other.claimsFor(route)),
				nothing: '',
			};
			for (const [what, statement] of Object.entries(tried))
				assert.equal(await outcome(rogue.ask(route, poll, statement)), 'servers.assertion.wrong', what);
		});

		test('only an exact address of the server gets a code, and only what the server signed is a request', async () => {
			await startAnew();
			const { rogue, serverId } = await claimed(owner);
			const other = await makeRogueServer(url);
			const approve = (request: string) => outcome(owner.call(contract.approveEntry, { body: { request } }));
			const ask = (redirectUri: string, more = {}) => approve(rogue.entryRequest(redirectUri, more).request);
			assert.equal(await ask(`${home}/enter`), 'done');
			const elsewhere = [
				'https://evil.example/enter',
				'http://192.168.7.7:8421/enter',
				'https://192.168.7.7:8420/enter',
				'http://192.168.7.7:8420.evil.example/enter',
				'http://192.168.7.7:8420@evil.example/enter',
				'http://192.168.7.7:8420\\@evil.example/enter',
				`${home}/enter/../enter`,
				`${home}/..%2fenter`,
				`${home}//enter`,
				`${home}/ENTER`,
				`${home}/enter#`,
				`${home}/enter?`,
				`${home}\t/enter`,
				`${home} /enter`,
				'javascript:alert(1)/enter',
				'/enter',
			];
			for (const redirectUri of elsewhere)
				assert.equal(await ask(redirectUri), 'servers.entry.invalid', redirectUri);
			for (const more of [
				{ code_challenge_method: 'plain' },
				{ code_challenge_method: undefined },
				{ code_challenge: undefined },
				{ state: undefined },
				{ aud: 'https://evil.example' },
				{ exp: 1_000 },
			])
				assert.equal(await ask(`${home}/enter`, more), 'servers.entry.invalid', JSON.stringify(more));
			assert.equal(await approve(other.entryRequest(`${home}/enter`).request), 'servers.entry.invalid');
			const assertion = rogue.statement(rogue.claimsFor(contract.pollFeed));
			assert.equal(await approve(assertion), 'servers.entry.invalid');
			await owner.call(contract.releaseServer, { params: { serverId } });
			assert.equal(await ask(`${home}/enter`), 'servers.entry.invalid');
		});

		test('a code is for one server, one address and one secret; a second use ends what the first made', async () => {
			await startAnew();
			const { rogue } = await claimed(owner);
			const { rogue: other } = await claimed(owner);
			const redeem = (by: RogueServer, body: Awaited<ReturnType<typeof approved>>) =>
				outcome(by.ask(contract.redeemEntry, { body }));
			const body = await approved(owner, rogue);
			assert.equal(await redeem(other, body), 'servers.entry.invalid');
			assert.equal(await redeem(rogue, { ...body, codeVerifier: 'A'.repeat(43) }), 'servers.entry.invalid');
			assert.equal(await redeem(rogue, { ...body, redirectUri: `${url}/enter` }), 'servers.entry.invalid');
			const entered = await rogue.ask(contract.redeemEntry, { body });
			assert.equal(entered.role, 'owner');
			const sessions = async () =>
				(await owner.call(listSessions)).sessions.map(({ sessionId }) => sessionId);
			assert.ok((await sessions()).includes(entered.sessionId));
			assert.equal(await redeem(rogue, body), 'servers.entry.invalid');
			assert.ok(!(await sessions()).includes(entered.sessionId));
			const racing = await approved(owner, rogue);
			const outcomes = await Promise.all(Array.from({ length: 50 }, () => redeem(rogue, racing)));
			assert.deepEqual(tally(outcomes), { done: 1, 'servers.entry.invalid': 49 });
		});

		test('whoever is signed out, or let in no more, between yes and the trade does not come in', async () => {
			await startAnew();
			const { rogue, serverId } = await claimed(owner);
			const guest = await person();
			const invited = {
				params: { serverId },
				body: { who: `person${counted}`, role: 'guest', isHousehold: false },
			};
			const { grantId } = await owner.call(contract.inviteToServer, invited as never);
			const twice = outcome(owner.call(contract.inviteToServer, invited as never));
			assert.equal(await twice, 'servers.people.twice');
			const signedOut = await approved(guest, rogue);
			await guest.call(signOutEverywhere, { body: { keepThis: true } });
			assert.equal(
				await outcome(rogue.ask(contract.redeemEntry, { body: signedOut })),
				'servers.entry.invalid',
			);
			const removed = await approved(guest, rogue);
			await owner.call(contract.removeServerPerson, { params: { serverId, grantId } });
			assert.equal(
				await outcome(rogue.ask(contract.redeemEntry, { body: removed })),
				'servers.entry.invalid',
			);
		});

		test('a server hears of its own people only, by ids alone, in statements that are no tokens', async () => {
			await startAnew();
			const { rogue } = await claimed(owner);
			const stranger = await person();
			const { rogue: theirs } = await claimed(stranger);
			const { moreAvailable: _first, ...before } = await theirs.ask(contract.pollFeed, poll);
			await owner.call(signOutEverywhere, { body: { keepThis: true } });
			const heard = await theirs.ask(contract.pollFeed, poll);
			assert.deepEqual(Object.keys(heard.sets), Object.keys(before.sets));
			const { sets, checkpoint } = await rogue.ask(contract.pollFeed, poll);
			const statements = Object.values(sets);
			assert.ok(statements.length > 0);
			const read = (statement: string, part: 0 | 1) =>
				JSON.parse(Buffer.from(statement.split('.')[part]!, 'base64url').toString()) as Record<
					string,
					unknown
				>;
			for (const statement of statements) {
				assert.equal(read(statement, 0)['typ'], 'secevent+jwt');
				const claims = read(statement, 1);
				assert.ok(!('exp' in claims) && !('sub' in claims));
				assert.doesNotMatch(JSON.stringify(claims), /ada|person\d/i);
			}
			const revoked = statements
				.map((each) => read(each, 1))
				.find((claims) => {
					const events = claims['events'] as Record<string, { epoch?: number }>;
					return events[eventTypes.sessionRevoked]?.epoch === 2;
				});
			assert.ok(revoked);
			assert.equal(read(checkpoint, 1)['aud'], rogue.keyName);
		});

		test('a server ends no session but its own, and lets go of nobody else’s server', async () => {
			await startAnew();
			const { rogue } = await claimed(owner);
			const stranger = await person();
			const { rogue: theirs, serverId } = await claimed(stranger);
			const entered = await rogue.ask(contract.redeemEntry, { body: await approved(owner, rogue) });
			const { session } = await owner.call(getSession);
			for (const sessionId of [entered.sessionId, session.sessionId])
				await theirs.ask(contract.endServerSession, { params: { sessionId } });
			const alive = (await owner.call(listSessions)).sessions.map(({ sessionId }) => sessionId);
			assert.ok(alive.includes(entered.sessionId) && alive.includes(session.sessionId));
			const params = { serverId };
			for (const call of [
				outcome(owner.call(contract.renameServer, { params, body: { name: 'Mine' } })),
				outcome(owner.call(contract.listServerPeople, { params })),
				outcome(owner.call(contract.releaseServer, { params })),
			])
				assert.equal(await call, 'servers.server.absent');
			await rogue.ask(contract.endServerSession, { params: { sessionId: entered.sessionId } });
			const left = (await owner.call(listSessions)).sessions.map(({ sessionId }) => sessionId);
			assert.ok(!left.includes(entered.sessionId));
		});
	});
}
