/** Whoever does something to another account, looked at again where it is done. */
import type { Kysely } from 'kysely';
import { Fault } from '#platform/fault.ts';
import { findAccount, type StoredAccount } from '../account-store.ts';
import type { EventCause } from '../events.ts';
import type { AccountTables } from '../tables.ts';
import { type Authority, mayAdminister } from './roles.ts';

/** A signed-in administrator, or somebody on the machine. */
export type By = { readonly accountId: string } | 'machine';

export const causeOf = (by: By): EventCause => (by === 'machine' ? 'console' : 'administration');

/** @throws access.not-allowed  where the person is not active any more. */
export const authorityOf = async (db: Kysely<AccountTables>, by: By): Promise<Authority> => {
	if (by === 'machine') return 'machine';
	const account = await findAccount(db, by.accountId);
	if (account?.status !== 'active') throw new Fault('access.not-allowed');
	return account.role;
};

/**
 * The account that something is done to, and by what authority.
 *
 * @throws access.not-allowed  for oneself and whoever stands as high; accounts.account.absent
 */
export const administered = async (
	db: Kysely<AccountTables>,
	by: By,
	accountId: string,
): Promise<{ readonly target: StoredAccount; readonly authority: Authority }> => {
	const authority = await authorityOf(db, by);
	const target = await findAccount(db, accountId);
	if (!target) throw new Fault('accounts.account.absent');
	const isSelf = by !== 'machine' && by.accountId === accountId;
	if (isSelf || !mayAdminister(authority, target.role)) throw new Fault('access.not-allowed');
	return { target, authority };
};
