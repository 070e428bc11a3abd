/** What is taken for an address, and that no two mailboxes share a form. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { acceptAddress } from './address.ts';

describe('addresses', () => {
	it('have one form, whatever the case, and domains as DNS has them', () => {
		assert.equal(acceptAddress(' Anna.Berg@EXAMPLE.org '), 'anna.berg@example.org');
		assert.equal(acceptAddress('anna@Bücher.example'), 'anna@xn--bcher-kva.example');
		assert.equal(acceptAddress('anna+films@example.org'), 'anna+films@example.org');
		assert.equal(acceptAddress('Åsa@example.org'), acceptAddress('A\u030Asa@example.org'));
	});

	it('are refused where they could mean two mailboxes, a header, or something else', () => {
		for (const wrong of [
			'a@example.org, b@example.org',
			'a@example.org b@example.org',
			'a@example.org;b@example.org',
			'"a b"@example.org',
			'"a@b"@example.org',
			'a@b@example.org',
			'<a@example.org>',
			'Anna <a@example.org>',
			'a@example.org\r\nBcc: b@example.org',
			'a\r\nBcc:b@example.org',
			'a@example.org\0',
			'a@[127.0.0.1]',
			'a@127.0.0.1',
			'a@localhost',
			'a@-example.org',
			'a@example..org',
			'.a@example.org',
			'a.@example.org',
			'a..b@example.org',
			'(comment)a@example.org',
			'a@exam%0aple.org',
			'a@example.org/x',
			`${'a'.repeat(65)}@example.org`,
			`a@${'b'.repeat(64)}.org`,
			`a@${'bb.'.repeat(90)}org`,
			'@example.org',
			'a@',
			'',
		]) {
			assert.equal(acceptAddress(wrong), null, JSON.stringify(wrong));
		}
	});

	it('that only look alike are never the same one', () => {
		const plain = acceptAddress('mike@github.com');
		for (const alike of ['mıke@github.com', 'miKe@gıthub.com', 'mi\u212Ae@example.org', 'ｍike@github.com']) {
			assert.notEqual(acceptAddress(alike), plain, alike);
		}
		assert.equal(acceptAddress('ﬁsh@example.org'), null);
	});
});
