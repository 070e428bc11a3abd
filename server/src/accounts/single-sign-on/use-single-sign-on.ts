/** The use cases of signing in with another provider, over one context. */
import type { Actor, ClientFacts, Context } from '../context.ts';
import { arrive } from './arriving.ts';
import { endByProvider } from './back-channel-logout.ts';
import { comeBack, type Returned } from './coming-back.ts';
import { redirectUriOf, setOutToLink, setOutToSignIn, setOutToStepUp } from './going-out.ts';
import { type JoinWithProvider, setOutToJoin } from './joining-with-provider.ts';
import { listIssuers } from './link-store.ts';
import { listMyLinks, removeMyLink } from './my-links.ts';
import * as settings from './provider-settings.ts';
import { createProviders } from './providers.ts';

type Chosen = { readonly providerId: string };

export const useSingleSignOn = (context: Context) => {
	const needs = { ...context, providers: createProviders(context) };
	return {
		/** None without a public address: nobody would find back. */
		listProviders: async () => {
			const isUsable = redirectUriOf(needs) !== null;
			const issuers = isUsable ? await listIssuers(needs.db.query) : [];
			return issuers
				.filter(({ isBlocked }) => isBlocked === 0)
				.map(({ issuerId, name, allowsJoining }) => ({
					providerId: issuerId,
					name,
					allowsJoining: allowsJoining === 1,
				}));
		},
		startProviderSignIn: (input: Chosen, client: Pick<ClientFacts, 'address'>) =>
			setOutToSignIn(needs, input, client),
		startProviderStepUp: (actor: Actor, input: Chosen) => setOutToStepUp(needs, actor, input),
		startProviderLink: (actor: Actor, input: Chosen) => setOutToLink(needs, actor, input),
		startJoinWithProvider: (input: JoinWithProvider, client: Pick<ClientFacts, 'address'>) =>
			setOutToJoin(needs, input, client),
		comeBackFromProvider: (flow: string | null, returned: Returned) => comeBack(needs, flow, returned),
		finishWithProvider: (flow: string | null, client: ClientFacts) => arrive(needs, flow, client),
		listProviderLinks: (actor: Actor) => listMyLinks(needs, actor),
		removeProviderLink: (actor: Pick<Actor, 'accountId' | 'sessionId'>, linkId: string) =>
			removeMyLink(needs, actor, linkId),
		listProviderEntries: () => settings.listEntries(needs),
		addProvider: (input: Parameters<typeof settings.addIssuer>[1]) => settings.addIssuer(needs, input),
		changeProvider: (providerId: string, input: Parameters<typeof settings.changeIssuer>[2]) =>
			settings.changeIssuer(needs, providerId, input),
		removeProvider: (providerId: string) => settings.removeIssuer(needs, providerId),
		testProvider: (input: Parameters<typeof settings.tryIssuer>[1]) => settings.tryIssuer(needs, input),
		setProviderState: (asked: Parameters<typeof settings.setIssuerState>[1]) =>
			settings.setIssuerState(needs, asked),
		endByProvider: (asked: Parameters<typeof endByProvider>[1]) => endByProvider(needs, asked),
	};
};
