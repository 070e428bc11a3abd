/**
 * A second, independent OPAQUE client (RFC 9807, ristretto255-SHA512, 3DH) for tests, so that the keeper is
 * held to the standard and not to one library. It is written for reading beside the standard, not for speed.
 */
import { ristretto255, ristretto255_oprf } from '@noble/curves/ed25519.js';
import { argon2id } from '@noble/hashes/argon2.js';
import { expand, extract } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, randomBytes, utf8ToBytes } from '@noble/hashes/utils.js';

/** `identity` is what the vectors of the standard use; everything else is Argon2id with a salt of zeroes. */
export type Stretching =
	| 'identity'
	| { readonly memoryKib: number; readonly iterations: number; readonly parallelism: number };

/** What tests use: costs next to nothing, and the server cannot see the difference. */
export const lightStretching: Stretching = { memoryKib: 8, iterations: 1, parallelism: 1 };

export interface Identities {
	readonly client?: Uint8Array;
	readonly server?: Uint8Array;
}

export interface OpaqueClientOptions {
	readonly stretching: Stretching;
	readonly context?: Uint8Array;
	readonly identities?: Identities;
	/** Where random bytes come from, named after what they are for; the vectors hand in theirs. */
	readonly random?: (what: RandomInput) => Uint8Array;
}

export type RandomInput =
	| 'blind_registration'
	| 'blind_login'
	| 'envelope_nonce'
	| 'client_nonce'
	| 'client_keyshare_seed';

export interface RegistrationState {
	readonly password: Uint8Array;
	readonly blind: Uint8Array;
}

export interface LoginState extends RegistrationState {
	readonly ke1: Uint8Array;
	readonly clientSecret: Uint8Array;
}

export interface FinishedRegistration {
	readonly registrationRecord: string;
	readonly exportKey: string;
	readonly serverPublicKey: string;
}

export interface FinishedLogin {
	readonly finishLoginRequest: string;
	readonly sessionKey: string;
	readonly exportKey: string;
}

export interface OpaqueClient {
	startRegistration(password: string): {
		readonly state: RegistrationState;
		readonly registrationRequest: string;
	};
	finishRegistration(state: RegistrationState, registrationResponse: string): FinishedRegistration;
	startLogin(password: string): { readonly state: LoginState; readonly startLoginRequest: string };
	/** Null where the password is wrong or the server is not the one of the registration. */
	finishLogin(state: LoginState, loginResponse: string): FinishedLogin | null;
}

const keyBytes = 32;
const nonceBytes = 32;
const hashBytes = 64;
const macBytes = 64;
const randomInputBytes = 32;
const none = new Uint8Array(0);

const toText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
const fromText = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64url'));

const uint16 = (value: number): Uint8Array => new Uint8Array([value >> 8, value & 0xff]);
const withLength = (bytes: Uint8Array): Uint8Array => concatBytes(uint16(bytes.length), bytes);
const isEqual = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

const expandWith = (key: Uint8Array, info: Uint8Array, lengthBytes: number): Uint8Array =>
	expand(sha512, key, info, lengthBytes);

/** Cuts a message into parts of the given lengths, and refuses what is longer or shorter. */
const split = (bytes: Uint8Array, ...lengths: number[]): Uint8Array[] => {
	const sum = lengths.reduce((total, length) => total + length, 0);
	if (sum !== bytes.length) throw new Error(`message of ${bytes.length} bytes where ${sum} were expected`);
	let offset = 0;
	return lengths.map((length) => {
		offset += length;
		return bytes.slice(offset - length, offset);
	});
};

/** RFC 9807, 4.1.1 and 6.4.1 (`DeriveDiffieHellmanKeyPair`). */
const deriveKeyPair = (seed: Uint8Array): { secretKey: Uint8Array; publicKey: Uint8Array } =>
	ristretto255_oprf.oprf.deriveKeyPair(seed, utf8ToBytes('OPAQUE-DeriveDiffieHellmanKeyPair'));

const diffieHellman = (secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array =>
	ristretto255.Point.fromBytes(publicKey).multiply(ristretto255.Point.Fn.fromBytes(secretKey)).toBytes();

const stretch = (input: Uint8Array, stretching: Stretching): Uint8Array =>
	stretching === 'identity'
		? input
		: argon2id(input, new Uint8Array(16), {
				m: stretching.memoryKib,
				t: stretching.iterations,
				p: stretching.parallelism,
				dkLen: hashBytes,
			});

/** RFC 9807, 5.2.3 and 6.3.2.3: what a password becomes with the server's help. */
const randomizedPassword = (
	state: RegistrationState,
	evaluated: Uint8Array,
	stretching: Stretching,
): Uint8Array => {
	const output = ristretto255_oprf.oprf.finalize(state.password, state.blind, evaluated);
	return extract(sha512, concatBytes(output, stretch(output, stretching)), none);
};

/** RFC 9807, 4.1.2 and 4.1.3: everything that follows from the password and the nonce of the envelope. */
const openEnvelopeKeys = (
	secret: Uint8Array,
	nonce: Uint8Array,
	serverPublicKey: Uint8Array,
	identities: Identities,
) => {
	const labelled = (label: string, lengthBytes: number): Uint8Array =>
		expandWith(secret, concatBytes(nonce, utf8ToBytes(label)), lengthBytes);
	const keys = deriveKeyPair(labelled('PrivateKey', keyBytes));
	const clientIdentity = identities.client ?? keys.publicKey;
	const serverIdentity = identities.server ?? serverPublicKey;
	const cleartext = concatBytes(serverPublicKey, withLength(serverIdentity), withLength(clientIdentity));
	return {
		keys,
		clientIdentity,
		serverIdentity,
		exportKey: labelled('ExportKey', hashBytes),
		tag: hmac(sha512, labelled('AuthKey', hashBytes), concatBytes(nonce, cleartext)),
	};
};

/** RFC 9807, 6.4.2: `Expand-Label` with the transcript as its context. */
const deriveSecret = (secret: Uint8Array, label: string, transcriptHash: Uint8Array): Uint8Array => {
	const fullLabel = utf8ToBytes(`OPAQUE-${label}`);
	const info = concatBytes(
		uint16(hashBytes),
		new Uint8Array([fullLabel.length]),
		fullLabel,
		new Uint8Array([transcriptHash.length]),
		transcriptHash,
	);
	return expandWith(secret, info, hashBytes);
};

/** RFC 9807, 6.4.2 and 6.4.3: both MACs and the session key. */
const deriveExchange = (sharedSecrets: Uint8Array, preamble: Uint8Array) => {
	const secret = extract(sha512, sharedSecrets, none);
	const transcriptHash = sha512(preamble);
	const handshake = deriveSecret(secret, 'HandshakeSecret', transcriptHash);
	const serverMac = hmac(sha512, deriveSecret(handshake, 'ServerMAC', none), transcriptHash);
	const clientMac = hmac(
		sha512,
		deriveSecret(handshake, 'ClientMAC', none),
		sha512(concatBytes(preamble, serverMac)),
	);
	return { serverMac, clientMac, sessionKey: deriveSecret(secret, 'SessionKey', transcriptHash) };
};

const blindWith = (
	password: Uint8Array,
	scalar: Uint8Array | null,
): { blind: Uint8Array; blinded: Uint8Array } => {
	if (!scalar) return ristretto255_oprf.oprf.blind(password);
	const point = ristretto255_oprf.oprf.blind(password);
	const unblinding = ristretto255.Point.Fn.inv(ristretto255.Point.Fn.fromBytes(point.blind));
	const hashed = ristretto255.Point.fromBytes(point.blinded).multiply(unblinding);
	return { blind: scalar, blinded: hashed.multiply(ristretto255.Point.Fn.fromBytes(scalar)).toBytes() };
};

const finishRegistration = (
	options: OpaqueClientOptions,
	state: RegistrationState,
	response: Uint8Array,
): FinishedRegistration => {
	const [evaluated, serverPublicKey] = split(response, keyBytes, keyBytes) as [Uint8Array, Uint8Array];
	const secret = randomizedPassword(state, evaluated, options.stretching);
	const nonce = options.random?.('envelope_nonce') ?? randomBytes(nonceBytes);
	const opened = openEnvelopeKeys(secret, nonce, serverPublicKey, options.identities ?? {});
	const maskingKey = expandWith(secret, utf8ToBytes('MaskingKey'), hashBytes);
	return {
		registrationRecord: toText(concatBytes(opened.keys.publicKey, maskingKey, nonce, opened.tag)),
		exportKey: toText(opened.exportKey),
		serverPublicKey: toText(serverPublicKey),
	};
};

const startLogin = (options: OpaqueClientOptions, password: Uint8Array) => {
	const { blind, blinded } = blindWith(password, options.random?.('blind_login') ?? null);
	const clientNonce = options.random?.('client_nonce') ?? randomBytes(nonceBytes);
	const share = deriveKeyPair(options.random?.('client_keyshare_seed') ?? randomBytes(randomInputBytes));
	const ke1 = concatBytes(blinded, clientNonce, share.publicKey);
	return { state: { password, blind, ke1, clientSecret: share.secretKey }, startLoginRequest: toText(ke1) };
};

/** RFC 9807, 6.3.2.3: takes the mask off the server's public key and the envelope. */
const unmask = (secret: Uint8Array, maskingNonce: Uint8Array, masked: Uint8Array): Uint8Array => {
	const maskingKey = expandWith(secret, utf8ToBytes('MaskingKey'), hashBytes);
	const pad = expandWith(
		maskingKey,
		concatBytes(maskingNonce, utf8ToBytes('CredentialResponsePad')),
		masked.length,
	);
	return masked.map((byte, index) => byte ^ pad[index]!);
};

const finishLogin = (
	options: OpaqueClientOptions,
	state: LoginState,
	ke2: Uint8Array,
): FinishedLogin | null => {
	const maskedBytes = keyBytes + nonceBytes + macBytes;
	const parts = split(ke2, keyBytes, nonceBytes, maskedBytes, nonceBytes, keyBytes, macBytes);
	const [evaluated, maskingNonce, masked, serverNonce, serverShare, serverMac] = parts as [
		Uint8Array,
		Uint8Array,
		Uint8Array,
		Uint8Array,
		Uint8Array,
		Uint8Array,
	];
	const secret = randomizedPassword(state, evaluated, options.stretching);
	const clear = split(unmask(secret, maskingNonce, masked), keyBytes, nonceBytes, macBytes);
	const [serverPublicKey, nonce, tag] = clear as [Uint8Array, Uint8Array, Uint8Array];
	const opened = openEnvelopeKeys(secret, nonce, serverPublicKey, options.identities ?? {});
	if (!isEqual(tag, opened.tag)) return null;
	const preamble = concatBytes(
		utf8ToBytes('OPAQUEv1-'),
		withLength(options.context ?? none),
		withLength(opened.clientIdentity),
		state.ke1,
		withLength(opened.serverIdentity),
		evaluated,
		maskingNonce,
		masked,
		serverNonce,
		serverShare,
	);
	const sharedSecrets = concatBytes(
		diffieHellman(state.clientSecret, serverShare),
		diffieHellman(state.clientSecret, serverPublicKey),
		diffieHellman(opened.keys.secretKey, serverShare),
	);
	const exchange = deriveExchange(sharedSecrets, preamble);
	if (!isEqual(serverMac, exchange.serverMac)) return null;
	return {
		finishLoginRequest: toText(exchange.clientMac),
		sessionKey: toText(exchange.sessionKey),
		exportKey: toText(opened.exportKey),
	};
};

/** A client with fixed options; every message goes in and out as base64url, as over HTTP. */
export const createOpaqueClient = (options: OpaqueClientOptions): OpaqueClient => ({
	startRegistration: (password) => {
		const bytes = utf8ToBytes(password);
		const { blind, blinded } = blindWith(bytes, options.random?.('blind_registration') ?? null);
		return { state: { password: bytes, blind }, registrationRequest: toText(blinded) };
	},
	finishRegistration: (state, response) => finishRegistration(options, state, fromText(response)),
	startLogin: (password) => startLogin(options, utf8ToBytes(password)),
	finishLogin: (state, response) => finishLogin(options, state, fromText(response)),
});
