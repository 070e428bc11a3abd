/**
 * The protocol's endpoints: handed to the library with a host and a scheme of our own making. Only these
 * paths reach it.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { Fault } from '#platform/fault.ts';
import { defaultBodyBytesMax } from '@holdfast/contract/route';
import { mountPath, type Oidc } from './oidc.ts';

const paths: readonly (readonly [HTTPMethods, string])[] = [
	['GET', '/.well-known/openid-configuration'],
	['GET', '/.well-known/oauth-authorization-server'],
	['GET', '/jwks'],
	['GET', '/auth'],
	['GET', '/auth/:uid'],
	['POST', '/token'],
	['POST', '/introspect'],
	['POST', '/revoke'],
	['GET', '/userinfo'],
	['POST', '/userinfo'],
];

/** RFC 8414 3.1: where software looks that puts the well-known part first. */
const insertedDiscovery = `/.well-known/oauth-authorization-server${mountPath}`;

type RawRequest = FastifyRequest['raw'] & { originalUrl?: string };

/** What a client may say of where it thinks it is; a proxy's words were read before, where it is trusted. */
const hostHeaders = [
	'x-forwarded-host',
	'x-forwarded-proto',
	'x-forwarded-for',
	'forwarded',
	'x-forwarded-port',
];

/**
 * The request as the library may see it. Its addresses come from the issuer: the client's host and forwarding
 * headers are gone before it looks.
 */
const dress = (request: FastifyRequest, issuer: URL, url: string): RawRequest => {
	const raw: RawRequest = request.raw;
	for (const name of hostHeaders) delete raw.headers[name];
	raw.headers.host = issuer.host;
	raw.headers['x-forwarded-proto'] = issuer.protocol.slice(0, -1);
	raw.originalUrl = `${mountPath}${url}`;
	raw.url = url;
	return raw;
};

/** Bodies here are small forms, as everywhere; the library has a bound of its own for those without a length. */
const refuseLarge = (request: FastifyRequest): void => {
	if (Number(request.headers['content-length'] ?? 0) > defaultBodyBytesMax)
		throw new Fault('request.too-large');
};

const hand = async (
	oidc: Oidc,
	request: FastifyRequest,
	reply: FastifyReply,
	path: string | null,
): Promise<void> => {
	refuseLarge(request);
	const provider = await oidc.open();
	if (!provider) throw new Fault('accounts.app.no-address');
	const url = path ?? request.raw.url!.slice(mountPath.length);
	const raw = dress(request, new URL(provider.issuer), url);
	for (const [name, value] of Object.entries(reply.getHeaders()))
		if (value !== undefined) reply.raw.setHeader(name, value);
	reply.raw.setHeader('cache-control', 'no-store');
	reply.hijack();
	await provider.callback()(raw, reply.raw);
};

/** Puts the endpoints on the server. */
export const mountOauthEndpoints = (app: FastifyInstance, oidc: Oidc): void => {
	const add = (method: HTTPMethods, url: string, path: string | null): void => {
		app.route({
			method,
			url,
			// Before any body is read: the library reads it itself.
			onRequest: (request, reply) => hand(oidc, request, reply, path),
			handler: () => undefined,
		});
	};
	for (const [method, path] of paths) add(method, `${mountPath}${path}`, null);
	add('GET', insertedDiscovery, '/.well-known/oauth-authorization-server');
};
