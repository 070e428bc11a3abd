/** Base 32 as people type it from paper (RFC 4648), and random texts in it. */
import { randomBytes } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** `length` random letters and digits: five bits each. */
export const randomBase32 = (length: number): string =>
	Array.from(randomBytes(length), (byte) => alphabet[byte & 31]!).join('');

/** Capital letters without blanks and dashes; 0, 1 and 8, which base 32 does not have, as what they look like. */
export const bareBase32 = (typed: string): string =>
	typed
		.toUpperCase()
		.replaceAll(/[^0-9A-Z]/gu, '')
		.replaceAll('0', 'O')
		.replaceAll('1', 'I')
		.replaceAll('8', 'B');

/** In groups of four, joined by dashes. */
export const grouped = (text: string): string => text.replaceAll(/(.{4})(?=.)/gu, '$1-');
