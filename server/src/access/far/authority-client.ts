/** Speaks to the far account service: one request, proven by this server's key, with a bounded answer. */
import type { RouteInput, RouteReply, RouteShape } from '@holdfast/contract/route';
import { faultTable, type FaultCode } from '@holdfast/contract/errors';
import { serverAssertionHeader } from '@holdfast/contract/servers';
import type { Clock } from '#platform/clock.ts';
import { createEgressClient, type EgressReply, EgressRefusal } from '#platform/egress/client.ts';
import { Fault } from '#platform/fault.ts';
import type { Identity } from './identity.ts';

const answerBytesMax = 1024 * 1024;
const timeDefaultMs = 10_000;

export interface Asked<R extends RouteShape> {
	readonly reply: RouteReply<R>;
	/** The single-use id of the proof that went with the question. */
	readonly nonce: string;
}

export interface AuthorityClient {
	/**
	 * @throws access.authority-away  where nothing sensible answers; else the account service's own fault.
	 */
	ask<R extends RouteShape>(
		route: R,
		input: Partial<RouteInput<R>>,
		options?: { readonly timeMs?: number; readonly signal?: AbortSignal },
	): Promise<Asked<R>>;
}

const parse = ({ body }: EgressReply): unknown => {
	if (body.length === 0) return undefined;
	try {
		return JSON.parse(Buffer.from(body).toString('utf8'));
	} catch (cause) {
		throw new Fault('access.authority-away', { cause });
	}
};

const faultOf = (problem: unknown): Fault => {
	const code = (problem as { code?: unknown } | null | undefined)?.code;
	const isKnown = typeof code === 'string' && Object.hasOwn(faultTable, code);
	return new Fault(isKnown ? (code as FaultCode) : 'access.authority-away');
};

const fill = (path: string, params: unknown): string =>
	path.replaceAll(/:([A-Za-z]+)/g, (_, name: string) =>
		encodeURIComponent(String((params as Record<string, unknown>)[name])),
	);

export const createAuthorityClient = (needs: {
	readonly authority: string;
	readonly identity: Identity;
	readonly clock: Clock;
}): AuthorityClient => {
	// The owner of this machine named it, so it may be at home and without TLS.
	const client = createEgressClient(needs, { hosts: [], privateOrigins: [needs.authority] });
	return {
		ask: async (route, input, options = {}) => {
			const path = fill(route.path, input.params);
			const { statement, nonce } = await needs.identity.assertion({ method: route.method, path });
			const body = input.body === undefined ? null : JSON.stringify(input.body);
			try {
				const answer = await client.fetch(needs.authority + path, {
					method: route.method === 'GET' ? 'GET' : 'POST',
					headers: {
						[serverAssertionHeader]: statement,
						accept: 'application/json',
						...(body === null ? {} : { 'content-type': 'application/json' }),
					},
					...(body === null ? {} : { body }),
					contentTypes: ['application/json', 'application/problem+json'],
					sizeBytesMax: answerBytesMax,
					timeMs: options.timeMs ?? timeDefaultMs,
					redirectsMax: 0,
					...(options.signal ? { signal: options.signal } : {}),
				});
				const reply = parse(answer);
				if (answer.status >= 400) throw faultOf(reply);
				return { reply: reply as never, nonce };
			} catch (cause) {
				if (cause instanceof EgressRefusal) throw new Fault('access.authority-away', { cause });
				throw cause;
			}
		},
	};
};
