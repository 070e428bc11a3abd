/**
 * Signed statements between programs: compact JWS with Ed25519 (RFC 7515, RFC 8037), one type for each kind
 * of statement. The key is chosen by its name out of those that are known; nothing in a header can bring one.
 */
import { calculateJwkThumbprint, compactVerify, importJWK } from 'jose';

/** The public half of a key, as a JWK without more than it needs. */
export interface PublicKey {
	readonly kty: 'OKP';
	readonly crv: 'Ed25519';
	readonly x: string;
}

/** Signs with a key that this function never sees; the signature comes as base64url. */
export type SignBytes = (bytes: Uint8Array) => Promise<string>;

export type Claims = Readonly<Record<string, unknown>>;

const statementCharactersMax = 16_384;
/** What a header says here, and nothing else: no `crit`, `jwk`, `jku` or `x5u`. */
const headerNames = 'alg,kid,typ';

/** The 32 bytes of a public key as base64url, as a JWK. */
export const publicKeyOf = (x: string): PublicKey => ({ kty: 'OKP', crv: 'Ed25519', x });

/** The name of a key: its thumbprint (RFC 7638). */
export const keyNameOf = (key: PublicKey): Promise<string> =>
	calculateJwkThumbprint({ kty: key.kty, crv: key.crv, x: key.x });

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signs claims as a statement of the type `typ`. */
export const signStatement = async (statement: {
	readonly typ: string;
	readonly keyName: string;
	readonly claims: Claims;
	readonly sign: SignBytes;
}): Promise<string> => {
	const { typ, keyName, claims, sign } = statement;
	const text = `${encode({ alg: 'EdDSA', kid: keyName, typ })}.${encode(claims)}`;
	return `${text}.${await sign(Buffer.from(text))}`;
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const parse = (bytes: Uint8Array): Claims | null => {
	try {
		const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
		return isRecord(value) ? value : null;
	} catch {
		return null;
	}
};

/** The name of the key in the header, before anything is verified: to look the key up by. Null where malformed. */
export const claimedKeyName = (statement: string): string | null => {
	if (statement.length > statementCharactersMax) return null;
	const header = parse(Buffer.from(statement.split('.')[0] ?? '', 'base64url'));
	const name = header?.['kid'];
	return typeof name === 'string' && name.length <= 64 ? name : null;
};

/**
 * The claims of a statement that one of `keys` signed as the type `typ`; null for everything else. What the
 * claims say is the caller's to check.
 */
export const readStatement = async (
	statement: string,
	{ typ, keys }: { readonly typ: string; readonly keys: ReadonlyMap<string, PublicKey> },
): Promise<Claims | null> => {
	const name = claimedKeyName(statement);
	const key = name === null ? undefined : keys.get(name);
	if (!key) return null;
	try {
		const trusted = await importJWK({ kty: key.kty, crv: key.crv, x: key.x }, 'EdDSA');
		const { payload, protectedHeader } = await compactVerify(statement, trusted, { algorithms: ['EdDSA'] });
		const isPlain = Object.keys(protectedHeader).sort().join(',') === headerNames;
		return isPlain && protectedHeader.typ === typ ? parse(payload) : null;
	} catch {
		return null;
	}
};
