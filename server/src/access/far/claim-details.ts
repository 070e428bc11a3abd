/**
 * What an unclaimed server tells of itself, sealed under its claim code: the account service keeps bytes that
 * only the code opens, and a stranger's server is no name in its database.
 */
import { createCipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { newReadableCode } from '#platform/ids.ts';

export interface ClaimDetails {
	readonly name: string;
	readonly addresses: readonly string[];
}

/** Three groups of four letters: 57 bits, good for one start of the server. */
const codeGroups = 3;
const nonceBytes = 12;
const tagBytes = 16;

export const newClaimCode = (): string => newReadableCode(codeGroups);

/** Letters and digits only, as both sides hash it. */
const bare = (code: string): string => code.toUpperCase().replaceAll(/[^0-9A-Z]/gu, '');

/** What the account service looks the code up by. */
export const claimHashOf = (code: string): string =>
	createHash('sha256')
		.update(`holdfast claim\0${bare(code)}`)
		.digest('base64url');

export const sealDetails = (code: string, details: ClaimDetails): string => {
	const key = Buffer.from(hkdfSync('sha256', bare(code), '', 'holdfast claim details', 32));
	const nonce = randomBytes(nonceBytes);
	const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
	const body = [cipher.update(JSON.stringify(details), 'utf8'), cipher.final(), cipher.getAuthTag()];
	return Buffer.concat([nonce, ...body]).toString('base64url');
};
