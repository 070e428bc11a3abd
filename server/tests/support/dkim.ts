/** Checks a DKIM signature (RFC 6376, relaxed/relaxed, rsa-sha256) apart from the library that makes it. */
import { createHash, type KeyObject, verify } from 'node:crypto';

const relaxedBody = (body: string): string => {
	const lines = body.split('\r\n').map((line) => line.replaceAll(/[ \t]+/gu, ' ').replace(/ $/u, ''));
	while (lines.at(-1) === '') lines.pop();
	return lines.length === 0 ? '' : `${lines.join('\r\n')}\r\n`;
};

const relaxedHeader = (header: string): string => {
	const colon = header.indexOf(':');
	const value = header
		.slice(colon + 1)
		.replaceAll(/\r\n/gu, '')
		.replaceAll(/[ \t]+/gu, ' ')
		.trim();
	return `${header.slice(0, colon).trim().toLowerCase()}:${value}`;
};

const tagsOf = (value: string): Map<string, string> =>
	new Map(
		value
			.replaceAll(/\s+/gu, '')
			.split(';')
			.filter((part) => part !== '')
			.map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]),
	);

export const isSignedRight = (raw: string, publicKey: KeyObject): boolean => {
	const at = raw.indexOf('\r\n\r\n');
	const headers = raw.slice(0, at).split(/\r\n(?![ \t])/u);
	const own = headers.find((header) => /^dkim-signature:/iu.test(header));
	if (!own) return false;
	const tags = tagsOf(own.slice(own.indexOf(':') + 1));
	if (tags.get('a') !== 'rsa-sha256' || tags.get('c') !== 'relaxed/relaxed') return false;
	const body = createHash('sha256')
		.update(relaxedBody(raw.slice(at + 4)), 'latin1')
		.digest('base64');
	if (body !== tags.get('bh')) return false;
	const left = headers.filter((header) => header !== own).reverse();
	const signed = (tags.get('h') ?? '').split(':').flatMap((name) => {
		const index = left.findIndex((header) => header.toLowerCase().startsWith(`${name.toLowerCase()}:`));
		return index === -1 ? [] : [relaxedHeader(left.splice(index, 1)[0]!)];
	});
	const unsigned = relaxedHeader(own.replace(/(\bb=)[^;]*$/u, '$1'));
	const text = [...signed, unsigned].join('\r\n');
	return verify('sha256', Buffer.from(text, 'latin1'), publicKey, Buffer.from(tags.get('b') ?? '', 'base64'));
};
