/**
 * A password nobody has to think of: 100 random bits in four groups that can be read aloud and typed on a
 * remote.
 */

/** 32 signs without look-alikes (no 0 and o, no 1 and l), so that five bits choose one evenly. */
const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';
const groups = 4;
const groupLength = 5;

type FillRandom = (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;

/** Such as `k7mqe-2rbtx-hw9pz-c4ndy`. `getRandomValues` works over plain HTTP too. */
export const generatePassword = (
	fillRandom: FillRandom = (bytes) => crypto.getRandomValues(bytes),
): string => {
	const bytes = fillRandom(new Uint8Array(groups * groupLength));
	const signs = Array.from(bytes, (byte) => alphabet[byte & 31]).join('');
	return Array.from({ length: groups }, (_, index) =>
		signs.slice(index * groupLength, (index + 1) * groupLength),
	).join('-');
};
