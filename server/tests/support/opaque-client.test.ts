/**
 * Holds the tests' own OPAQUE client to the published vectors, and lets it talk with the library's server.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { server as libraryServer, ready } from '@serenity-kit/opaque';
import { createOpaqueClient, lightStretching, type RandomInput } from './opaque-client.ts';
import { realVector1 } from './opaque-vectors.ts';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
const asText = (text: string): string => Buffer.from(text, 'hex').toString('base64url');
const asHex = (text: string): string => Buffer.from(text, 'base64url').toString('hex');

const vectorClient = () =>
	createOpaqueClient({
		stretching: 'identity',
		context: hex(realVector1.context),
		random: (what: RandomInput) => hex(realVector1[what]),
	});
const password = Buffer.from(realVector1.password, 'hex').toString();

test('registration gives the messages of RFC 9807, appendix C.1.1', () => {
	const client = vectorClient();
	const started = client.startRegistration(password);
	assert.equal(asHex(started.registrationRequest), realVector1.registration_request);
	const finished = client.finishRegistration(started.state, asText(realVector1.registration_response));
	assert.equal(asHex(finished.registrationRecord), realVector1.registration_upload);
	assert.equal(asHex(finished.exportKey), realVector1.export_key);
});

test('sign-in gives the messages and keys of RFC 9807, appendix C.1.1', () => {
	const client = vectorClient();
	const started = client.startLogin(password);
	assert.equal(asHex(started.startLoginRequest), realVector1.KE1);
	const finished = client.finishLogin(started.state, asText(realVector1.KE2));
	assert.equal(asHex(finished?.finishLoginRequest ?? ''), realVector1.KE3);
	assert.equal(asHex(finished?.sessionKey ?? ''), realVector1.session_key);
	assert.equal(asHex(finished?.exportKey ?? ''), realVector1.export_key);
});

test('an answer with any one byte changed is refused', () => {
	const client = vectorClient();
	const started = client.startLogin(password);
	for (let index = 32; index < realVector1.KE2.length / 2; index += 7) {
		const bytes = Buffer.from(realVector1.KE2, 'hex');
		bytes[index] = bytes[index]! ^ 1;
		const attempt = (): unknown => client.finishLogin(started.state, bytes.toString('base64url'));
		let result: unknown = null;
		try {
			result = attempt();
		} catch {
			// A changed key share may not be a point at all.
		}
		assert.equal(result, null, `byte ${index}`);
	}
});

test('signs in at the server half of the library, and agrees on the session key', async () => {
	await ready;
	const serverSetup = libraryServer.createSetup();
	const client = createOpaqueClient({ stretching: lightStretching });
	const registration = client.startRegistration('correct horse');
	const { registrationResponse } = libraryServer.createRegistrationResponse({
		serverSetup,
		userIdentifier: 'someone',
		registrationRequest: registration.registrationRequest,
	});
	const { registrationRecord } = client.finishRegistration(registration.state, registrationResponse);
	const login = client.startLogin('correct horse');
	const { loginResponse, serverLoginState } = libraryServer.startLogin({
		serverSetup,
		userIdentifier: 'someone',
		registrationRecord,
		startLoginRequest: login.startLoginRequest,
	});
	const finished = client.finishLogin(login.state, loginResponse);
	assert.ok(finished);
	const { sessionKey } = libraryServer.finishLogin({
		serverLoginState,
		finishLoginRequest: finished.finishLoginRequest,
	});
	assert.equal(sessionKey, finished.sessionKey);
	const wrong = client.startLogin('wrong horse');
	const answer = libraryServer.startLogin({
		serverSetup,
		userIdentifier: 'someone',
		registrationRecord,
		startLoginRequest: wrong.startLoginRequest,
	});
	assert.equal(client.finishLogin(wrong.state, answer.loginResponse), null);
});
