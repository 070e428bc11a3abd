/**
 * The recovery kit: an X25519 key pair whose private half a person keeps on paper, and the keeper's keys
 * sealed to its public half in a file that may lie beside backups.
 */
import {
	createCipheriv,
	createDecipheriv,
	createHash,
	createPrivateKey,
	createPublicKey,
	diffieHellman,
	generateKeyPairSync,
	hkdfSync,
	randomBytes,
	type KeyObject,
} from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hasKeyFile, KeysUnusable, readKeyFile, syncFolder, writeKeyFile, writeWhole } from './key-file.ts';
import { isKeeperKeys, type KeeperKeys } from './keys.ts';
import { Refusal } from './refusal.ts';
import { kitKeyFromText, kitText } from './recovery-kit-text.ts';
import { bytesText, idText, literal, object, text, type ValueOf } from './shape.ts';

/** The name of the sealed copy inside its folder. */
export const sealedKeysFileName = 'keeper-keys.sealed';

/** RFC 8410: what stands before the 32 bytes of an X25519 key. */
const privateKeyPrefix = Buffer.from('302e020100300506032b656e04220420', 'hex');
const publicKeyPrefix = Buffer.from('302a300506032b656e032100', 'hex');
const rawKeyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const sealedBytesMax = 4 * 1024 * 1024;

const sealedFile = object({
	format: literal('holdfast-sealed-keeper-keys-1'),
	kitId: idText,
	serverId: text(128),
	ephemeralKey: bytesText(rawKeyBytes),
	nonce: bytesText(nonceBytes),
	sealed: bytesText(1, sealedBytesMax),
});
type SealedFile = ValueOf<typeof sealedFile>;

const rawPublicKey = (key: KeyObject): Buffer =>
	key.export({ type: 'spki', format: 'der' }).subarray(publicKeyPrefix.length);

const publicKeyOf = (raw: Uint8Array): KeyObject =>
	createPublicKey({ key: Buffer.concat([publicKeyPrefix, raw]), format: 'der', type: 'spki' });

const privateKeyOf = (raw: Uint8Array): KeyObject =>
	createPrivateKey({ key: Buffer.concat([privateKeyPrefix, raw]), format: 'der', type: 'pkcs8' });

/**
 * The short name of a kit, the same on paper and in the sealed file, so that the right two can be put
 * together.
 */
const kitIdOf = (publicKey: Uint8Array): string =>
	createHash('sha256').update(publicKey).digest('hex').slice(0, 12).toUpperCase();

const sealingKey = (shared: Uint8Array, ephemeral: Uint8Array, recipient: Uint8Array): Buffer =>
	Buffer.from(hkdfSync('sha256', shared, Buffer.concat([ephemeral, recipient]), 'holdfast recovery kit', 32));

const boundTo = (kitId: string, serverId: string): Buffer =>
	Buffer.from(JSON.stringify(['holdfast recovery kit', kitId, serverId]));

/** The keys as the content of the sealed file; null where no kit was taken. */
export const sealKeys = (keys: KeeperKeys): string | null => {
	if (!keys.kit) return null;
	const recipient = Buffer.from(keys.kit.publicKey, 'base64url');
	const ephemeral = generateKeyPairSync('x25519');
	const ephemeralKey = rawPublicKey(ephemeral.publicKey);
	const shared = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: publicKeyOf(recipient) });
	const nonce = randomBytes(nonceBytes);
	const key = sealingKey(shared, ephemeralKey, recipient);
	const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
	cipher.setAAD(boundTo(keys.kit.id, keys.kit.serverId));
	const body = Buffer.concat([cipher.update(JSON.stringify(keys)), cipher.final(), cipher.getAuthTag()]);
	const file: SealedFile = {
		format: 'holdfast-sealed-keeper-keys-1',
		kitId: keys.kit.id,
		serverId: keys.kit.serverId,
		ephemeralKey: ephemeralKey.toString('base64url'),
		nonce: nonce.toString('base64url'),
		sealed: body.toString('base64url'),
	};
	return `${JSON.stringify(file)}\n`;
};

/** Writes the sealed copy of the keys where there is a kit to seal them to. */
export const writeSealedKeys = (folder: string, keys: KeeperKeys): void => {
	const content = sealKeys(keys);
	if (content !== null) writeWhole(folder, sealedKeysFileName, content);
};

export const hasSealedKeys = (folder: string): boolean => existsSync(join(folder, sealedKeysFileName));

/**
 * Makes the pair: the keys with the public half in them, and the text with the private half, which exists
 * nowhere else.
 *
 * @throws accounts.kit.saved-before
 */
export const makeRecoveryKit = (
	keys: KeeperKeys,
	input: { readonly serverName: string; readonly serverId: string },
	nowMs: number,
): { keys: KeeperKeys; kit: string } => {
	if (keys.kit) throw new Refusal('accounts.kit.saved-before');
	const pair = generateKeyPairSync('x25519');
	const publicKey = rawPublicKey(pair.publicKey);
	const secret = pair.privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(privateKeyPrefix.length);
	const id = kitIdOf(publicKey);
	const kit = { id, publicKey: publicKey.toString('base64url'), ...input, takenAt: nowMs };
	return { keys: { ...keys, kit }, kit: kitText({ ...input, kitId: id, madeAtMs: nowMs, secret }) };
};

const parseSealed = (content: string): SealedFile => {
	let file: unknown = null;
	try {
		file = JSON.parse(content);
	} catch {
		// Said below.
	}
	if (!sealedFile(file)) throw new KeysUnusable(`This is not a whole ${sealedKeysFileName} file.`);
	return file;
};

/**
 * Opens a sealed copy with the text of the kit.
 *
 * @throws KeysUnusable  with a line for people: a mistyped key, a kit of another server, a damaged file.
 */
export const openRecoveryKit = (input: { readonly kit: string; readonly sealedKeys: string }): KeeperKeys => {
	const privateKey = privateKeyOf(kitKeyFromText(input.kit));
	const file = parseSealed(input.sealedKeys);
	const recipient = rawPublicKey(createPublicKey(privateKey));
	if (kitIdOf(recipient) !== file.kitId) {
		throw new KeysUnusable(
			`This file belongs to kit ${file.kitId}; the key you gave is of kit ${kitIdOf(recipient)}.`,
		);
	}
	const ephemeralKey = Buffer.from(file.ephemeralKey, 'base64url');
	const body = Buffer.from(file.sealed, 'base64url');
	try {
		const shared = diffieHellman({ privateKey, publicKey: publicKeyOf(ephemeralKey) });
		const key = sealingKey(shared, ephemeralKey, recipient);
		const nonce = Buffer.from(file.nonce, 'base64url');
		const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
		decipher.setAAD(boundTo(file.kitId, file.serverId));
		decipher.setAuthTag(body.subarray(-tagBytes));
		const clear = Buffer.concat([decipher.update(body.subarray(0, -tagBytes)), decipher.final()]);
		const keys: unknown = JSON.parse(clear.toString());
		if (isKeeperKeys(keys)) return keys;
	} catch (cause) {
		throw new KeysUnusable(`This ${sealedKeysFileName} file is damaged. Use an older copy of it.`, { cause });
	}
	throw new KeysUnusable(`This ${sealedKeysFileName} file was made by a newer Holdfast.`);
};

/**
 * A new kit in place of the one that was taken, under the same names. Run while no keeper runs. Sealed copies
 * from before still open with the old kit.
 *
 * @throws KeysUnusable  where no kit was taken yet, or the keys cannot be read or written.
 */
export const renewRecoveryKit = (input: {
	readonly keysFolder: string;
	readonly sealedCopyFolder: string;
	readonly nowMs: number;
}): string => {
	const keys = readKeyFile(input.keysFolder);
	if (!keys?.kit) throw new KeysUnusable('No recovery kit was taken yet. Take the first one in the browser.');
	const { serverName, serverId } = keys.kit;
	const made = makeRecoveryKit({ ...keys, kit: null }, { serverName, serverId }, input.nowMs);
	writeKeyFile(input.keysFolder, made.keys);
	writeSealedKeys(input.sealedCopyFolder, made.keys);
	syncFolder(input.keysFolder);
	syncFolder(input.sealedCopyFolder);
	return made.kit;
};

/**
 * Puts the keys of a kit and its sealed copy into an empty keys folder, which must exist. Run while no
 * keeper runs.
 *
 * @throws KeysUnusable  also where the folder holds keys already: they are never overwritten.
 */
export const restoreFromKit = (input: {
	readonly kit: string;
	readonly sealedKeys: string;
	readonly keysFolder: string;
}): void => {
	const keys = openRecoveryKit(input);
	if (hasKeyFile(input.keysFolder)) {
		throw new KeysUnusable(
			`${input.keysFolder} holds keys already. Move them away first; they will not be overwritten.`,
		);
	}
	writeKeyFile(input.keysFolder, keys);
	syncFolder(input.keysFolder);
};
