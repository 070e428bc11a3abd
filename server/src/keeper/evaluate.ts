/**
 * OPAQUE's server side (RFC 9807), with nothing kept between two messages but what `sign-in-state.ts` seals.
 */
import { server } from '@serenity-kit/opaque';
import type { KeeperKeys, SetUp } from './keys.ts';
import type { ReplyOf, RequestOf } from './messages.ts';
import { makeExchangeProof } from './proofs.ts';
import { Refusal } from './refusal.ts';
import { decoyCredentialId, decoySetUp, presentSetUp, setUpById } from './set-ups.ts';
import type { SignInStates } from './sign-in-state.ts';

interface Behind {
	readonly setUp: SetUp;
	readonly record: string;
	readonly credentialId: string;
	readonly accountId: string | null;
}

export const startRegistration = (
	keys: KeeperKeys,
	input: RequestOf<'startRegistration'>,
): ReplyOf<'startRegistration'> => {
	const setUp = presentSetUp(keys);
	try {
		const { registrationResponse } = server.createRegistrationResponse({
			serverSetup: setUp.secret,
			userIdentifier: input.credentialId,
			registrationRequest: input.registrationRequest,
		});
		return { registrationResponse, setupId: setUp.id };
	} catch (cause) {
		throw new Refusal('request.malformed', { cause });
	}
};

/** Who is behind a name. Both answers are worked out for every name, so that the work is the same. */
const whoIsBehind = (keys: KeeperKeys, input: RequestOf<'startSignIn'>, nowMs: number): Behind => {
	const setUp = decoySetUp(keys, input.unknownKey, nowMs);
	const credentialId = decoyCredentialId(keys, input.unknownKey);
	const decoy: Behind = { setUp, record: setUp.decoyRecord, credentialId, accountId: null };
	const knownSetUp = input.known ? setUpById(keys, input.known.record.setupId) : null;
	if (!input.known || !knownSetUp) return decoy;
	const { record, accountId, credentialId: knownId } = input.known;
	const isOut = accountId === null;
	return {
		setUp: knownSetUp,
		record: isOut ? knownSetUp.decoyRecord : record.record,
		credentialId: knownId,
		accountId,
	};
};

/** A record that does not read is our damage; anything else the library refuses came from the client. */
const refusalOf = (cause: unknown): Refusal => {
	const isRecord = cause instanceof Error && cause.message.includes('"deserialize registrationRecord"');
	return new Refusal(isRecord ? 'server.broken' : 'request.malformed', { cause });
};

export const startSignIn = (
	needs: { readonly keys: KeeperKeys; readonly states: SignInStates; readonly nowMs: number },
	input: RequestOf<'startSignIn'>,
): ReplyOf<'startSignIn'> => {
	const behind = whoIsBehind(needs.keys, input, needs.nowMs);
	const mustReregister = behind.setUp.id !== presentSetUp(needs.keys).id;
	try {
		const { serverLoginState, loginResponse } = server.startLogin({
			serverSetup: behind.setUp.secret,
			registrationRecord: behind.record,
			startLoginRequest: input.startLoginRequest,
			userIdentifier: behind.credentialId,
		});
		const state = { accountId: behind.accountId, serverLoginState, mustReregister };
		return { loginResponse, sealedState: needs.states.seal(state, needs.nowMs) };
	} catch (cause) {
		throw refusalOf(cause);
	}
};

/** One state is one guess: it is spent before the guess is looked at. */
export const finishSignIn = (
	needs: { readonly keys: KeeperKeys; readonly states: SignInStates; readonly nowMs: number },
	input: RequestOf<'finishSignIn'>,
): ReplyOf<'finishSignIn'> => {
	const state = needs.states.spend(input.sealedState, needs.nowMs);
	try {
		server.finishLogin({
			serverLoginState: state.serverLoginState,
			finishLoginRequest: input.finishLoginRequest,
		});
	} catch {
		return null;
	}
	if (state.accountId === null) return null;
	const proof = makeExchangeProof(needs.keys, state.accountId, needs.nowMs);
	return { accountId: state.accountId, proof, mustReregister: state.mustReregister };
};
