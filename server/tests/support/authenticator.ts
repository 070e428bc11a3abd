/**
 * An authenticator in software, as honest or as forged as a test asks for: P-256 keys, CBOR by hand
 * (WebAuthn Level 3, 6.1 and 6.5).
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

type CborKey = number | string;
type Cbor = number | string | Uint8Array | ReadonlyMap<CborKey, Cbor> | readonly Cbor[];

const head = (major: number, length: number): Buffer => {
	if (length < 24) return Buffer.from([(major << 5) | length]);
	if (length < 256) return Buffer.from([(major << 5) | 24, length]);
	const wide = Buffer.from([(major << 5) | 25, 0, 0]);
	wide.writeUInt16BE(length, 1);
	return wide;
};

const cbor = (value: Cbor): Buffer => {
	if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
	if (typeof value === 'string')
		return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
	if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
	if (value instanceof Map) {
		const pairs = [...value].flatMap(([key, held]) => [cbor(key), cbor(held)]);
		return Buffer.concat([head(5, value.size), ...pairs]);
	}
	const list = value as readonly Cbor[];
	return Buffer.concat([head(4, list.length), ...list.map(cbor)]);
};

const sha256 = (bytes: string | Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
const base64Url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

export const flag = { userPresent: 1, userVerified: 4, canBeSynced: 8, isSynced: 16, hasKey: 64 } as const;

/** One passkey: what its owner's device holds. */
export interface SoftPasskey {
	readonly credentialId: Buffer;
	readonly privateKey: KeyObject;
	readonly cosePublicKey: Buffer;
	readonly userHandle: string;
	readonly rpId: string;
	counter: number;
}

/** What an honest device and browser would say otherwise. */
export interface Forgery {
	readonly origin?: string;
	readonly rpId?: string;
	readonly flags?: number;
	readonly counter?: number;
	readonly challenge?: string;
	readonly type?: string;
	readonly crossOrigin?: boolean;
	readonly topOrigin?: string;
	readonly credentialId?: Buffer;
	readonly userHandle?: string | null;
	readonly signWith?: KeyObject;
	/** Changes a signed part afterwards. */
	readonly bend?: 'authenticator-data' | 'client-data' | 'signature';
	readonly attestation?: { readonly format: string; readonly statement: ReadonlyMap<CborKey, Cbor> };
}

interface CreationOptions {
	readonly rp: { readonly id: string };
	readonly user: { readonly id: string };
	readonly challenge: string;
}

interface RequestOptions {
	readonly rpId: string;
	readonly challenge: string;
}

const clientData = (type: string, challenge: string, origin: string, forged: Forgery): Buffer =>
	Buffer.from(
		JSON.stringify({
			type: forged.type ?? type,
			challenge: forged.challenge ?? challenge,
			origin: forged.origin ?? origin,
			crossOrigin: forged.crossOrigin ?? false,
			...(forged.topOrigin === undefined ? {} : { topOrigin: forged.topOrigin }),
		}),
	);

const authenticatorData = (rpId: string, flags: number, counter: number, more: Buffer): Buffer => {
	const count = Buffer.alloc(4);
	count.writeUInt32BE(counter);
	return Buffer.concat([sha256(rpId), Buffer.from([flags]), count, more]);
};

const newKey = () => {
	const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
	const cosePublicKey = cbor(
		new Map<CborKey, Cbor>([
			[1, 2],
			[3, -7],
			[-1, 1],
			[-2, Buffer.from(x, 'base64url')],
			[-3, Buffer.from(y, 'base64url')],
		]),
	);
	return { privateKey, cosePublicKey };
};

const honestFlags = flag.userPresent | flag.userVerified;

/** Makes a passkey, and the answer with which a browser would register it. */
export const makePasskey = (
	options: object,
	origin: string,
	forged: Forgery = {},
): { passkey: SoftPasskey; response: Record<string, unknown> } => {
	const { rp, user, challenge } = options as CreationOptions;
	const credentialId = forged.credentialId ?? randomBytes(32);
	const passkey: SoftPasskey = {
		...newKey(),
		credentialId,
		userHandle: user.id,
		rpId: rp.id,
		counter: forged.counter ?? 0,
	};
	const length = Buffer.alloc(2);
	length.writeUInt16BE(credentialId.length);
	const held = Buffer.concat([Buffer.alloc(16), length, credentialId, passkey.cosePublicKey]);
	const flags = (forged.flags ?? honestFlags) | flag.hasKey;
	const authData = authenticatorData(forged.rpId ?? rp.id, flags, passkey.counter, held);
	const { format, statement } = forged.attestation ?? { format: 'none', statement: new Map() };
	const attestationObject = cbor(
		new Map<CborKey, Cbor>([
			['fmt', format],
			['attStmt', statement],
			['authData', authData],
		]),
	);
	const id = base64Url(credentialId);
	const response = {
		id,
		rawId: id,
		type: 'public-key',
		clientExtensionResults: {},
		response: {
			clientDataJSON: base64Url(clientData('webauthn.create', challenge, origin, forged)),
			attestationObject: base64Url(attestationObject),
			transports: ['internal'],
		},
	};
	return { passkey, response };
};

const bent = (bytes: Buffer, isBent: boolean): Buffer => {
	const copy = Buffer.from(bytes);
	if (isBent) copy[copy.length - 1] = copy.at(-1)! ^ 1;
	return copy;
};

/** The answer with which a browser would show the passkey. */
export const showPasskey = (
	passkey: SoftPasskey,
	options: object,
	origin: string,
	forged: Forgery = {},
): Record<string, unknown> => {
	const { challenge } = options as RequestOptions;
	if (passkey.counter > 0) passkey.counter += 1;
	const counter = forged.counter ?? passkey.counter;
	const data = clientData('webauthn.get', challenge, origin, forged);
	const rpId = forged.rpId ?? passkey.rpId;
	const authData = authenticatorData(rpId, forged.flags ?? honestFlags, counter, Buffer.alloc(0));
	const signed = Buffer.concat([authData, sha256(data)]);
	const signature = sign('sha256', signed, forged.signWith ?? passkey.privateKey);
	const shownAuthData = Buffer.from(authData);
	// The last byte of the counter: still an authenticator's data, and not what was signed.
	if (forged.bend === 'authenticator-data') shownAuthData[36] = shownAuthData[36]! ^ 1;
	const shownData =
		forged.bend === 'client-data' ? Buffer.from(data.toString().replace('{', '{"extra":1,')) : data;
	const id = base64Url(forged.credentialId ?? passkey.credentialId);
	const userHandle = forged.userHandle === undefined ? passkey.userHandle : forged.userHandle;
	return {
		id,
		rawId: id,
		type: 'public-key',
		clientExtensionResults: {},
		response: {
			clientDataJSON: base64Url(shownData),
			authenticatorData: base64Url(shownAuthData),
			signature: base64Url(bent(signature, forged.bend === 'signature')),
			...(userHandle === null ? {} : { userHandle }),
		},
	};
};
