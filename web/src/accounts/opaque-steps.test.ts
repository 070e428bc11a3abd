/** The browser's OPAQUE steps against the real server side. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ready, server } from '@serenity-kit/opaque';
import { runOpaqueStep } from './opaque-steps.ts';

const keyStretching = { memoryKiB: 8, passes: 1, lanes: 1 };
const userIdentifier = 'person-1';

const register = async (password: string, serverSetup: string): Promise<string> => {
	const begun = await runOpaqueStep({ step: 'start-registration', password });
	assert.ok(begun);
	const { registrationResponse } = server.createRegistrationResponse({
		serverSetup,
		userIdentifier,
		registrationRequest: begun.message,
	});
	const finish = {
		step: 'finish-registration',
		password,
		state: begun.state,
		response: registrationResponse,
		keyStretching,
	} as const;
	return (await runOpaqueStep(finish))?.message ?? '';
};

const login = async (password: string, serverSetup: string, registrationRecord: string) => {
	const begun = await runOpaqueStep({ step: 'start-login', password });
	assert.ok(begun);
	const { loginResponse, serverLoginState } = server.startLogin({
		serverSetup,
		userIdentifier,
		registrationRecord,
		startLoginRequest: begun.message,
	});
	const result = await runOpaqueStep({
		step: 'finish-login',
		password,
		state: begun.state,
		response: loginResponse,
		keyStretching,
	});
	return { result, serverLoginState };
};

describe('OPAQUE in the browser', () => {
	it('proves the right password to the server', async () => {
		await ready;
		const serverSetup = server.createSetup();
		const record = await register('correct horse', serverSetup);
		const { result, serverLoginState } = await login('correct horse', serverSetup, record);
		assert.ok(result);
		assert.ok(server.finishLogin({ serverLoginState, finishLoginRequest: result.message }).sessionKey);
	});

	it('has no proof for a wrong one', async () => {
		await ready;
		const serverSetup = server.createSetup();
		const record = await register('correct horse', serverSetup);
		assert.equal((await login('wrong horse', serverSetup, record)).result, null);
	});

	it('never sends the password', async () => {
		const begun = await runOpaqueStep({ step: 'start-login', password: 'correct horse' });
		assert.ok(!Buffer.from(begun?.message ?? '', 'base64url').includes('correct horse'));
	});
});
