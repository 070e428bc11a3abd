/**
 * Seals what a session says about its person under the session's own token. The token is stored only hashed,
 * so that a copy of the database opens none of it.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;
const cipherName = 'aes-256-gcm';

const keyOf = (token: string): Buffer =>
	Buffer.from(hkdfSync('sha256', token, '', 'holdfast far session', keyBytes));

/** AES-256-GCM bound to the session's id: nonce, ciphertext and tag. */
export const sealUnderToken = (token: string, sessionId: string, text: string): Uint8Array => {
	const nonce = randomBytes(nonceBytes);
	const cipher = createCipheriv(cipherName, keyOf(token), nonce, { authTagLength: tagBytes });
	cipher.setAAD(Buffer.from(sessionId));
	const parts = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
	return new Uint8Array(Buffer.concat(parts));
};

/** Throws where the bytes are damaged or of another session. */
export const openUnderToken = (token: string, sessionId: string, sealed: Uint8Array): string => {
	const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
	const decipher = createDecipheriv(cipherName, keyOf(token), bytes.subarray(0, nonceBytes), {
		authTagLength: tagBytes,
	});
	decipher.setAAD(Buffer.from(sessionId));
	decipher.setAuthTag(bytes.subarray(-tagBytes));
	const body = bytes.subarray(nonceBytes, -tagBytes);
	return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
};
