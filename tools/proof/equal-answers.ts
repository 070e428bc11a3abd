/**
 * Whether the time of an answer tells who has an account: real and made-up names in turn, over HTTP against
 * whole servers, before and after a rotation of the password keys.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finishSignIn, startSignIn } from '@holdfast/contract/accounts';
import { requestRegistration, setEmail, verifyEmail } from '@holdfast/contract/people';
import { requestReset, startReset } from '@holdfast/contract/recovery';
import type { RouteShape } from '@holdfast/contract/route';
import * as opaque from '@serenity-kit/opaque';
import { type Member, makeMembers, openConsole } from '../bench/console.ts';
import { inParallel } from '../bench/in-parallel.ts';
import { openPerson } from '../bench/owner.ts';
import { type Bench, rounded } from '../bench/report.ts';
import { type Mailbox, openMailbox } from '../bench/reset/mailbox.ts';
import { measuredSettings, signInWith } from '../bench/reset/ours.ts';
import { type MeasuredServer, startServer } from '../bench/server.ts';
import { renewSetUp } from '../../server/src/keeper/index.ts';
import { welchT } from './welch.ts';

const sizes = { whole: { names: 200, tries: 2_000 }, small: { names: 10, tries: 20 } };
/** Left out: the first answers warm caches that all later ones share. */
const warmUpShare = 0.05;

/** A person, or somebody who is nobody. */
interface Name {
	readonly username: string;
	readonly email: string;
}

/** Asks a server about a name and tells how long its answer took, in milliseconds. */
type Ask = (url: string, name: Name) => Promise<number>;

const post = async (
	url: string,
	route: RouteShape,
	body: object,
): Promise<{ tookMs: number; reply: Record<string, string> }> => {
	const began = performance.now();
	const response = await fetch(url + route.path, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(body),
	});
	const text = await response.text();
	const tookMs = performance.now() - began;
	if (response.status === 429 || response.status >= 500)
		throw new Error(`${route.path} was answered with ${response.status} ${text}`);
	return { tookMs, reply: text === '' ? {} : (JSON.parse(text) as Record<string, string>) };
};

const beginSignIn = (url: string, { username }: Name) => {
	const { startLoginRequest } = opaque.client.startLogin({ password: 'a guess that is wrong' });
	return post(url, startSignIn, { username, startLoginRequest });
};

const registrationRequest = (): string =>
	opaque.client.startRegistration({ password: 'the next password' }).registrationRequest;

const asks: Readonly<Record<string, Ask>> = {
	signInStart: async (url, name) => (await beginSignIn(url, name)).tookMs,
	signInFinish: async (url, name) => {
		const { reply } = await beginSignIn(url, name);
		const finishLoginRequest = randomBytes(64).toString('base64url');
		return (await post(url, finishSignIn, { flow: reply['flow'], finishLoginRequest })).tookMs;
	},
	register: async (url, { email }) =>
		(await post(url, requestRegistration, { email, language: null })).tookMs,
	reset: async (url, { email }) => (await post(url, requestReset, { email })).tookMs,
	resetByCode: async (url, { username }) => {
		const proof = { kind: 'handed-over-code', username, code: randomBytes(15).toString('hex').slice(0, 20) };
		const body = { proof, registrationRequest: registrationRequest() };
		return (await post(url, startReset, body)).tookMs;
	},
	resetByRecoveryCode: async (url, { username }) => {
		const proof = { kind: 'recovery-code', username, code: 'ABCD-EFGH-JKLM-NPQR' };
		const body = { proof, registrationRequest: registrationRequest() };
		return (await post(url, startReset, body)).tookMs;
	},
};

/** Real and made-up in turn, and first in turn too. */
const measure = async (url: string, ask: Ask, names: Names, tries: number): Promise<number> => {
	const real: number[] = [];
	const madeUp: number[] = [];
	const warmUp = Math.ceil(tries * warmUpShare);
	for (let index = -warmUp; index < tries; index += 1) {
		const at = (index + warmUp) % names.real.length;
		const askReal = async (): Promise<void> => {
			const tookMs = await ask(url, names.real[at]!);
			if (index >= 0) real.push(tookMs);
		};
		const askMadeUp = async (): Promise<void> => {
			const tookMs = await ask(url, names.madeUp[at]!);
			if (index >= 0) madeUp.push(tookMs);
		};
		for (const next of index % 2 === 0 ? [askReal, askMadeUp] : [askMadeUp, askReal]) await next();
	}
	return welchT(real, madeUp);
};

interface Names {
	readonly real: readonly Name[];
	readonly madeUp: readonly Name[];
}

const proveEmail = async (server: MeasuredServer, mailbox: Mailbox, member: Member, email: string) => {
	const person = openPerson(server.url);
	await signInWith(person, member.username, member.password);
	await person.call(setEmail, { body: { email } });
	await person.call(verifyEmail, { body: { secret: await mailbox.secretFor(email) } });
};

const makeNames = async (server: MeasuredServer, mailbox: Mailbox, count: number): Promise<Names> => {
	using console = openConsole(server);
	const members = await makeMembers(console, count);
	const emailOf = (username: string): string => `${username}@example.org`;
	await inParallel(count, 4, (index) =>
		proveEmail(server, mailbox, members[index]!, emailOf(members[index]!.username)),
	);
	const real = members.map(({ username }) => ({ username, email: emailOf(username) }));
	const madeUp = real.map((_name, index) => `nobody${index}`);
	return { real, madeUp: madeUp.map((username) => ({ username, email: emailOf(username) })) };
};

const worstOf = (t: Readonly<Record<string, number>>): number => Math.max(...Object.values(t).map(Math.abs));

/**
 * Figures: `worst`, the largest t either way, and `t` by what was asked. Those that begin with `rotated` were
 * taken after a new generation of password keys, when everybody real still lies under the old one.
 */
export const equalAnswersBench: Bench = async (tell, { isSmall }) => {
	const { names: count, tries } = isSmall ? sizes.small : sizes.whole;
	await using stack = new AsyncDisposableStack();
	const mailbox = stack.use(await openMailbox());
	const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
	stack.defer(() => rm(folder, { recursive: true, force: true }));
	const settings = { ...measuredSettings(mailbox.port), HOLDFAST_OPEN_REGISTRATION: 'true' };
	const t: Record<string, number> = {};
	const note = async (name: string, ask: Ask, url: string, names: Names): Promise<void> => {
		t[name] = rounded(await measure(url, ask, names, tries), 2);
		tell(`${name}: t = ${t[name]}`);
	};
	const before = async (): Promise<Names> => {
		await using server = await startServer({ settings, folder });
		const names = await makeNames(server, mailbox, count);
		for (const [name, ask] of Object.entries(asks)) await note(name, ask, server.url, names);
		return names;
	};
	const names = await before();
	const folders = { keysFolder: join(folder, 'keys'), sealedCopyFolder: join(folder, 'data') };
	await renewSetUp({ ...folders, nowMs: Date.now() });
	await using server = await startServer({ settings, folder });
	await note('rotatedSignInStart', asks['signInStart']!, server.url, names);
	await note('rotatedSignInFinish', asks['signInFinish']!, server.url, names);
	return { name: 'equal-answers', figures: { worst: worstOf(t), tries, t }, yardstick: {}, ratio: {} };
};
