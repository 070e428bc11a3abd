/** Setting out to a provider: checks, a flow, and the address that the browser is sent to. */
import { Fault } from '#platform/fault.ts';
import { findAccount } from '../account-store.ts';
import type { Actor, ClientFacts, Context } from '../context.ts';
import { openServerSeal } from '../server-seal.ts';
import { findLinkOf, issuerOrFault, linkStateOf } from './link-store.ts';
import { authorizationUrl, newChallenge, type ProviderAccount } from './provider-client.ts';
import { issueStep, type Purpose } from './provider-flow.ts';
import { faultOfTrouble, ProviderTrouble } from './provider-trouble.ts';
import type { Providers } from './providers.ts';
import type { IssuerRow } from './sso-tables.ts';

type Needs = Pick<Context, 'db' | 'clock' | 'sealer' | 'serverId' | 'attempts' | 'publicUrl'> & {
	readonly providers: Providers;
};

/** The same for every provider, so that an answer meant for one can be told by its issuer alone. */
export const callbackPath = '/api/sso/callback';

export const redirectUriOf = ({ publicUrl }: Pick<Context, 'publicUrl'>): string | null => {
	const origin = publicUrl();
	return origin === null ? null : `${origin}${callbackPath}`;
};

/** @throws accounts.provider.no-address */
export const redirectUriOrFault = (needs: Pick<Context, 'publicUrl'>): string => {
	const redirectUri = redirectUriOf(needs);
	if (redirectUri === null) throw new Fault('accounts.provider.no-address');
	return redirectUri;
};

/** The provider with its secret opened; held no longer than the request that asked. */
export const openProvider = async (
	needs: Pick<Context, 'db' | 'clock' | 'sealer' | 'serverId'>,
	issuer: IssuerRow,
): Promise<ProviderAccount> => ({
	issuer: issuer.issuer,
	allowsPrivate: issuer.allowsPrivate === 1,
	clientId: issuer.clientId,
	clientSecret:
		issuer.clientSecret &&
		(await openServerSeal(needs)).open('issuer', `clientSecret ${issuer.issuerId}`, issuer.clientSecret),
});

/** Where the browser goes, and the token of the flow that it holds meanwhile. */
export interface SetOut {
	readonly url: string;
	readonly flow: string;
}

/**
 * Sets out. Nothing is told of who might have an account: that is found out after coming back.
 *
 * @throws accounts.provider.absent, .blocked, .no-address, .unreachable
 */
export const setOut = async (
	needs: Needs,
	asked: {
		readonly providerId: string;
		readonly purpose: Purpose;
		readonly account?: { readonly accountId: string; readonly epoch: number };
	},
): Promise<SetOut> => {
	const issuer = await issuerOrFault(needs.db.query, asked.providerId);
	if (issuer.isBlocked === 1) throw new Fault('accounts.provider.blocked');
	const redirectUri = redirectUriOrFault(needs);
	const account = await openProvider(needs, issuer);
	const challenge = await newChallenge();
	try {
		const url = await authorizationUrl(needs, account, {
			metadata: await needs.providers.metadata(issuer),
			challenge,
			redirectUri,
			scope: issuer.asksProfile === 1 ? 'openid profile' : 'openid',
			isAgain: asked.purpose.kind === 'step-up' || asked.purpose.kind === 'link',
		});
		const { purpose } = asked;
		const { issuerId } = issuer;
		const begun = { issuerId, purpose, startedAt: needs.clock.now(), challenge };
		return { url, flow: await issueStep(needs, 'provider', begun, asked.account) };
	} catch (error) {
		throw error instanceof ProviderTrouble ? faultOfTrouble(error) : error;
	}
};

/** For anybody: the pace of their network is all that is counted. */
export const setOutToSignIn = async (
	needs: Needs,
	input: { readonly providerId: string },
	client: Pick<ClientFacts, 'address'>,
): Promise<SetOut> => {
	needs.attempts.enter(client.address);
	return setOut(needs, { providerId: input.providerId, purpose: { kind: 'sign-in' } });
};

const ownOf = async (needs: Pick<Context, 'db'>, { accountId, sessionId }: Actor) => {
	const account = await findAccount(needs.db.query, accountId);
	if (!account) throw new Fault('access.sign-in-needed');
	return { accountId, sessionId, account: { accountId, epoch: account.epoch } };
};

/** @throws accounts.provider.absent  also for a provider that this person has not linked. */
export const setOutToStepUp = async (
	needs: Needs,
	actor: Actor,
	input: { readonly providerId: string },
): Promise<SetOut> => {
	const { account, ...own } = await ownOf(needs, actor);
	const link = await findLinkOf(needs.db.query, { accountId: own.accountId, issuerId: input.providerId });
	if (!link) throw new Fault('accounts.provider.absent');
	return setOut(needs, { providerId: input.providerId, purpose: { kind: 'step-up', ...own }, account });
};

/** @throws accounts.provider.linked-before  where the link that there is still works. */
export const setOutToLink = async (
	needs: Needs,
	actor: Actor,
	input: { readonly providerId: string },
): Promise<SetOut> => {
	const { account, ...own } = await ownOf(needs, actor);
	const issuer = await issuerOrFault(needs.db.query, input.providerId);
	const link = await findLinkOf(needs.db.query, { accountId: own.accountId, issuerId: issuer.issuerId });
	if (link && linkStateOf(issuer, link) === 'works') throw new Fault('accounts.provider.linked-before');
	return setOut(needs, { providerId: issuer.issuerId, purpose: { kind: 'link', ...own }, account });
};
