/**
 * The cookies of session and device. Their names carry the server's id, since cookies do not tell ports of
 * one host apart.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';

export interface SessionCookies {
	/** The token that came with the request; null where there is none, or more than one. */
	tokenOf(request: FastifyRequest): string | null;
	set(request: FastifyRequest, reply: FastifyReply, token: string): void;
	clear(request: FastifyRequest, reply: FastifyReply): void;
	/** The device's own token, which outlives sign-outs; read as strictly as the session's. */
	deviceTokenOf(request: FastifyRequest): string | null;
	setDevice(request: FastifyRequest, reply: FastifyReply, token: string): void;
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
	const session = cookieNamed(plainName, needs);
	const device = cookieNamed(`${plainName}-device`, needs);
	return {
		tokenOf: session.read,
		set: (request, reply, token) => session.write(request, reply, token, Math.floor(needs.lifetimeMs / 1000)),
		clear: (request, reply) => session.write(request, reply, '', 0),
		deviceTokenOf: device.read,
		setDevice: (request, reply, token) => device.write(request, reply, token, deviceSeconds),
	};
};

/** As long as browsers keep one. */
const deviceSeconds = 400 * 24 * 60 * 60;

const cookieNamed = (plainName: string, { isSecure }: Pick<SessionCookiesNeeds, 'isSecure'>) => {
	const nameFor = (request: FastifyRequest): string =>
		isSecure(request) ? `__Host-${plainName}` : plainName;
	return {
		read: (request: FastifyRequest): string | null => {
			const found = cookieValues(request.headers.cookie ?? '', nameFor(request));
			const [only] = found;
			return found.length === 1 && only !== undefined && tokenForm.test(only) ? only : null;
		},
		write: (request: FastifyRequest, reply: FastifyReply, value: string, maxAgeSeconds: number): void => {
			const parts = [
				`${nameFor(request)}=${value}`,
				'Path=/',
				`Max-Age=${maxAgeSeconds}`,
				'HttpOnly',
				'SameSite=Lax',
			];
			if (isSecure(request)) parts.push('Secure');
			reply.header('set-cookie', parts.join('; '));
		},
	};
};

export const cookieValues = (header: string, name: string): string[] =>
	header
		.split(';')
		.map((pair) => pair.trim())
		.filter((pair) => pair.startsWith(`${name}=`))
		.map((pair) => pair.slice(name.length + 1));
