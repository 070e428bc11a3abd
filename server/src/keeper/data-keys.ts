/**
 * Data keys wrapped under the key-encryption key: AES-256-GCM bound to what the key is for and whose it is.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { KeeperKeys } from './keys.ts';
import { Refusal } from './refusal.ts';

const formatVersion = 1;
const keyIdBytes = 8;
const nonceBytes = 12;
const keyBytes = 32;
const tagBytes = 16;
const headerBytes = 1 + keyIdBytes + nonceBytes;

/**
 * What a key is for: an account's fields, whose opening is metered, or the address of one mail, whose opening
 * is not. A key of one kind never opens as the other.
 */
export type KeyKind = 'data' | 'mail';

export interface KeyOwner {
	readonly kind: KeyKind;
	/** Of the account or the mail. */
	readonly id: string;
}

/** The header is authenticated too, so that a wrapped key cannot be made to name another generation. */
const boundTo = ({ kind, id }: KeyOwner, header: Uint8Array): Buffer =>
	Buffer.concat([Buffer.from(`holdfast ${kind} key\0${id}\0`), header]);

/** A new random data key and its wrapped form, base64url of version, key id, nonce, ciphertext and tag. */
export const newDataKey = (keys: KeeperKeys, owner: KeyOwner): { dataKey: string; wrapped: string } => {
	const present = keys.keyEncryptionKeys.at(-1);
	if (!present) throw new Refusal('server.broken');
	const dataKey = randomBytes(keyBytes);
	const nonce = randomBytes(nonceBytes);
	const header = Buffer.concat([Buffer.from([formatVersion]), Buffer.from(present.id, 'base64url'), nonce]);
	const key = Buffer.from(present.key, 'base64url');
	const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
	cipher.setAAD(boundTo(owner, header));
	const body = Buffer.concat([cipher.update(dataKey), cipher.final()]);
	const wrapped = Buffer.concat([header, body, cipher.getAuthTag()]).toString('base64url');
	return { dataKey: dataKey.toString('base64url'), wrapped };
};

/**
 * Opens a wrapped key.
 *
 * @throws server.broken  when it is damaged, of another owner, or under a key that this keeper does not
 * hold.
 */
export const openDataKey = (keys: KeeperKeys, owner: KeyOwner, wrapped: string): string => {
	const bytes = Buffer.from(wrapped, 'base64url');
	if (bytes.length !== headerBytes + keyBytes + tagBytes || bytes[0] !== formatVersion) {
		throw new Refusal('server.broken');
	}
	const keyId = bytes.subarray(1, 1 + keyIdBytes).toString('base64url');
	const wrapping = keys.keyEncryptionKeys.find((candidate) => candidate.id === keyId);
	if (!wrapping) throw new Refusal('server.broken');
	const header = bytes.subarray(0, headerBytes);
	const nonce = header.subarray(1 + keyIdBytes);
	const key = Buffer.from(wrapping.key, 'base64url');
	const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
	decipher.setAAD(boundTo(owner, header));
	decipher.setAuthTag(bytes.subarray(-tagBytes));
	try {
		const body = bytes.subarray(headerBytes, -tagBytes);
		return Buffer.concat([decipher.update(body), decipher.final()]).toString('base64url');
	} catch (cause) {
		throw new Refusal('server.broken', { cause });
	}
};
