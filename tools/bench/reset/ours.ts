/** Holdfast as a subject: a whole server, people with proven addresses, asked over HTTP. */
import { finishSignIn, getSession, startSignIn } from '@holdfast/contract/accounts';
import { setEmail, verifyEmail } from '@holdfast/contract/people';
import {
	consoleStartHandOver,
	finishReset,
	requestReset,
	type ResetProof,
	startReset,
} from '@holdfast/contract/recovery';
import * as opaque from '@serenity-kit/opaque';
import { type Console, makeMembers, type Member, openConsole } from '../console.ts';
import { inParallel } from '../in-parallel.ts';
import { openPerson, type Person, stretching } from '../owner.ts';
import { type MeasuredServer, startServer } from '../server.ts';
import { type Mailbox, openMailbox } from './mailbox.ts';
import { devicesEach, type Subject } from './subject.ts';

const atOnce = 4;

/** Signs a client in that is signed in nowhere yet. */
export const signInWith = async (person: Person, username: string, password: string): Promise<void> => {
	const { clientLoginState, startLoginRequest } = opaque.client.startLogin({ password });
	const { flow, loginResponse } = await person.call(startSignIn, { body: { username, startLoginRequest } });
	const finished = opaque.client.finishLogin({
		clientLoginState,
		loginResponse,
		password,
		keyStretching: stretching,
	});
	if (!finished) throw new Error(`The password of ${username} is not right.`);
	const { finishLoginRequest } = finished;
	const answer = await person.call(finishSignIn, { body: { flow, finishLoginRequest } });
	if (answer.state !== 'signed-in') throw new Error(`${username} was asked for a second factor.`);
};

/** What a server needs to be told to send its mails to a sink, and to take a flood from one address. */
export const measuredSettings = (mailPort: number): Record<string, string> => ({
	HOLDFAST_PUBLIC_URL: 'http://films.home.arpa',
	HOLDFAST_MAIL_HOST: '127.0.0.1',
	HOLDFAST_MAIL_PORT: String(mailPort),
	HOLDFAST_MAIL_SECURITY: 'none',
	HOLDFAST_MAIL_FROM: 'holdfast@example.org',
	HOLDFAST_SIGN_INS_PER_NETWORK_PER_MINUTE: '1000000',
	HOLDFAST_SIGN_INS_PER_MINUTE: '1000000',
});

const mailOf = (index: number): string => `person${index}@example.org`;

interface Parts {
	readonly server: MeasuredServer;
	readonly mailbox: Mailbox;
	readonly console: Console;
	readonly members: readonly Member[];
	/** As they are now, by person. */
	readonly passwords: string[];
	readonly devices: readonly Person[][];
}

const setPassword = async (parts: Parts, index: number, proof: ResetProof): Promise<void> => {
	const person = openPerson(parts.server.url);
	const password = `${parts.passwords[index]} and the next`;
	const { clientRegistrationState, registrationRequest } = opaque.client.startRegistration({ password });
	const started = await person.call(startReset, { body: { proof, registrationRequest } });
	const { registrationRecord } = opaque.client.finishRegistration({
		password,
		registrationResponse: started.registrationResponse,
		clientRegistrationState,
		keyStretching: stretching,
	});
	const body = { flow: started.flow, registrationRecord, signOutDevices: true, factorCode: null };
	await person.call(finishReset, { body });
	parts.passwords[index] = password;
};

/** By a code that somebody on the machine hands over. */
const reset = async (parts: Parts, index: number): Promise<void> => {
	const { username } = parts.members[index]!;
	const { code } = await parts.console.call(consoleStartHandOver, { body: { username } });
	await setPassword(parts, index, { kind: 'handed-over-code', username, code });
};

const resetByMail = async (parts: Parts, index: number): Promise<void> => {
	const email = mailOf(index);
	await openPerson(parts.server.url).call(requestReset, { body: { email } });
	await setPassword(parts, index, { kind: 'link', secret: await parts.mailbox.secretFor(email) });
};

const giveAddress = async (parts: Parts, index: number): Promise<void> => {
	const email = mailOf(index);
	const person = openPerson(parts.server.url);
	await signInWith(person, parts.members[index]!.username, parts.passwords[index]!);
	await person.call(setEmail, { body: { email } });
	const secret = await parts.mailbox.secretFor(email);
	await openPerson(parts.server.url).call(verifyEmail, { body: { secret } });
};

let turn = 0;

/** A device comes back with its cookie, as devices do. */
const deviceOf = ({ server, devices }: Parts, index: number): Person => {
	const own = devices[index] ?? [];
	if (own.length === devicesEach) return own[turn++ % devicesEach]!;
	const person = openPerson(server.url);
	own.push(person);
	return person;
};

const signedIn = async ({ devices }: Parts, index: number): Promise<number> => {
	const answers = await Promise.all(
		(devices[index] ?? []).map(async (person) => {
			const response = await person.fetch(getSession.path);
			await response.arrayBuffer();
			return response.ok;
		}),
	);
	return answers.filter(Boolean).length;
};

/** Starts it with so many people, and as many again as `mailed` says who have a proven mail address. */
export const openOurs = async (people: number, mailed = 0): Promise<Subject> => {
	await using stack = new AsyncDisposableStack();
	const mailbox = stack.use(await openMailbox());
	const server = stack.use(await startServer({ settings: measuredSettings(mailbox.port) }));
	const console = stack.use(openConsole(server));
	const members = await makeMembers(console, people + mailed);
	const passwords = members.map(({ password }) => password);
	const parts = { server, mailbox, console, members, passwords, devices: members.map(() => []) };
	await inParallel(mailed, atOnce, (index) => giveAddress(parts, people + index));
	const running = stack.move();
	return {
		pid: server.pid,
		signIn: (index) => signInWith(deviceOf(parts, index), members[index]!.username, passwords[index]!),
		reset: (index) => reset(parts, index),
		resetByMail: (index) => resetByMail(parts, people + index),
		devices: (index) => signedIn(parts, index),
		[Symbol.asyncDispose]: () => running.disposeAsync(),
	};
};
