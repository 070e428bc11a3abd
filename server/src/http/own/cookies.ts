/**
 * The session's cookie. Its name carries the server's id, since cookies do not tell ports of one host apart.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';

export interface SessionCookies {
	/** The token that came with the request; null where there is none, or more than one. */
	tokenOf(request: FastifyRequest): string | null;
	set(request: FastifyRequest, reply: FastifyReply, token: string): void;
	clear(request: FastifyRequest, reply: FastifyReply): void;
}

export interface SessionCookiesNeeds {
	readonly serverId: string;
	/** True where the browser reached us over HTTPS. Only then `Secure` and the `__Host-` prefix can be had. */
	readonly isSecure: (request: FastifyRequest) => boolean;
	/** How long the browser keeps the cookie; the server may end the session sooner. */
	readonly lifetimeMs: number;
}

const idCharacters = 8;
const tokenForm = /^[A-Za-z0-9_-]{43}$/u;

/**
 * Reads and writes the session's cookie. Over HTTPS only the `__Host-` one is read, so that a cookie
 * planted over plain HTTP or by a neighbouring host name is never taken for it.
 *
 * @source RFC 6265bis 4.1.3.2 (`__Host-`)
 */
export const createSessionCookies = (needs: SessionCookiesNeeds): SessionCookies => {
	const plainName = `holdfast-${needs.serverId.slice(0, idCharacters)}`;
	const nameFor = (isSecure: boolean): string => (isSecure ? `__Host-${plainName}` : plainName);
	const write = (
		request: FastifyRequest,
		reply: FastifyReply,
		value: string,
		maxAgeSeconds: number,
	): void => {
		const isSecure = needs.isSecure(request);
		const parts = [
			`${nameFor(isSecure)}=${value}`,
			'Path=/',
			`Max-Age=${maxAgeSeconds}`,
			'HttpOnly',
			'SameSite=Lax',
		];
		if (isSecure) parts.push('Secure');
		reply.header('set-cookie', parts.join('; '));
	};
	return {
		tokenOf: (request) => {
			const found = cookieValues(request.headers.cookie ?? '', nameFor(needs.isSecure(request)));
			const [only] = found;
			return found.length === 1 && only !== undefined && tokenForm.test(only) ? only : null;
		},
		set: (request, reply, token) => write(request, reply, token, Math.floor(needs.lifetimeMs / 1000)),
		clear: (request, reply) => write(request, reply, '', 0),
	};
};

export const cookieValues = (header: string, name: string): string[] =>
	header
		.split(';')
		.map((pair) => pair.trim())
		.filter((pair) => pair.startsWith(`${name}=`))
		.map((pair) => pair.slice(name.length + 1));
