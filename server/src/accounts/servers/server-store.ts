/** Media servers, claims and grants as rows. */
import type { Kysely, Transaction } from 'kysely';
import type { AccountTables } from '../tables.ts';
import type { MediaServerRow, ServerClaimRow, ServerGrantRow } from './server-tables.ts';

type Reader = Kysely<AccountTables>;
type Writer = Transaction<AccountTables>;

export const serversListedMax = 100;
export const peopleListedMax = 200;

export const findServerByKey = (db: Reader, keyName: string): Promise<MediaServerRow | undefined> =>
	db.selectFrom('mediaServer').selectAll().where('keyName', '=', keyName).executeTakeFirst();

/** One person's own server. Another's is not found. */
export const findOwnServer = (
	db: Reader,
	own: { readonly serverId: string; readonly accountId: string },
): Promise<MediaServerRow | undefined> =>
	db
		.selectFrom('mediaServer')
		.selectAll()
		.where('serverId', '=', own.serverId)
		.where('ownerId', '=', own.accountId)
		.where('status', '=', 'claimed')
		.executeTakeFirst();

export const listOwnServers = (db: Reader, accountId: string): Promise<MediaServerRow[]> =>
	db
		.selectFrom('mediaServer')
		.selectAll()
		.where('ownerId', '=', accountId)
		.where('status', '=', 'claimed')
		.orderBy('serverId')
		.limit(serversListedMax)
		.execute();

/** A claimed server whose owner is there to vouch for it. While the owner is deactivated, it rests. */
export const findOpenServer = (db: Reader, keyName: string): Promise<MediaServerRow | undefined> =>
	db
		.selectFrom('mediaServer')
		.innerJoin('account', 'account.accountId', 'mediaServer.ownerId')
		.selectAll('mediaServer')
		.where('mediaServer.keyName', '=', keyName)
		.where('mediaServer.status', '=', 'claimed')
		.where('account.status', '=', 'active')
		.executeTakeFirst();

export const serversAfter = (db: Reader, after: string, limit: number): Promise<MediaServerRow[]> =>
	db
		.selectFrom('mediaServer')
		.selectAll()
		.where('serverId', '>', after)
		.where('status', '=', 'claimed')
		.orderBy('serverId')
		.limit(limit)
		.execute();

/** Takes the place of a released server with the same key. */
export const insertServer = async (tx: Writer, row: MediaServerRow): Promise<void> => {
	await tx
		.deleteFrom('mediaServer')
		.where('keyName', '=', row.keyName)
		.where('status', '=', 'released')
		.execute();
	await tx.insertInto('mediaServer').values(row).execute();
};

/** False where it was released before. Everybody's way in goes with it. */
export const markReleased = async (tx: Writer, serverId: string): Promise<boolean> => {
	const result = await tx
		.updateTable('mediaServer')
		.set({ status: 'released' })
		.where('serverId', '=', serverId)
		.where('status', '=', 'claimed')
		.executeTakeFirst();
	await tx.deleteFrom('serverGrant').where('serverId', '=', serverId).execute();
	return result.numUpdatedRows === 1n;
};

/** A start of the same server replaces what it said before. */
export const putClaim = async (tx: Writer, row: ServerClaimRow): Promise<void> => {
	const { keyName, ...rest } = row;
	await tx
		.insertInto('serverClaim')
		.values(row)
		.onConflict((conflict) => conflict.column('keyName').doUpdateSet(rest))
		.execute();
};

export const countClaims = async (db: Reader): Promise<number> => {
	const row = await db
		.selectFrom('serverClaim')
		.select((column) => column.fn.countAll<number>().as('count'))
		.executeTakeFirstOrThrow();
	return row.count;
};

export const findClaim = (db: Reader, codeIndex: string, now: number): Promise<ServerClaimRow | undefined> =>
	db
		.selectFrom('serverClaim')
		.selectAll()
		.where('codeIndex', '=', codeIndex)
		.where('expiresAt', '>', now)
		.executeTakeFirst();

/** Spends a claim: of any number of calls one gets it. */
export const takeClaim = (tx: Writer, codeIndex: string, now: number): Promise<ServerClaimRow | undefined> =>
	tx
		.deleteFrom('serverClaim')
		.where('codeIndex', '=', codeIndex)
		.where('expiresAt', '>', now)
		.returningAll()
		.executeTakeFirst();

export const deleteOldClaims = async (tx: Writer, now: number): Promise<void> => {
	await tx.deleteFrom('serverClaim').where('expiresAt', '<=', now).execute();
};

export const listGrants = (db: Reader, serverId: string): Promise<ServerGrantRow[]> =>
	db
		.selectFrom('serverGrant')
		.selectAll()
		.where('serverId', '=', serverId)
		.orderBy('grantId')
		.limit(peopleListedMax)
		.execute();

/** What a person was let into, with the server behind it. */
export const listGrantsOf = (db: Reader, accountId: string) =>
	db
		.selectFrom('serverGrant')
		.innerJoin('mediaServer', 'mediaServer.serverId', 'serverGrant.serverId')
		.selectAll('serverGrant')
		.select(['mediaServer.keyName', 'mediaServer.lastHeardAt'])
		.where('serverGrant.accountId', '=', accountId)
		.where('mediaServer.status', '=', 'claimed')
		.orderBy('serverGrant.grantId')
		.limit(serversListedMax)
		.execute();

/** The grant of a person, or the open invitation that fits one of the names they go by. */
export const findGrant = async (
	db: Reader,
	serverId: string,
	person: { readonly accountId: string; readonly indexes: readonly string[] },
): Promise<ServerGrantRow | undefined> => {
	const grants = db.selectFrom('serverGrant').selectAll().where('serverId', '=', serverId);
	const own = await grants.where('accountId', '=', person.accountId).executeTakeFirst();
	return (
		own ??
		grants
			.where('accountId', 'is', null)
			.where('whoIndex', 'in', [...person.indexes])
			.orderBy('grantId')
			.executeTakeFirst()
	);
};

export const insertGrant = async (tx: Writer, row: ServerGrantRow): Promise<void> => {
	await tx.insertInto('serverGrant').values(row).execute();
};

/** One grant of one of the owner's servers. */
export const findOwnGrant = (
	db: Reader,
	own: { readonly accountId: string; readonly serverId: string; readonly grantId: string },
): Promise<ServerGrantRow | undefined> =>
	db
		.selectFrom('serverGrant')
		.innerJoin('mediaServer', 'mediaServer.serverId', 'serverGrant.serverId')
		.selectAll('serverGrant')
		.where('serverGrant.grantId', '=', own.grantId)
		.where('serverGrant.serverId', '=', own.serverId)
		.where('mediaServer.ownerId', '=', own.accountId)
		.where('mediaServer.status', '=', 'claimed')
		.executeTakeFirst();

/** Notes how far a server has come. It never goes back, and is not written for nothing. */
export const moveCursor = async (
	tx: Writer,
	serverId: string,
	moved: { readonly position: number; readonly lastHeardAt: number },
): Promise<void> => {
	await tx
		.updateTable('mediaServer')
		.set(moved)
		.where('serverId', '=', serverId)
		.where('position', '<=', moved.position)
		.execute();
};
