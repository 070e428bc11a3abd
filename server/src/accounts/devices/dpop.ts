/**
 * Proof that a request comes from whoever holds a device's key (RFC 9449 4.3). Everything that is checked
 * stands here; that a proof is taken once is the database's part.
 */
import { calculateJwkThumbprint, decodeProtectedHeader, EmbeddedJWK, errors, jwtVerify } from 'jose';
import { isIP } from 'node:net';
import { Fault } from '#platform/fault.ts';
import { hashOf, isEqualSecret } from '#platform/ids.ts';
import { isInner } from '../context-policy/crowd.ts';
import type { DeviceKey } from '../flows.ts';
import type { DevicePublicKey } from './device-tables.ts';

export const proofCharactersMax = 2_048;
/** How far a device's clock may be off; the nonce says that the proof is new. */
export const proofAgeMaxMs = 5 * 60_000;
const jtiCharactersMin = 16;
const jtiCharactersMax = 128;

/** What a proof must be about. */
export interface ProofFor {
	readonly method: string;
	/** The path of the route as it is mounted. */
	readonly path: string;
	/** Origins people reach this server by; null where none is configured: then only the path is compared. */
	readonly origins: readonly string[] | null;
	/** Of the answer that asked for the proof, or the flow that it belongs to; null where none is asked for. */
	readonly isNonce: ((nonce: string) => boolean) | null;
	/** A secret that comes with the proof and that an `ath` must be of. */
	readonly token: string | null;
	/** The proof must say which token it goes with (RFC 9449 7); else it may. */
	readonly isTokenNamed?: boolean;
	readonly now: number;
}

export interface Proof extends DeviceKey {
	/** Of key and `jti` together: seen twice, it is a replay. */
	readonly proofHash: string;
}

const wrong = (cause?: unknown): never => {
	throw new Fault('accounts.device.proof-wrong', { cause });
};

const partOf = (jwt: string, index: number): string =>
	Buffer.from(jwt.split('.')[index] ?? '', 'base64url').toString('utf8');

/** One meaning for every reader: no member twice, nothing between members (RFC 7515 4, 7519 4). */
const isPlainJson = (text: string): boolean =>
	JSON.stringify(JSON.parse(text)) === text.replaceAll('\\/', '/');

const allowedHeaders = ['alg', 'jwk', 'typ'];
const allowedKeyMembers = ['crv', 'kty', 'x', 'y'];
/** Claims people's tools add by themselves, such as the algorithm, do no harm in a key. */
const harmlessKeyMembers = ['alg', 'ext', 'key_ops', 'kid', 'use'];

const isAllowed = (value: object, allowed: readonly string[]): boolean =>
	Object.keys(value).every((name) => allowed.includes(name));

/** A public P-256 key and nothing that could be the private one. */
const publicKeyOf = (jwk: unknown): DevicePublicKey => {
	if (typeof jwk !== 'object' || jwk === null) return wrong();
	const { kty, crv, x, y } = jwk as Record<string, unknown>;
	if (!isAllowed(jwk, [...allowedKeyMembers, ...harmlessKeyMembers])) return wrong();
	if (kty !== 'EC' || crv !== 'P-256' || typeof x !== 'string' || typeof y !== 'string') return wrong();
	return { kty, crv, x, y };
};

/** `htu` has no query and no fragment, and names this very route. */
const isThisRoute = (htu: unknown, { path, origins }: ProofFor): boolean => {
	if (typeof htu !== 'string' || !URL.canParse(htu)) return false;
	const url = new URL(htu);
	const isBare = url.search === '' && url.hash === '' && url.username === '' && url.password === '';
	if (!isBare || url.pathname !== path || !/^https?:$/u.test(url.protocol)) return false;
	// At home people also come by an address of the house; there the nonce says whose proof it is.
	return origins === null || origins.includes(url.origin) || isInnerName(url.hostname);
};

const isInnerName = (hostname: string): boolean => {
	const bare = hostname.replace(/^\[(.*)\]$/u, '$1');
	return bare === 'localhost' || (isIP(bare) !== 0 && isInner(bare));
};

const isRecent = (iat: unknown, now: number): boolean =>
	typeof iat === 'number' && Number.isFinite(iat) && Math.abs(now - iat * 1000) <= proofAgeMaxMs;

const isJti = (jti: unknown): jti is string =>
	typeof jti === 'string' && jti.length >= jtiCharactersMin && jti.length <= jtiCharactersMax;

/** The nonce is looked at last, so that only whoever made a right proof is asked for another with a fresh one. */
const checkClaims = (claims: Record<string, unknown>, asked: ProofFor): string => {
	if (claims['htm'] !== asked.method || !isThisRoute(claims['htu'], asked)) return wrong();
	if (!isRecent(claims['iat'], asked.now)) return wrong();
	const { ath, jti, nonce } = claims;
	if (!isJti(jti)) return wrong();
	const isBound =
		(ath === undefined && asked.isTokenNamed !== true) ||
		(typeof ath === 'string' && isAthOf(ath, asked.token));
	if (!isBound) return wrong();
	const isKnown = asked.isNonce === null || (typeof nonce === 'string' && asked.isNonce(nonce));
	if (!isKnown) throw new Fault('accounts.device.nonce-needed');
	return jti;
};

const isAthOf = (ath: string, token: string | null): boolean =>
	token !== null && isEqualSecret(ath, hashOf(token));

const readProof = async (jwt: string, asked: ProofFor): Promise<Proof> => {
	if (!isPlainJson(partOf(jwt, 0)) || !isPlainJson(partOf(jwt, 1))) return wrong();
	const header = decodeProtectedHeader(jwt);
	if (!isAllowed(header, allowedHeaders)) return wrong();
	const publicKey = publicKeyOf(header.jwk);
	// Times are compared by our own clock below.
	const { payload } = await jwtVerify(jwt, EmbeddedJWK, { typ: 'dpop+jwt', algorithms: ['ES256'] });
	const jti = checkClaims(payload, asked);
	const thumbprint = await calculateJwkThumbprint(publicKey, 'sha256');
	return { publicKey, thumbprint, proofHash: hashOf(`${thumbprint} ${jti}`) };
};

/**
 * Checks a proof in all that needs no database.
 *
 * @throws accounts.device.proof-wrong, accounts.device.nonce-needed
 * @source RFC 9449 4.3
 */
export const checkProof = async (jwt: string, asked: ProofFor): Promise<Proof> => {
	if (jwt.length > proofCharactersMax || jwt.split('.').length !== 3) return wrong();
	try {
		return await readProof(jwt, asked);
	} catch (error) {
		if (error instanceof Fault) throw error;
		if (error instanceof errors.JOSEError || error instanceof SyntaxError || error instanceof TypeError)
			return wrong(error);
		throw error;
	}
};
