/** Media servers of this account service: every use case over one context. */
import type { ClientFacts, Actor, Context } from '../context.ts';
import { createNetworkTries } from './claim-tries.ts';
import { type ClaimContext, claimServer, greetServer, type Hello, lookAtClaim } from './claims.ts';
import { approveEntry, endServerSession, lookAtEntry, redeemEntry, type Redeeming } from './entries.ts';
import { createServerFeed } from './feed.ts';
import * as own from './own-servers.ts';
import { createServerProofs, type Shown } from './server-proof.ts';
import type { PublicKey } from '#platform/jws.ts';

/** Servers that a network may show for the first time in an hour. */
const newcomersMax = 60;

/** What a person does with servers, and what servers ask. */
export const useServers = (context: Context) => {
	const proofs = createServerProofs(context);
	const feed = createServerFeed(context);
	const networkTries = createNetworkTries();
	const claiming: ClaimContext = { ...context, networkTries, newcomers: createNetworkTries(newcomersMax) };
	return {
		listServers: (actor: Actor) => own.listServers(context, actor),
		lookAtClaim: (actor: Actor, input: { readonly code: string }, client: Pick<ClientFacts, 'address'>) =>
			lookAtClaim(claiming, actor, input, client),
		claimServer: (
			actor: Actor,
			input: Parameters<typeof claimServer>[2],
			client: Pick<ClientFacts, 'address'>,
		) => claimServer(claiming, actor, input, client),
		renameServer: (actor: Actor, input: Parameters<typeof own.renameServer>[2]) =>
			own.renameServer(context, actor, input),
		releaseServer: (actor: Actor, input: { readonly serverId: string }) =>
			own.releaseOwnServer(context, actor, input),
		listServerPeople: (actor: Actor, input: { readonly serverId: string }) =>
			own.listServerPeople(context, actor, input),
		inviteToServer: (actor: Actor, input: Parameters<typeof own.inviteToServer>[2]) =>
			own.inviteToServer(context, actor, input),
		changeServerPerson: (actor: Actor, input: Parameters<typeof own.changeServerPerson>[2]) =>
			own.changeServerPerson(context, actor, input),
		removeServerPerson: (actor: Actor, input: Parameters<typeof own.removeServerPerson>[2]) =>
			own.removeServerPerson(context, actor, input),
		lookAtEntry: (actor: Actor, request: string) => lookAtEntry(context, proofs, actor, request),
		approveEntry: (actor: Actor, request: string) => approveEntry(context, proofs, actor, request),
		listServersOnMachine: (after: string | undefined) => own.listServersOnMachine(context, after),
		releaseServerOnMachine: (serverId: string) => own.releaseOnMachine(context, serverId),
		/** What media servers ask; each proves itself anew with every question. */
		feed: {
			stopWaiting: () => feed.stopWaiting(),
			keys: async () => ({ issuer: context.publicUrl() ?? '', keys: await feed.keys() }),
			greet: async (shown: Shown, key: PublicKey, hello: Hello, address: string | null) =>
				greetServer(claiming, await proofs.ofKey(shown, key), hello, address),
			poll: async (shown: Shown, poll: Parameters<typeof feed.poll>[2], signal: AbortSignal) => {
				const { server, nonce } = await proofs.ofServer(shown);
				return feed.poll(server, nonce, poll, signal);
			},
			redeem: async (shown: Shown, redeeming: Redeeming) =>
				redeemEntry(context, (await proofs.ofServer(shown)).server, redeeming),
			endSession: async (shown: Shown, sessionId: string) =>
				endServerSession(context, (await proofs.ofServer(shown)).server, sessionId),
			release: async (shown: Shown) =>
				own.releaseServer(context, (await proofs.ofServer(shown)).server, 'server'),
		},
	};
};
