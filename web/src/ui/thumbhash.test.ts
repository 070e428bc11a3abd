/** Placeholders from thumbhashes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rgbaToThumbHash } from 'thumbhash';
import { placeholderUrl } from './thumbhash.ts';

const hashOf = (red: number, green: number, blue: number): string => {
	const pixels = new Uint8Array(16 * 24 * 4);
	for (let at = 0; at < pixels.length; at += 4) pixels.set([red, green, blue, 255], at);
	return btoa(String.fromCharCode(...rgbaToThumbHash(16, 24, pixels)));
};

describe('a placeholder', () => {
	it('is a picture that needs no request', () => {
		const url = placeholderUrl(hashOf(200, 40, 40));
		assert.match(url ?? '', /^data:image\/png;base64,/);
	});

	it('differs where the pictures differ, and is the same for the same hash', () => {
		assert.notEqual(placeholderUrl(hashOf(200, 40, 40)), placeholderUrl(hashOf(40, 40, 200)));
		assert.equal(placeholderUrl(hashOf(200, 40, 40)), placeholderUrl(hashOf(200, 40, 40)));
	});

	it('is absent where the hash is absent or broken, and never throws', () => {
		assert.equal(placeholderUrl(null), null);
		assert.equal(placeholderUrl(''), null);
		assert.equal(placeholderUrl('AAA'), null);
		assert.equal(placeholderUrl('not base64 <script>'), null);
	});
});
