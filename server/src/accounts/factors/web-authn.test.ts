/** Where passkeys can be had. What is refused of them is tested over HTTP in `tests/attacks`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { relyingPartyOf, requestOptions } from './web-authn.ts';

test('passkeys belong to the name of the public address, by HTTPS or on this machine itself', () => {
	const parties = [
		'https://media.example.org',
		'https://media.example.org:8443',
		'http://localhost:8420',
		'http://holdfast.localhost:8420',
	].map(relyingPartyOf);
	assert.deepEqual(parties, [
		{ rpId: 'media.example.org', origin: 'https://media.example.org' },
		{ rpId: 'media.example.org', origin: 'https://media.example.org:8443' },
		{ rpId: 'localhost', origin: 'http://localhost:8420' },
		{ rpId: 'holdfast.localhost', origin: 'http://holdfast.localhost:8420' },
	]);
});

test('there are none without an address, by plain HTTP elsewhere, or under a number', () => {
	const addresses = [
		null,
		'not an address',
		'http://media.example.org',
		'http://nas:8420',
		'http://evil-localhost:8420',
		'http://127.0.0.1:8420',
		'https://192.168.1.5',
		'https://[2001:db8::1]:8420',
		'http://[::1]:8420',
	];
	for (const address of addresses) assert.equal(relyingPartyOf(address), null, String(address));
});

test('the options of a passkey alone name nobody', () => {
	const options = requestOptions({ rpId: 'media.example.org', origin: 'https://media.example.org' }, 'x');
	assert.deepEqual(options.allowCredentials, []);
	assert.equal(options.userVerification, 'required');
});
