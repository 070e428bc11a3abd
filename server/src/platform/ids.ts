/** Ids and secrets. Ids sort by the time they were made, so that an index on them grows at its end. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const timeBytes = 6;
const randomIdBytes = 12;
/** Random bytes are asked of the system for so many ids at once: a scan makes thousands. */
const idsAhead = 128;
let randomAhead = Buffer.alloc(0);
let randomLeft = 0;

/**
 * A new opaque id: 48 bits of time and 96 random bits as 24 characters of base64url in an order-keeping
 * alphabet. `nowMs` is milliseconds since 1970.
 */
export const newId = (nowMs: number): string => {
	const bytes = Buffer.alloc(timeBytes + randomIdBytes);
	bytes.writeUIntBE(nowMs, 0, timeBytes);
	if (randomLeft < randomIdBytes) {
		randomAhead = randomBytes(randomIdBytes * idsAhead);
		randomLeft = randomAhead.length;
	}
	randomLeft -= randomIdBytes;
	randomAhead.copy(bytes, timeBytes, randomLeft, randomLeft + randomIdBytes);
	return orderKeeping(bytes);
};

/**
 * An id of the same form that tells no time: where two that were made together must not be matched by it,
 * such as an account and its viewer.
 */
export const newTimelessId = (): string => orderKeeping(randomBytes(timeBytes + randomIdBytes));

/** Base64url's letters in the order of their codes, so that text order is byte order in both databases. */
const alphabet = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';

const orderKeeping = (bytes: Buffer): string => {
	let text = '';
	for (let index = 0; index < bytes.length; index += 3) {
		const word = bytes.readUIntBE(index, 3);
		text += alphabet[(word >> 18) & 63]! + alphabet[(word >> 12) & 63]! + alphabet[(word >> 6) & 63]!;
		text += alphabet[word & 63]!;
	}
	return text;
};

/** 256 random bits as base64url: every token, cookie and flow. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** How a secret is stored: SHA-256 as base64url. Enough for 256 random bits (ASVS 6.5.2). */
export const hashOf = (secret: string | Uint8Array): string =>
	createHash('sha256').update(secret).digest('base64url');

/** Compares two texts in a time that tells nothing but their lengths. */
export const isEqualSecret = (a: string, b: string): boolean => {
	const left = Buffer.from(a);
	const right = Buffer.from(b);
	return left.length === right.length && timingSafeEqual(left, right);
};

const readableAlphabet = '23456789BCDFGHJKMNPQRSTVWXYZ';

/**
 * A code for people to type: `groupCount` groups of four from 28 letters that look unlike (19 bits a group).
 */
export const newReadableCode = (groupCount: number): string => {
	const letters: string[] = [];
	while (letters.length < groupCount * 4) {
		for (const byte of randomBytes(16)) {
			if (byte < 252 && letters.length < groupCount * 4) letters.push(readableAlphabet[byte % 28]!);
		}
	}
	return Array.from({ length: groupCount }, (_, index) =>
		letters.slice(index * 4, index * 4 + 4).join(''),
	).join('-');
};
