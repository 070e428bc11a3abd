/**
 * Media servers that people claimed, those that wait to be, and who may enter. Names and addresses lie sealed
 * under the keys of the people who see them.
 */
import { column, table, type RowOf } from '#platform/db/types.ts';

const closedList = 'one word of a closed list';

/** `released` servers stay as a row until they have heard of it. */
export const mediaServerTable = table('mediaServer', {
	serverId: column.id(),
	/** Thumbprint of its key: the server's identity, whoever owns it. */
	keyName: column.hash(),
	publicKey: column.text('the public half of its key'),
	ownerId: column.id(),
	status: column.text<'claimed' | 'released'>(closedList),
	/** Both sealed under the owner's key. */
	name: column.sealed(),
	addresses: column.sealed(),
	/** Where browsers may be sent back to, by keyed index: compared exactly, and told to nobody. */
	redirects: column.json<readonly string[]>('keyed hashes whose key never leaves the keeper'),
	/** The last event that it has acted on, as it said; written every ten seconds at most. */
	position: column.integer(),
	lastHeardAt: column.timeMs().nullable(),
	claimedAt: column.timeMs(),
});

/** A server that shows a claim code right now. */
export const serverClaimTable = table('serverClaim', {
	keyName: column.hash(),
	publicKey: column.text('the public half of its key'),
	codeIndex: column.blindIndex(),
	details: column.text('name and addresses, encrypted under the claim code, which is stored nowhere'),
	redirects: column.json<readonly string[]>('keyed hashes whose key never leaves the keeper'),
	expiresAt: column.timeMs(),
});

/** Somebody who may enter a server. Until they come for the first time, nobody knows who they are. */
export const serverGrantTable = table('serverGrant', {
	grantId: column.id(),
	serverId: column.id(),
	accountId: column.id().nullable(),
	/** Of the username or mail address that the owner typed; null once the person has come. */
	whoIndex: column.blindIndex().nullable(),
	/** What the owner typed, sealed under the owner's key. */
	invitedAs: column.sealed(),
	/** What the server calls itself, sealed under the person's own key. */
	serverName: column.sealed().nullable(),
	role: column.text<'member' | 'guest'>(closedList),
	isHousehold: column.flag(),
	createdAt: column.timeMs(),
	acceptedAt: column.timeMs().nullable(),
});

export const serverTables = [mediaServerTable, serverClaimTable, serverGrantTable] as const;

export type MediaServerRow = RowOf<typeof mediaServerTable>;
export type ServerClaimRow = RowOf<typeof serverClaimTable>;
export type ServerGrantRow = RowOf<typeof serverGrantTable>;

export interface ServerTables {
	mediaServer: MediaServerRow;
	serverClaim: ServerClaimRow;
	serverGrant: ServerGrantRow;
}
