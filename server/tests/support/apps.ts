/** Apps of others that sign people in with a server under test: `openid-client`, and requests by hand. */
import assert from 'node:assert/strict';
import * as provider from '@holdfast/contract/provider';
import { setPublicUrl } from '@holdfast/contract/system';
import * as oidc from 'openid-client';
import { openConsole } from '../../src/cli/console.ts';
import { addressOf, type Browser, type WholeServer } from './whole-server.ts';

/** Apps find the server by its public address; under test that is where it listens. */
export const usePublicUrl = async (server: WholeServer, owner: Browser): Promise<string> => {
	await owner.call(setPublicUrl, { body: { publicUrl: server.url } });
	return `${server.url}/oauth`;
};

export const redirectUri = 'https://app.example.org/callback';

export interface RegisteredApp {
	readonly clientId: string;
	readonly secret: string | null;
	readonly config: oidc.Configuration;
}

export interface AppOptions {
	readonly name?: string;
	readonly kind?: 'app' | 'tv';
	readonly redirectUris?: string[];
	readonly logoutUri?: string | null;
	readonly hasSecret?: boolean;
}

/** Registered on the machine, then discovered by the app itself. */
export const registerApp = async (
	server: WholeServer,
	issuer: string,
	options: AppOptions = {},
): Promise<RegisteredApp> => {
	const { kind = 'app', hasSecret = false } = options;
	await using machine = await openConsole(server.config);
	const { app, secret } = await machine.call(provider.consoleAddApp, {
		body: {
			kind,
			name: options.name ?? 'Film Club',
			redirectUris: kind === 'tv' ? [] : (options.redirectUris ?? [redirectUri]),
			logoutUri: options.logoutUri ?? null,
			hasSecret,
		},
	});
	const authentication = secret === null ? oidc.None() : oidc.ClientSecretBasic(secret);
	const config = await oidc.discovery(new URL(issuer), app.clientId, undefined, authentication, {
		// Over loopback there is no TLS.
		execute: [oidc.allowInsecureRequests],
	});
	return { clientId: app.clientId, secret, config };
};

/** What an app remembers between sending a browser away and its coming back. */
export interface Departure {
	readonly url: URL;
	readonly verifier: string;
	readonly state: string;
	readonly nonce: string;
}

export const depart = async (
	{ config }: Pick<RegisteredApp, 'config'>,
	more: Readonly<Record<string, string>> = {},
): Promise<Departure> => {
	const verifier = oidc.randomPKCECodeVerifier();
	const [state, nonce] = [oidc.randomState(), oidc.randomNonce()];
	const url = oidc.buildAuthorizationUrl(config, {
		redirect_uri: redirectUri,
		scope: 'openid profile media',
		code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
		code_challenge_method: 'S256',
		state,
		nonce,
		...more,
	});
	return { url, verifier, state, nonce };
};

const cookiesOf = (response: Response): string[] =>
	response.headers
		.getSetCookie()
		.filter((cookie) => !/expires=Thu, 01 Jan 1970/iu.test(cookie))
		.map((cookie) => cookie.split(';')[0]!);

/** A browser on its way through the provider: our session's cookie, and those of this one journey. */
export interface Visit {
	readonly authorizationId: string;
	/** Asks with every cookie that this browser has. */
	fetch(path: string, init?: RequestInit): Promise<Response>;
}

/** Where a signed-in browser is taken to by an app; its answer is looked at by the caller where it is none. */
export const visit = async (
	browser: Browser,
	url: URL,
): Promise<{ visit: Visit | null; response: Response }> => {
	const headers = { cookie: browser.cookie ?? '' };
	const response = await fetch(url, { headers, redirect: 'manual' });
	const jar = cookiesOf(response);
	const location = response.headers.get('location') ?? '';
	const authorizationId = /^\/authorize\?id=([A-Za-z0-9_-]+)$/u.exec(location)?.[1];
	if (authorizationId === undefined) return { visit: null, response };
	const visit: Visit = {
		authorizationId,
		fetch: (path, init = {}) => {
			const cookie = [browser.cookie ?? '', ...jar].join('; ');
			const sent = new Headers(init.headers);
			sent.set('cookie', cookie);
			return fetch(browser.url + path, { ...init, headers: sent, redirect: 'manual' });
		},
	};
	return { visit, response };
};

/** Looks at what an app asks, as its page does. */
export const look = async ({ fetch: ask, authorizationId }: Visit): Promise<Response> =>
	ask(addressOf(provider.getAuthorizationRequest, { params: { authorizationId } }));

/** Presses yes or no; the answer is the server's. */
export const press = async (
	{ fetch: ask, authorizationId }: Visit,
	route: typeof provider.approveAuthorization | typeof provider.denyAuthorization,
): Promise<Response> => ask(addressOf(route, { params: { authorizationId } }), { method: route.method });

/** Says yes and goes on: where the browser is sent back to, with a code or an error. */
export const sayYes = async (visiting: Visit): Promise<URL> => {
	const answer = await press(visiting, provider.approveAuthorization);
	const { continueTo } = (await answer.json()) as { continueTo: string };
	assert.equal(answer.status, 200);
	const back = await visiting.fetch(continueTo);
	return new URL(back.headers.get('location') ?? 'missing:');
};

/** The whole way to a code. */
export const getCode = async (
	browser: Browser,
	app: Pick<RegisteredApp, 'config'>,
	more: Readonly<Record<string, string>> = {},
): Promise<{ readonly departure: Departure; readonly back: URL }> => {
	const departure = await depart(app, more);
	const { visit: visiting } = await visit(browser, departure.url);
	assert.ok(visiting, 'the browser was not taken to the page');
	return { departure, back: await sayYes(visiting) };
};

/** The whole way to tokens. */
export const signInto = async (
	browser: Browser,
	app: RegisteredApp,
	options: { readonly DPoP?: oidc.DPoPHandle; readonly more?: Readonly<Record<string, string>> } = {},
) => {
	const { departure, back } = await getCode(browser, app, options.more);
	return oidc.authorizationCodeGrant(
		app.config,
		back,
		{
			pkceCodeVerifier: departure.verifier,
			expectedState: departure.state,
			expectedNonce: departure.nonce,
			idTokenExpected: true,
		},
		undefined,
		options.DPoP ? { DPoP: options.DPoP } : {},
	);
};

/** A form to an endpoint, by hand; the protocol's own word for what is wrong. */
export const post = async (
	url: string,
	form: Readonly<Record<string, string>>,
	headers: Readonly<Record<string, string>> = {},
): Promise<{
	readonly status: number;
	readonly error: string | null;
	readonly body: Record<string, unknown>;
}> => {
	const response = await fetch(url, { method: 'POST', body: new URLSearchParams(form), headers });
	const text = await response.text();
	const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
	return { status: response.status, error: typeof body['error'] === 'string' ? body['error'] : null, body };
};
