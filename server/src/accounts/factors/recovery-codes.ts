/** Recovery codes: ten at a time on a sheet of paper, each good once, stored as hashes. */
import type { Kysely, Transaction } from 'kysely';
import { hashOf } from '#platform/ids.ts';
import type { AccountTables } from '../tables.ts';
import { bareBase32, grouped, randomBase32 } from './base32.ts';

const codesAtOnce = 10;
/** 120 bits: more than the 112 from which a plain hash is enough (ASVS 6.5.2). */
export const codeLetters = 24;

/** A code as it is shown, such as `ABCD-EFGH-…`: six groups of four. */
export const newCode = (): string => grouped(randomBase32(codeLetters));

/** Under what a code is stored, however it was typed. */
export const hashOfCode = (typed: string): string => hashOf(bareBase32(typed));

/** Puts ten new codes in the place of all earlier ones. They are seen this once; append the event. */
export const makeRecoveryCodes = async (
	tx: Transaction<AccountTables>,
	accountId: string,
	now: number,
): Promise<string[]> => {
	await deleteRecoveryCodes(tx, accountId);
	const codes = Array.from({ length: codesAtOnce }, newCode);
	const rows = codes.map((code) => ({ hash: hashOfCode(code), accountId, madeAt: now, usedAt: null }));
	await tx.insertInto('recoveryCode').values(rows).execute();
	return codes;
};

/**
 * Spends a code: of any number of calls exactly one gets true. In the transaction of what the code allows,
 * and with the event `recovery-code-used`, from which the notice follows.
 */
export const spendRecoveryCode = (
	tx: Transaction<AccountTables>,
	accountId: string,
	code: string,
	now: number,
): Promise<boolean> => spendHashedCode(tx, accountId, hashOfCode(code), now);

/** The same for a code that an earlier step has seen and kept the hash of. */
export const spendHashedCode = async (
	tx: Transaction<AccountTables>,
	accountId: string,
	hash: string,
	now: number,
): Promise<boolean> => {
	const result = await tx
		.updateTable('recoveryCode')
		.set({ usedAt: now })
		.where('hash', '=', hash)
		.where('accountId', '=', accountId)
		.where('usedAt', 'is', null)
		.executeTakeFirst();
	return result.numUpdatedRows === 1n;
};

/** Whether a code would be taken, without spending it. */
export const isRecoveryCode = async (
	db: Kysely<AccountTables>,
	accountId: string,
	code: string,
): Promise<boolean> =>
	(await db
		.selectFrom('recoveryCode')
		.select('hash')
		.where('hash', '=', hashOfCode(code))
		.where('accountId', '=', accountId)
		.where('usedAt', 'is', null)
		.executeTakeFirst()) !== undefined;

export const deleteRecoveryCodes = async (
	tx: Transaction<AccountTables>,
	accountId: string,
): Promise<void> => {
	await tx.deleteFrom('recoveryCode').where('accountId', '=', accountId).execute();
};

/** How many are left, and when they were made; null where there never were any. */
export const countRecoveryCodes = async (
	db: Kysely<AccountTables>,
	accountId: string,
): Promise<{ readonly left: number; readonly madeAt: number | null }> => {
	const rows = await db
		.selectFrom('recoveryCode')
		.select(['madeAt', 'usedAt'])
		.where('accountId', '=', accountId)
		.execute();
	return { left: rows.filter(({ usedAt }) => usedAt === null).length, madeAt: rows[0]?.madeAt ?? null };
};
