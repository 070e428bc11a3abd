/** What is asked of an ID token beyond what the library checks (OpenID Connect Core 3.1.3.7). Pure. */
import type { IDToken } from 'openid-client';

/** What a provider vouched for. */
export interface Vouched {
	readonly subject: string;
	/** When the person signed in at the provider; null where it does not say. */
	readonly authenticatedAt: number | null;
	/** The provider's own session. */
	readonly sid: string | null;
	/** What the account is called there; shown to its person, and never used to find anybody. */
	readonly label: string | null;
}

/** Signatures with a public key only: a shared secret or none at all vouches for nobody. */
export const signatureAlgorithms = [
	'RS256',
	'RS384',
	'RS512',
	'PS256',
	'PS384',
	'PS512',
	'ES256',
	'ES384',
	'ES512',
	'EdDSA',
	'Ed25519',
] as const;

/** Clocks at home differ. */
export const toleranceMs = 2 * 60_000;
const subjectCharactersMax = 255;
const labelCharactersMax = 120;

interface Expected {
	readonly clientId: string;
	/** When the browser was sent away: a token from before is of another flow. */
	readonly startedAt: number;
	readonly now: number;
}

const algorithmOf = (token: string): unknown => {
	try {
		const [header = ''] = token.split('.');
		return (JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as { alg?: unknown }).alg;
	} catch {
		return null;
	}
};

const textOf = (value: unknown, charactersMax: number): string | null =>
	typeof value === 'string' && value !== '' && value.length <= charactersMax ? value : null;

const isOfThisFlow = (claims: IDToken, { startedAt, now }: Expected): boolean => {
	const issuedAt = claims.iat * 1000;
	return issuedAt <= now + toleranceMs && issuedAt >= startedAt - toleranceMs;
};

const labelOf = (claims: IDToken): string | null => {
	const label =
		textOf(claims['preferred_username'], labelCharactersMax) ?? textOf(claims['name'], labelCharactersMax);
	return label?.replaceAll(/[\p{Cc}\p{Cf}]/gu, '').trim() || null;
};

/** Null where the token does not hold. */
export const checkIdToken = (
	token: string | undefined,
	claims: IDToken | undefined,
	expected: Expected,
): Vouched | null => {
	if (token === undefined || !claims) return null;
	if (!(signatureAlgorithms as readonly unknown[]).includes(algorithmOf(token))) return null;
	if (claims.azp !== undefined && claims.azp !== expected.clientId) return null;
	if (!isOfThisFlow(claims, expected)) return null;
	const subject = textOf(claims.sub, subjectCharactersMax);
	if (subject === null) return null;
	const authTimeMs = typeof claims.auth_time === 'number' ? claims.auth_time * 1000 : null;
	if (authTimeMs !== null && (authTimeMs < 0 || authTimeMs > expected.now + toleranceMs)) return null;
	return {
		subject,
		authenticatedAt: authTimeMs === null ? null : Math.min(Math.floor(authTimeMs), expected.now),
		sid: textOf(claims['sid'], subjectCharactersMax),
		label: labelOf(claims),
	};
};
