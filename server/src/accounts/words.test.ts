/** Names, networks, labels and the set-up code: the small rules about words. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clientKindOf, clientLabelOf } from './client-label.ts';
import { networkOf } from './network.ts';
import { createSetup } from './setup.ts';
import { acceptUsername, foldUsername } from './username.ts';

describe('a user name', () => {
	it('is one name in every spelling that looks the same', () => {
		const folded = ['Strasse', 'STRASSE', 'straße', ' Straße '].map(foldUsername);
		assert.equal(new Set(folded).size, 1);
		assert.equal(foldUsername('ΣΊΣΥΦΟΣ'), foldUsername('σίσυφος'));
		assert.equal(foldUsername('Ａｎｎａ'), foldUsername('anna'));
		assert.notEqual(foldUsername('anna'), foldUsername('аnna'), 'a Cyrillic letter is another letter');
	});

	it('is shown as it was typed, without what stands around it', () => {
		assert.equal(acceptUsername('  Anna   Müller '), 'Anna Müller');
		assert.equal(acceptUsername('a.b_c-d 9'), 'a.b_c-d 9');
		assert.equal(acceptUsername('李小龍'), '李小龍');
	});

	it('has letters of one alphabet, of those that look alike', () => {
		for (const name of ['ada', 'Ада', 'Άδα', 'adaさん', 'ada אדה']) assert.equal(acceptUsername(name), name);
		for (const name of ['\u0430da', 'ad\u03b1', '\u13aada', 'paul \u0440aul'])
			assert.throws(() => acceptUsername(name), name);
	});

	it('has no control characters, signs or markup, and 2 to 64 characters', () => {
		const refused = [
			'',
			'a',
			'x'.repeat(65),
			'a\u0000b',
			'a\tb',
			'a\u202eb',
			'<script>',
			'a@b',
			'a/b',
			'...',
			'😀😀',
		];
		for (const typed of refused) assert.throws(() => acceptUsername(typed), JSON.stringify(typed));
	});
});

describe('a network', () => {
	const cases = [
		['192.168.1.20', '192.168.1.0/24'],
		['::ffff:10.1.2.3', '10.1.2.0/24'],
		['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
		['2001:0db8:0001:0002::', '2001:db8:1:2::/64'],
		['fe80::1%eth0', 'fe80::/64'],
		['::1', '::/64'],
		['0:0:0:7::1', '0:0:0:7::/64'],
		['1:10:0:0::1', '1:10::/64'],
		['2001:db8::5', '2001:db8::/64'],
		['not an address', null],
		[null, null],
	] as const;
	for (const [address, network] of cases) {
		it(`of ${address} is ${network}`, () => assert.equal(networkOf(address), network));
	}
});

describe('a label', () => {
	const cases = [
		['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
		[
			'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0',
			'Edge on Windows',
		],
		[
			'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1',
			'Safari on iPhone',
		],
		[
			'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36',
			'Chrome on Android',
		],
		['<script>alert(1)</script>', 'An app'],
		[null, 'An app'],
		['holdfast-cli/0.1.0', 'Holdfast command line'],
	] as const;
	for (const [userAgent, label] of cases) {
		it(`is "${label}"`, () => assert.equal(clientLabelOf(userAgent), label));
	}
	it('tells the command line from browsers', () => {
		assert.equal(clientKindOf('holdfast-cli/0.1.0'), 'command-line');
		assert.equal(clientKindOf('Mozilla/5.0 holdfast-cli'), 'browser');
	});
});

describe('the set-up code', () => {
	it('is right once, however it is typed, and wrong ten times at most', () => {
		const setup = createSetup();
		assert.match(setup.code, /^[2-9B-Z]{4}-[2-9B-Z]{4}-[2-9B-Z]{4}$/u);
		assert.equal(setup.spend('nothing'), 'wrong');
		assert.equal(setup.spend(` ${setup.code.toLowerCase().replaceAll('-', '')} `), 'right');
		assert.equal(setup.spend(setup.code), 'exhausted');
		const tried = createSetup();
		for (let tries = 0; tries < 10; tries += 1) assert.equal(tried.spend(''), 'wrong');
		assert.equal(tried.spend(tried.code), 'exhausted');
	});

	it('is another one at each start', () => {
		assert.notEqual(createSetup().code, createSetup().code);
	});
});
