/** Keyed hashes of normalised values, for exact look-ups that tell a thief of the table nothing. */
import type { BlindIndexPurpose } from './keeper.ts';
import { deriveKey, macOf, type KeeperKeys } from './keys.ts';

export const blindIndex = (
	keys: KeeperKeys,
	purpose: BlindIndexPurpose,
	values: readonly string[],
): string[] => {
	const key = deriveKey(keys, 'blindIndex', purpose);
	return values.map((value) => macOf(key, value).toString('base64url'));
};
