/** Calls a route of the contract: typed both ways, faults as `ApiFault`, nothing else ever thrown. */
import type { FaultCode, FaultKind } from '@holdfast/contract/errors';
import { faultTable } from '@holdfast/contract/errors';
import type { RouteInput, RouteReply, RouteShape } from '@holdfast/contract/route';

/** `network.away` is ours: the server could not be reached at all. */
export type ApiFaultCode = FaultCode | 'network.away';

/** Every failure of a call, with the stable code that `messages` translates. */
export class ApiFault extends Error {
	readonly code: ApiFaultCode;
	readonly kind: FaultKind;
	readonly detail: Readonly<Record<string, unknown>>;
	readonly status: number;
	/** When to try again, from `Retry-After`; null where the server named no time. */
	readonly retryAfterMs: number | null;

	constructor(
		code: ApiFaultCode,
		status: number,
		detail: Readonly<Record<string, unknown>> = {},
		retryAfterMs: number | null = null,
	) {
		super(code);
		this.name = 'ApiFault';
		this.code = code;
		this.kind = code === 'network.away' ? 'unavailable' : faultTable[code].kind;
		this.detail = detail;
		this.status = status;
		this.retryAfterMs = retryAfterMs;
	}
}

type Present<I> = { [K in keyof I as I[K] extends undefined ? never : K]: I[K] };
type CallInput<R extends RouteShape> = Present<RouteInput<R>>;
type CallArguments<R extends RouteShape> = keyof CallInput<R> extends never
	? [input?: undefined, options?: CallOptions]
	: [input: CallInput<R>, options?: CallOptions];

/** `signal` aborts the request; `isSignInPage` keeps a 401 from sending the person to the sign-in page. */
export interface CallOptions {
	readonly signal?: AbortSignal;
	readonly keepsAlive?: boolean;
	readonly isSignInPage?: boolean;
	/** What kind of picture the body is, where it is one. */
	readonly bodyType?: string;
}

type Listener = () => void;
const signedOutListeners = new Set<Listener>();

/** Calls `listener` whenever the server says that nobody is signed in. Returns the way to stop. */
export const onSignedOut = (listener: Listener): Listener => {
	signedOutListeners.add(listener);
	return () => signedOutListeners.delete(listener);
};

/** Tells the app that this browser's session has ended. */
export const announceSignedOut = (): void => {
	for (const listener of signedOutListeners) listener();
};

const factorNeededListeners = new Set<Listener>();

/** Calls `listener` whenever the server says that a second factor must be added first. */
export const onFactorNeeded = (listener: Listener): Listener => {
	factorNeededListeners.add(listener);
	return () => factorNeededListeners.delete(listener);
};

const announceFactorNeeded = (): void => {
	for (const listener of factorNeededListeners) listener();
};

type Loose = Readonly<Record<string, unknown>> | undefined;
interface CallParts {
	readonly params?: Loose;
	readonly query?: Loose;
	readonly body?: unknown;
}

/** The address of a route with its params filled in and its query appended. */
export const urlOf = (route: RouteShape, input?: { params?: Loose; query?: Loose }): string => {
	const path = route.path.replace(/:(\w+)/g, (_, name: string) => {
		const value = input?.params?.[name];
		if (value === undefined) throw new TypeError(`no ${name} for ${route.path}`);
		return encodeURIComponent(String(value));
	});
	const query = new URLSearchParams();
	for (const [name, value] of Object.entries(input?.query ?? {})) {
		if (value !== undefined && value !== null) query.set(name, String(value));
	}
	return query.size > 0 ? `${path}?${query}` : path;
};

const retryAfterOf = (response: Response): number | null => {
	const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
	return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
};

const isFaultCode = (code: unknown): code is FaultCode =>
	typeof code === 'string' && Object.hasOwn(faultTable, code);
const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const faultOf = async (response: Response): Promise<ApiFault> => {
	const problem: unknown = await response.json().catch(() => null);
	const code = isRecord(problem) && isFaultCode(problem.code) ? problem.code : null;
	const detail = isRecord(problem) && isRecord(problem.detail) ? problem.detail : {};
	// A proxy's own error page carries no code of ours.
	const fallback = response.status >= 502 ? 'network.away' : 'server.broken';
	return new ApiFault(code ?? fallback, response.status, detail, retryAfterOf(response));
};

const reach = async (url: string, init: RequestInit): Promise<Response> => {
	try {
		return await fetch(url, init);
	} catch (cause) {
		if (init.signal?.aborted) throw cause;
		throw new ApiFault('network.away', 0);
	}
};

const send = async (route: RouteShape, input: CallParts, options: CallOptions): Promise<Response> => {
	const init: RequestInit = {
		method: route.method,
		credentials: 'same-origin',
		cache: 'no-store',
		headers: { accept: route.form === 'bytes' ? '*/*' : 'application/json' },
	};
	if (input.body instanceof Uint8Array) {
		init.body = input.body as Uint8Array<ArrayBuffer>;
		init.headers = { accept: 'application/json', 'content-type': options.bodyType ?? 'image/jpeg' };
	} else if (input.body !== undefined) {
		init.body = JSON.stringify(input.body);
		init.headers = { accept: 'application/json', 'content-type': 'application/json' };
	}
	if (options.signal) init.signal = options.signal;
	if (options.keepsAlive) init.keepalive = true;
	const response = await reach(urlOf(route, input), init);
	if (response.ok) return response;
	const fault = await faultOf(response);
	if (fault.code === 'access.sign-in-needed' && !options.isSignInPage) announceSignedOut();
	if (fault.code === 'access.factor-needed') announceFactorNeeded();
	throw fault;
};

/**
 * Calls `route`. Throws `ApiFault`, or an `AbortError` where `options.signal` was aborted.
 * A 401 `access.sign-in-needed` also tells `onSignedOut` listeners.
 */
export const call = async <const R extends RouteShape>(
	route: R,
	...[input, options = {}]: CallArguments<R>
): Promise<RouteReply<R>> => {
	const response = await send(route, (input ?? {}) as CallParts, options);
	if (response.status === 204 || route.reply === undefined) return undefined as RouteReply<R>;
	return (await response.json()) as RouteReply<R>;
};

/** The same for a route that answers with text. */
export const callForText = async <const R extends RouteShape>(
	route: R,
	...[input, options = {}]: CallArguments<R>
): Promise<string> => (await send(route, (input ?? {}) as CallParts, options)).text();
