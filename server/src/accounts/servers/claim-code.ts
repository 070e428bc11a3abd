/** The account service's half of a claim code: how it is looked up, and what it opens. */
import { createDecipheriv, createHash, hkdfSync } from 'node:crypto';
import type { Context } from '../context.ts';

const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;
const nameCharactersMax = 120;
const addressesMax = 16;
const addressCharactersMax = 200;

export interface ClaimDetails {
	readonly name: string;
	readonly addresses: readonly string[];
}

const bare = (code: string): string => code.toUpperCase().replaceAll(/[^0-9A-Z]/gu, '');

/** As the server sends it. */
const claimHashOf = (code: string): string =>
	createHash('sha256')
		.update(`holdfast claim\0${bare(code)}`)
		.digest('base64url');

/** As it is stored: keyed, so that a copy of the database is no place to guess codes. */
export const claimIndexOf = async ({ keeper }: Pick<Context, 'keeper'>, codeHash: string): Promise<string> =>
	(await keeper.blindIndex('claim-code', [codeHash]))[0]!;

export const claimIndexOfCode = (needs: Pick<Context, 'keeper'>, code: string): Promise<string> =>
	claimIndexOf(needs, claimHashOf(code));

const isText = (value: unknown, charactersMax: number): value is string =>
	typeof value === 'string' && value.length > 0 && value.length <= charactersMax;

/** What the server sealed under its code. Null where the code does not open it, or it is not what it should be. */
export const openDetails = (code: string, details: string): ClaimDetails | null => {
	try {
		const bytes = Buffer.from(details, 'base64url');
		const key = Buffer.from(hkdfSync('sha256', bare(code), '', 'holdfast claim details', keyBytes));
		const nonce = bytes.subarray(0, nonceBytes);
		const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
		decipher.setAuthTag(bytes.subarray(-tagBytes));
		const body = [decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()];
		const said = JSON.parse(Buffer.concat(body).toString('utf8')) as Partial<ClaimDetails>;
		const addresses = Array.isArray(said.addresses) ? said.addresses.slice(0, addressesMax) : [];
		const isFine =
			isText(said.name, nameCharactersMax) && addresses.every((each) => isText(each, addressCharactersMax));
		return isFine ? { name: said.name ?? '', addresses } : null;
	} catch {
		return null;
	}
};
