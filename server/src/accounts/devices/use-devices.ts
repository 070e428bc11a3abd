/** The use cases of devices, revocations and the policy, over one context. */
import type { BreachState } from '../context-policy/policy.ts';
import { noPlaces } from '../context-policy/places.ts';
import { requestSignInCode, showMailedCode } from '../context-policy/mailed-code.ts';
import type { Actor, ClientFacts, Context } from '../context.ts';
import { refresh, registerKey } from './device-keys.ts';
import { countSessions, type Revocation, revokeSessions } from './revoke.ts';

export const useDevices = (context: Context) => ({
	requestSignInCode: (input: Parameters<typeof requestSignInCode>[1], client: Pick<ClientFacts, 'address'>) =>
		requestSignInCode(context, input, client),
	showMailedCode: (input: Parameters<typeof showMailedCode>[1], client: ClientFacts) =>
		showMailedCode(context, input, client),
	/** For the next proof of a device. */
	deviceNonce: () => context.nonces.make(),
	refreshDevice: (proof: string, client: ClientFacts) => refresh(context, proof, client),
	registerDeviceKey: (
		actor: Actor,
		input: Parameters<typeof registerKey>[2],
		client: Pick<ClientFacts, 'deviceToken'>,
	) => registerKey(context, actor, input, client),
	/** Null: everybody. */
	revokeSessions: (accountId: string | null, revocation: Revocation) =>
		revokeSessions(context, accountId, revocation),
	countSessions: (accountId: string) => countSessions(context, accountId),
	breachState: () => context.breachStates.get(),
	setBreachState: (state: BreachState) => context.breachStates.set(state),
	signInProtection: async () => ({
		isLimitedByNetwork: context.attempts.isByNetwork(),
		hasPlaces: context.places !== noPlaces,
		breachState: await context.breachStates.get(),
	}),
});
