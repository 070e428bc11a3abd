/** A server with mail, places and a public address, and people made by its owner: where accounts are attacked. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as accounts from '@holdfast/contract/accounts';
import * as people from '@holdfast/contract/people';
import { openConsole } from '../../src/cli/console.ts';
import { isFault } from '../../src/platform/fault.ts';
import { addMember } from './attacked.ts';
import { type ShiftedClock, shiftedClock } from './factor-people.ts';
import { beginRegistration } from './house.ts';
import { type Engine, startJourney, until } from './journey.ts';
import { placesFile } from './places-file.ts';
import { openSmtpSink, type SmtpSink } from './smtp-sink.ts';
import { type Browser, makeOwner, openBrowser, Refused, type WholeServer } from './whole-server.ts';

export const origin = 'https://media.example.org';
export const password = 'a password of some length';
export const parallel = 50;

/** Where addresses are: a minute apart, nobody goes from one to the other. */
export const graz = '203.0.113.9';
export const lima = '198.51.100.1';

export interface Resident {
	readonly who: { readonly username: string; readonly password: string };
	readonly browser: Browser;
	readonly accountId: string;
}

export type InvitedRole = 'administrator' | 'member' | 'guest';

export interface Town extends AsyncDisposable {
	readonly server: WholeServer;
	readonly clock: ShiftedClock;
	readonly sink: SmtpSink;
	readonly owner: Browser;
	nobody(): Browser;
	/** Somebody new, signed in a moment ago. */
	someone(role?: InvitedRole): Promise<Resident>;
	/** Somebody new whose address is proven. */
	reachable(): Promise<Resident & { readonly address: string }>;
	/** The part of a letter to this address that the pattern picks out; waits for the letter. */
	letter(address: string, pattern: RegExp): Promise<string>;
	machine(): ReturnType<typeof openConsole>;
}

export const linkIn = (page: string): RegExp => new RegExp(`/${page}#([\\w-]{43})`, 'u');
export const codeInMail = /^\s*([0-9A-Z]{4}(?:-[0-9A-Z]{4}){2,5})\s*$/mu;

/** A proven word: `done` or the state of the answer, or the code of what was refused. */
export const outcome = (promise: Promise<unknown>): Promise<string> =>
	promise.then(
		(answer) => (answer as { state?: string } | null | undefined)?.state ?? 'done',
		(error: unknown) => {
			if (error instanceof Refused || isFault(error)) return error.code;
			throw error;
		},
	);

/** The same, sent fifty times at once. */
export const crowd = (send: (index: number) => Promise<unknown>): Promise<string[]> =>
	Promise.all(Array.from({ length: parallel }, (_, index) => outcome(send(index))));

export const winners = (outcomes: readonly string[]): number =>
	outcomes.filter((each) => each === 'done' || each === 'signed-in').length;

/** Another browser with the same session, as a thief of the cookie or a second tab. */
export const twinOf = (browser: Browser): Browser => {
	const twin = openBrowser(browser.url);
	twin.cookie = browser.cookie;
	return twin;
};

/** A browser whose requests come through the proxy from this address. */
export const comingFrom = (browser: Browser, address: string): Browser => {
	const direct = browser.fetch;
	browser.fetch = (path, init = {}) => {
		const headers = new Headers(init.headers);
		headers.set('x-forwarded-for', address);
		return direct(path, { ...init, headers });
	};
	return browser;
};

/** Joining as far as its last message, which can be sent as often as one likes. */
export const beginJoining = async (browser: Browser, secret: string, username: string) => {
	const registration = beginRegistration(password);
	const { registrationRequest } = registration;
	const { flow, registrationResponse } = await browser.call(people.startJoining, {
		body: { secret, username, registrationRequest },
	});
	const registrationRecord = registration.finish(registrationResponse);
	return (sender = browser) =>
		sender.call(people.finishJoining, {
			body: { flow, secret, username, displayName: username, registrationRecord, language: null },
		});
};

const terms = { note: null, lifetimeHours: 24, email: null, language: null } as const;

export const invitationBy = async (browser: Browser, role: InvitedRole = 'member'): Promise<string> => {
	const made =
		role === 'administrator'
			? await browser.call(people.inviteAdministrator, { body: terms })
			: await browser.call(people.invite, { body: { ...terms, role } });
	return made.secret;
};

const places = placesFile([
	{ network: '203.0.113.0', prefix: 24, city: 'Graz', country: 'Austria', latitude: 47.07, longitude: 15.44 },
	{ network: '198.51.100.0', prefix: 24, city: 'Lima', country: 'Peru', latitude: -12.05, longitude: -77.04 },
]);

const startTown = async (engine: Engine, folder: string, sink: SmtpSink, clock: ShiftedClock) => {
	const placesPath = join(folder, 'places.mmdb');
	await writeFile(placesPath, places);
	const env = {
		...sink.env,
		HOLDFAST_PUBLIC_URL: origin,
		HOLDFAST_OPEN_REGISTRATION: 'true',
		HOLDFAST_TRUSTED_PROXIES: '127.0.0.1',
		HOLDFAST_PLACES_DATABASE: placesPath,
		HOLDFAST_SIGN_INS_PER_NETWORK_PER_MINUTE: '100000',
		HOLDFAST_SIGN_INS_PER_MINUTE: '1000000',
	};
	return startJourney({ clock, env }, engine);
};

export const openTown = async (engine: Engine): Promise<Town> => {
	const folder = await mkdtemp(join(tmpdir(), 'hf-town-'));
	const sink = await openSmtpSink();
	const clock = shiftedClock();
	const server = await startTown(engine, folder, sink, clock).catch(async (error: unknown) => {
		await sink[Symbol.asyncDispose]();
		await rm(folder, { recursive: true, force: true });
		throw error;
	});
	const nobody = (): Browser => openBrowser(server.url);
	const owner = nobody();
	await makeOwner(server, owner);
	let count = 0;
	const someone = async (role: InvitedRole = 'member'): Promise<Resident> => {
		const who = { username: `resident ${++count}`, password };
		const browser = role === 'member' ? await addMember(server, who) : nobody();
		if (role !== 'member')
			await (await beginJoining(browser, await invitationBy(owner, role), who.username))();
		return { who, browser, accountId: (await browser.call(accounts.getSession)).person.accountId };
	};
	const letter = (address: string, pattern: RegExp): Promise<string> =>
		until(`a letter to ${address}`, async () => {
			const found = sink.mails.findLast((mail) => mail.to.includes(address) && pattern.test(mail.text));
			return pattern.exec(found?.text ?? '')?.[1] ?? null;
		});
	return {
		server,
		clock,
		sink,
		owner,
		nobody,
		someone,
		letter,
		machine: () => openConsole(server.config),
		reachable: async () => {
			const resident = await someone();
			const address = `${resident.who.username.replace(' ', '-')}@example.org`;
			await resident.browser.call(people.setEmail, { body: { email: address } });
			const secret = await letter(address, linkIn('verify-email'));
			await nobody().call(people.verifyEmail, { body: { secret } });
			return { ...resident, address };
		},
		[Symbol.asyncDispose]: async () => {
			await server[Symbol.asyncDispose]();
			await sink[Symbol.asyncDispose]();
			await rm(folder, { recursive: true, force: true });
		},
	};
};
