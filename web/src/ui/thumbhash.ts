/** Thumbhash to a small picture: 25 bytes that paint a blurred placeholder at once. */
import { thumbHashToDataURL } from 'thumbhash';

const cacheMax = 2_000;
const cache = new Map<string, string | null>();

const decode = (base64: string): string | null => {
	try {
		const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
		// The header is five bytes; anything shorter is not a thumbhash.
		return bytes.length < 5 ? null : thumbHashToDataURL(bytes);
	} catch {
		return null;
	}
};

/** A `data:` address for `<img src>`; null where the hash is absent or broken. Decoded once each. */
export const placeholderUrl = (base64: string | null): string | null => {
	if (base64 === null || base64 === '') return null;
	const known = cache.get(base64);
	if (known !== undefined) return known;
	if (cache.size >= cacheMax) cache.clear();
	const url = decode(base64);
	cache.set(base64, url);
	return url;
};
