/** Showing that it is you: each way ends in a session or in the question for a second factor. */
import {
	type Authentication,
	finishStepUp,
	startStepUp,
	useMailedCode as showMailedCodeRoute,
} from '@holdfast/contract/accounts';
import {
	finishPasskeySignIn,
	startPasskeySignIn,
	startPasskeyStepUp,
	useRecoveryCode as showRecoveryCodeRoute,
	useTotp as showTotpRoute,
} from '@holdfast/contract/factors';
import { call } from '../api/client.ts';
import { whileRenewing } from '../api/live-events.ts';
import { lastLoginMessage, step, withOpaque } from './credentials.ts';
import { showPasskeyTo } from './passkeys.ts';

/** The page of these calls knows what a 401 means. */
const here = { isSignInPage: true } as const;

/** A code of an authenticator app, with the flow that asked for it. */
export const showTotp = (flow: string, code: string): Promise<Authentication> =>
	whileRenewing(() => call(showTotpRoute, { body: { flow, code } }, here));

/** A recovery code instead. */
export const showRecoveryCode = (flow: string, code: string): Promise<Authentication> =>
	whileRenewing(() => call(showRecoveryCodeRoute, { body: { flow, code } }, here));

/** The code that was mailed, where this person was never seen. */
export const showMailedCode = (flow: string, code: string): Promise<Authentication> =>
	whileRenewing(() => call(showMailedCodeRoute, { body: { flow, code } }, here));

interface PasskeyStart {
	readonly flow: string;
	readonly options: object;
}

const finishPasskey = async (start: PasskeyStart, isAutofill = false): Promise<Authentication> => {
	const response = await showPasskeyTo(start.options, isAutofill);
	return whileRenewing(() =>
		call(finishPasskeySignIn, { body: { flow: start.flow, response: { ...response } } }, here),
	);
};

/** A passkey: alone with `null`, or with the flow that asked for a second factor. */
export const showPasskey = async (flow: string | null, isAutofill = false): Promise<Authentication> =>
	finishPasskey(await call(startPasskeySignIn, { body: { flow } }, here), isAutofill);

/** One of my passkeys, so that this session counts as fresh. */
export const stepUpWithPasskey = async (): Promise<Authentication> =>
	finishPasskey(await call(startPasskeyStepUp));

/** My password, so that this session counts as fresh; a second factor may be asked for after it. */
export const stepUpWithPassword = (password: string): Promise<Authentication> =>
	withOpaque(async (opaque) => {
		const begun = await step(opaque, { step: 'start-login', password });
		const answer = await call(startStepUp, { body: { startLoginRequest: begun.message } });
		const finishLoginRequest = await lastLoginMessage(opaque, {
			step: 'finish-login',
			password,
			state: begun.state,
			response: answer.loginResponse,
			keyStretching: answer.keyStretching,
		});
		return whileRenewing(() => call(finishStepUp, { body: { flow: answer.flow, finishLoginRequest } }));
	});
