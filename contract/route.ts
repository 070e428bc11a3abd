/**
 * One route as data: who may call it, what goes in, what comes out. The server mounts it, the web app calls
 * it, and the OpenAPI document is printed from it, so the three cannot drift apart.
 */
import type { Static, TSchema } from 'typebox';
import type { FaultCode } from './errors.ts';

/**
 * Who may call a route. There is no default: a route without a rule does not exist.
 * - `anyone`: nobody needs to be signed in; the handler must be safe for strangers.
 * - `viewer`: any signed-in person, by any client: browsers, and apps that may only watch.
 * - `self`: a signed-in person by a session of full scope, about their own account. Never an app.
 * - `self-fresh`: the same, proven again within five minutes at the highest level the account has.
 * - `administrator`: an owner or administrator, by a session of full scope.
 * - `administrator-fresh`: the same, proven again as for `self-fresh`.
 * - `console`: only somebody on the machine, over the Unix socket in the data folder.
 */
export type AccessRule =
	| 'anyone'
	| 'viewer'
	| 'self'
	| 'self-fresh'
	| 'administrator'
	| 'administrator-fresh'
	| 'console';

/**
 * `json`: validated both ways. `bytes`: the handler streams media or images. `events`: server-sent events.
 */
export type ReplyForm = 'json' | 'bytes' | 'events';

/** What every route says of itself; `route()` keeps the literal schemas. */
export interface RouteShape {
	readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
	/** Fastify's notation: `/api/items/:itemId`. */
	readonly path: string;
	readonly access: AccessRule;
	readonly summary: string;
	readonly form?: ReplyForm;
	/**
	 * `form`: takes an HTML form's body instead of JSON. For machines that prove themselves by what they send;
	 * such a route must read no cookie, since a page of any site can send it a form.
	 */
	readonly accepts?: 'json' | 'form';
	readonly params?: TSchema;
	readonly query?: TSchema;
	readonly body?: TSchema;
	readonly reply?: TSchema;
	/** What this route can answer with beside the faults every route shares. */
	readonly errors?: readonly FaultCode[];
	/** `picture`: the bytes of a JPEG, PNG or WebP instead of JSON; the handler gets them as they came. */
	readonly bodyForm?: 'picture';
	/** Largest accepted body; 0 where the route takes none. Default `defaultBodyBytesMax`. */
	readonly bodyBytesMax?: number;
}

/** Bodies are small forms everywhere: a larger one is a mistake or an attack. */
export const defaultBodyBytesMax = 16 * 1024;

/** Declares a route. Exists for its type: the schemas stay literal, so both sides infer from them. */
export const route = <const R extends RouteShape>(shape: R): R => shape;

type StaticOr<S, Otherwise> = S extends TSchema ? Static<S> : Otherwise;

/** What a caller must pass and a handler receives. Absent parts are `undefined`. */
export interface RouteInput<R extends RouteShape> {
	readonly params: StaticOr<R['params'], undefined>;
	readonly query: StaticOr<R['query'], undefined>;
	readonly body: R extends { readonly bodyForm: 'picture' } ? Uint8Array : StaticOr<R['body'], undefined>;
}

/** The types of picture that a route with `bodyForm: 'picture'` takes. SVG is none of them. */
export const pictureTypes = ['image/jpeg', 'image/png', 'image/webp'] as const;

/** What a handler returns and a caller receives; `undefined` answers 204. */
export type RouteReply<R extends RouteShape> = StaticOr<R['reply'], undefined>;
