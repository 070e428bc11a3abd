/**
 * The recovery kit as a person holds it: what it is, how to use it, and the key in groups that can be typed.
 */
import { createHash } from 'node:crypto';
import { KeysUnusable } from './key-file.ts';

/** 32 letters and digits without 0, 1, I and O, which look alike on paper. */
const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const bitsPerLetter = 5n;
const checksumBytes = 3;
const secretBytes = 32;
/** 35 bytes are exactly 56 letters: 14 groups of four. */
const letterCount = ((secretBytes + checksumBytes) * 8) / Number(bitsPerLetter);

const checksumOf = (secret: Uint8Array): Buffer =>
	createHash('sha256').update('holdfast kit').update(secret).digest().subarray(0, checksumBytes);

const toLetters = (bytes: Buffer): string => {
	let value = BigInt(`0x${bytes.toString('hex')}`);
	let letters = '';
	while (letters.length < letterCount) {
		letters = alphabet[Number(value & 31n)] + letters;
		value >>= bitsPerLetter;
	}
	return letters;
};

const fromLetters = (letters: string): Buffer => {
	let value = 0n;
	for (const letter of letters) value = (value << bitsPerLetter) | BigInt(alphabet.indexOf(letter));
	return Buffer.from(value.toString(16).padStart((secretBytes + checksumBytes) * 2, '0'), 'hex');
};

const inGroups = (letters: string): string => (letters.match(/.{4}/g) ?? []).join('-');

/** A name goes into the text on one line, whatever it holds. */
const onOneLine = (name: string): string => name.replace(/[\p{C}\p{Z}]+/gu, ' ').trim();

/** The day in UTC as 2026-01-31; Sweden writes it so. */
const dayOf = (timeMs: number): string =>
	new Intl.DateTimeFormat('sv-SE', { timeZone: 'UTC' }).format(timeMs);

export const kitText = (input: {
	readonly serverName: string;
	readonly serverId: string;
	readonly kitId: string;
	readonly madeAtMs: number;
	readonly secret: Buffer;
}): string => {
	const key = inGroups(toLetters(Buffer.concat([input.secret, checksumOf(input.secret)])));
	return `HOLDFAST RECOVERY KIT

Server:  ${onOneLine(input.serverName)}
Id:      ${onOneLine(input.serverId)}
Made:    ${dayOf(input.madeAtMs)}
Kit:     ${input.kitId}

Recovery key:

    ${key.slice(0, 34)}
    ${key.slice(35)}

WHAT THIS IS
The names, addresses and settings of the people on your server are encrypted. The keys lie in one file on the
server's disk. If that file is lost, nothing but this kit opens them again: not a backup of the database, and
not anybody's password.

WHERE TO KEEP IT
Print it, or put it into a password manager, away from the server. Do not keep it next to your backups: this
key and a backup together open everything that the server knows about its people. Your films and music are
not encrypted by it.

HOW TO USE IT
You need this key, your last backup, and the file keeper-keys.sealed, which the server renews by itself: keep
it with your backups.
1. Install Holdfast on the new machine and do not start it.
2. Put the backup in its place.
3. In Holdfast's folder, type:  ./holdfast keys restore --kit FILE
   FILE is this text, or a file with nothing but the recovery key in it. If keeper-keys.sealed does not lie
   in the data folder, add:  --sealed FILE
4. Start Holdfast. Everybody signs in with the password they had.

IF SOMEBODY ELSE HAS SEEN IT
Stop the server, and make a new kit in its folder:  ./holdfast keys new-kit
Copies of keeper-keys.sealed that were made before then still open with the old key. Delete them.
`;
};

/**
 * The private key out of the kit's text, or out of the key alone as somebody typed it: case, spaces and
 * dashes do not matter.
 *
 * @throws KeysUnusable
 */
export const kitKeyFromText = (kit: string): Buffer => {
	const group = `[${alphabet}]{4}`;
	const found = kit
		.toUpperCase()
		.match(new RegExp(`(?<![A-Z0-9])${group}(?:[\\s-]*${group}){13}(?![A-Z0-9])`));
	if (!found) {
		throw new KeysUnusable(
			'There is no recovery key in this text. It is fourteen groups of four letters and digits.',
		);
	}
	const bytes = fromLetters(found[0].replace(/[^A-Z0-9]/g, ''));
	const secret = bytes.subarray(0, secretBytes);
	if (!bytes.subarray(secretBytes).equals(checksumOf(secret))) {
		throw new KeysUnusable(
			'The recovery key has a letter that is not right. Compare it with the kit and try again.',
		);
	}
	return secret;
};
