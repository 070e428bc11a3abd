/** The whole server in this process, on a free port with empty folders, and people who speak HTTP to it. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Signed } from '@holdfast/contract/accounts';
import * as contract from '@holdfast/contract/accounts';
import type { RouteInput, RouteReply, RouteShape } from '@holdfast/contract/route';
import * as opaque from '@serenity-kit/opaque';
import type { Config } from '../../src/platform/config/config.ts';
import { configOrFault, readConfig } from '../../src/platform/config/read.ts';
import type { Clock } from '../../src/platform/clock.ts';
import { silentLog } from '../../src/platform/log.ts';
import { type RunningServer, startServer } from '../../src/server.ts';
import { beginLogin, beginRegistration, lightStretching } from './house.ts';

export interface WholeServer extends AsyncDisposable {
	readonly url: string;
	readonly running: RunningServer;
	readonly config: Config;
	/** Stops the server and starts it again on the same folders. */
	restart(): Promise<WholeServer>;
}

/** What a browser keeps and sends: one cookie jar. */
export interface Browser {
	readonly url: string;
	cookie: string | null;
	/** The device's own, which outlives sign-outs. */
	deviceCookie: string | null;
	/** The raw answer, whatever its status. */
	fetch(path: string, init?: RequestInit): Promise<Response>;
	/** The reply of a route; throws `Refused` where it is a problem. */
	call<R extends RouteShape>(route: R, input?: Partial<RouteInput<R>>): Promise<RouteReply<R>>;
}

/** A problem+json answer. */
export class Refused extends Error {
	readonly status: number;
	readonly code: string;
	constructor(status: number, code: string) {
		super(`${status} ${code}`);
		this.status = status;
		this.code = code;
	}
}

const fill = (path: string, params: unknown): string =>
	path.replaceAll(/:([A-Za-z]+)/g, (_, name: string) =>
		encodeURIComponent(String((params as Record<string, unknown> | undefined)?.[name] ?? 'missing-id')),
	);

/** The address of a route with these parameters. */
export const addressOf = (
	route: RouteShape,
	input: { readonly params?: unknown; readonly query?: unknown },
): string => {
	const query = new URLSearchParams();
	for (const [name, value] of Object.entries((input.query ?? {}) as Record<string, unknown>)) {
		if (value !== undefined) query.set(name, String(value));
	}
	return fill(route.path, input.params) + (query.size > 0 ? `?${query}` : '');
};

/** A browser with an empty cookie jar. */
export const openBrowser = (url: string): Browser => {
	const browser: Browser = {
		url,
		cookie: null,
		deviceCookie: null,
		fetch: async (path, init = {}) => {
			const headers = new Headers(init.headers);
			const kept = [browser.cookie, browser.deviceCookie].filter((cookie) => cookie !== null);
			if (kept.length > 0 && !headers.has('cookie')) headers.set('cookie', kept.join('; '));
			if (!headers.has('user-agent'))
				headers.set('user-agent', 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0');
			const response = await fetch(url + path, { ...init, headers, redirect: 'manual' });
			const isDevice = (set: string): boolean => /^[^=]*-device=/.test(set);
			const [set] = response.headers.getSetCookie().filter((each) => !isDevice(each));
			if (set) browser.cookie = /Max-Age=0/.test(set) ? null : (set.split(';')[0] ?? null);
			const device = response.headers.getSetCookie().find(isDevice);
			if (device) browser.deviceCookie = device.split(';')[0] ?? null;
			return response;
		},
		call: async (route, input = {}) => {
			const hasBody = input.body !== undefined;
			const response = await browser.fetch(addressOf(route, input), {
				method: route.method,
				...(hasBody
					? { body: JSON.stringify(input.body), headers: { 'content-type': 'application/json' } }
					: {}),
			});
			const text = await response.text();
			if (response.status >= 400) {
				throw new Refused(response.status, (JSON.parse(text) as { code: string }).code);
			}
			return (text === '' ? undefined : JSON.parse(text)) as never;
		},
	};
	return browser;
};

export interface WholeServerOptions {
	readonly env?: Readonly<Record<string, string>>;
	readonly databaseUrl?: string;
	readonly webFolder?: string;
	/** The real key stretching, for journeys in a browser that must feel it. */
	readonly hasRealStretching?: boolean;
	/** For tests that turn the time by minutes; timers go on by the real one. */
	readonly clock?: Clock;
}

const configFor = (folder: string, options: WholeServerOptions): Config =>
	configOrFault(
		readConfig({
			file: null,
			env: {
				PATH: process.env['PATH'],
				HOLDFAST_PORT: '0',
				HOLDFAST_HOST: '127.0.0.1',
				HOLDFAST_DATA_DIR: join(folder, 'data'),
				HOLDFAST_KEYS_DIR: join(folder, 'keys'),
				HOLDFAST_MEDIA_ROOTS: join(folder, 'media'),
				...(options.databaseUrl ? { HOLDFAST_DATABASE_URL: options.databaseUrl } : {}),
				...options.env,
			},
			argv: [],
			readText: () => '',
			platform: process.platform,
			workingFolder: folder,
		}),
	);

/** Starts a server with folders of its own; disposal stops it and removes them. */
export const startWholeServer = async (options: WholeServerOptions = {}): Promise<WholeServer> => {
	const folder = await mkdtemp(join(tmpdir(), 'hf-'));
	await opaque.ready;
	const open = async (): Promise<WholeServer> => {
		const config = configFor(folder, options);
		const running = await startServer({
			config,
			log: silentLog,
			...(options.hasRealStretching ? {} : { keyStretching: lightStretching }),
			...(options.clock ? { clock: options.clock } : {}),
			...(options.webFolder ? { webFolder: options.webFolder } : {}),
		});
		return {
			url: `http://127.0.0.1:${running.port}`,
			running,
			config,
			restart: async () => {
				await running[Symbol.asyncDispose]();
				return open();
			},
			[Symbol.asyncDispose]: async () => {
				await running[Symbol.asyncDispose]();
				await rm(folder, { recursive: true, force: true });
			},
		};
	};
	return open();
};

export const ownerNamed = { username: 'ada', displayName: 'Ada', password: 'correct horse battery staple' };

/** Takes a browser through set-up: afterwards it is signed in as the owner. */
export const makeOwner = async (
	server: { readonly running: Pick<RunningServer, 'setupCode'> },
	browser: Browser,
	who = ownerNamed,
): Promise<Signed> => {
	const { flow } = await browser.call(contract.beginSetup, {
		body: { code: server.running.setupCode ?? '' },
	});
	const { username, displayName } = who;
	const registration = beginRegistration(who.password);
	const { registrationRequest } = registration;
	const started = await browser.call(contract.startOwner, { body: { flow, username, registrationRequest } });
	const registrationRecord = registration.finish(started.registrationResponse);
	return browser.call(contract.finishOwner, { body: { flow, username, displayName, registrationRecord } });
};

/** Signs a browser in by OPAQUE over HTTP. */
export const signIn = async (
	browser: Browser,
	who: { username: string; password: string },
): Promise<Signed> => {
	const login = beginLogin(who.password);
	const started = await browser.call(contract.startSignIn, {
		body: { username: who.username, startLoginRequest: login.startLoginRequest },
	});
	const finishLoginRequest = login.finish(started.loginResponse) ?? Buffer.alloc(64).toString('base64url');
	const body = { flow: started.flow, finishLoginRequest };
	const answer = await browser.call(contract.finishSignIn, { body });
	assert.ok(answer.state === 'signed-in', 'a second factor was asked for');
	return answer.signed;
};
