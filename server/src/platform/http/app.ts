/** The HTTP application before any route: validation, problems, headers that every answer carries. */
import { pictureTypes } from '@holdfast/contract/route';
import { Ajv, type ValidateFunction } from 'ajv';
import buildSerializer from 'fast-json-stringify';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { Fault } from '../fault.ts';
import type { Logger } from '../log.ts';
import { replyWithProblem } from './problem.ts';

/** What a page of ours may do: nothing from elsewhere, no inline script, no markup from strings. */
export const contentSecurityPolicy = [
	"default-src 'none'",
	"script-src 'self' 'wasm-unsafe-eval'",
	"style-src 'self'",
	"img-src 'self' data: blob:",
	"media-src 'self' blob:",
	"font-src 'self'",
	"connect-src 'self'",
	"worker-src 'self' blob:",
	"manifest-src 'self'",
	"base-uri 'none'",
	"form-action 'self'",
	"frame-ancestors 'none'",
	"require-trusted-types-for 'script'",
].join('; ');

const headersOfAll: Readonly<Record<string, string>> = {
	'content-security-policy': contentSecurityPolicy,
	'cross-origin-opener-policy': 'same-origin',
	'cross-origin-resource-policy': 'same-origin',
	'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
	'referrer-policy': 'no-referrer',
	'x-content-type-options': 'nosniff',
	'x-frame-options': 'DENY',
};

/** Of one part of a path. How long a request may take is the listener's business. */
const pathCharactersMax = 1_024;

/** Text from an address is turned into numbers; a body must have the right types as it comes. */
const createValidators = () => {
	const shared = { allErrors: false, strict: false, useDefaults: false } as const;
	return {
		text: new Ajv({ ...shared, coerceTypes: true }),
		// `1e999` is an endless number once it is read, and no integer.
		body: new Ajv({ ...shared, coerceTypes: false, strictNumbers: true }),
	};
};

/**
 * A route's code for its schema is made when the route is first called: there are hundreds of routes, and a
 * server uses a few of them in a day.
 */
const checkOnDemand = (ajv: Ajv, schema: object): never => {
	let check: ValidateFunction | null = null;
	const validate: Validate = (value) => {
		check ??= ajv.compile(schema);
		const isGood = check(value);
		validate.errors = check.errors ?? null;
		return isGood;
	};
	// Fastify types its own errors, which are what its validator gives.
	return validate as never;
};

interface Validate {
	(value: unknown): boolean;
	/** Of the last call, as Fastify reads them right after it. */
	errors?: ValidateFunction['errors'];
}

/** The scheme the client used, as far as a trusted proxy or our own socket can tell. */
export const isSecure = (request: FastifyRequest): boolean => request.protocol === 'https';

/** True where browsers treat the page as secure: HTTPS, or the machine itself. */
export const isSecureContext = (request: FastifyRequest): boolean =>
	isSecure(request) || /^(localhost|127\.0\.0\.1|\[::1\])$/.test(request.hostname);

const formType = 'application/x-www-form-urlencoded';

const malformedType = (): Fault => new Fault('request.malformed', { detail: { field: 'content-type' } });

/** Only where the route says so: everywhere else a form is what another site can have a browser send. */
const takesForm = (request: FastifyRequest): boolean =>
	(request.routeOptions.config as { readonly acceptsForm?: boolean }).acceptsForm === true;

/** Null where a name comes twice: which of them would count? */
const fieldsOf = (body: string): Record<string, string> | null => {
	const pairs = [...new URLSearchParams(body)];
	const fields = new Map(pairs);
	return fields.size === pairs.length ? Object.fromEntries(fields) : null;
};

/** An application with no route. Forwarding headers count only from `trustedProxies`. */
export const createApp = (needs: {
	readonly log: Logger;
	readonly trustedProxies: readonly string[];
	/** From then on every request is `server.stopping`: balancers look elsewhere, pages try again. */
	readonly isStopping?: () => boolean;
}): FastifyInstance => {
	const app = fastify({
		trustProxy: needs.trustedProxies.length > 0 ? [...needs.trustedProxies] : false,
		logger: false,
		routerOptions: { maxParamLength: pathCharactersMax, ignoreTrailingSlash: false },
		return503OnClosing: false,
		exposeHeadRoutes: false,
	});
	const validators = createValidators();
	app.setValidatorCompiler(({ schema, httpPart }) =>
		checkOnDemand(httpPart === 'body' ? validators.body : validators.text, schema as object),
	);
	app.setSerializerCompiler(({ schema }) => {
		let write: ((value: unknown) => string) | null = null;
		return (value) => {
			write ??= buildSerializer(schema as object);
			return write(value);
		};
	});
	app.setErrorHandler(replyWithProblem(needs.log));
	app.addHook('onRequest', (_request, reply, done) => {
		reply.headers(headersOfAll);
		done(needs.isStopping?.() ? new Fault('server.stopping') : undefined);
	});
	app.addHook('onSend', (_request, reply, payload, done) => {
		if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
		done(null, payload);
	});
	app.addContentTypeParser([...pictureTypes], { parseAs: 'buffer' }, (_request, body, done) =>
		done(null, body),
	);
	app.addContentTypeParser(formType, { parseAs: 'string' }, (request, body, done) => {
		const fields = takesForm(request) ? fieldsOf(String(body)) : null;
		if (fields) done(null, fields);
		else done(malformedType());
	});
	app.addContentTypeParser('*', (_request, _payload, done) => {
		done(new Fault('request.malformed', { detail: { field: 'content-type' } }));
	});
	return app;
};
