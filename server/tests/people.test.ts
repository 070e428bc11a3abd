/** People over HTTP against the whole program: equal answers, who may do what, pictures, archives, the machine. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import * as accounts from '@holdfast/contract/accounts';
import * as contract from '@holdfast/contract/people';
import * as onMachine from '@holdfast/contract/people-console';
import { strFromU8, unzipSync } from 'fflate';
import sharp from 'sharp';
import type { Command } from '../src/cli/command.ts';
import * as commands from '../src/cli/commands/people.ts';
import { openConsole } from '../src/cli/console.ts';
import { beginLogin, beginRegistration } from './support/house.ts';
import { type Engine, startJourney } from './support/journey.ts';
import {
	type Browser,
	makeOwner,
	openBrowser,
	ownerNamed,
	signIn,
	type WholeServer,
} from './support/whole-server.ts';

const password = 'a password of some length';
const plain = { note: null, lifetimeHours: 24, email: null, language: null } as const;

/** A browser that joins with a link and is signed in afterwards. */
const joinWith = async (server: WholeServer, secret: string, username: string): Promise<Browser> => {
	const browser = openBrowser(server.url);
	const registration = beginRegistration(password);
	const { registrationRequest } = registration;
	const started = await browser.call(contract.startJoining, {
		body: { secret, username, registrationRequest },
	});
	const registrationRecord = registration.finish(started.registrationResponse);
	const { flow } = started;
	const body = { flow, secret, username, displayName: username, registrationRecord, language: null };
	await browser.call(contract.finishJoining, { body });
	return browser;
};

const bring = async (
	{ server, owner }: { readonly server: WholeServer; readonly owner: Browser },
	username: string,
	role: 'administrator' | 'member' | 'guest' = 'member',
): Promise<{ readonly browser: Browser; readonly accountId: string }> => {
	const made =
		role === 'administrator'
			? await owner.call(contract.inviteAdministrator, { body: plain })
			: await owner.call(contract.invite, { body: { ...plain, role } });
	const browser = await joinWith(server, made.secret, username);
	return { browser, accountId: (await browser.call(accounts.getSession)).person.accountId };
};

/** What a client that guesses gets to see of a sign-in, but for what is new in every answer. */
const tracesOf = async (url: string, username: string, guess: string): Promise<string[]> => {
	const browser = openBrowser(url);
	const login = beginLogin(guess);
	const json = { 'content-type': 'application/json' };
	const send = (path: string, body: unknown) =>
		browser.fetch(path, { method: 'POST', headers: json, body: JSON.stringify(body) });
	const first = await send('/api/sign-in/start', {
		username,
		startLoginRequest: login.startLoginRequest,
	});
	const started = (await first.json()) as { flow: string; loginResponse: string };
	const isOpened = login.finish(started.loginResponse) !== null;
	const finishLoginRequest = randomBytes(64).toString('base64url');
	const last = await send('/api/sign-in/finish', { flow: started.flow, finishLoginRequest });
	const again = await send('/api/sign-in/finish', { flow: started.flow, finishLoginRequest });
	const seen = async (response: Response): Promise<string> => {
		const headers = [...response.headers].filter(([name]) => name !== 'date' && name !== 'set-cookie');
		return JSON.stringify([response.status, headers, await response.clone().text()]);
	};
	const lengths = Object.entries(started).map(([name, value]) => [name, String(value).length]);
	const { status, headers } = first;
	const names = [...headers.keys()].sort();
	return [
		JSON.stringify([status, names, lengths]),
		await seen(last),
		await seen(again),
		`the client finds the password ${isOpened ? 'right' : 'wrong'}`,
	];
};

for (const engine of ['sqlite', 'postgres'] as const satisfies readonly Engine[]) {
	describe(`people over HTTP on ${engine}`, () => {
		let server: WholeServer;
		let owner: Browser;
		before(async () => {
			server = await startJourney({ env: { HOLDFAST_PUBLIC_URL: 'https://films.example.org' } }, engine);
			owner = openBrowser(server.url);
			await makeOwner(server, owner);
		});
		after(() => server[Symbol.asyncDispose]());
		const here = () => ({ server, owner });

		test('the right password of somebody deactivated or leaving looks like a wrong one', async () => {
			const { accountId } = await bring(here(), 'kept out');
			const { browser: leaver } = await bring(here(), 'leaver');
			await owner.call(contract.deactivate, { params: { accountId } });
			await leaver.call(contract.leave, { body: { username: 'leaver' } });
			const expected = await tracesOf(server.url, 'nobody of this name', password);
			assert.equal(expected[3], 'the client finds the password wrong');
			for (const username of ['kept out', 'leaver'])
				assert.deepEqual(await tracesOf(server.url, username, password), expected, username);
			assert.deepEqual(await tracesOf(server.url, ownerNamed.username, password), expected);
		});

		test('a first message sent again is evaluated alike before and after somebody is kept out', async () => {
			const { accountId } = await bring(here(), 'watched');
			const { startLoginRequest } = beginLogin('any guess');
			const evaluated = async (): Promise<string> => {
				const body = { username: 'watched', startLoginRequest };
				const { loginResponse } = await openBrowser(server.url).call(accounts.startSignIn, { body });
				return Buffer.from(loginResponse, 'base64url').subarray(0, 32).toString('hex');
			};
			const before_ = await evaluated();
			await owner.call(contract.deactivate, { params: { accountId } });
			assert.equal(await evaluated(), before_);
		});

		test('an invitation is taken by one of 50 at once, and its link is made of the public address', async () => {
			const made = await owner.call(contract.invite, { body: { ...plain, role: 'guest' } });
			assert.equal(made.link, `https://films.example.org/join#${made.secret}`);
			const tries = await Promise.allSettled(
				Array.from({ length: 50 }, (_, index) => joinWith(server, made.secret, `crowd ${index}`)),
			);
			assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
		});

		test('a deactivated person is out at once, open streams included', async () => {
			const { browser, accountId } = await bring(here(), 'streaming');
			const stream = await browser.fetch('/api/events');
			assert.equal(stream.status, 200);
			const ended = stream.text();
			await owner.call(contract.deactivate, { params: { accountId } });
			assert.match(await ended, /signed-out/);
			await assert.rejects(browser.call(accounts.getSession), { code: 'access.sign-in-needed' });
		});

		test('an archive is for oneself, by a fresh session, and what was watched is in it', async () => {
			const { browser } = await bring(here(), 'collector');
			const answer = await browser.fetch('/api/profile/export');
			assert.equal(answer.status, 200);
			assert.match(answer.headers.get('content-disposition') ?? '', /^attachment; filename="[\w-]+\.zip"$/);
			assert.equal(answer.headers.get('cache-control'), 'private, no-store');
			const files = unzipSync(new Uint8Array(await answer.arrayBuffer()));
			assert.match(strFromU8(files['README.txt']!), /Everything this server keeps about you/);
			assert.equal(strFromU8(files['watched.json']!), '[]\n');
			const all = Object.values(files).map((bytes) => strFromU8(bytes));
			assert.ok(all.join().includes('collector'));
			assert.ok(!all.join().includes(ownerNamed.displayName));
			const nobody = await openBrowser(server.url).fetch('/api/profile/export');
			assert.equal(nobody.status, 401);
			for (const path of [
				'/api/profile/export?accountId=x',
				'/api/people/x/export',
				'/console/people/x/export',
			]) {
				const other = await browser.fetch(path);
				const isOwn = other.status === 200 && path.startsWith('/api/profile');
				assert.ok(isOwn || other.status === 404 || other.status === 403, `${path}: ${other.status}`);
				await other.body?.cancel();
			}
		});

		test('a picture is encoded anew and shown to its person; SVG and anything else is refused', async () => {
			const { browser } = await bring(here(), 'pictured');
			const { browser: other } = await bring(here(), 'curious');
			const exif = { IFD0: { Copyright: 'where it was taken' } };
			const png = await sharp({
				create: { width: 900, height: 600, channels: 3, background: '#a03020' },
			})
				.withExif(exif)
				.jpeg()
				.toBuffer();
			const put = (body: Uint8Array | string, type: string) =>
				browser.fetch('/api/profile/picture', {
					method: 'PUT',
					body: body as string,
					headers: { 'content-type': type },
				});
			const taken = await put(png, 'image/jpeg');
			assert.equal(taken.status, 200);
			const { pictureId } = (await taken.json()) as { pictureId: string };
			const shown = await browser.fetch(`/api/profile/picture/${pictureId}`);
			const bytes = Buffer.from(await shown.arrayBuffer());
			const { format, width } = await sharp(bytes).metadata();
			assert.deepEqual([format, width], ['webp', 320]);
			assert.ok(!bytes.includes('where it was taken'));
			assert.equal((await other.fetch(`/api/profile/picture/${pictureId}`)).status, 404);
			const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
			for (const [body, type, status] of [
				[svg, 'image/svg+xml', 403],
				[svg, 'image/png', 400],
				['{}', 'application/json', 400],
				[Buffer.alloc(2 * 1024 * 1024 + 1), 'image/png', 413],
			] as const) {
				const refused = await put(body, type);
				assert.equal(refused.status, status, `${type}: ${refused.status}`);
			}
			const unusable = await put(svg, 'image/png');
			assert.equal(((await unusable.json()) as { code: string }).code, 'accounts.picture.unusable');
			const asForm = await browser.fetch('/api/profile', {
				method: 'PUT',
				body: png as unknown as string,
				headers: { 'content-type': 'image/jpeg' },
			});
			assert.equal(asForm.status, 400, 'a picture is no form');
		});

		test('every role may do what it may, and nothing above it', async () => {
			const helper = await bring(here(), 'helper', 'administrator');
			const member = await bring(here(), 'plain member');
			const { accountId } = await bring(here(), 'target', 'guest');
			const params = { accountId };
			const roleOf = { params, body: { role: 'member' } } as const;
			const asks = [
				(browser: Browser) => browser.call(contract.setRole, roleOf),
				(browser: Browser) => browser.call(contract.deactivate, { params }),
				(browser: Browser) => browser.call(contract.reactivate, { params }),
				(browser: Browser) => browser.call(contract.listPeople, {}),
				(browser: Browser) => browser.call(contract.listInvitations, {}),
				(browser: Browser) => browser.call(contract.invite, { body: { ...plain, role: 'member' } }),
			];
			for (const ask of asks) {
				await ask(owner);
				await ask(helper.browser);
				await assert.rejects(ask(member.browser), { code: 'access.not-allowed' });
				await assert.rejects(ask(openBrowser(server.url)), { code: 'access.sign-in-needed' });
			}
			const admins = { params, body: { role: 'administrator' } } as const;
			const above = [
				() => helper.browser.call(contract.setRole, admins),
				() => helper.browser.call(contract.inviteAdministrator, { body: plain }),
				() => helper.browser.call(contract.handOverOwnership, { params }),
				() => helper.browser.call(contract.deactivate, { params: { accountId: helper.accountId } }),
				() => owner.call(contract.handOverOwnership, { params }),
			];
			for (const ask of above) await assert.rejects(ask(), { code: 'access.not-allowed' });
		});

		test('commands do it by username, and write an archive that nobody else reads', async () => {
			const folder = await mkdtemp(join(tmpdir(), 'holdfast-people-'));
			const run = (command: Command, ...words: string[]) =>
				command.run({
					words,
					config: () => server.config,
					reading: { config: server.config, resolved: [], problems: [] },
					ask: () => Promise.reject(new Error('nobody is asked')),
					say: () => undefined,
				});
			try {
				const invited = await run(commands.invitePerson, '--role', 'guest', '--days', '1');
				const { secret } = invited.value as { secret: string };
				assert.match(invited.lines[0] ?? '', /films\.example\.org\/join#/);
				await joinWith(server, secret, 'Command Made');
				await run(commands.setRole, 'command made', 'member');
				await run(commands.deactivateAccount, 'command made');
				await run(commands.reactivateAccount, 'command made');
				await run(commands.deleteAccount, 'command made');
				assert.match((await run(commands.listPeople)).lines.join(), /Command Made {2}\(leaving/);
				await run(commands.cancelDelete, 'command made');
				const file = join(folder, 'archive.zip');
				await run(commands.exportAccount, 'command made', file);
				assert.equal((await stat(file)).mode & 0o777, 0o600);
				assert.ok('account.json' in unzipSync(await readFile(file)));
				await assert.rejects(run(commands.exportAccount, 'command made', file), { code: 'EEXIST' });
				const nobody = await run(commands.deactivateAccount, 'nobody at all');
				assert.equal(nobody.exitCode, 1);
				await assert.rejects(run(commands.setRole, 'command made', 'owner'), /A role is one of/);
				const { value } = await run(commands.listInvitations);
				const { invitations } = value as { invitations: { invitationId: string }[] };
				for (const { invitationId } of invitations) await run(commands.revokeInvitation, invitationId);
				assert.match((await run(commands.listInvitations)).lines[0] ?? '', /no open invitations/);
			} finally {
				await rm(folder, { recursive: true, force: true });
			}
		});

		test('the same is done on the machine, which the person is told of', async () => {
			await using machine = await openConsole(server.config);
			const made = await machine.call(onMachine.consoleInvite, { body: { ...plain, role: 'guest' } });
			const { browser, accountId } = await (async () => {
				const joined = await joinWith(server, made.secret, 'machine made');
				return { browser: joined, accountId: (await joined.call(accounts.getSession)).person.accountId };
			})();
			const params = { accountId };
			await machine.call(onMachine.consoleSetRole, { params, body: { role: 'member' } });
			assert.equal((await browser.call(accounts.getSession)).person.role, 'member');
			await machine.call(onMachine.consoleDeletePerson, { params });
			await assert.rejects(browser.call(accounts.getSession), { code: 'access.sign-in-needed' });
			await machine.call(onMachine.consoleKeepPerson, { params });
			await signIn(browser, { username: 'machine made', password });
			const bytes: Buffer[] = [];
			for await (const piece of await machine.download(onMachine.consoleExport, { params }))
				bytes.push(piece as Buffer);
			const files = unzipSync(Buffer.concat(bytes));
			assert.match(strFromU8(files['activity.json']!), /"kind":"account-exported","cause":"console"/);
			await machine.call(onMachine.consoleDeactivate, { params });
			await machine.call(onMachine.consoleReactivate, { params });
			const { people } = await machine.call(onMachine.consoleListPeople, {});
			assert.equal(people.find((each) => each.accountId === accountId)?.status, 'active');
		});
	});
}
