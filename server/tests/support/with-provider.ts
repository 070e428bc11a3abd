/** A server whose people can sign in with a provider, and browsers that keep every cookie. */
import assert from 'node:assert/strict';
import * as contract from '@holdfast/contract/single-sign-on';
import { setPublicUrl } from '@holdfast/contract/system';
import { addMember } from './attacked.ts';
import { type Engine, startJourney } from './journey.ts';
import {
	clientId,
	clientSecret,
	type LyingProvider,
	type Plan,
	startLyingProvider,
} from './lying-provider.ts';
import { type Browser, makeOwner, openBrowser, Refused, signIn, type WholeServer } from './whole-server.ts';

/** A browser with a jar for more than one cookie. */
export const openJar = (url: string): Browser => {
	const cookies = new Map<string, string>();
	const browser = openBrowser(url);
	browser.fetch = async (path, init = {}) => {
		const headers = new Headers(init.headers);
		headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
		if (!headers.has('user-agent'))
			headers.set('user-agent', 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0');
		const response = await fetch(url + path, { ...init, headers, redirect: 'manual' });
		for (const line of response.headers.getSetCookie()) {
			const [pair = ''] = line.split(';');
			const [name = '', value = ''] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
			if (/Max-Age=0/.test(line)) cookies.delete(name);
			else cookies.set(name, value);
		}
		return response;
	};
	Object.defineProperty(browser, 'cookie', {
		get: () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') || null,
		set: (header: string | null) => {
			cookies.clear();
			for (const pair of header?.split('; ') ?? [])
				cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
		},
	});
	return browser;
};

export const inputFor = (issuer: string): contract.ProviderInput => ({
	name: 'The club',
	issuer,
	clientId,
	clientSecret,
	asksProfile: false,
	allowsPrivate: true,
	allowsJoining: false,
});

export interface ClubHouse extends AsyncDisposable {
	readonly server: WholeServer;
	readonly owner: Browser;
	readonly provider: LyingProvider;
	readonly providerId: string;
	/** Somebody new with a password, signed in; linked to nobody. */
	newcomer(name: string): Promise<Browser>;
	/** Somebody new whose account is linked to this subject of the provider. */
	linked(name: string, subject: string): Promise<Browser>;
}

export const passwordOf = (name: string): string => `the long password of ${name}`;

const begin = {
	'sign-in': contract.startProviderSignIn,
	'step-up': contract.startProviderStepUp,
	link: contract.startProviderLink,
} as const;

/** Out to the provider and back, up to the callback, which answers everybody alike. */
export const goAndComeBack = async (
	browser: Browser,
	{ provider, providerId }: Pick<ClubHouse, 'provider' | 'providerId'>,
	how: { readonly as?: keyof typeof begin; readonly plan?: Plan } = {},
): Promise<string> => {
	const { url } = await browser.call(begin[how.as ?? 'sign-in'], { body: { providerId } });
	const query = `/api/sso/callback?${provider.visit(url, how.plan)}`;
	await comeBack(browser, query);
	return query;
};

export const comeBack = async (browser: Browser, query: string): Promise<void> => {
	const answer = await browser.fetch(query);
	assert.equal(answer.status, 303);
	assert.equal(answer.headers.get('location'), '/sso');
	assert.equal(await answer.text(), '');
};

/** The whole way. */
export const through = async (
	browser: Browser,
	house: Pick<ClubHouse, 'provider' | 'providerId'>,
	how: Parameters<typeof goAndComeBack>[2] = {},
) => {
	await goAndComeBack(browser, house, how);
	return browser.call(contract.finishWithProvider);
};

/** `done`, or the code of what was refused. */
export const outcomeOf = async (call: Promise<unknown>): Promise<string> =>
	call.then(
		() => 'done',
		(error: unknown) => {
			if (error instanceof Refused) return error.code;
			throw error;
		},
	);

export const openClubHouse = async (engine: Engine): Promise<ClubHouse> => {
	const server = await startJourney({}, engine);
	const provider = await startLyingProvider();
	const owner = openJar(server.url);
	await makeOwner(server, owner);
	await owner.call(setPublicUrl, { body: { publicUrl: server.url } });
	const { providerId } = await owner.call(contract.addProvider, { body: inputFor(provider.issuer) });
	const newcomer = async (name: string): Promise<Browser> => {
		const who = { username: name, password: passwordOf(name) };
		await addMember(server, who);
		const browser = openJar(server.url);
		await signIn(browser, who);
		return browser;
	};
	return {
		server,
		owner,
		provider,
		providerId,
		newcomer,
		linked: async (name, subject) => {
			const browser = await newcomer(name);
			await through(browser, { provider, providerId }, { as: 'link', plan: { subject } });
			return browser;
		},
		[Symbol.asyncDispose]: async () => {
			await provider[Symbol.asyncDispose]();
			await server[Symbol.asyncDispose]();
		},
	};
};
