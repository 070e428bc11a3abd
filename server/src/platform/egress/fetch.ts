/** The outbound client in the shape of `fetch`, for libraries that bring their own requests. */
import { EgressRefusal, type EgressClient, type EgressRequest } from './client.ts';

/** The bounds that hold whatever the library asks for. */
export type FetchBounds = Pick<EgressRequest, 'contentTypes' | 'sizeBytesMax' | 'timeMs' | 'redirectsMax'>;

/** What libraries pass; everything else of `fetch` is left out. */
export interface FetchInit {
	readonly method?: string;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: unknown;
	readonly signal?: AbortSignal;
}

const bodyOf = (body: unknown): Pick<EgressRequest, 'body'> => {
	if (body === undefined || body === null) return {};
	if (typeof body === 'string' || body instanceof Uint8Array) return { body };
	if (body instanceof URLSearchParams) return { body: body.toString() };
	throw new EgressRefusal('aborted');
};

const methodOf = (method: string | undefined): 'GET' | 'POST' => {
	const name = method?.toUpperCase() ?? 'GET';
	if (name !== 'GET' && name !== 'POST') throw new EgressRefusal('aborted');
	return name;
};

const bodyless = new Set([204, 205, 304]);

/**
 * Asks through the client, within the bounds. Rejects with an `EgressRefusal` where something was refused.
 */
export const fetchThrough =
	(client: EgressClient, bounds: FetchBounds) =>
	async (url: string, init: FetchInit = {}): Promise<Response> => {
		const reply = await client.fetch(url, {
			...bounds,
			...bodyOf(init.body),
			method: methodOf(init.method),
			headers: Object.fromEntries(new Headers(init.headers).entries()),
			...(init.signal ? { signal: init.signal } : {}),
		});
		const body = bodyless.has(reply.status) ? null : (reply.body as Uint8Array<ArrayBuffer>);
		return new Response(body, { status: reply.status, headers: reply.headers });
	};
