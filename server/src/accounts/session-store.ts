/** Sessions as rows. One predicate says which are alive, and every read goes through it. */
import type { ExpressionBuilder, Kysely, Transaction } from 'kysely';
import type { AccountRow, AccountTables, SessionRow } from './tables.ts';

/** Of a person's own browser or command line. */
export const idleMaxMs = 30 * 24 * 60 * 60_000;
/** However much it is used, a session ends after this. */
export const lifetimeMaxMs = 180 * 24 * 60 * 60_000;
const touchEveryMs = 60_000;
export const sessionsListedMax = 500;

/** A session that is alive, with what opens its person's fields. */
export type StoredSession = SessionRow &
	Pick<AccountRow, 'role' | 'username' | 'displayName' | 'viewerId' | 'highestLevel'> & {
		readonly wrapped: string;
	};

/** When the session ends by itself. */
export const expiresAtOf = (session: Pick<SessionRow, 'expiresAt' | 'lastUsedAt' | 'idleMaxMs'>): number =>
	Math.min(session.expiresAt, session.lastUsedAt + session.idleMaxMs);

/** How long a proof counts as fresh. */
export const freshForMs = 5 * 60_000;

/** Until when a session may change what matters; 0 for one below the account's highest level. */
export const freshUntilOf = (
	session: Pick<StoredSession, 'authenticatedAt' | 'level' | 'highestLevel'>,
): number => (session.level < session.highestLevel ? 0 : session.authenticatedAt + freshForMs);

const alive = (db: Kysely<AccountTables>, now: number) =>
	db
		.selectFrom('session')
		.innerJoin('account', 'account.accountId', 'session.accountId')
		.innerJoin('keyring', 'keyring.accountId', 'session.accountId')
		.where('account.status', '=', 'active')
		.whereRef('session.accountEpoch', '=', 'account.epoch')
		.where('session.serverEpoch', '=', epochOf(db, 'server'))
		.where('session.globalEpoch', '=', epochOf(db, 'global'))
		.where('session.expiresAt', '>', now)
		.where(isIssuerTrusted)
		.where((where) => where(where('session.lastUsedAt', '+', where.ref('session.idleMaxMs')), '>', now));

/**
 * Of a session that came by a provider: it is still set up, not blocked, and the session was made after its
 * floor. One comparison, however many sessions a blocked provider had made.
 */
const isIssuerTrusted = (where: ExpressionBuilder<AccountTables, 'session'>) =>
	where.or([
		where('session.issuerId', 'is', null),
		where.exists(
			where
				.selectFrom('issuer')
				.select('issuer.issuerId')
				.whereRef('issuer.issuerId', '=', 'session.issuerId')
				.where('issuer.isBlocked', '=', 0)
				.whereRef('issuer.floorAt', '<', 'session.createdAt'),
		),
	]);

const epochOf = (db: Kysely<AccountTables>, scope: 'server' | 'global') =>
	db.selectFrom('epoch').select('epoch.value').where('epoch.scope', '=', scope);

const whole = (db: Kysely<AccountTables>, now: number) =>
	alive(db, now)
		.selectAll('session')
		.select([
			'account.role',
			'account.username',
			'account.displayName',
			'account.viewerId',
			'account.highestLevel',
			'keyring.wrapped',
		]);

export const findSessionByToken = (
	db: Kysely<AccountTables>,
	tokenHash: string,
	now: number,
): Promise<StoredSession | undefined> =>
	whole(db, now).where('session.tokenHash', '=', tokenHash).executeTakeFirst();

/** One person's live session. Another person's is not found. */
export const findOwnSession = (
	db: Kysely<AccountTables>,
	own: { readonly accountId: string; readonly sessionId: string },
	now: number,
): Promise<StoredSession | undefined> =>
	whole(db, now)
		.where('session.sessionId', '=', own.sessionId)
		.where('session.accountId', '=', own.accountId)
		.executeTakeFirst();

/** One person's live sessions, newest use first. */
export const listOwnSessions = (
	db: Kysely<AccountTables>,
	accountId: string,
	now: number,
): Promise<SessionRow[]> =>
	alive(db, now)
		.selectAll('session')
		.where('session.accountId', '=', accountId)
		.orderBy('session.lastUsedAt', 'desc')
		.orderBy('session.sessionId', 'desc')
		.limit(sessionsListedMax)
		.execute();

/** How many live sessions of each kind a person has. */
export const countSessionsByKind = async (db: Kysely<AccountTables>, accountId: string, now: number) => {
	const rows = await alive(db, now)
		.select((select) => [
			'session.kind',
			select.fn.countAll<number | bigint | string>().as('count'),
			select.fn.max('session.lastUsedAt').as('lastUsedAt'),
		])
		.where('session.accountId', '=', accountId)
		.groupBy('session.kind')
		.orderBy('session.kind')
		.execute();
	return rows.map((row) => ({ ...row, count: Number(row.count), lastUsedAt: Number(row.lastUsedAt) }));
};

/** A session ready to be stored; the epochs are read where it is stored. */
export type PreparedSession = Omit<
	SessionRow,
	'accountEpoch' | 'serverEpoch' | 'globalEpoch' | 'verifierMadeAt'
>;

/** The epochs above an account's own, as they are now. */
export const presentEpochs = (tx: Transaction<AccountTables>): Promise<AccountTables['epoch'][]> =>
	tx.selectFrom('epoch').selectAll().execute();

/** `epochs` where they were read in this transaction already. */
export const insertSession = async (
	tx: Transaction<AccountTables>,
	session: PreparedSession,
	made: { readonly accountEpoch: number; readonly verifierMadeAt: number | null },
	read?: readonly AccountTables['epoch'][],
): Promise<SessionRow> => {
	const epochs = read ?? (await presentEpochs(tx));
	const present = (scope: 'server' | 'global'): number => epochs.find((row) => row.scope === scope)!.value;
	const row: SessionRow = {
		...session,
		...made,
		serverEpoch: present('server'),
		globalEpoch: present('global'),
	};
	await tx.insertInto('session').values(row).execute();
	return row;
};

/** Ends one session of this person. False where it is not theirs or not there. */
export const deleteOwnSession = async (
	tx: Transaction<AccountTables>,
	own: { readonly accountId: string; readonly sessionId: string },
): Promise<boolean> => {
	const result = await tx
		.deleteFrom('session')
		.where('sessionId', '=', own.sessionId)
		.where('accountId', '=', own.accountId)
		.executeTakeFirst();
	return result.numDeletedRows === 1n;
};

/** Ends the session behind a token, whosever it is, and says which one that was. */
export const deleteSessionByToken = (
	tx: Transaction<AccountTables>,
	tokenHash: string,
): Promise<{ readonly sessionId: string; readonly accountId: string } | undefined> =>
	tx
		.deleteFrom('session')
		.where('tokenHash', '=', tokenHash)
		.returning(['sessionId', 'accountId'])
		.executeTakeFirst();

/** Notes the use of a session, at most once a minute. */
export const isTouchDue = (session: Pick<SessionRow, 'lastUsedAt'>, now: number): boolean =>
	now - session.lastUsedAt >= touchEveryMs;

export const touchSession = async (
	tx: Transaction<AccountTables>,
	sessionId: string,
	now: number,
): Promise<void> => {
	await tx
		.updateTable('session')
		.set({ lastUsedAt: now })
		.where('sessionId', '=', sessionId)
		.where('lastUsedAt', '<', now)
		.execute();
};

/**
 * Removes sessions that have ended by themselves or by an epoch. They were dead before; this frees the room.
 */
export const deleteDeadSessions = async (tx: Transaction<AccountTables>, now: number): Promise<void> => {
	await tx
		.deleteFrom('session')
		.where((where) =>
			where.or([
				where('expiresAt', '<=', now),
				where(where('lastUsedAt', '+', where.ref('idleMaxMs')), '<=', now),
				where('globalEpoch', '<', epochOf(tx, 'global')),
				where.not(
					where.exists(
						where
							.selectFrom('account')
							.select('account.accountId')
							.whereRef('account.accountId', '=', 'session.accountId')
							.whereRef('account.epoch', '=', 'session.accountEpoch'),
					),
				),
			]),
		)
		.execute();
};
