/**
 * Proof that a person is here: the end of their OPAQUE exchange, or a session token with the keeper's MAC
 * for it.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { deriveKey, macOf, type KeeperKeys } from './keys.ts';
import type { PersonProof } from './keeper.ts';
import { Refusal } from './refusal.ts';

const exchangeLifetimeMs = 60_000;

const isSameMac = (expected: Buffer, given: string): boolean => {
	const bytes = Buffer.from(given, 'base64url');
	return bytes.length === expected.length && timingSafeEqual(bytes, expected);
};

const exchangeMac = (keys: KeeperKeys, accountId: string, expiresAt: string): Buffer =>
	macOf(deriveKey(keys, 'proofs', 'exchange'), accountId, expiresAt);

const sessionMacOf = (keys: KeeperKeys, accountId: string, tokenHash: string): Buffer =>
	macOf(deriveKey(keys, 'proofs', 'session'), accountId, tokenHash);

/** What a finished exchange is worth: 60 s for this account. */
export const makeExchangeProof = (keys: KeeperKeys, accountId: string, nowMs: number): string => {
	const expiresAt = String(nowMs + exchangeLifetimeMs);
	return `${expiresAt}.${exchangeMac(keys, accountId, expiresAt).toString('base64url')}`;
};

const isExchangeProof = (keys: KeeperKeys, accountId: string, proof: string, nowMs: number): boolean => {
	const [expiresAt = '', mac = ''] = proof.split('.');
	return isSameMac(exchangeMac(keys, accountId, expiresAt), mac) && nowMs < Number(expiresAt);
};

const isSessionProof = (keys: KeeperKeys, accountId: string, token: string, sessionMac: string): boolean => {
	const tokenHash = createHash('sha256').update(token).digest('base64url');
	return isSameMac(sessionMacOf(keys, accountId, tokenHash), sessionMac);
};

/**
 * Accepts the proof for this account or refuses it; a proof that is wrong is never treated as none.
 *
 * @throws access.sign-in-needed
 */
export const checkProof = (keys: KeeperKeys, accountId: string, proof: PersonProof, nowMs: number): void => {
	const isGood =
		proof.kind === 'exchange'
			? isExchangeProof(keys, accountId, proof.proof, nowMs)
			: isSessionProof(keys, accountId, proof.token, proof.sessionMac);
	if (!isGood) throw new Refusal('access.sign-in-needed');
};

/**
 * The MAC that makes a session token proof for its account. `tokenHash` is SHA-256 of the token, base64url.
 * Whoever calls it without a proof has booked an opening for it.
 */
export const bindSession = (
	keys: KeeperKeys,
	input: { readonly accountId: string; readonly tokenHash: string; readonly proof: PersonProof | null },
	nowMs: number,
): string => {
	if (input.proof) checkProof(keys, input.accountId, input.proof, nowMs);
	return sessionMacOf(keys, input.accountId, input.tokenHash).toString('base64url');
};
