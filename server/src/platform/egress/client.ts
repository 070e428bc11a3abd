/**
 * The one client for HTTP to the outside. Nothing else in the program may open a connection to another host.
 */
import { lookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Clock } from '../clock.ts';
import { isPublicAddress } from './address.ts';

/**
 * - `host`: not on the list, another port, another scheme, or a name in the address
 * - `address`: the name leads to a private address
 * - `redirect`: to another host, or too many
 * - `type`, `size`, `time`: beyond what the caller allows
 * - `unreachable`: no name, no connection, a broken answer
 * - `aborted`: by the caller
 */
export type EgressRefusalReason =
	| 'host'
	| 'address'
	| 'redirect'
	| 'type'
	| 'size'
	| 'time'
	| 'unreachable'
	| 'aborted';

/** Why a request was not made or not finished. Its message names no host and no address. */
export class EgressRefusal extends Error {
	readonly reason: EgressRefusalReason;
	constructor(reason: EgressRefusalReason, options: { cause?: unknown } = {}) {
		super(`The request was not made or not finished: ${reason}.`, options);
		this.name = 'EgressRefusal';
		this.reason = reason;
	}
}

/** Every address of a name. Injected in tests; else the system's. */
export type Resolver = (host: string) => Promise<readonly { readonly address: string }[]>;

/** What a client is made of; `resolve` is for tests. */
export interface EgressNeeds {
	readonly clock: Clock;
	readonly resolve?: Resolver;
}

/** Where a client may go. Fixed for its life. */
export interface EgressOptions {
	/** Names of hosts, exactly; HTTPS on port 443 only. No wildcards. */
	readonly hosts: readonly string[];
	/**
	 * Origins such as `http://127.0.0.1:8123` that may be private or without TLS: tests, and machines at home
	 * that the owner named in the configuration. Never from a request.
	 */
	readonly privateOrigins?: readonly string[];
	/**
	 * Origins that an administrator named, on any port, each with whether it may be at home. One without TLS
	 * must be: nothing goes to the open internet in the clear.
	 */
	readonly namedOrigins?: readonly NamedOrigin[];
	/** Certificates trusted instead of the system's, as PEM. */
	readonly certificateAuthority?: string;
}

/** Such as `https://sign-in.example:8443`. */
export interface NamedOrigin {
	readonly origin: string;
	/** Private addresses are allowed for this origin, and for no other. */
	readonly isPrivateAllowed: boolean;
}

/** One request, with the bounds of its answer. */
export interface EgressRequest {
	readonly method?: 'GET' | 'HEAD' | 'POST';
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string | Uint8Array;
	/** Types accepted in an answer with a body, as `application/json`; parameters are ignored. */
	readonly contentTypes: readonly string[];
	readonly sizeBytesMax: number;
	/** For all of it, redirects included. */
	readonly timeMs: number;
	readonly signal?: AbortSignal;
	/** Redirects followed, within the origin, at most. Default 3. */
	readonly redirectsMax?: number;
}

/** An answer, whole and within its bounds. */
export interface EgressReply {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Uint8Array;
	/** Where the answer came from, after redirects. */
	readonly url: string;
}

/** The client of one caller. Holds no connection, so there is nothing to close. */
export interface EgressClient {
	/** One request. A status that says failure is an answer, not a refusal. @throws EgressRefusal */
	fetch(url: string, request: EgressRequest): Promise<EgressReply>;
}

const redirectsMaxDefault = 3;
const redirectStatuses = new Set([301, 302, 303, 307, 308]);

interface Target {
	readonly url: URL;
	readonly isPrivateAllowed: boolean;
	readonly isPublicAllowed: boolean;
}

const targetOf = (text: string, options: EgressOptions): Target => {
	if (!URL.canParse(text)) throw new EgressRefusal('host');
	const url = new URL(text);
	if (url.username !== '' || url.password !== '') throw new EgressRefusal('host');
	if (options.privateOrigins?.includes(url.origin)) {
		return { url, isPrivateAllowed: true, isPublicAllowed: true };
	}
	const named = options.namedOrigins?.find(({ origin }) => origin === url.origin);
	if (named && /^https?:$/u.test(url.protocol)) {
		const { isPrivateAllowed } = named;
		return { url, isPrivateAllowed, isPublicAllowed: url.protocol === 'https:' };
	}
	const isListed = url.protocol === 'https:' && url.port === '' && options.hosts.includes(url.hostname);
	if (!isListed) throw new EgressRefusal('host');
	return { url, isPrivateAllowed: false, isPublicAllowed: true };
};

/** The address to connect to: one, checked, and used for this connection whatever the name says later. */
const pin = async (target: Target, resolve: Resolver): Promise<string> => {
	const host = target.url.hostname.replace(/^\[|\]$/g, '');
	const found = isIP(host)
		? [{ address: host }]
		: await resolve(host).catch((cause: unknown) => {
				throw new EgressRefusal('unreachable', { cause });
			});
	const [first] = found;
	if (!first) throw new EgressRefusal('unreachable');
	// One private address among public ones is how a name is turned against us, so all must be public.
	const isAllowed = ({ address }: { readonly address: string }): boolean =>
		isPublicAddress(address) ? target.isPublicAllowed : target.isPrivateAllowed;
	if (!found.every(isAllowed)) throw new EgressRefusal('address');
	return first.address;
};

/** Answers every question with the pinned address, in whichever form the socket asks. */
const pinnedLookup = (address: string): LookupFunction => {
	const family = isIP(address);
	return (_host, options, answer) => {
		if (options.all) answer(null, [{ address, family }]);
		else answer(null, address, family);
	};
};

const send = (
	target: Target,
	address: string,
	request: EgressRequest,
	options: EgressOptions,
	signal: AbortSignal,
) =>
	new Promise<IncomingMessage>((resolve, reject) => {
		const settings: RequestOptions & { ca?: string } = {
			method: request.method ?? 'GET',
			headers: { 'accept-encoding': 'identity', 'user-agent': 'Holdfast', ...request.headers },
			lookup: pinnedLookup(address),
			// A kept connection would be one whose address was checked for another request.
			agent: false,
			signal,
			...(options.certificateAuthority ? { ca: options.certificateAuthority } : {}),
		};
		const start = target.url.protocol === 'https:' ? httpsRequest : httpRequest;
		const outgoing = start(target.url, settings, resolve);
		outgoing.once('error', reject);
		outgoing.end(request.body);
	});

const readBody = async (reply: IncomingMessage, request: EgressRequest): Promise<Uint8Array> => {
	const chunks: Buffer[] = [];
	let bytes = 0;
	if (Number(reply.headers['content-length'] ?? 0) > request.sizeBytesMax) throw new EgressRefusal('size');
	for await (const chunk of reply as AsyncIterable<Buffer>) {
		bytes += chunk.length;
		if (bytes > request.sizeBytesMax) throw new EgressRefusal('size');
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
};

const plainHeaders = (reply: IncomingMessage): Record<string, string> =>
	Object.fromEntries(
		Object.entries(reply.headers).map(([name, value]) => [
			name,
			Array.isArray(value) ? value.join(', ') : (value ?? ''),
		]),
	);

const assertType = (reply: IncomingMessage, request: EgressRequest): void => {
	const type = (reply.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
	if (!request.contentTypes.includes(type)) throw new EgressRefusal('type');
};

const follow = (from: Target, location: string | undefined, options: EgressOptions): Target => {
	if (location === undefined || !URL.canParse(location, from.url)) throw new EgressRefusal('redirect');
	const to = targetOf(new URL(location, from.url).href, options);
	if (to.url.origin !== from.url.origin) throw new EgressRefusal('redirect');
	return to;
};

/** 303, and 301 or 302 after a POST, ask with GET from there on; the body is not sent twice. */
const nextRequest = (request: EgressRequest, status: number): EgressRequest => {
	const isKept = status === 307 || status === 308 || request.method !== 'POST';
	if (isKept && status !== 303) return request;
	const { body: _, ...rest } = request;
	return { ...rest, method: request.method === 'HEAD' ? 'HEAD' : 'GET' };
};

const answerOf = async (
	target: Target,
	reply: IncomingMessage,
	request: EgressRequest,
): Promise<EgressReply> => {
	const facts = { status: reply.statusCode ?? 0, headers: plainHeaders(reply), url: target.url.href };
	const hasBody = request.method !== 'HEAD' && reply.statusCode !== 204 && reply.statusCode !== 304;
	if (hasBody) assertType(reply, request);
	return { ...facts, body: hasBody ? await readBody(reply, request) : new Uint8Array() };
};

const run = async (
	needs: { resolve: Resolver },
	options: EgressOptions,
	start: { url: string; request: EgressRequest; signal: AbortSignal },
): Promise<EgressReply> => {
	let target = targetOf(start.url, options);
	let { request } = start;
	const redirectsMax = request.redirectsMax ?? redirectsMaxDefault;
	for (let redirects = 0; redirects <= redirectsMax; redirects += 1) {
		const address = await pin(target, needs.resolve);
		start.signal.throwIfAborted();
		const reply = await send(target, address, request, options, start.signal);
		try {
			const status = reply.statusCode ?? 0;
			if (!redirectStatuses.has(status)) return await answerOf(target, reply, request);
			target = follow(target, reply.headers.location, options);
			request = nextRequest(request, status);
		} finally {
			reply.destroy();
		}
	}
	throw new EgressRefusal('redirect');
};

const systemResolver: Resolver = (host) => lookup(host, { all: true, verbatim: true });

/** Makes a client for a closed list of hosts. Each caller has one of its own, with its own list. */
export const createEgressClient = (needs: EgressNeeds, options: EgressOptions): EgressClient => ({
	fetch: async (url, request) => {
		const ending = new AbortController();
		const end = (reason: EgressRefusalReason): void => ending.abort(new EgressRefusal(reason));
		const abort = (): void => end('aborted');
		const over = new AbortController();
		needs.clock.sleep(request.timeMs, over.signal).then(
			() => end('time'),
			() => undefined,
		);
		request.signal?.addEventListener('abort', abort, { once: true });
		if (request.signal?.aborted) abort();
		const aborted = new Promise<never>((_, reject) => {
			const tell = (): void => reject(ending.signal.reason as Error);
			if (ending.signal.aborted) tell();
			ending.signal.addEventListener('abort', tell, { once: true });
		});
		try {
			const work = run({ resolve: needs.resolve ?? systemResolver }, options, {
				url,
				request,
				signal: ending.signal,
			});
			return await Promise.race([work, aborted]);
		} catch (error) {
			if (ending.signal.aborted) throw ending.signal.reason;
			throw error instanceof EgressRefusal ? error : new EgressRefusal('unreachable', { cause: error });
		} finally {
			over.abort();
			request.signal?.removeEventListener('abort', abort);
		}
	},
});
