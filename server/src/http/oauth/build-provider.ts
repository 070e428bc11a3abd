/**
 * The protocol's library over our accounts: only the code flow with PKCE, the device grant and
 * refreshing. Its
 * issuer is the configured public address, so that nothing a request says of its host goes into an answer.
 */
import { createHash } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import Provider, { type Configuration, type KoaContextWithOIDC } from 'oidc-provider';
import { createEgressClient } from '#platform/egress/client.ts';
import { fetchThrough } from '#platform/egress/fetch.ts';
import type { SigningKey } from '../../accounts/index.ts';
import { createAdapters } from './adapter.ts';
import { scopes } from './clients.ts';
import { renderProblem } from './problem-page.ts';
import type { OidcNeeds } from './oidc.ts';
import { levels } from './levels.ts';

const accessTokenSeconds = 10 * 60;
const codeSeconds = 60;
const refreshTokenSeconds = 90 * 24 * 3_600;
const interactionSeconds = 30 * 60;
const idTokenSeconds = 10 * 60;
/** A 43-letter token: 256 random bits. */
const tokenBits = 256;

const logoutBytesMax = 16 * 1_024;
const logoutTimeMs = 5_000;

/** Only addresses that an administrator registered are called, and only with a logout token. */
const callApp = ({ clock }: Pick<OidcNeeds, 'clock'>) => {
	const bounds = {
		contentTypes: ['', 'text/plain', 'text/html', 'application/json'],
		sizeBytesMax: logoutBytesMax,
		timeMs: logoutTimeMs,
		redirectsMax: 0,
	};
	return (url: string, init: Parameters<ReturnType<typeof fetchThrough>>[1]): Promise<Response> => {
		const { origin } = new URL(url);
		const client = createEgressClient({ clock }, { hosts: [], privateOrigins: [origin] });
		return fetchThrough(client, bounds)(url, init);
	};
};

const accountOf = (
	{ accounts }: Pick<OidcNeeds, 'accounts'>,
	accountId: string,
	grantId: string | undefined,
) => ({
	accountId,
	claims: async (use: string, scope: string) => {
		const wantsName = use === 'userinfo' && scope.split(' ').includes('profile');
		if (!wantsName || grantId === undefined) return { sub: accountId };
		const person = await accounts.provider.readGrantedPerson(grantId);
		return person
			? { sub: accountId, name: person.displayName, preferred_username: person.username }
			: { sub: accountId };
	},
});

const findAccount =
	(needs: OidcNeeds): NonNullable<Configuration['findAccount']> =>
	(_ctx, accountId, token) =>
		Promise.resolve(accountOf(needs, accountId, (token as { grantId?: string } | undefined)?.grantId));

/** The session that was made when the person said yes, and its id as what apps know of it. */
const loadGrant =
	({ accounts }: OidcNeeds): NonNullable<Configuration['loadExistingGrant']> =>
	async (ctx) => {
		const grantId = ctx.oidc.result?.consent?.grantId;
		const clientId = ctx.oidc.client?.clientId;
		if (grantId === undefined || clientId === undefined) return undefined;
		const grant = await accounts.provider.readGrant(grantId);
		if (!grant) return undefined;
		ctx.oidc.session?.sidFor(clientId, grant.sessionId);
		return ctx.oidc.provider.Grant.find(grantId);
	};

/** Keys for the library's own short cookies, the same on every replica and after a restart. */
const cookieKeysOf = (keys: readonly SigningKey[]): string[] =>
	keys.map((key) =>
		createHash('sha256').update('oauth cookies').update(JSON.stringify(key)).digest('base64url'),
	);

const cookieOptions = { httpOnly: true, sameSite: 'lax', signed: true, overwrite: true, path: '/' } as const;

const features: NonNullable<Configuration['features']> = {
	devInteractions: { enabled: false },
	// Begun and approved by our own pages; the library trades an approved code for tokens.
	deviceFlow: { enabled: true },
	dPoP: { enabled: true },
	introspection: {
		enabled: true,
		// An app may ask about its own tokens.
		allowedPolicy: (_ctx, client, token) => client.clientId === token.clientId,
	},
	revocation: {
		enabled: true,
		allowedPolicy: (_ctx, client, token) => client.clientId === token.clientId,
	},
	backchannelLogout: { enabled: true },
	rpInitiatedLogout: { enabled: false },
	claimsParameter: { enabled: false },
	resourceIndicators: { enabled: false },
	pushedAuthorizationRequests: { enabled: false },
	requestObjects: { enabled: false },
	userinfo: { enabled: true },
};

const lifetimes = {
	AccessToken: accessTokenSeconds,
	AuthorizationCode: codeSeconds,
	DeviceCode: 600,
	Grant: refreshTokenSeconds,
	IdToken: idTokenSeconds,
	Interaction: interactionSeconds,
	RefreshToken: refreshTokenSeconds,
	Session: interactionSeconds,
};

const configurationOf = (needs: OidcNeeds, keys: readonly SigningKey[]): Configuration => ({
	adapter: createAdapters({ provider: needs.accounts.provider, clock: needs.clock }),
	jwks: { keys: keys as never },
	clientAuthMethods: ['none', 'client_secret_basic', 'private_key_jwt'],
	responseTypes: ['code'],
	scopes: [...scopes],
	claims: { openid: ['sub', 'acr', 'amr', 'auth_time', 'sid'], profile: ['name', 'preferred_username'] },
	acrValues: [...levels],
	// What the library takes for an account's id is the subject of this app already.
	subjectTypes: ['public', 'pairwise'],
	pairwiseIdentifier: (_ctx, accountId) => Promise.resolve(accountId),
	pkce: { required: () => true },
	cookies: {
		keys: cookieKeysOf(keys),
		names: {
			interaction: 'holdfast-oauth',
			resume: 'holdfast-oauth-resume',
			session: 'holdfast-oauth-session',
		},
		short: cookieOptions,
		long: cookieOptions,
	},
	enabledJWA: {
		dPoPSigningAlgValues: ['ES256'],
		idTokenSigningAlgValues: ['RS256', 'ES256'],
		clientAuthSigningAlgValues: ['ES256', 'EdDSA', 'RS256'],
	},
	features,
	clientBasedCORS: () => false,
	findAccount: findAccount(needs),
	loadExistingGrant: loadGrant(needs),
	interactions: { url: (_ctx, interaction) => `/authorize?id=${interaction.uid}` },
	issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
	rotateRefreshToken: true,
	expiresWithSession: () => false,
	formats: { bitsOfOpaqueRandomness: tokenBits },
	routes: {
		authorization: '/auth',
		token: '/token',
		introspection: '/introspect',
		revocation: '/revoke',
		jwks: '/jwks',
		userinfo: '/userinfo',
		device_authorization: '/device',
	},
	discovery: { response_modes_supported: ['query'] },
	ttl: lifetimes,
	fetch: callApp(needs) as never,
	renderError: (ctx: KoaContextWithOIDC, out) => renderProblem(ctx, out),
});

/** A provider of its own for each issuer and set of keys. */
export const buildProvider = (needs: OidcNeeds, issuer: string, keys: readonly SigningKey[]): Provider => {
	const provider = new Provider(issuer, configurationOf(needs, keys));
	// Addresses are made of a host and a scheme that we set ourselves, whatever the request said.
	provider.proxy = true;
	provider.on('server_error', (_ctx, error) => needs.log.error({ err: error }, 'an answer to an app failed'));
	const framework: EventEmitter = provider;
	framework.on('error', (error: unknown) => needs.log.error({ err: error }, 'an answer to an app failed'));
	return provider;
};
