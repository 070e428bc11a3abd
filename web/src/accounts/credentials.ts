/** The conversations in which a password takes part without ever leaving this device. */
import {
	type Authentication,
	finishOwner,
	finishPasswordChange,
	finishSignIn,
	type Signed,
	startOwner,
	startPasswordChange,
	startSignIn,
} from '@holdfast/contract/accounts';
import { finishReset, type ResetProof, startReset } from '@holdfast/contract/recovery';
import { ApiFault, call } from '../api/client.ts';
import { whileRenewing } from '../api/live-events.ts';
import { type OpaqueRunner, openOpaque } from './opaque.ts';
import type { OpaqueStep } from './opaque-steps.ts';

/** Runs a conversation and frees what stretching took, however it ends. */
export const withOpaque = async <T>(converse: (opaque: OpaqueRunner) => Promise<T>): Promise<T> => {
	const opaque = openOpaque();
	try {
		return await converse(opaque);
	} finally {
		opaque.end();
	}
};

/** A step that needs no right password; null from it means that the messages were broken on the way. */
export const step = async (opaque: OpaqueRunner, input: OpaqueStep) => {
	const result = await opaque.run(input);
	if (!result) throw new ApiFault('accounts.credentials.wrong', 401);
	return result;
};

/**
 * Finishes a sign-in. With a wrong password there is no last message to send; something of its shape is sent
 * all the same, so that the server counts the attempt, spends the flow and gives its own answer.
 */
export const lastLoginMessage = async (opaque: OpaqueRunner, input: OpaqueStep): Promise<string> =>
	(await opaque.run(input))?.message ?? 'A'.repeat(86);

export interface SignInInput {
	readonly username: string;
	readonly password: string;
	/** Beside the password, where nobody knows this device and too many wrong ones were tried. */
	readonly extra?: SignInExtra;
}

export interface SignInExtra {
	readonly kind: 'mailed-code' | 'recovery-code';
	readonly code: string;
}

/**
 * Signs this browser in. Throws `accounts.credentials.wrong` for a wrong password and an unknown name alike.
 */
export const signIn = ({ username, password, extra }: SignInInput): Promise<Authentication> =>
	withOpaque(async (opaque) => {
		const begun = await step(opaque, { step: 'start-login', password });
		const answer = await call(
			startSignIn,
			{ body: { username, startLoginRequest: begun.message } },
			{ isSignInPage: true },
		);
		const finishLoginRequest = await lastLoginMessage(opaque, {
			step: 'finish-login',
			password,
			state: begun.state,
			response: answer.loginResponse,
			keyStretching: answer.keyStretching,
		});
		const body = { flow: answer.flow, finishLoginRequest, ...(extra && { extra }) };
		return call(finishSignIn, { body }, { isSignInPage: true });
	});

export interface OwnerInput {
	readonly flow: string;
	readonly username: string;
	readonly displayName: string;
	readonly password: string;
}

/** Makes the owner's account with a set-up flow, and signs this browser in. */
export const createOwner = ({ flow, username, displayName, password }: OwnerInput): Promise<Signed> =>
	withOpaque(async (opaque) => {
		const begun = await step(opaque, { step: 'start-registration', password });
		const answer = await call(startOwner, { body: { flow, username, registrationRequest: begun.message } });
		const record = await step(opaque, {
			step: 'finish-registration',
			password,
			state: begun.state,
			response: answer.registrationResponse,
			keyStretching: answer.keyStretching,
		});
		return call(finishOwner, { body: { flow, username, displayName, registrationRecord: record.message } });
	});

export interface PasswordChangeInput {
	readonly password: string;
	readonly nextPassword: string;
	readonly signOutEverywhere: boolean;
}

/**
 * Proves the present password and sets the next. Never signs in: with `signOutEverywhere` this browser is out
 * too, else it goes on with a new session.
 */
export const changePassword = ({
	password,
	nextPassword,
	signOutEverywhere,
}: PasswordChangeInput): Promise<Signed | null> =>
	withOpaque(async (opaque) => {
		const login = await step(opaque, { step: 'start-login', password });
		const registration = await step(opaque, { step: 'start-registration', password: nextPassword });
		const answer = await call(startPasswordChange, {
			body: { startLoginRequest: login.message, registrationRequest: registration.message },
		});
		const { keyStretching } = answer;
		const finishLoginRequest = await lastLoginMessage(opaque, {
			step: 'finish-login',
			password,
			state: login.state,
			response: answer.loginResponse,
			keyStretching,
		});
		const record = await step(opaque, {
			step: 'finish-registration',
			password: nextPassword,
			state: registration.state,
			response: answer.registrationResponse,
			keyStretching,
		});
		const body = {
			flow: answer.flow,
			finishLoginRequest,
			registrationRecord: record.message,
			signOutEverywhere,
		};
		return (await whileRenewing(() => call(finishPasswordChange, { body }))).signed;
	});

export type { ResetProof };

export interface PasswordResetInput {
	readonly proof: ResetProof;
	readonly password: string;
	readonly signOutDevices: boolean;
	/** A code of the app or a recovery code, where the server asks for one. */
	readonly factorCode: string | null;
}

/** Registers a new password for somebody who can show one of the proofs. Never signs in. */
export const resetPassword = ({ proof, password, signOutDevices, factorCode }: PasswordResetInput) =>
	withOpaque(async (opaque) => {
		const begun = await step(opaque, { step: 'start-registration', password });
		const answer = await call(startReset, { body: { proof, registrationRequest: begun.message } });
		const record = await step(opaque, {
			step: 'finish-registration',
			password,
			state: begun.state,
			response: answer.registrationResponse,
			keyStretching: answer.keyStretching,
		});
		const body = { flow: answer.flow, registrationRecord: record.message, signOutDevices, factorCode };
		return call(finishReset, { body });
	});
