/**
 * Coming back from a provider: the flow is spent before anything is asked of the provider, and what it says
 * is kept for the page that finishes. Whatever went wrong, the browser gets the same answer.
 */
import type { FaultCode } from '@holdfast/contract/errors';
import { isEqualSecret } from '#platform/ids.ts';
import type { Context } from '../context.ts';
import { consume } from '../token-store.ts';
import { openProvider, redirectUriOrFault } from './going-out.ts';
import { findIssuer } from './link-store.ts';
import { exchangeCode } from './provider-client.ts';
import { type Away, type Back, issueStep, type OpenStep, peekStep } from './provider-flow.ts';
import { faultOfTrouble, ProviderTrouble } from './provider-trouble.ts';
import type { Providers } from './providers.ts';

type Needs = Pick<Context, 'db' | 'clock' | 'sealer' | 'serverId' | 'publicUrl' | 'log'> & {
	readonly providers: Providers;
};

/** What the provider appended to the address. */
export interface Returned {
	readonly code?: string | undefined;
	readonly state?: string | undefined;
	readonly iss?: string | undefined;
	readonly error?: string | undefined;
}

const failed = (fault: FaultCode): Back['outcome'] => ({ isGood: false, fault });

/** Of the configured address only: what the request itself came to says nothing. */
const addressOf = (needs: Needs, returned: Returned): URL => {
	const url = new URL(redirectUriOrFault(needs));
	for (const name of ['code', 'state', 'iss', 'error'] as const) {
		const value = returned[name];
		if (value !== undefined) url.searchParams.set(name, value);
	}
	return url;
};

const ask = async (needs: Needs, away: Away, returned: Returned): Promise<Back['outcome']> => {
	const issuer = await findIssuer(needs.db.query, away.issuerId);
	if (!issuer || issuer.isBlocked === 1) return failed('accounts.provider.blocked');
	try {
		const vouched = await exchangeCode(needs, await openProvider(needs, issuer), {
			metadata: await needs.providers.metadata(issuer),
			challenge: away.challenge,
			returnedTo: addressOf(needs, returned),
			startedAt: away.startedAt,
		});
		return { isGood: true, vouched };
	} catch (error) {
		if (!(error instanceof ProviderTrouble)) throw error;
		needs.providers.forget(issuer);
		if (returned.error === 'access_denied') return failed('accounts.provider.declined');
		needs.log.warn({ trouble: error.trouble, issuerId: away.issuerId }, 'a sign-in with a provider failed');
		return failed(faultOfTrouble(error).code);
	}
};

const spend = (needs: Needs, flow: string): Promise<boolean> =>
	needs.db.transaction(
		async (tx) => (await consume(tx, { purpose: 'provider', flow }, needs.clock.now())) !== null,
	);

const isItsState = ({ step }: OpenStep<'provider'>, { state }: Returned): boolean =>
	state !== undefined && isEqualSecret(step.challenge.state, state);

/**
 * Takes what the provider sent along. A state that is not the flow's own leaves the flow as it is, so that
 * nobody can end it from another page. Of many that come back with the same one, one goes on.
 *
 * @returns the token of the next step, or null where there is nothing to go on with.
 */
export const comeBack = async (
	needs: Needs,
	flow: string | null,
	returned: Returned,
): Promise<string | null> => {
	const open = flow === null ? null : await peekStep(needs, 'provider', flow);
	if (flow === null || !open || !isItsState(open, returned)) return null;
	if (!(await spend(needs, flow))) return null;
	const { challenge: _, ...begun } = open.step;
	const outcome = await ask(needs, open.step, returned);
	const { purpose } = begun;
	const account =
		'accountId' in purpose ? { accountId: purpose.accountId, epoch: open.epoch ?? 0 } : undefined;
	return issueStep(needs, 'provider-back', { ...begun, outcome }, account);
};
