/** Second factors as rows. */
import type { Factor } from '@holdfast/contract/accounts';
import type { Kysely, Transaction } from 'kysely';
import type { AccountTables } from '../tables.ts';
import { countRecoveryCodes } from './recovery-codes.ts';
import type { FactorRow, PasskeyRow, TotpRow } from './tables.ts';

/** How many of each sort a person may have. */
export const factorsMax = 32;

/** One person's factors, oldest first. */
export const listFactorRows = (db: Kysely<AccountTables>, accountId: string): Promise<FactorRow[]> =>
	db
		.selectFrom('factor')
		.selectAll()
		.where('accountId', '=', accountId)
		.orderBy('factorId')
		.limit(2 * factorsMax)
		.execute();

/**
 * Which kinds this account can be asked for; none where it has no authenticator app and no passkey: codes
 * stand in for a factor and are none.
 */
export const factorsOf = async (db: Kysely<AccountTables>, accountId: string): Promise<Factor[]> => {
	const kinds = new Set((await listFactorRows(db, accountId)).map(({ kind }) => kind));
	if (kinds.size === 0) return [];
	const found: Factor[] = (['totp', 'passkey'] as const).filter((kind) => kinds.has(kind));
	const hasCode = (await countRecoveryCodes(db, accountId)).left > 0 || (await hasHelp(db, accountId));
	return hasCode ? [...found, 'recovery-code'] : found;
};

/** A code that an administrator handed over is typed where a recovery code is. */
const hasHelp = async (db: Kysely<AccountTables>, accountId: string): Promise<boolean> =>
	(await db
		.selectFrom('token')
		.select('tokenId')
		.where('accountId', '=', accountId)
		.where('purpose', '=', 'factor-help')
		.where('consumedAt', 'is', null)
		.executeTakeFirst()) !== undefined;

export type StoredTotp = FactorRow & Pick<TotpRow, 'secret' | 'lastStep'>;

export const listTotps = (db: Kysely<AccountTables>, accountId: string): Promise<StoredTotp[]> =>
	db
		.selectFrom('factor')
		.innerJoin('totp', 'totp.factorId', 'factor.factorId')
		.selectAll('factor')
		.select(['totp.secret', 'totp.lastStep'])
		.where('factor.accountId', '=', accountId)
		.orderBy('factor.factorId')
		.execute();

export type StoredPasskey = FactorRow & Omit<PasskeyRow, 'factorId'>;

const passkeys = (db: Kysely<AccountTables>) =>
	db
		.selectFrom('factor')
		.innerJoin('passkey', 'passkey.factorId', 'factor.factorId')
		.selectAll('factor')
		.select([
			'passkey.credentialHash',
			'passkey.credentialId',
			'passkey.publicKey',
			'passkey.counter',
			'passkey.transports',
			'passkey.isSyncable',
			'passkey.isSynced',
		]);

export const listPasskeys = (db: Kysely<AccountTables>, accountId: string): Promise<StoredPasskey[]> =>
	passkeys(db).where('factor.accountId', '=', accountId).orderBy('factor.factorId').execute();

/** Whose passkey this is, of all people. */
export const findPasskey = (
	db: Kysely<AccountTables>,
	credentialHash: string,
): Promise<StoredPasskey | undefined> =>
	passkeys(db).where('passkey.credentialHash', '=', credentialHash).executeTakeFirst();

export const insertTotp = async (
	tx: Transaction<AccountTables>,
	{ factorId, secret, lastStep, ...factor }: StoredTotp,
): Promise<void> => {
	await tx
		.insertInto('factor')
		.values({ factorId, ...factor })
		.execute();
	await tx.insertInto('totp').values({ factorId, secret, lastStep }).execute();
};

export const insertPasskey = async (
	tx: Transaction<AccountTables>,
	{ factorId, accountId, kind, label, createdAt, lastUsedAt, ...passkey }: StoredPasskey,
): Promise<void> => {
	await tx.insertInto('factor').values({ factorId, accountId, kind, label, createdAt, lastUsedAt }).execute();
	await tx
		.insertInto('passkey')
		.values({ factorId, ...passkey })
		.execute();
};

/** Takes a time step: of any number of codes of one step, or of an older one, none is taken after the first. */
export const takeStep = async (
	tx: Transaction<AccountTables>,
	taken: { readonly factorId: string; readonly step: number },
	now: number,
): Promise<boolean> => {
	const result = await tx
		.updateTable('totp')
		.set({ lastStep: taken.step })
		.where('factorId', '=', taken.factorId)
		.where('lastStep', '<', taken.step)
		.executeTakeFirst();
	if (result.numUpdatedRows !== 1n) return false;
	await noteUse(tx, taken.factorId, now);
	return true;
};

/** Notes a use. False where the passkey is gone, or the counter does not grow as it did: it may be a copy. */
export const takeCount = async (
	tx: Transaction<AccountTables>,
	taken: { readonly factorId: string; readonly counter: number; readonly isSynced: 0 | 1 },
	now: number,
): Promise<boolean> => {
	const result = await tx
		.updateTable('passkey')
		.set({ counter: taken.counter, isSynced: taken.isSynced })
		.where('factorId', '=', taken.factorId)
		.where('counter', taken.counter === 0 ? '=' : '<', taken.counter)
		.executeTakeFirst();
	if (result.numUpdatedRows !== 1n) return false;
	await noteUse(tx, taken.factorId, now);
	return true;
};

const noteUse = async (tx: Transaction<AccountTables>, factorId: string, now: number): Promise<void> => {
	await tx.updateTable('factor').set({ lastUsedAt: now }).where('factorId', '=', factorId).execute();
};

type Own = { readonly accountId: string; readonly factorId: string };

/** False where it is not this person's or not there. */
export const relabelFactor = async (
	tx: Transaction<AccountTables>,
	{ accountId, factorId }: Own,
	label: FactorRow['label'],
): Promise<boolean> => {
	const result = await tx
		.updateTable('factor')
		.set({ label })
		.where('factorId', '=', factorId)
		.where('accountId', '=', accountId)
		.executeTakeFirst();
	return result.numUpdatedRows === 1n;
};

/** False where it is not this person's or not there. */
export const deleteFactor = async (
	tx: Transaction<AccountTables>,
	{ accountId, factorId }: Own,
): Promise<boolean> => {
	const result = await tx
		.deleteFrom('factor')
		.where('factorId', '=', factorId)
		.where('accountId', '=', accountId)
		.executeTakeFirst();
	return result.numDeletedRows === 1n;
};

/** How many there were. */
export const deleteFactorsOf = async (tx: Transaction<AccountTables>, accountId: string): Promise<number> => {
	const result = await tx.deleteFrom('factor').where('accountId', '=', accountId).executeTakeFirst();
	return Number(result.numDeletedRows);
};
