/** Accounts, their wrapped keys and their credentials, as rows. */
import type { Kysely, Transaction } from 'kysely';
import type { AccountRow, AccountTables, CredentialRow } from './tables.ts';

/** An account with what is needed to open it. */
export type StoredAccount = AccountRow & { readonly wrapped: string };

export const ownerExists = async (db: Kysely<AccountTables>): Promise<boolean> =>
	(await db.selectFrom('account').select('accountId').where('role', '=', 'owner').executeTakeFirst()) !==
	undefined;

const accounts = (db: Kysely<AccountTables>) =>
	db
		.selectFrom('account')
		.innerJoin('keyring', 'keyring.accountId', 'account.accountId')
		.selectAll('account')
		.select('keyring.wrapped');

export const findAccount = (
	db: Kysely<AccountTables>,
	accountId: string,
): Promise<StoredAccount | undefined> =>
	accounts(db).where('account.accountId', '=', accountId).executeTakeFirst();

/** A page of accounts by id. */
export const accountsAfter = (
	db: Kysely<AccountTables>,
	after: string,
	limit: number,
): Promise<StoredAccount[]> =>
	accounts(db).where('account.accountId', '>', after).orderBy('account.accountId').limit(limit).execute();

/** What a sign-in starts from; the same one query whether or not anybody is behind the name. */
export const findCredentialByName = (
	db: Kysely<AccountTables>,
	usernameIndex: string,
): Promise<(CredentialRow & { readonly epoch: number; readonly status: AccountRow['status'] }) | undefined> =>
	db
		.selectFrom('account')
		.innerJoin('credential', 'credential.accountId', 'account.accountId')
		.selectAll('credential')
		.select(['account.epoch', 'account.status'])
		.where('account.usernameIndex', '=', usernameIndex)
		.executeTakeFirst();

/**
 * The same with the device that the request came from, where somebody of this account signed in on it
 * before.
 */
export const findSignInByName = (
	db: Kysely<AccountTables>,
	usernameIndex: string,
	deviceTokenHash: string,
): Promise<
	| (CredentialRow & {
			readonly epoch: number;
			readonly status: AccountRow['status'];
			readonly deviceId: string | null;
	  })
	| undefined
> =>
	db
		.selectFrom('account')
		.innerJoin('credential', 'credential.accountId', 'account.accountId')
		.leftJoin('device', (join) =>
			join.onRef('device.accountId', '=', 'account.accountId').on('device.tokenHash', '=', deviceTokenHash),
		)
		.selectAll('credential')
		.select(['account.epoch', 'account.status', 'device.deviceId'])
		.where('account.usernameIndex', '=', usernameIndex)
		.executeTakeFirst();

/** The account behind a name, without what opens it. */
export const findAccountByName = (
	db: Kysely<AccountTables>,
	usernameIndex: string,
): Promise<AccountRow | undefined> =>
	db.selectFrom('account').selectAll().where('usernameIndex', '=', usernameIndex).executeTakeFirst();

export const findCredential = (
	db: Kysely<AccountTables>,
	accountId: string,
): Promise<(CredentialRow & { readonly epoch: number; readonly status: AccountRow['status'] }) | undefined> =>
	db
		.selectFrom('account')
		.innerJoin('credential', 'credential.accountId', 'account.accountId')
		.selectAll('credential')
		.select(['account.epoch', 'account.status'])
		.where('account.accountId', '=', accountId)
		.executeTakeFirst();

export interface NewAccount {
	readonly account: AccountRow;
	readonly wrapped: string;
	readonly credential: CredentialRow;
}

/** The account and its key, for somebody who has no password. */
export const insertPerson = async (
	tx: Transaction<AccountTables>,
	{ account, wrapped }: Omit<NewAccount, 'credential'>,
): Promise<void> => {
	await tx.insertInto('account').values(account).execute();
	await tx
		.insertInto('keyring')
		.values({ accountId: account.accountId, wrapped, madeAt: account.createdAt })
		.execute();
};

export const insertAccount = async (tx: Transaction<AccountTables>, made: NewAccount): Promise<void> => {
	await insertPerson(tx, made);
	await tx.insertInto('credential').values(made.credential).execute();
};

/** The account's only OPAQUE record becomes this one. */
export const replaceCredential = async (
	tx: Transaction<AccountTables>,
	credential: CredentialRow,
): Promise<void> => {
	const { accountId: _same, ...next } = credential;
	await tx
		.insertInto('credential')
		.values(credential)
		.onConflict((conflict) => conflict.column('accountId').doUpdateSet(next))
		.execute();
};

/**
 * Raises the account's epoch: one row, however many sessions there are. Null where there is no such account.
 * The keys of its devices end with it, unless only the sessions are meant: then those fetch new ones.
 */
export const raiseEpoch = async (
	tx: Transaction<AccountTables>,
	accountId: string,
	now: number,
	reach: 'session' | 'device' = 'device',
): Promise<number | null> => {
	const devices = reach === 'device' ? 1 : 0;
	const row = await tx
		.updateTable('account')
		.set((column) => ({
			epoch: column('epoch', '+', 1),
			deviceEpoch: column('deviceEpoch', '+', devices),
			updatedAt: now,
		}))
		.where('accountId', '=', accountId)
		.returning('epoch')
		.executeTakeFirst();
	return row?.epoch ?? null;
};
