/** Ed25519 with a key of its own for each purpose, so that a token of one kind never passes for another. */
import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import type { SigningPurpose } from './keeper.ts';
import { deriveKey, type KeeperKeys } from './keys.ts';

/** RFC 8410: what stands before the 32 bytes of an Ed25519 private key in PKCS #8. */
const privateKeyPrefix = Buffer.from('302e020100300506032b657004220420', 'hex');

const privateKeyFor = (keys: KeeperKeys, purpose: SigningPurpose): KeyObject =>
	createPrivateKey({
		key: Buffer.concat([privateKeyPrefix, deriveKey(keys, 'signing', purpose)]),
		format: 'der',
		type: 'pkcs8',
	});

/**
 * What others verify is a JWS (RFC 7515), whose form leaves no room for words of ours before it; there the
 * key alone tells the purposes apart.
 */
const isJws: Readonly<Record<SigningPurpose, boolean>> = {
	'event-log': false,
	capability: false,
	'folder-handle': false,
	'feed-event': true,
	'feed-checkpoint': true,
	'server-identity': true,
};

const message = (purpose: SigningPurpose, bytes: string): Buffer => {
	const given = Buffer.from(bytes, 'base64url');
	return isJws[purpose] ? given : Buffer.concat([Buffer.from(`holdfast ${purpose}\0`), given]);
};

/** The 32 bytes of the public half, for whoever verifies elsewhere. */
export const publicKeyOf = (keys: KeeperKeys, purpose: SigningPurpose): string => {
	const { x } = createPublicKey(privateKeyFor(keys, purpose)).export({ format: 'jwk' });
	if (x === undefined) throw new Error('not an Ed25519 key');
	return x;
};

export const signBytes = (keys: KeeperKeys, purpose: SigningPurpose, bytes: string): string =>
	sign(null, message(purpose, bytes), privateKeyFor(keys, purpose)).toString('base64url');

export const verifyBytes = (
	keys: KeeperKeys,
	purpose: SigningPurpose,
	bytes: string,
	signature: string,
): boolean => {
	const publicKey = createPublicKey(privateKeyFor(keys, purpose));
	return verify(null, message(purpose, bytes), publicKey, Buffer.from(signature, 'base64url'));
};
