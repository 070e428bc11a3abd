/**
 * What a media server keeps of a far account service: who claimed it, how far the feed has come, and who is
 * signed in. Names lie encrypted under the session's own token, which only its browser has.
 */
import { column, table, type RowOf } from '#platform/db/types.ts';

const closedList = 'one word of a closed list';

/** One row: the account service, its keys as they were first seen, and the owner. */
export const farStateTable = table('farState', {
	authority: column.text('the address in the configuration'),
	/** Public keys by name. Whoever shows others later is not believed. */
	keys: column.json<readonly { readonly name: string; readonly x: string }[]>('public keys'),
	serverId: column.id().nullable(),
	ownerId: column.id().nullable(),
	/** The last event that was acted on. */
	position: column.integer(),
	/** Of the newest checkpoint, by the account service's clock; it never goes back. */
	checkpointAt: column.integer(),
	/** When that was heard, by our clock; null where it never was. */
	heardAt: column.timeMs().nullable(),
});

export const farSessionTable = table('farSession', {
	sessionId: column.id(),
	tokenHash: column.hash(),
	accountId: column.id(),
	role: column.text<'owner' | 'member' | 'guest'>(closedList),
	isHousehold: column.flag(),
	accountEpoch: column.integer(),
	serverEpoch: column.integer(),
	globalEpoch: column.integer(),
	issuerId: column.id().nullable(),
	/** The newest event at the account service when the person came in. */
	position: column.integer(),
	level: column.integer(),
	highestLevel: column.integer(),
	authenticatedAt: column.timeMs(),
	createdAt: column.timeMs(),
	expiresAt: column.timeMs(),
	/** Name, username and viewer: JSON, encrypted under a key made of the token. */
	sealed: column.bytes("encrypted under the session's own token, of which only a hash is stored"),
});

/** What ended lately, for sign-ins that were on their way while the event came. */
export const farEndingTable = table('farEnding', {
	subject: column.text('an opaque id, or one word for everybody'),
	position: column.integer(),
	at: column.timeMs(),
});

/** Every table of this room, for the check of declarations against the schema. */
export const accessTables = [farStateTable, farSessionTable, farEndingTable] as const;

export type FarStateRow = RowOf<typeof farStateTable>;
export type FarSessionRow = RowOf<typeof farSessionTable>;
export type FarEndingRow = RowOf<typeof farEndingTable>;

/** The rows by table, as Kysely takes them. */
export interface AccessTables {
	farState: FarStateRow;
	farSession: FarSessionRow;
	farEnding: FarEndingRow;
}
