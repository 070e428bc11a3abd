/** Making an account by a link: the password becomes a record on this device, and never leaves it. */
import type { Signed } from '@holdfast/contract/accounts';
import { finishJoining, type Language, startJoining } from '@holdfast/contract/people';
import { call } from '../api/client.ts';
import { step, withOpaque } from './credentials.ts';

export interface JoinInput {
	readonly secret: string;
	readonly username: string;
	readonly displayName: string;
	readonly password: string;
	readonly language: Language;
}

/** Makes the account that the link offers, and signs this browser in. */
export const join = ({ password, ...who }: JoinInput): Promise<Signed> =>
	withOpaque(async (opaque) => {
		const { secret, username, displayName, language } = who;
		const begun = await step(opaque, { step: 'start-registration', password });
		const answer = await call(
			startJoining,
			{ body: { secret, username, registrationRequest: begun.message } },
			{ isSignInPage: true },
		);
		const record = await step(opaque, {
			step: 'finish-registration',
			password,
			state: begun.state,
			response: answer.registrationResponse,
			keyStretching: answer.keyStretching,
		});
		const { flow } = answer;
		const body = { flow, secret, username, displayName, registrationRecord: record.message, language };
		return call(finishJoining, { body }, { isSignInPage: true });
	});
