/**
 * The command line as an OPAQUE client: the password is stretched and blinded here and never leaves this
 * process.
 */
import { randomInt } from 'node:crypto';
import type { KeyStretching } from '@holdfast/contract/accounts';
import { client, ready } from '@serenity-kit/opaque';

interface StartReply {
	readonly registrationResponse: string;
	readonly keyStretching: KeyStretching;
	readonly flow: string;
}

/** Runs an OPAQUE registration (RFC 9807 5): `start` and its answer, then the record for the last message. */
export const register = async (
	password: string,
	start: (registrationRequest: string) => Promise<StartReply>,
): Promise<{ readonly flow: string; readonly registrationRecord: string }> => {
	await ready;
	const { clientRegistrationState, registrationRequest } = client.startRegistration({ password });
	const { registrationResponse, keyStretching, flow } = await start(registrationRequest);
	const { registrationRecord } = client.finishRegistration({
		password,
		clientRegistrationState,
		registrationResponse,
		keyStretching: {
			'argon2id-custom': {
				memory: keyStretching.memoryKiB,
				iterations: keyStretching.passes,
				parallelism: keyStretching.lanes,
			},
		},
	});
	return { flow, registrationRecord };
};

const letters = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** Twenty letters that look unlike: about 115 bits. */
export const generatePassword = (): string =>
	Array.from({ length: 20 }, (_, index) => {
		const letter = letters[randomInt(letters.length)] ?? '';
		return index % 5 === 0 && index > 0 ? `-${letter}` : letter;
	}).join('');
