/**
 * Puts a route of the contract on the server: rule, validation, handler, reply. Nothing is mounted in another
 * way.
 */
import { Readable } from 'node:stream';
import type { AccessRule, RouteInput, RouteReply, RouteShape } from '@holdfast/contract/route';
import { defaultBodyBytesMax } from '@holdfast/contract/route';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../fault.ts';
import type { Caller } from './viewer.ts';

/** Bytes on their way to a client, as a domain hands them over; the facade only sets headers. */
export interface ByteReply {
	readonly status?: 200 | 206 | 303 | 304 | 416;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Readable | Uint8Array | string | null;
}

type CallerOf<R extends RouteShape> = R['access'] extends 'anyone' | 'console' ? undefined : Caller;

/**
 * What a handler gets: the validated input and who calls. The raw request is for cookies and addresses only.
 */
export interface Call<R extends RouteShape> extends RouteInput<R> {
	/** Set on routes for signed-in people, and only there. */
	readonly caller: CallerOf<R>;
	/** Aborts when the client goes away or the caller's session ends. */
	readonly signal: AbortSignal;
	readonly request: FastifyRequest;
	readonly reply: FastifyReply;
}

type Answer<R extends RouteShape> = R['form'] extends 'bytes' | 'events' ? ByteReply : RouteReply<R>;
export type Handler<R extends RouteShape> = (call: Call<R>) => Promise<Answer<R>> | Answer<R>;

/**
 * Decides who calls. Throws `access.sign-in-needed` or `access.not-allowed`. The reply tells it when the call
 * is over.
 */
export type Gate = (
	rule: AccessRule,
	request: FastifyRequest,
	reply: FastifyReply,
	/** What kind of body the route takes; a form may come from any site, and so must count for nothing else. */
	accepts?: RouteShape['accepts'],
) => Promise<Caller | undefined>;

/**
 * Every mounted route, for the OpenAPI document and for the test that calls each as nobody and as the wrong
 * person.
 */
export interface Mounter {
	readonly app: FastifyInstance;
	readonly routes: RouteShape[];
	mount<R extends RouteShape>(route: R, handler: Handler<R>): void;
}

const signalOf = (request: FastifyRequest, reply: FastifyReply, caller: Caller | undefined): AbortSignal => {
	const gone = new AbortController();
	reply.raw.once('close', () => {
		if (!reply.raw.writableFinished) gone.abort(new Fault('request.malformed'));
	});
	request.raw.once('error', () => gone.abort());
	return caller ? AbortSignal.any([gone.signal, caller.ended]) : gone.signal;
};

/** A stream that a client or a revocation may cut: the socket goes with it, so that no more bytes leave. */
const cutWhenEnded = (body: Readable, reply: FastifyReply, caller: Caller | undefined): void => {
	if (!caller) return;
	const cut = (): void => {
		body.destroy();
		reply.raw.destroy();
	};
	if (caller.ended.aborted) cut();
	caller.ended.addEventListener('abort', cut, { once: true });
	reply.raw.once('close', () => caller.ended.removeEventListener('abort', cut));
};

/** A stream of events says goodbye by itself when the session ends; all other bytes are cut. */
const sendBytes = (
	answer: ByteReply,
	reply: FastifyReply,
	caller: Caller | undefined,
	isCut: boolean,
): FastifyReply => {
	reply.code(answer.status ?? 200);
	for (const [name, value] of Object.entries(answer.headers)) reply.header(name, value);
	if (answer.body instanceof Readable && isCut) cutWhenEnded(answer.body, reply, caller);
	return reply.send(answer.body ?? undefined);
};

/**
 * A mounter over `app`. `gate` is asked before any body is parsed.
 *
 * A handler cannot see an unvalidated body, and a field that the reply schema does not list does not leave.
 */
export const createMounter = (app: FastifyInstance, gate: Gate): Mounter => {
	const routes: RouteShape[] = [];
	const mount = <R extends RouteShape>(route: R, handler: Handler<R>): void => {
		routes.push(route);
		const callers = new WeakMap<FastifyRequest, Caller>();
		const schema: Record<string, unknown> = {};
		if (route.params) schema['params'] = route.params;
		if (route.query) schema['querystring'] = route.query;
		if (route.body) schema['body'] = route.body;
		if (route.reply) schema['response'] = { 200: route.reply };
		app.route({
			method: route.method,
			url: route.path,
			schema,
			bodyLimit: route.bodyBytesMax ?? defaultBodyBytesMax,
			config: { acceptsForm: route.accepts === 'form' },
			onRequest: async (request, reply) => {
				const caller = await gate(route.access, request, reply, route.accepts);
				if (caller) callers.set(request, caller);
			},
			handler: async (request, reply) => {
				const caller = callers.get(request);
				// A picture where JSON belongs would pass a schema without required fields, and the other way round.
				if (request.body instanceof Uint8Array !== (route.bodyForm === 'picture'))
					throw new Fault('request.malformed', { detail: { field: 'content-type' } });
				const input = { params: request.params, query: request.query, body: request.body };
				const signal = signalOf(request, reply, caller);
				const call = { ...input, caller, signal, request, reply } as unknown as Call<R>;
				const answer = await handler(call);
				if (route.form === 'bytes' || route.form === 'events') {
					return sendBytes(answer as ByteReply, reply, caller, route.form === 'bytes');
				}
				if (answer === undefined) return reply.code(204).send();
				return reply.send(answer);
			},
		});
	};
	return { app, routes, mount };
};
