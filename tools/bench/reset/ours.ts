/** Holdfast as a subject: a whole server, people with proven addresses, asked over HTTP. */
import { finishSignIn, getSession, startSignIn } from '@holdfast/contract/accounts';
import { setEmail, verifyEmail } from '@holdfast/contract/people';
import { finishReset, requestReset, startReset } from '@holdfast/contract/recovery';
import * as opaque from '@serenity-kit/opaque';
import { makeMembers, openConsole } from '../console.ts';
import { inParallel } from '../in-parallel.ts';
import { openPerson, type Person, stretching } from '../owner.ts';
import { startServer } from '../server.ts';
import { openMailbox } from './mailbox.ts';
import type { Subject } from './subject.ts';

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
	HOLDFAST_STARTS_PER_NETWORK_PER_MINUTE: '1000000',
});

const mailOf = (index: number): string => `person${index}@example.org`;

/** Starts it with so many people, each with a mail address that is proven. */
export const openOurs = async (people: number): Promise<Subject> => {
	await using stack = new AsyncDisposableStack();
	const mailbox = stack.use(await openMailbox());
	const server = stack.use(await startServer({ settings: measuredSettings(mailbox.port) }));
	const console = stack.use(openConsole(server));
	const members = await makeMembers(console, people);
	const passwords = members.map(({ password }) => password);
	const devices: Person[][] = members.map(() => []);
	const signIn = async (index: number): Promise<void> => {
		const person = openPerson(server.url);
		await signInWith(person, members[index]?.username ?? '', passwords[index] ?? '');
		devices[index]?.push(person);
	};
	await inParallel(people, atOnce, async (index) => {
		await signIn(index);
		const email = mailOf(index);
		await devices[index]?.[0]?.call(setEmail, { body: { email } });
		const secret = await mailbox.secretFor(email);
		await openPerson(server.url).call(verifyEmail, { body: { secret } });
	});
	const running = stack.move();
	return {
		pid: server.pid,
		signIn,
		reset: async (index) => {
			const person = openPerson(server.url);
			const password = `${passwords[index]} and the next`;
			await person.call(requestReset, { body: { email: mailOf(index) } });
			const secret = await mailbox.secretFor(mailOf(index));
			const { clientRegistrationState, registrationRequest } = opaque.client.startRegistration({ password });
			const started = await person.call(startReset, {
				body: { proof: { kind: 'link', secret }, registrationRequest },
			});
			const { registrationResponse } = started;
			const { registrationRecord } = opaque.client.finishRegistration({
				password,
				registrationResponse,
				clientRegistrationState,
				keyStretching: stretching,
			});
			const body = { flow: started.flow, registrationRecord, signOutDevices: true, factorCode: null };
			await person.call(finishReset, { body });
			passwords[index] = password;
		},
		devices: async (index) => {
			const own = devices[index] ?? [];
			const answers = await Promise.all(
				own.map(async (person) => {
					const response = await person.fetch(getSession.path);
					await response.arrayBuffer();
					return response.ok;
				}),
			);
			return answers.filter(Boolean).length;
		},
		[Symbol.asyncDispose]: () => running.disposeAsync(),
	};
};
