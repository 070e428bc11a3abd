/**
 * The client's side of OPAQUE (RFC 9807), step by step. The same code runs in the worker and, where that
 * fails, in the page.
 */
import type { KeyStretching } from '@holdfast/contract/accounts';
import { client, ready } from '@serenity-kit/opaque';

/**
 * One step: what goes in. Passwords and states live as long as the worker, never in a message to the server.
 */
export type OpaqueStep =
	| { readonly step: 'start-registration'; readonly password: string }
	| {
			readonly step: 'finish-registration';
			readonly password: string;
			readonly state: string;
			readonly response: string;
			readonly keyStretching: KeyStretching;
	  }
	| { readonly step: 'start-login'; readonly password: string }
	| {
			readonly step: 'finish-login';
			readonly password: string;
			readonly state: string;
			readonly response: string;
			readonly keyStretching: KeyStretching;
	  };

/**
 * What comes out: the message for the server and the state for the next step; null where the password is
 * wrong.
 */
export type OpaqueStepResult = { readonly message: string; readonly state: string } | null;

const stretchingOf = (numbers: KeyStretching) => ({
	'argon2id-custom': { iterations: numbers.passes, memory: numbers.memoryKiB, parallelism: numbers.lanes },
});

/** Runs one step; the finishing steps take about a quarter of a second of one core. */
export const runOpaqueStep = async (input: OpaqueStep): Promise<OpaqueStepResult> => {
	await ready;
	const { password } = input;
	if (input.step === 'start-registration') {
		const { registrationRequest, clientRegistrationState } = client.startRegistration({ password });
		return { message: registrationRequest, state: clientRegistrationState };
	}
	if (input.step === 'start-login') {
		const { startLoginRequest, clientLoginState } = client.startLogin({ password });
		return { message: startLoginRequest, state: clientLoginState };
	}
	const keyStretching = stretchingOf(input.keyStretching);
	if (input.step === 'finish-registration') {
		const { registrationRecord } = client.finishRegistration({
			password,
			clientRegistrationState: input.state,
			registrationResponse: input.response,
			keyStretching,
		});
		return { message: registrationRecord, state: '' };
	}
	const finished = client.finishLogin({
		password,
		clientLoginState: input.state,
		loginResponse: input.response,
		keyStretching,
	});
	return finished ? { message: finished.finishLoginRequest, state: '' } : null;
};
