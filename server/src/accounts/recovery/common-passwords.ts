/** The list of common passwords that comes with the program, as sorted hashes: two megabytes once it is used. */
import { createHash } from 'node:crypto';
import type { Clock } from '#platform/clock.ts';

const hashBytes = 20;
/** Hashed without a pause; about two milliseconds. */
const hashedAtOnce = 2_000;

const sha1 = (text: string): Buffer => createHash('sha1').update(text).digest();

const capitalised = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** The list is in small letters; most who must use a capital letter put it first. */
const formsOf = (password: string): string[] => [...new Set([password, capitalised(password)])];

const build = async (clock: Pick<Clock, 'sleep'>): Promise<Buffer> => {
	const { dictionary } = await import('@zxcvbn-ts/language-common');
	const passwords: readonly string[] = dictionary['passwords-common'];
	const hashes: Buffer[] = [];
	for (let from = 0; from < passwords.length; from += hashedAtOnce) {
		for (const password of passwords.slice(from, from + hashedAtOnce)) {
			for (const form of formsOf(password)) hashes.push(sha1(form));
		}
		await clock.sleep(0);
	}
	return Buffer.concat(hashes.sort(Buffer.compare));
};

/** First index whose hash is not below `bound`. */
const indexOf = (hashes: Buffer, bound: Buffer): number => {
	let low = 0;
	let high = hashes.length / hashBytes;
	while (low < high) {
		const middle = (low + high) >> 1;
		const at = middle * hashBytes;
		if (hashes.subarray(at, at + bound.length).compare(bound) < 0) low = middle + 1;
		else high = middle;
	}
	return low;
};

export interface CommonPasswords {
	/** The hashes that begin with five hex digits, as capital hex. */
	withPrefix(prefix: string): Promise<string[]>;
}

/** Built at the first question, a little at a time, so that nobody else waits for it. */
export const createCommonPasswords = (clock: Pick<Clock, 'sleep'>): CommonPasswords => {
	let building: Promise<Buffer> | null = null;
	return {
		withPrefix: async (prefix) => {
			building ??= build(clock);
			const hashes = await building;
			const found: string[] = [];
			const first = indexOf(hashes, Buffer.from(`${prefix}0`, 'hex'));
			for (let at = first * hashBytes; at < hashes.length; at += hashBytes) {
				const hash = hashes.toString('hex', at, at + hashBytes).toUpperCase();
				if (!hash.startsWith(prefix.toUpperCase())) break;
				found.push(hash);
			}
			return found;
		},
	};
};
