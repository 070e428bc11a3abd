/**
 * Addresses of mail: what we take for one, and the one form under which it is stored, indexed and written to.
 *
 * Stricter than RFC 5321 on purpose: one mailbox, no quoted local part, no comment, no address literal, no
 * white space and no control character, so that no text of an address reaches a header or an
 * SMTP command with another meaning.
 */
import { domainToASCII } from 'node:url';

/** RFC 5321 4.5.3.1: 64 octets before the @, 254 in all. */
const localBytesMax = 64;
const addressBytesMax = 254;

/** RFC 5322 `atext` without what shells and templates love, dots between atoms; beyond ASCII RFC 6531 letters. */
const localPart =
	/^[A-Za-z0-9_+\-=&'~/*#?^{}|$%!\p{L}\p{M}\p{N}]+(?:\.[A-Za-z0-9_+\-=&'~/*#?^{}|$%!\p{L}\p{M}\p{N}]+)*$/u;
const domainName = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Folds to lower case, after NFC. A letter that only looks like another, or that a compatibility form would
 * turn into one, is refused instead of folded: two mailboxes never share an index.
 */
const foldLocalPart = (text: string): string | null => {
	const composed = text.normalize('NFC');
	if (composed !== composed.normalize('NFKC')) return null;
	return composed.toLowerCase().normalize('NFC');
};

/**
 * The form of an address that everything uses: local part composed and in small letters, domain in small
 * letters as DNS has it (`xn--…`). Null for what is no address of one mailbox.
 *
 * It is also what a mail is sent to, so that whoever types something that folds to a person's address has it
 * sent to that person.
 */
export const acceptAddress = (typed: string): string | null => {
	const text = typed.trim();
	const at = text.indexOf('@');
	if (at < 1 || at !== text.lastIndexOf('@') || text.length > addressBytesMax) return null;
	const local = foldLocalPart(text.slice(0, at));
	const written = text.slice(at + 1);
	if (local === null || !localPart.test(local) || Buffer.byteLength(local) > localBytesMax) return null;
	// What an address bar would forgive is no domain of an address.
	if (!/^[\p{L}\p{M}\p{N}.-]+$/u.test(written)) return null;
	const domain = domainToASCII(written.normalize('NFC'));
	if (!domainName.test(domain)) return null;
	const address = `${local}@${domain}`;
	return Buffer.byteLength(address) <= addressBytesMax ? address : null;
};
