/**
 * The cookie that a browser holds while it is at another provider: it names a flow, and is sent to the routes
 * of single sign-on alone.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { cookieValues } from './cookies.ts';

export interface FlowCookie {
	/** Null where there is none, or more than one. */
	read(request: FastifyRequest): string | null;
	write(request: FastifyRequest, reply: FastifyReply, flow: string): void;
	clear(request: FastifyRequest, reply: FastifyReply): void;
}

export interface FlowCookieNeeds {
	readonly serverId: string;
	readonly isSecure: (request: FastifyRequest) => boolean;
}

const path = '/api/sso';
const lifetimeSeconds = 15 * 60;
const idCharacters = 8;
const tokenForm = /^[A-Za-z0-9_-]{43}$/u;

/** `Lax`, since the provider sends the browser back by a link; `__Secure-` where there is TLS. */
export const createFlowCookie = ({ serverId, isSecure }: FlowCookieNeeds): FlowCookie => {
	const plainName = `holdfast-sso-${serverId.slice(0, idCharacters)}`;
	const nameFor = (request: FastifyRequest): string =>
		isSecure(request) ? `__Secure-${plainName}` : plainName;
	const put = (request: FastifyRequest, reply: FastifyReply, value: string, seconds: number): void => {
		const parts = [
			`${nameFor(request)}=${value}`,
			`Path=${path}`,
			`Max-Age=${seconds}`,
			'HttpOnly',
			'SameSite=Lax',
		];
		if (isSecure(request)) parts.push('Secure');
		reply.header('set-cookie', parts.join('; '));
	};
	return {
		read: (request) => {
			const found = cookieValues(request.headers.cookie ?? '', nameFor(request));
			const [only] = found;
			return found.length === 1 && only !== undefined && tokenForm.test(only) ? only : null;
		},
		write: (request, reply, flow) => put(request, reply, flow, lifetimeSeconds),
		clear: (request, reply) => put(request, reply, '', 0),
	};
};
