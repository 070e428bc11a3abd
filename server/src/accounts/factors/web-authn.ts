/** WebAuthn: the dictionaries that browsers take, and what must hold of what comes back. */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { isIP } from 'node:net';
import { toFlag, type Flag } from '#platform/db/types.ts';
import { Fault } from '#platform/fault.ts';
import { hashOf, isEqualSecret, newSecret } from '#platform/ids.ts';

/** What passkeys belong to: a name, and the one origin of it that we are reached by. */
export interface RelyingParty {
	readonly rpId: string;
	readonly origin: string;
}

const isLocalhost = (host: string): boolean => host === 'localhost' || host.endsWith('.localhost');

/**
 * Null where there can be no passkeys: without a public address, by plain HTTP to anything but this machine
 * itself, and under an IP address, which is no name.
 *
 * @source WebAuthn Level 3 5.1.2 and 5.1.3: the effective domain of a secure context
 */
export const relyingPartyOf = (publicUrl: string | null): RelyingParty | null => {
	const url = publicUrl === null ? null : URL.parse(publicUrl);
	if (!url) return null;
	const host = url.hostname;
	const isSecure = url.protocol === 'https:' || (url.protocol === 'http:' && isLocalhost(host));
	if (!isSecure || isIP(host.replaceAll(/[[\]]/gu, '')) !== 0) return null;
	return { rpId: host, origin: url.origin };
};

/** @throws accounts.passkey.impossible */
export const requireRelyingParty = (publicUrl: string | null): RelyingParty => {
	const party = relyingPartyOf(publicUrl);
	if (!party) throw new Fault('accounts.passkey.impossible');
	return party;
};

/** A challenge that is seen in the options alone; what is stored is its hash. */
export const newChallenge = (): { readonly challenge: string; readonly challengeHash: string } => {
	const challenge = newSecret();
	return { challenge, challengeHash: hashOf(challenge) };
};

const timeoutMs = 5 * 60_000;
/** EdDSA, ES256 and RS256. */
const algorithms = [-8, -7, -257];

interface Listed {
	readonly id: string;
	readonly transports: readonly string[];
}

const described = ({ id, transports }: Listed) => ({ type: 'public-key', id, transports: [...transports] });

/** The user handle is the account's id: opaque, and told to nobody but the person's own authenticator. */
export const creationOptions = (
	{ rpId }: RelyingParty,
	made: {
		readonly challenge: string;
		readonly accountId: string;
		readonly username: string;
		readonly displayName: string;
		readonly present: readonly Listed[];
	},
) => ({
	rp: { id: rpId, name: 'Holdfast' },
	user: {
		id: Buffer.from(made.accountId).toString('base64url'),
		name: made.username,
		displayName: made.displayName,
	},
	challenge: made.challenge,
	pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
	timeout: timeoutMs,
	excludeCredentials: made.present.map(described),
	// So that it works alone, and proves the person and not only the device.
	authenticatorSelection: {
		residentKey: 'required',
		requireResidentKey: true,
		userVerification: 'required',
	},
	attestation: 'none',
	extensions: { credProps: true },
});

/** Without a list it is for whoever it may concern: the same for everybody but for the challenge. */
export const requestOptions = (
	{ rpId }: RelyingParty,
	challenge: string,
	allowed: readonly Listed[] = [],
) => ({
	challenge,
	timeout: timeoutMs,
	rpId,
	allowCredentials: allowed.map(described),
	userVerification: 'required',
});

/** Loaded when the first passkey is shown: it brings 28 MB that most homes never need. */
const library = () => import('@simplewebauthn/server');
const libraryParts = () => import('@simplewebauthn/server/helpers');

const wrong = (cause?: unknown): never => {
	throw new Fault('accounts.factor.wrong', cause === undefined ? {} : { cause });
};

/** The library lets a frame of another site pass where the browser does not name that site. */
const refuseFrames = async (clientDataJson: string): Promise<void> => {
	const { decodeClientDataJSON } = await libraryParts();
	const { crossOrigin, topOrigin } = decodeClientDataJSON(clientDataJson);
	if ((crossOrigin !== undefined && crossOrigin !== false) || topOrigin !== undefined) wrong();
};

/** We ask for none: one that was asked for by nobody is not looked into, and no certificate is fetched. */
const refuseAttestation = async (attestationObject: string): Promise<void> => {
	const { decodeAttestationObject } = await libraryParts();
	const decoded = decodeAttestationObject(new Uint8Array(Buffer.from(attestationObject, 'base64url')));
	const format = decoded.get('fmt');
	const isOwn = format === 'packed' && decoded.get('attStmt').get('x5c') === undefined;
	if (format !== 'none' && !isOwn) wrong();
};

const orWrong = async <Result>(work: () => Promise<Result>): Promise<Result> => {
	try {
		return await work();
	} catch (cause) {
		if (cause instanceof Fault) throw cause;
		// What the library throws is about what came from outside; its texts are for nobody.
		return wrong(cause);
	}
};

const challengeIs = (challengeHash: string) => (challenge: string) =>
	isEqualSecret(hashOf(challenge), challengeHash);

export interface NewPasskey {
	readonly credentialId: string;
	readonly publicKey: Uint8Array;
	readonly counter: number;
	readonly transports: readonly string[];
	readonly isSyncable: Flag;
	readonly isSynced: Flag;
}

const transportsKnown = new Set(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']);

/** @throws accounts.factor.wrong */
export const verifyCreation = (
	{ rpId, origin }: RelyingParty,
	challengeHash: string,
	response: object,
): Promise<NewPasskey> =>
	orWrong(async () => {
		const given = response as RegistrationResponseJSON;
		await refuseFrames(given.response.clientDataJSON);
		await refuseAttestation(given.response.attestationObject);
		const { verifyRegistrationResponse } = await library();
		const { registrationInfo } = await verifyRegistrationResponse({
			response: given,
			expectedChallenge: challengeIs(challengeHash),
			expectedOrigin: origin,
			expectedRPID: rpId,
			requireUserVerification: true,
			supportedAlgorithmIDs: algorithms,
		});
		if (!registrationInfo) return wrong();
		const { credential, credentialDeviceType, credentialBackedUp } = registrationInfo;
		return {
			credentialId: credential.id,
			publicKey: new Uint8Array(credential.publicKey),
			counter: credential.counter,
			transports: (credential.transports ?? []).filter((each) => transportsKnown.has(each)),
			isSyncable: toFlag(credentialDeviceType === 'multiDevice'),
			isSynced: toFlag(credentialBackedUp),
		};
	});

/** What a passkey that was shown says; whose it is, and whether its counter may be, is for the caller. */
export interface ShownPasskey {
	readonly counter: number;
	readonly isSynced: Flag;
	readonly userHandle: string | null;
}

/**
 * A key that nobody has the other half of: a passkey that we do not know is checked against it, which takes
 * as long. COSE: EC2, ES256, P-256, and the curve's base point.
 */
const nobodysKey = Buffer.from(
	'a5010203262001215820' +
		'6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296' +
		'225820' +
		'4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
	'hex',
);

/** @throws accounts.factor.wrong */
export const verifyRequest = (
	{ rpId, origin }: RelyingParty,
	challengeHash: string,
	response: object,
	stored: { readonly publicKey: Uint8Array; readonly isSyncable: Flag } | undefined,
): Promise<ShownPasskey> =>
	orWrong(async () => {
		const given = response as AuthenticationResponseJSON;
		await refuseFrames(given.response.clientDataJSON);
		const { verifyAuthenticationResponse } = await library();
		const { verified, authenticationInfo } = await verifyAuthenticationResponse({
			response: given,
			expectedChallenge: challengeIs(challengeHash),
			expectedOrigin: origin,
			expectedRPID: rpId,
			requireUserVerification: true,
			// The counter is looked at where it is stored, by the row that it changes.
			credential: { id: given.id, publicKey: new Uint8Array(stored?.publicKey ?? nobodysKey), counter: 0 },
		});
		if (!verified || !stored) return wrong();
		const { newCounter, credentialDeviceType, credentialBackedUp } = authenticationInfo;
		// Whether a passkey can be kept in step is decided when it is made.
		if (toFlag(credentialDeviceType === 'multiDevice') !== stored.isSyncable) return wrong();
		const { userHandle } = given.response;
		return {
			counter: newCounter,
			isSynced: toFlag(credentialBackedUp),
			userHandle: userHandle ? Buffer.from(userHandle, 'base64url').toString('utf8') : null,
		};
	});

/** Under what a passkey is looked up; also of a response that is not one. */
export const credentialHashOf = (response: object): string => {
	const { id } = response as { id?: unknown };
	return hashOf(typeof id === 'string' ? id : '');
};
