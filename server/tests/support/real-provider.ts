/** A provider as others run one: `oidc-provider` with its own pages, on loopback. */
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { clientId, clientSecret } from './lying-provider.ts';

export interface RealProvider extends AsyncDisposable {
	readonly issuer: string;
}

/** Whoever types a name is that person; the password is not looked at. */
export const startRealProvider = async (redirectUri: string): Promise<RealProvider> => {
	let listener: RequestListener = (_request, response) => void response.writeHead(503).end();
	const server = createServer((request, response) => listener(request, response));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
	const provider = new Provider(issuer, {
		clients: [
			{
				client_id: clientId,
				client_secret: clientSecret,
				redirect_uris: [redirectUri],
				grant_types: ['authorization_code'],
				response_types: ['code'],
				token_endpoint_auth_method: 'client_secret_basic',
			},
		],
		claims: { profile: ['name', 'preferred_username'] },
		conformIdTokenClaims: false,
		cookies: { keys: ['keys of a provider in a test'] },
		features: { devInteractions: { enabled: true } },
		findAccount: (_context, accountId) => ({
			accountId,
			claims: () => ({ sub: accountId, preferred_username: `${accountId} at the club` }),
		}),
		jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'only', use: 'sig', alg: 'RS256' }] },
	});
	listener = provider.callback();
	return {
		issuer,
		[Symbol.asyncDispose]: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
};
