/**
 * Where a television begins (RFC 8628 3.1). Ours instead of the library's, since the code, the
 * number to match
 * and what is kept of the device are the accounts room's.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault, isFault } from '#platform/fault.ts';
import type { Accounts, AppClient } from '../../accounts/index.ts';
import { scopes } from './clients.ts';
import { issuerOf, mountPath } from './oidc.ts';

export interface DeviceEndpointNeeds {
	readonly accounts: Pick<Accounts, 'provider'>;
	readonly publicUrl: () => string | null;
}

const bodyBytesMax = 4 * 1_024;
const formType = 'application/x-www-form-urlencoded';

/** A refusal in the protocol's words (RFC 6749 5.2). */
class Refusal extends Error {
	readonly status: number;
	readonly error: string;
	constructor(error: string, status = 400) {
		super(error);
		this.status = status;
		this.error = error;
	}
}

const readForm = async (request: FastifyRequest): Promise<URLSearchParams> => {
	const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
	if (type !== formType) throw new Refusal('invalid_request');
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of request.raw as AsyncIterable<Buffer>) {
		bytes += chunk.length;
		if (bytes > bodyBytesMax) throw new Fault('request.too-large');
		chunks.push(chunk);
	}
	return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
};

/** A parameter that comes twice is refused: two readers might take a different one. */
const only = (form: URLSearchParams, name: string): string | null => {
	const values = form.getAll(name);
	if (values.length > 1) throw new Refusal('invalid_request');
	return values[0] ?? null;
};

const clientOf = async (
	{ accounts }: Pick<DeviceEndpointNeeds, 'accounts'>,
	clientId: string | null,
): Promise<AppClient> => {
	if (clientId === null || clientId.length > 64) throw new Refusal('invalid_request');
	const client = await accounts.provider.findClient(clientId);
	if (!client) throw new Refusal('invalid_client', 401);
	if (client.kind !== 'tv') throw new Refusal('unauthorized_client');
	return client;
};

/** Without a wish, a television may browse and play. Unknown words are refused rather than left out. */
const scopeOf = (wished: string | null): string => {
	const words = [...new Set((wished ?? 'media').split(' ').filter((word) => word !== ''))];
	if (words.some((word) => !scopes.some((scope) => scope === word))) throw new Refusal('invalid_scope');
	return words.join(' ');
};

const answer = async (
	needs: DeviceEndpointNeeds,
	request: FastifyRequest,
	publicUrl: string,
): Promise<object> => {
	const form = await readForm(request);
	const client = await clientOf(needs, only(form, 'client_id'));
	// A public client has nothing to prove itself with; one that tries means to be another.
	const isProving = form.has('client_secret') || request.headers.authorization !== undefined;
	if (client.secret === null && isProving) throw new Refusal('invalid_client', 401);
	const scope = scopeOf(only(form, 'scope'));
	const from = { address: request.ip, userAgent: request.headers['user-agent'] ?? null };
	const asked = await needs.accounts.provider.startDeviceLink({ client, scope }, from);
	return {
		device_code: asked.deviceCode,
		user_code: asked.userCode,
		verification_uri: `${publicUrl}/link`,
		// After the sign that browsers keep to themselves: no log and no proxy sees the code.
		verification_uri_complete: `${publicUrl}/link#${asked.userCode}`,
		expires_in: asked.expiresInMs / 1_000,
		interval: asked.pollEveryMs / 1_000,
		// An extension (RFC 8628 3.2 allows them): to be shown as big as the code.
		holdfast_number: asked.number,
	};
};

const send = (reply: FastifyReply, status: number, body: object): FastifyReply =>
	reply.code(status).type('application/json').send(JSON.stringify(body));

/** Puts the endpoint on the server. */
export const mountDeviceEndpoint = (app: FastifyInstance, needs: DeviceEndpointNeeds): void => {
	const handle = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
		const publicUrl = needs.publicUrl();
		if (publicUrl === null) throw new Fault('accounts.app.no-address');
		try {
			return send(reply, 200, await answer(needs, request, publicUrl));
		} catch (error) {
			if (error instanceof Refusal)
				return send(reply, error.status, { error: error.error, iss: issuerOf(publicUrl) });
			if (isFault(error, 'request.too-many')) {
				reply.header('retry-after', String(error.detail?.['retryAfterSeconds'] ?? 60));
				return send(reply, 429, { error: 'slow_down' });
			}
			throw error;
		}
	};
	// Answered before any body is parsed: the only form that this server reads.
	app.route({ method: 'POST', url: `${mountPath}/device`, onRequest: handle, handler: () => undefined });
};
