/** What a provider may lie about, and how it may misbehave: one list for every engine. */
import type { ServerResponse } from 'node:http';
import type { Plan } from './lying-provider.ts';

/** A time in seconds, so far from now. */
export const seconds = (offset: number): number => Math.floor(Date.now() / 1000) + offset;

export interface Lie {
	readonly what: string;
	readonly plan: Plan;
	readonly code?: string;
}

const otherEndpoint = 'http://169.254.169.254/latest';

/** Each is told to everybody alike: nothing was changed, start again. */
export const lies = (): Lie[] => [
	{ what: 'another issuer in the token', plan: { claims: { iss: 'https://elsewhere.example' } } },
	{ what: 'another audience', plan: { claims: { aud: 'somebody-else' } } },
	{
		what: 'our audience among others, without a party it was made for',
		plan: { claims: { aud: ['holdfast', 'somebody-else'] } },
	},
	{
		what: 'our audience among others, made for another party',
		plan: { claims: { aud: ['holdfast', 'somebody-else'], azp: 'somebody-else' } },
	},
	{ what: 'our audience, made for another party', plan: { claims: { azp: 'somebody-else' } } },
	{ what: 'another nonce', plan: { claims: { nonce: 'of-another-flow' } } },
	{ what: 'no nonce', plan: { claims: { nonce: undefined } } },
	{ what: 'a token that has expired', plan: { claims: { exp: seconds(-600) } } },
	{ what: 'no expiry', plan: { claims: { exp: undefined } } },
	{ what: 'an expiry that is no number', plan: { claims: { exp: '9999999999' } } },
	{ what: 'a token from the future', plan: { claims: { iat: seconds(600) } } },
	{ what: 'a token from before the flow', plan: { claims: { iat: seconds(-3600) } } },
	{ what: 'a token that is not yet good', plan: { claims: { nbf: seconds(600) } } },
	{ what: 'a sign-in there in the future', plan: { claims: { auth_time: seconds(3600) } } },
	{ what: 'no subject', plan: { claims: { sub: undefined } } },
	{ what: 'an empty subject', plan: { claims: { sub: '' } } },
	{ what: 'a subject that is no text', plan: { claims: { sub: { $ne: null } } } },
	{ what: 'a subject without end', plan: { claims: { sub: 'x'.repeat(5_000) } } },
	{ what: 'no signature, algorithm none', plan: { signature: 'none' } },
	{ what: 'the right algorithm and no signature', plan: { signature: 'empty' } },
	{ what: 'algorithm None in capitals', plan: { signature: 'none', header: { alg: 'NONE' } } },
	{ what: 'HS256 under the client secret', plan: { signature: 'hs256-secret' } },
	{ what: 'HS256 under the public key', plan: { signature: 'hs256-public-key' } },
	{ what: 'the signature of another key', plan: { signature: 'other-key' } },
	{ what: 'a key id that nobody has', plan: { header: { kid: 'nobody' } } },
	{ what: 'a key id that is a path', plan: { header: { kid: '../../../../dev/null' } } },
	{ what: 'a key id that is a query', plan: { header: { kid: "' or 1=1 --" } } },
	{
		what: 'a key of its own in the header',
		plan: { signature: 'other-key', header: { jwk: { kty: 'RSA', n: 'AQAB', e: 'AQAB' } } },
	},
	{
		what: 'an address of keys in the header',
		plan: { signature: 'other-key', header: { jku: otherEndpoint, x5u: otherEndpoint } },
	},
	{ what: 'a critical extension nobody knows', plan: { header: { crit: ['holdfast'], holdfast: true } } },
	{
		what: 'no ID token',
		plan: { token: (response) => void sendJson(response, { access_token: 'a', token_type: 'Bearer' }) },
	},
	{
		what: 'a token that is no token',
		plan: {
			token: (response) =>
				void sendJson(response, { access_token: 'a', token_type: 'Bearer', id_token: 'a.b' }),
		},
	},
	{
		what: 'the word of another issuer on the way back',
		plan: { returned: { iss: 'https://elsewhere.example' } },
	},
	{ what: 'no issuer on the way back, although it promises one', plan: { returned: { iss: undefined } } },
	{ what: 'a code that it does not know', plan: { returned: { code: 'unknown' } } },
	{ what: 'no code', plan: { returned: { code: undefined } } },
	{ what: 'an error beside a code', plan: { returned: { error: 'server_error' } } },
	{
		what: 'a person who declined',
		plan: { returned: { code: undefined, error: 'access_denied' } },
		code: 'accounts.provider.declined',
	},
];

const sendJson = (response: ServerResponse, body: unknown): void => {
	response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

/** What a provider's machine may do to a server that asks it something. */
export const misbehaving = (): Lie[] => {
	const code = 'accounts.provider.unreachable';
	return [
		{
			what: 'sends the request elsewhere',
			plan: { token: (response) => void response.writeHead(307, { location: '/elsewhere' }).end() },
			code,
		},
		{
			what: 'answers without end',
			plan: {
				token: (response) => {
					response.writeHead(200, { 'content-type': 'application/json' });
					const more = (): void =>
						void (response.destroyed || response.write('x'.repeat(16_384), () => setImmediate(more)));
					more();
				},
			},
			code,
		},
		{
			what: 'says that its answer is huge',
			plan: {
				token: (response) =>
					void response
						.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000000000' })
						.write('{'),
			},
			code,
		},
		{
			what: 'answers with a page',
			plan: {
				token: (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
			},
			code,
		},
		{ what: 'hangs up', plan: { token: (response) => void response.destroy() }, code },
		{ what: 'never answers', plan: { token: () => undefined }, code },
		{
			what: 'gives keys that are a page',
			plan: { jwks: (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>') },
			code,
		},
	];
};

/** Where a description may not lead: the request is refused, and the browser is not sent there either. */
export const descriptions: readonly Lie[] = [
	{
		what: 'its tokens at another private address',
		plan: { discovery: { token_endpoint: 'https://192.168.0.1/token' } },
	},
	{ what: 'its tokens at a metadata service', plan: { discovery: { token_endpoint: otherEndpoint } } },
	{
		what: 'its keys on another port of the machine',
		plan: { discovery: { jwks_uri: 'http://127.0.0.1:1/jwks' } },
	},
	{ what: 'its keys in a file', plan: { discovery: { jwks_uri: 'file:///etc/passwd' } } },
	{ what: 'its page as a script', plan: { discovery: { authorization_endpoint: 'javascript:alert(1)' } } },
	{
		what: 'its page in the clear elsewhere',
		plan: { discovery: { authorization_endpoint: 'http://elsewhere.example/' } },
	},
	{ what: 'another issuer', plan: { discovery: { issuer: 'https://elsewhere.example' } } },
	{ what: 'no keys at all', plan: { discovery: { jwks_uri: undefined } } },
];
