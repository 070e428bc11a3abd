/**
 * How a media server becomes somebody's. It shows a code and says so here; a person who is signed in types
 * the code. The server is never called: homes are behind routers that let nobody in.
 */
import type { ServerEntry } from '@holdfast/contract/servers';
import { enterPath } from '@holdfast/contract/feed';
import { toJson } from '#platform/db/types.ts';
import { Fault } from '#platform/fault.ts';
import { newId } from '#platform/ids.ts';
import { findAccount } from '../account-store.ts';
import type { Actor, ClientFacts, Context } from '../context.ts';
import { networkOf } from '../network.ts';
import { openOwn } from '../sessions.ts';
import { type ClaimDetails, claimIndexOf, claimIndexOfCode, openDetails } from './claim-code.ts';
import { assertTriesLeft, countWrong, type NetworkTries } from './claim-tries.ts';
import {
	countClaims,
	findClaim,
	findServerByKey,
	insertServer,
	listOwnServers,
	putClaim,
	serversListedMax,
	takeClaim,
} from './server-store.ts';
import type { MediaServerRow, ServerClaimRow } from './server-tables.ts';
import type { ProvenKey } from './server-proof.ts';

/** A server says hello every few seconds while it shows a code; one that is silent for so long is off. */
const claimLifetimeMs = 10 * 60_000;
/** Servers that may wait at once; beyond it only those that wait already are heard. */
const claimsMax = 10_000;

export interface ClaimContext extends Context {
	readonly networkTries: NetworkTries;
	/** Servers that say hello for the first time, by network. */
	readonly newcomers: NetworkTries;
}

/** Exactly where browsers may be sent back to, by keyed index. */
export const redirectIndexesOf = (
	{ keeper }: Pick<Context, 'keeper'>,
	keyName: string,
	addresses: readonly string[],
): Promise<string[]> =>
	addresses.length === 0
		? Promise.resolve([])
		: keeper.blindIndex(
				'server-address',
				addresses.map((address) => `${keyName} ${address}${enterPath}`),
			);

export interface Hello {
	readonly claim: { readonly codeHash: string; readonly details: string } | null;
	readonly addresses: readonly string[];
}

const waitForClaim = async (
	needs: ClaimContext,
	proven: ProvenKey,
	hello: Hello & { readonly claim: NonNullable<Hello['claim']> },
	address: string | null,
): Promise<void> => {
	const now = needs.clock.now();
	const { keyName, key } = proven;
	const codeIndex = await claimIndexOf(needs, hello.claim.codeHash);
	const redirects = toJson(await redirectIndexesOf(needs, keyName, hello.addresses));
	const network = networkOf(address);
	const row: ServerClaimRow = {
		...{ keyName, publicKey: key.x, codeIndex, redirects },
		details: hello.claim.details,
		expiresAt: now + claimLifetimeMs,
	};
	const known = await needs.db.query
		.selectFrom('serverClaim')
		.selectAll()
		.where('keyName', '=', keyName)
		.executeTakeFirst();
	if (!known) {
		needs.newcomers.assertLeft(network, now);
		needs.newcomers.count(network, now);
		if ((await countClaims(needs.db.query)) >= claimsMax) throw new Fault('request.too-many');
	}
	// The same code, and not half its time gone: nothing to write.
	const isSame = known?.codeIndex === codeIndex && known.redirects === redirects;
	if (isSame && known.expiresAt - now > claimLifetimeMs / 2) return;
	await needs.db.transaction((tx) => putClaim(tx, row));
};

const renewRedirects = async (needs: Context, server: MediaServerRow, hello: Hello): Promise<void> => {
	const redirects = toJson(await redirectIndexesOf(needs, server.keyName, hello.addresses));
	if (redirects === server.redirects) return;
	await needs.db.query
		.updateTable('mediaServer')
		.set({ redirects })
		.where('serverId', '=', server.serverId)
		.execute();
};

/** A media server is there. Says whether somebody has claimed it. */
export const greetServer = async (
	needs: ClaimContext,
	proven: ProvenKey,
	hello: Hello,
	address: string | null,
) => {
	const server = await findServerByKey(needs.db.query, proven.keyName);
	const position = await needs.events.newestPosition();
	if (server?.status === 'claimed') {
		await renewRedirects(needs, server, hello);
		return { state: 'claimed' as const, serverId: server.serverId, ownerId: server.ownerId, position };
	}
	if (hello.claim) await waitForClaim(needs, proven, { ...hello, claim: hello.claim }, address);
	return { state: 'unclaimed' as const, serverId: null, ownerId: null, position };
};

interface Found {
	readonly claim: ServerClaimRow;
	readonly details: ClaimDetails;
}

/** Wrong, old and used codes are counted and answered alike. */
const findByCode = async (
	needs: ClaimContext,
	actor: Actor,
	code: string,
	client: Pick<ClientFacts, 'address'>,
): Promise<Found> => {
	const codeIndex = await claimIndexOfCode(needs, code);
	const network = networkOf(client.address);
	needs.networkTries.assertLeft(network, needs.clock.now());
	const found = await needs.db.transaction(async (tx) => {
		const now = needs.clock.now();
		await assertTriesLeft(tx, actor.accountId, now);
		const claim = await findClaim(tx, codeIndex, now);
		const details = claim ? openDetails(code, claim.details) : null;
		if (claim && details) return { claim, details };
		await countWrong(tx, actor.accountId, now);
		return null;
	});
	if (found) return found;
	needs.networkTries.count(network, needs.clock.now());
	throw new Fault('servers.claim.code-wrong');
};

/** The first letters of a key's name, as both consoles show them. */
export const shownKeyName = (keyName: string): string => keyName.slice(0, 8);

export const lookAtClaim = async (
	needs: ClaimContext,
	actor: Actor,
	{ code }: { readonly code: string },
	client: Pick<ClientFacts, 'address'>,
) => {
	const { claim, details } = await findByCode(needs, actor, code, client);
	return {
		name: details.name,
		addresses: [...details.addresses],
		keyName: shownKeyName(claim.keyName),
	};
};

const prepare = async (
	needs: ClaimContext,
	actor: Actor,
	{ claim, details }: Found,
	name: string,
): Promise<{ readonly row: MediaServerRow; readonly entry: ServerEntry }> => {
	const { seal } = await openOwn(needs, actor);
	const now = needs.clock.now();
	const shown = name.trim().normalize('NFC') || details.name;
	const row: MediaServerRow = {
		serverId: newId(now),
		keyName: claim.keyName,
		publicKey: claim.publicKey,
		ownerId: actor.accountId,
		status: 'claimed',
		name: seal.seal('mediaServer', 'name', shown),
		addresses: seal.seal('mediaServer', 'addresses', JSON.stringify(details.addresses)),
		redirects: claim.redirects,
		position: await needs.events.newestPosition(),
		lastHeardAt: null,
		claimedAt: now,
	};
	return {
		row,
		entry: {
			serverId: row.serverId,
			name: shown,
			isMine: true,
			role: 'owner',
			isHousehold: true,
			addresses: [...details.addresses],
			claimedAt: now,
			lastHeardAt: null,
			keyName: shownKeyName(row.keyName),
		},
	};
};

/** The code is spent in the transaction that makes the server somebody's: of any number one wins. */
export const claimServer = async (
	needs: ClaimContext,
	actor: Actor,
	input: { readonly code: string; readonly name: string },
	client: Pick<ClientFacts, 'address'>,
): Promise<ServerEntry> => {
	const found = await findByCode(needs, actor, input.code, client);
	const { row, entry } = await prepare(needs, actor, found, input.name);
	const { accountId } = actor;
	await needs.events.transaction(async ({ tx, now, append }) => {
		const account = await findAccount(tx, accountId);
		if (account?.status !== 'active') throw new Fault('access.sign-in-needed');
		const spent = await takeClaim(tx, found.claim.codeIndex, now);
		if (spent?.keyName !== row.keyName) throw new Fault('servers.claim.code-wrong');
		if ((await listOwnServers(tx, accountId)).length >= serversListedMax) throw new Fault('servers.too-many');
		await insertServer(tx, row);
		await append({ kind: 'server-claimed', cause: 'server', accountId, serverId: row.serverId });
	});
	return entry;
};
