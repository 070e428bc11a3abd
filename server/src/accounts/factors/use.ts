/** The use cases of second factors over one context. */
import type { Role } from '@holdfast/contract/accounts';
import type { Actor, ClientFacts, Context } from '../context.ts';
import { finishTotp, type FinishTotp, startTotp } from './enrolment.ts';
import { startFactorHelp } from './help.ts';
import { removeFactorsOnMachine, showFactorsOnMachine } from './on-machine.ts';
import { listFactors, removeFactor, renameFactor, renewRecoveryCodes } from './overview.ts';
import { finishPasskey, type FinishPasskey, startPasskey } from './passkey-enrolment.ts';
import { finishPasskeySignIn, startPasskeySignIn, startPasskeyStepUp } from './passkey-showing.ts';
import { getFactorPolicy, requireFactorsOnMachine, setFactorPolicy } from './policy.ts';
import { type ShownCode, showRecoveryCode, showTotp } from './showing.ts';

type Own = Pick<Actor, 'accountId' | 'sessionId'>;

export const useFactors = (context: Context) => ({
	listFactors: (actor: Actor) => listFactors(context, actor),
	startTotp: (actor: Actor) => startTotp(context, actor),
	finishTotp: (actor: Actor, input: FinishTotp, client: ClientFacts) =>
		finishTotp(context, actor, input, client),
	startPasskey: (actor: Actor) => startPasskey(context, actor),
	finishPasskey: (actor: Actor, input: FinishPasskey, client: ClientFacts) =>
		finishPasskey(context, actor, input, client),
	renameFactor: (actor: Actor, named: { factorId: string; label: string }) =>
		renameFactor(context, actor, named),
	removeFactor: (actor: Own, factorId: string) => removeFactor(context, actor, factorId),
	makeRecoveryCodes: (actor: Own) => renewRecoveryCodes(context, actor),
	showTotp: (shown: ShownCode, client: ClientFacts) => showTotp(context, shown, client),
	showRecoveryCode: (shown: ShownCode, client: ClientFacts) => showRecoveryCode(context, shown, client),
	startPasskeySignIn: (input: { flow: string | null }, client: Pick<ClientFacts, 'address'>) =>
		startPasskeySignIn(context, input, client),
	finishPasskeySignIn: (input: { flow: string; response: object }, client: ClientFacts) =>
		finishPasskeySignIn(context, input, client),
	startPasskeyStepUp: (actor: Actor) => startPasskeyStepUp(context, actor),
	getFactorPolicy: () => getFactorPolicy(context),
	setFactorPolicy: (actor: Own, requiredFor: readonly Role[]) => setFactorPolicy(context, actor, requiredFor),
	startFactorHelp: (actor: Own, accountId: string) => startFactorHelp(context, actor, accountId),
	showFactorsOnMachine: (named: { username: string }) => showFactorsOnMachine(context, named),
	removeFactorsOnMachine: (named: { username: string }) => removeFactorsOnMachine(context, named),
	requireFactorsOnMachine: (requiredFor: readonly Role[]) => requireFactorsOnMachine(context, requiredFor),
});
