/**
 * Speaks OpenID Connect to a provider. Every request goes through the outbound client, to the issuer and to
 * what its description names; every answer is bounded, and nothing of it is believed before it is checked.
 */
import type * as OpenIdClient from 'openid-client';
import type { Clock } from '#platform/clock.ts';
import { createEgressClient, EgressRefusal, type NamedOrigin } from '#platform/egress/client.ts';
import { fetchThrough } from '#platform/egress/fetch.ts';
import { checkIdToken, type Vouched } from './id-token.ts';
import { ProviderTrouble, troubleOf } from './provider-trouble.ts';

/** What it takes to speak to one provider. */
export interface ProviderSettings {
	readonly issuer: string;
	readonly allowsPrivate: boolean;
}

export interface ProviderAccount extends ProviderSettings {
	readonly clientId: string;
	readonly clientSecret: string | null;
}

/** What the browser takes along, and what its coming back is held against. */
export interface Challenge {
	readonly state: string;
	readonly nonce: string;
	readonly verifier: string;
}

type Needs = { readonly clock: Clock };
type Metadata = OpenIdClient.ServerMetadata;
type Library = typeof OpenIdClient;

/** Loaded when somebody first signs in with a provider: most homes have none. */
const library = (): Promise<Library> => import('openid-client');

const bounds = {
	contentTypes: ['application/json', 'application/jwk-set+json'],
	sizeBytesMax: 256 * 1024,
	timeMs: 8_000,
	redirectsMax: 0,
} as const;

const isPlain = ({ issuer }: ProviderSettings): boolean => issuer.startsWith('http:');

/** The issuer's own origin may be at home where that is allowed; whatever else it names may not. */
const originsOf = (settings: ProviderSettings, metadata?: Metadata): NamedOrigin[] => {
	const own = { origin: new URL(settings.issuer).origin, isPrivateAllowed: settings.allowsPrivate };
	const named = [metadata?.token_endpoint, metadata?.jwks_uri].flatMap((endpoint) => {
		const url = endpoint === undefined ? null : URL.parse(endpoint);
		return url?.protocol === 'https:' ? [{ origin: url.origin, isPrivateAllowed: false }] : [];
	});
	return [own, ...named.filter(({ origin }) => origin !== own.origin)];
};

const fetchFor = (
	needs: Needs,
	settings: ProviderSettings,
	metadata?: Metadata,
): OpenIdClient.CustomFetch => {
	const namedOrigins = originsOf(settings, metadata);
	return fetchThrough(
		createEgressClient(needs, { hosts: [], namedOrigins }),
		bounds,
	) as OpenIdClient.CustomFetch;
};

/** A page that a browser is sent to: of the web, and without TLS only at the issuer itself. */
const isEndpointFit = (settings: ProviderSettings, endpoint: string | undefined): boolean => {
	const url = endpoint === undefined ? null : URL.parse(endpoint);
	if (url === null) return false;
	if (url.username !== '' || url.password !== '') return false;
	if (url.protocol === 'https:') return true;
	return isPlain(settings) && url.origin === new URL(settings.issuer).origin;
};

/**
 * Reads the provider's description.
 *
 * @throws ProviderTrouble
 */
export const discover = async (needs: Needs, settings: ProviderSettings): Promise<Metadata> => {
	const oidc = await library();
	const server = new URL(settings.issuer);
	const execute = isPlain(settings) ? [oidc.allowInsecureRequests] : [];
	const found = await oidc
		.discovery(server, 'unknown', undefined, oidc.None(), {
			execute,
			[oidc.customFetch]: fetchFor(needs, settings),
		})
		.catch((error: unknown) => {
			throw troubleOf(error, 'no-provider');
		});
	const metadata = found.serverMetadata();
	if (URL.parse(metadata.issuer)?.href !== server.href) throw new ProviderTrouble('other-issuer');
	const endpoints = [metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri];
	if (!endpoints.every((endpoint) => isEndpointFit(settings, endpoint)))
		throw new ProviderTrouble('endpoint-refused');
	return structuredClone({ ...metadata, supportsPKCE: undefined });
};

/** Basic is what the standard assumes where nothing is said; the form is what more providers read alike. */
const authenticationOf = (
	oidc: Library,
	{ clientSecret }: ProviderAccount,
	metadata: Metadata,
): OpenIdClient.ClientAuth => {
	if (clientSecret === null) return oidc.None();
	const supported = metadata.token_endpoint_auth_methods_supported ?? [];
	return supported.includes('client_secret_post')
		? oidc.ClientSecretPost(clientSecret)
		: oidc.ClientSecretBasic(clientSecret);
};

const configure = (
	oidc: Library,
	needs: Needs,
	account: ProviderAccount,
	metadata: Metadata,
): OpenIdClient.Configuration => {
	const authentication = authenticationOf(oidc, account, metadata);
	const configuration = new oidc.Configuration(metadata, account.clientId, undefined, authentication);
	configuration[oidc.customFetch] = fetchFor(needs, account, metadata);
	// The signature is checked although the token came over TLS: at home it may have come without.
	oidc.enableNonRepudiationChecks(configuration);
	if (isPlain(account)) oidc.allowInsecureRequests(configuration);
	return configuration;
};

export const newChallenge = async (): Promise<Challenge> => {
	const oidc = await library();
	return {
		state: oidc.randomState(),
		nonce: oidc.randomNonce(),
		verifier: oidc.randomPKCECodeVerifier(),
	};
};

/** Where the browser goes. `isAgain` asks the provider to have the person sign in anew and to say when. */
export const authorizationUrl = async (
	needs: Needs,
	account: ProviderAccount,
	asked: {
		readonly metadata: Metadata;
		readonly challenge: Challenge;
		readonly redirectUri: string;
		readonly scope: string;
		readonly isAgain: boolean;
	},
): Promise<string> => {
	const { challenge } = asked;
	const oidc = await library();
	const url = oidc.buildAuthorizationUrl(configure(oidc, needs, account, asked.metadata), {
		redirect_uri: asked.redirectUri,
		scope: asked.scope,
		state: challenge.state,
		nonce: challenge.nonce,
		code_challenge: await oidc.calculatePKCECodeChallenge(challenge.verifier),
		code_challenge_method: 'S256',
		...(asked.isAgain ? { max_age: '0' } : {}),
	});
	return url.href;
};

/**
 * Trades the code for the provider's word about a person.
 *
 * @throws ProviderTrouble
 */
export const exchangeCode = async (
	needs: Needs,
	account: ProviderAccount,
	asked: {
		readonly metadata: Metadata;
		readonly challenge: Challenge;
		/** The configured address with what the provider appended, not the one that the request came to. */
		readonly returnedTo: URL;
		readonly startedAt: number;
	},
): Promise<Vouched> => {
	const { challenge } = asked;
	const oidc = await library();
	const answer = await oidc
		.authorizationCodeGrant(configure(oidc, needs, account, asked.metadata), asked.returnedTo, {
			expectedState: challenge.state,
			expectedNonce: challenge.nonce,
			pkceCodeVerifier: challenge.verifier,
			idTokenExpected: true,
		})
		.catch((error: unknown) => {
			throw troubleOf(error, 'untrusted');
		});
	const { startedAt } = asked;
	const checked = checkIdToken(answer.id_token, answer.claims(), {
		clientId: account.clientId,
		startedAt,
		now: needs.clock.now(),
	});
	if (!checked) throw new ProviderTrouble('untrusted');
	return checked;
};

/**
 * The provider's public keys, as they are now.
 *
 * @throws ProviderTrouble
 */
export const readKeys = async (
	needs: Needs,
	settings: ProviderSettings,
	metadata: Metadata,
): Promise<{ keys: Record<string, unknown>[] }> => {
	const ask = fetchFor(needs, settings, metadata);
	try {
		const response = await ask(metadata.jwks_uri ?? '', {
			method: 'GET',
			headers: { accept: 'application/json' },
			redirect: 'manual',
			body: null,
		});
		const found = (await response.json()) as { keys?: unknown };
		const isSet = response.ok && Array.isArray(found?.keys) && found.keys.length > 0;
		if (!isSet) throw new ProviderTrouble('keys-unusable');
		return found as { keys: Record<string, unknown>[] };
	} catch (error) {
		if (error instanceof ProviderTrouble) throw error;
		throw troubleOf(error, error instanceof EgressRefusal ? 'unreachable' : 'keys-unusable');
	}
};
