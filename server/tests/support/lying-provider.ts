/**
 * An OpenID provider that does what a test tells it to: honest until then. Only as much of the protocol as a
 * relying party sees, on loopback, with keys of its own.
 */
import { createHash, createHmac, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const clientId = 'holdfast';
export const clientSecret = 'a secret between the two of them';

type Json = Record<string, unknown>;

/** What the provider makes of a code: changed parts of the token, or an answer of its own. */
export interface Plan {
	readonly subject?: string;
	readonly claims?: Json;
	readonly header?: Json;
	/** How the token is signed: rightly where nothing is said. */
	readonly signature?: 'none' | 'empty' | 'hs256-secret' | 'hs256-public-key' | 'other-key';
	/** Answers the token request by itself. */
	readonly token?: (response: ServerResponse) => void;
	/** What is appended to the way back. */
	readonly returned?: Json;
	/** Changes the description of the provider. */
	readonly discovery?: Json;
	readonly jwks?: (response: ServerResponse) => void;
}

interface Issued {
	readonly nonce: string;
	readonly challenge: string;
	readonly redirectUri: string;
	readonly plan: Plan;
	isSpent: boolean;
}

export interface LyingProvider extends AsyncDisposable {
	readonly issuer: string;
	/** Paths that were asked for, in order. */
	readonly visits: string[];
	plan: Plan;
	/** The browser's part: goes to the address and comes back with what the provider appends. */
	visit(authorizationUrl: string, more?: Plan): URLSearchParams;
	signLogout(claims: Json, header?: Json): string;
	/** From here on tokens are signed by another key, which it also publishes. */
	changeKeys(): void;
}

const encode = (value: Json | Buffer): string =>
	(Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))).toString('base64url');

const newKey = () => {
	const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
	return { privateKey, publicKey, kid: randomUUID() };
};
type Key = ReturnType<typeof newKey>;

const jwkOf = ({ publicKey, kid }: Key): Json => ({
	...(publicKey.export({ format: 'jwk' }) as Json),
	kid,
	use: 'sig',
	alg: 'RS256',
});

const rs256 = (key: KeyObject, input: string): Buffer => sign('sha256', Buffer.from(input), key);

const signToken = (key: Key, plan: Plan, claims: Json): string => {
	const kind = plan.signature;
	const alg = kind === 'none' ? 'none' : kind?.startsWith('hs256') ? 'HS256' : 'RS256';
	const header = { alg, kid: key.kid, typ: 'JWT', ...plan.header };
	const input = `${encode(header)}.${encode(claims)}`;
	if (kind === 'none' || kind === 'empty') return `${input}.`;
	if (kind === 'other-key') return `${input}.${encode(rs256(newKey().privateKey, input))}`;
	if (kind === undefined) return `${input}.${encode(rs256(key.privateKey, input))}`;
	const pem = key.publicKey.export({ format: 'pem', type: 'spki' }).toString();
	const secret = kind === 'hs256-secret' ? clientSecret : pem;
	return `${input}.${encode(createHmac('sha256', secret).update(input).digest())}`;
};

const readForm = async (request: IncomingMessage): Promise<URLSearchParams> => {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
};

const reply = (response: ServerResponse, status: number, body: Json): void => {
	response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

const hasRightSecret = (request: IncomingMessage, form: URLSearchParams): boolean => {
	const basic = Buffer.from(request.headers.authorization?.split(' ')[1] ?? '', 'base64').toString('utf8');
	const sent =
		form.get('client_secret') ?? decodeURIComponent(basic.split(':')[1]?.replaceAll('+', ' ') ?? '');
	return sent === clientSecret;
};

/** Parts that are undefined are left out. */
const present = (parts: Json): Json =>
	Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));

const nowSeconds = (): number => Math.floor(Date.now() / 1000);

const descriptionOf = (issuer: string, plan: Plan): Json => ({
	issuer,
	authorization_endpoint: `${issuer}/authorize`,
	token_endpoint: `${issuer}/token`,
	jwks_uri: `${issuer}/jwks`,
	response_types_supported: ['code'],
	subject_types_supported: ['public'],
	id_token_signing_alg_values_supported: ['RS256'],
	code_challenge_methods_supported: ['S256'],
	authorization_response_iss_parameter_supported: true,
	...plan.discovery,
});

const claimsOf = (issuer: string, { plan, nonce }: Issued): Json => {
	const now = nowSeconds();
	const sub = plan.subject ?? 'subject-of-ada';
	const honest = { iss: issuer, aud: clientId, sub, nonce, iat: now, exp: now + 300, auth_time: now };
	return present({ ...honest, ...plan.claims });
};

const isRightlyAsked = (issued: Issued, request: IncomingMessage, form: URLSearchParams): boolean => {
	const verifier = createHash('sha256')
		.update(form.get('code_verifier') ?? '')
		.digest('base64url');
	const isItsBrowser = issued.challenge === verifier && issued.redirectUri === form.get('redirect_uri');
	return !issued.isSpent && isItsBrowser && hasRightSecret(request, form);
};

const issuedFor = (asked: URLSearchParams, plan: Plan): Issued => ({
	nonce: asked.get('nonce') ?? '',
	challenge: asked.get('code_challenge') ?? '',
	redirectUri: asked.get('redirect_uri') ?? '',
	plan,
	isSpent: false,
});

const logoutClaims = (issuer: string, claims: Json): Json => {
	const now = nowSeconds();
	const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
	const honest = { iss: issuer, aud: clientId, iat: now, exp: now + 120, jti: randomUUID(), events };
	return present({ ...honest, ...claims });
};

/** Starts one on a free port of loopback. */
export const startLyingProvider = async (): Promise<LyingProvider> => {
	const codes = new Map<string, Issued>();
	const visits: string[] = [];
	let key = newKey();
	let issuer = '';

	const exchange = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
		const form = await readForm(request);
		const issued = codes.get(form.get('code') ?? '');
		if (!issued || !isRightlyAsked(issued, request, form))
			return reply(response, 400, { error: 'invalid_grant' });
		issued.isSpent = true;
		const { plan } = issued;
		if (plan.token) return plan.token(response);
		const idToken = signToken(key, plan, claimsOf(issuer, issued));
		reply(response, 200, { access_token: randomUUID(), token_type: 'Bearer', id_token: idToken });
	};
	const server = createServer((request, response) => {
		const path = new URL(request.url ?? '/', 'http://provider').pathname;
		visits.push(path);
		if (path === '/.well-known/openid-configuration')
			return reply(response, 200, descriptionOf(issuer, provider.plan));
		if (path === '/jwks' && provider.plan.jwks) return provider.plan.jwks(response);
		if (path === '/jwks') return reply(response, 200, { keys: [jwkOf(key)] });
		if (path === '/token') return void exchange(request, response);
		return reply(response, 404, {});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

	const provider: LyingProvider = {
		issuer,
		visits,
		plan: {},
		visit: (authorizationUrl, more = {}) => {
			const asked = new URL(authorizationUrl).searchParams;
			const plan = { ...provider.plan, ...more };
			const code = randomUUID();
			codes.set(code, issuedFor(asked, plan));
			const honest = { code, state: asked.get('state') ?? '', iss: issuer };
			const returned = Object.entries(present({ ...honest, ...plan.returned }));
			return new URLSearchParams(returned.map(([name, value]) => [name, String(value)]));
		},
		signLogout: (claims, header = {}) =>
			signToken(key, { header: { typ: 'logout+jwt', ...header } }, logoutClaims(issuer, claims)),
		changeKeys: () => {
			key = newKey();
		},
		[Symbol.asyncDispose]: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
	return provider;
};
