/** An account service and a media server that belongs to it, each with folders of its own, on loopback. */
import { createServer } from 'node:net';
import * as contract from '@holdfast/contract/servers';
import { getStatus } from '@holdfast/contract/system';
import { systemClock, type Clock } from '../../src/platform/clock.ts';
import { type Engine, startJourney, until } from './journey.ts';
import {
	type Browser,
	makeOwner,
	openBrowser,
	type WholeServer,
	type WholeServerOptions,
} from './whole-server.ts';

/** A port that was free a moment ago: an account service comes back under the address it had. */
export const freePort = (): Promise<number> =>
	new Promise((resolve, reject) => {
		const probe = createServer();
		probe.once('error', reject);
		probe.listen(0, '127.0.0.1', () => {
			const address = probe.address();
			probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
		});
	});

/** The real clock, whose time of day a test moves forward for both programs at once. */
export interface ShiftedClock extends Clock {
	shift(durationMs: number): void;
}

export const shiftedClock = (): ShiftedClock => {
	let shiftMs = 0;
	return {
		...systemClock,
		now: () => systemClock.now() + shiftMs,
		shift: (durationMs) => {
			shiftMs += durationMs;
		},
	};
};

export interface TwoPrograms extends AsyncDisposable {
	readonly clock: ShiftedClock;
	/** Where the account service is, whether it runs or not. */
	readonly authorityUrl: string;
	authority: WholeServer;
	media: WholeServer;
	/** The owner, signed in at the account service. */
	readonly owner: Browser;
}

export interface TwoProgramsOptions {
	readonly engine?: Engine;
	readonly mediaEnv?: Readonly<Record<string, string>>;
}

const startMedia = (url: string, clock: Clock, env: WholeServerOptions['env'] = {}): Promise<WholeServer> =>
	startJourney({ clock, env: { HOLDFAST_AUTHORITY: url, ...env } });

/** Both are started; nobody has claimed the media server. */
export const startTwoPrograms = async (options: TwoProgramsOptions = {}): Promise<TwoPrograms> => {
	await using stack = new AsyncDisposableStack();
	const clock = shiftedClock();
	const port = await freePort();
	const authorityUrl = `http://127.0.0.1:${port}`;
	const env = {
		HOLDFAST_PORT: String(port),
		HOLDFAST_PUBLIC_URL: authorityUrl,
		HOLDFAST_ROLES: 'accounts',
	};
	const authority = await startJourney({ clock, env }, options.engine ?? 'sqlite');
	const programs = { authority, media: await startMedia(authorityUrl, clock, options.mediaEnv) };
	stack.defer(() => programs.authority[Symbol.asyncDispose]());
	stack.defer(() => programs.media[Symbol.asyncDispose]());
	const owner = openBrowser(authorityUrl);
	await makeOwner(authority, owner);
	const running = stack.move();
	return Object.assign(programs, {
		...{ clock, authorityUrl, owner },
		[Symbol.asyncDispose]: () => running.disposeAsync(),
	});
};

/** Types the code that the media server shows. */
export const claim = async (
	{ media }: Pick<TwoPrograms, 'media'>,
	owner: Browser,
	name = 'Attic',
): Promise<string> => {
	const code = media.running.claim?.code ?? '';
	// The server says hello as soon as it runs; until then nobody knows its code.
	await until('the server to have said hello', async () => {
		const { authority } = await openBrowser(media.url).call(getStatus);
		return authority?.isReachable === true;
	});
	const { serverId } = await owner.call(contract.claimServer, { body: { code, name } });
	await until('the server to know its owner', async () => {
		const { hasOwner } = await openBrowser(media.url).call(getStatus);
		return hasOwner;
	});
	return serverId;
};

/** What a browser brings back from the account service. */
export interface Approved {
	readonly flow: string;
	readonly code: string;
	readonly state: string;
	readonly iss: string;
}

/** A person who is signed in at the account service lets themselves be sent to the media server. */
export const approve = async (
	{ media }: Pick<TwoPrograms, 'media'>,
	person: Browser,
	visitor: Browser,
): Promise<Approved> => {
	const { flow, url } = await visitor.call(contract.beginEnter, { body: { origin: media.url } });
	const request = new URLSearchParams(new URL(url).hash.slice(1)).get('request') ?? '';
	const { redirectTo } = await person.call(contract.approveEntry, { body: { request } });
	const back = new URLSearchParams(new URL(redirectTo).hash.slice(1));
	return {
		flow,
		code: back.get('code') ?? '',
		state: back.get('state') ?? '',
		iss: back.get('iss') ?? '',
	};
};

/** Signs a person in at the media server, by way of the account service. */
export const enter = async (programs: Pick<TwoPrograms, 'media'>, person: Browser): Promise<Browser> => {
	const visitor = openBrowser(programs.media.url);
	const body = await approve(programs, person, visitor);
	await visitor.call(contract.finishEnter, { body });
	return visitor;
};
