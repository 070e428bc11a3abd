/** An app in the words of the protocol (RFC 7591). */
import type { AppClient } from '../../accounts/index.ts';

export const deviceGrantType = 'urn:ietf:params:oauth:grant-type:device_code';

/** What apps may ask for. */
export const scopes = ['openid', 'profile', 'offline_access', 'media'] as const;

const authMethodOf = ({ secret, keys }: AppClient): string => {
	if (keys !== null) return 'private_key_jwt';
	return secret === null ? 'none' : 'client_secret_basic';
};

const isLoopback = ({ protocol, hostname }: URL): boolean =>
	protocol === 'http:' && (hostname === '127.0.0.1' || hostname === '[::1]');

/** RFC 8252: private schemes, and loopback addresses whose port the system chooses. All else is exact. */
const isNative = ({ kind, redirectUris }: AppClient): boolean => {
	const uris = redirectUris.map((uri) => new URL(uri));
	const isOfApp = (url: URL): boolean => !/^https?:$/u.test(url.protocol) || isLoopback(url);
	return kind === 'app' && uris.length > 0 && uris.every(isOfApp);
};

/** As the library takes it. Names stay out: pages ask the accounts room for them. */
export const metadataOf = (client: AppClient): Record<string, unknown> => {
	const isTv = client.kind === 'tv';
	return {
		client_id: client.clientId,
		application_type: isNative(client) ? 'native' : 'web',
		redirect_uris: [...client.redirectUris],
		response_types: isTv ? [] : ['code'],
		grant_types: [isTv ? deviceGrantType : 'authorization_code', 'refresh_token'],
		token_endpoint_auth_method: authMethodOf(client),
		scope: scopes.join(' '),
		id_token_signed_response_alg: client.kind === 'server' ? 'ES256' : 'RS256',
		// The subjects that we hand to the library differ from app to app already.
		subject_type: 'public',
		...(client.secret === null ? {} : { client_secret: client.secret }),
		...(client.keys === null ? {} : { jwks: { keys: client.keys } }),
		...(client.logoutUri === null
			? {}
			: { backchannel_logout_uri: client.logoutUri, backchannel_logout_session_required: true }),
	};
};
