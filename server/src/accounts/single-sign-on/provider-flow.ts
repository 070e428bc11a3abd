/**
 * A way out to a provider and back. The browser holds a random token; what belongs to it lies sealed under
 * the server's own key, bound to that token, so that a thief of the table learns and changes nothing.
 */
import { Fault } from '#platform/fault.ts';
import { hashOf, newSecret } from '#platform/ids.ts';
import { fromJson, toJson } from '#platform/db/types.ts';
import type { FaultCode } from '@holdfast/contract/errors';
import type { AccountSeal } from '../../keeper/index.ts';
import type { Context } from '../context.ts';
import type { SealedFlow } from '../flows.ts';
import { openServerSeal } from '../server-seal.ts';
import type { EventTransaction } from '../event-log.ts';
import { consume, issueFlow, peekFlow } from '../token-store.ts';
import type { Vouched } from './id-token.ts';
import type { Challenge } from './provider-client.ts';

/** What the person set out for. Whose session it was is part of it: another one's does not finish it. */
export type Purpose =
	| { readonly kind: 'sign-in' }
	| { readonly kind: 'step-up' | 'link'; readonly accountId: string; readonly sessionId: string }
	| {
			readonly kind: 'join';
			readonly invitation: string;
			readonly username: string;
			readonly displayName: string;
	  };

interface Begun {
	readonly issuerId: string;
	readonly purpose: Purpose;
	readonly startedAt: number;
}

/** While the browser is at the provider. */
export interface Away extends Begun {
	readonly challenge: Challenge;
}

/** After it came back: what the provider vouched for, or why that does not count. */
export interface Back extends Begun {
	readonly outcome:
		| { readonly isGood: true; readonly vouched: Vouched }
		| { readonly isGood: false; readonly fault: FaultCode };
}

interface Payloads {
	readonly provider: Away;
	readonly 'provider-back': Back;
}
type Step = keyof Payloads;
type Needs = Pick<Context, 'db' | 'clock' | 'sealer' | 'serverId'>;

const columnOf = (flow: string): string => `payload ${hashOf(flow)}`;

const sealFlow = (seal: AccountSeal, flow: string, payload: Away | Back): SealedFlow => ({
	sealed: Buffer.from(seal.seal('token', columnOf(flow), toJson(payload))).toString('base64url'),
});

/** Stores a step and returns the token that names it. */
export const issueStep = async <S extends Step>(
	needs: Needs,
	step: S,
	payload: Payloads[S],
	account?: { readonly accountId: string; readonly epoch: number },
): Promise<string> => {
	const secret = newSecret();
	const seal = await openServerSeal(needs);
	const flow = { purpose: step, payload: sealFlow(seal, secret, payload), secret };
	return issueFlow(needs.db.query, account ? { ...flow, account } : flow, needs.clock.now());
};

export interface OpenStep<S extends Step> {
	readonly step: Payloads[S];
	/** The account's epoch when the step was stored; null where it belonged to nobody yet. */
	readonly epoch: number | null;
}

/** Looks at a step that is still open, without spending it. */
export const peekStep = async <S extends Step>(
	needs: Needs,
	step: S,
	flow: string,
): Promise<OpenStep<S> | null> => {
	const open = await peekFlow<Step>(needs.db.query, { purpose: step, flow }, needs.clock.now());
	if (!open) return null;
	const seal = await openServerSeal(needs);
	const text = seal.open('token', columnOf(flow), Buffer.from(open.payload.sealed, 'base64url'));
	return { step: fromJson(text as never) as Payloads[S], epoch: open.accountEpoch };
};

/** @throws accounts.flow.expired  for every call but one of those that hold the same flow. */
export const spendBack = async ({ tx, now }: EventTransaction, flow: string): Promise<void> => {
	const spent = await consume(tx, { purpose: 'provider-back', flow }, now);
	if (!spent) throw new Fault('accounts.flow.expired');
};
