/**
 * A person who has just made a fresh server theirs, over HTTP, and asks it things. Key stretching is as light
 * as it can be: it costs the client alone.
 */
import type { RouteInput, RouteReply, RouteShape } from '@holdfast/contract/route';
import { beginSetup, finishOwner, startOwner } from '@holdfast/contract/accounts';
import * as opaque from '@serenity-kit/opaque';
import type { MeasuredServer } from './server.ts';

/** As light as it can be: it costs the client alone. */
export const stretching = { 'argon2id-custom': { iterations: 1, memory: 8, parallelism: 1 } };
const username = 'ada';
const password = 'a password of the measurement';

export interface Person {
	/** As a browser sends them: `name=value; name=value`. */
	readonly cookie: string;
	fetch(path: string, init?: RequestInit): Promise<Response>;
	/** @throws Error where the server refuses */
	call<R extends RouteShape>(route: R, input?: Partial<RouteInput<R>>): Promise<RouteReply<R>>;
}

const pathOf = (
	route: RouteShape,
	input: { readonly params?: unknown; readonly query?: unknown },
): string => {
	const params = (input.params ?? {}) as Record<string, unknown>;
	const path = route.path.replaceAll(/:([A-Za-z]+)/g, (_, name: string) =>
		encodeURIComponent(String(params[name])),
	);
	const entries = Object.entries((input.query ?? {}) as Record<string, unknown>);
	const query = new URLSearchParams(entries.map(([name, value]) => [name, String(value)]));
	return query.size > 0 ? `${path}?${query}` : path;
};

/** A client of its own: keeps the last cookie it was given. */
export const openPerson = (url: string): Person => {
	const cookies = new Map<string, string>();
	const person = {
		cookie: '',
		fetch: async (path: string, init: RequestInit = {}): Promise<Response> => {
			const headers = new Headers(init.headers);
			if (person.cookie) headers.set('cookie', person.cookie);
			const response = await fetch(url + path, { ...init, headers });
			for (const set of response.headers.getSetCookie()) {
				const [name = '', value = ''] = (set.split(';')[0] ?? '').split(/=(.*)/s);
				cookies.set(name, value);
			}
			person.cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
			return response;
		},
		call: async <R extends RouteShape>(
			route: R,
			input: Partial<RouteInput<R>> = {},
		): Promise<RouteReply<R>> => {
			const json = { 'content-type': 'application/json' };
			const body = input.body === undefined ? {} : { body: JSON.stringify(input.body), headers: json };
			const response = await person.fetch(pathOf(route, input), { method: route.method, ...body });
			const text = await response.text();
			if (!response.ok) throw new Error(`${route.method} ${route.path}: ${response.status} ${text}`);
			return (text === '' ? undefined : JSON.parse(text)) as RouteReply<R>;
		},
	};
	return person;
};

/** Takes a fresh server through its set-up and stays signed in. */
export const becomeOwner = async (server: MeasuredServer): Promise<Person> => {
	const code = /^Set-up code: (\S+)$/m.exec(server.output())?.[1];
	if (code === undefined) throw new Error(`The server printed no set-up code:\n${server.output()}`);
	await opaque.ready;
	const person = openPerson(server.url);
	const { flow } = await person.call(beginSetup, { body: { code } });
	const { clientRegistrationState, registrationRequest } = opaque.client.startRegistration({ password });
	const { registrationResponse } = await person.call(startOwner, {
		body: { flow, username, registrationRequest },
	});
	const { registrationRecord } = opaque.client.finishRegistration({
		clientRegistrationState,
		registrationResponse,
		password,
		keyStretching: stretching,
	});
	await person.call(finishOwner, { body: { flow, username, displayName: 'Ada', registrationRecord } });
	return person;
};
