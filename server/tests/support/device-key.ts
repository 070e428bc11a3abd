/** A device with a P-256 key of its own and the proofs that it makes (RFC 9449), written without our library. */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signs any header and claims, right or wrong. */
export const signJwt = (header: object, claims: object, key: KeyObject): string => {
	const text = `${encode(header)}.${encode(claims)}`;
	const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
	return `${text}.${signature.toString('base64url')}`;
};

export interface DeviceKeyPair {
	readonly privateKey: KeyObject;
	readonly jwk: Record<string, unknown>;
	/** The whole key, as it must never be sent. */
	readonly privateJwk: Record<string, unknown>;
}

export const newDeviceKey = (): DeviceKeyPair => {
	const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	const jwk = publicKey.export({ format: 'jwk' }) as Record<string, unknown>;
	return { privateKey, jwk, privateJwk: privateKey.export({ format: 'jwk' }) as Record<string, unknown> };
};

export const athOf = (token: string): string => createHash('sha256').update(token).digest('base64url');

export interface ProofOptions {
	readonly htu: string;
	readonly nowMs: number;
	readonly nonce?: string;
	readonly header?: object;
	readonly claims?: object;
}

/** A right proof, with anything in it changed for an attack. */
export const proofBy = (key: DeviceKeyPair, { htu, nowMs, nonce, header, claims }: ProofOptions): string =>
	signJwt(
		{ typ: 'dpop+jwt', alg: 'ES256', jwk: key.jwk, ...header },
		{
			jti: randomBytes(16).toString('base64url'),
			htm: 'POST',
			htu,
			iat: Math.floor(nowMs / 1000),
			...(nonce === undefined ? {} : { nonce }),
			...claims,
		},
		key.privateKey,
	);
