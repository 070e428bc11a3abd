/**
 * Seals what belongs to the server itself and to no person: secrets of providers, keys, states of flows that
 * have no account yet. A data key of its own in the keyring, which backups of the database leave out.
 */
import type { AccountSeal } from '../keeper/index.ts';
import type { Context } from './context.ts';

type Needs = Pick<Context, 'db' | 'clock' | 'sealer' | 'serverId'>;

/** No account's id begins so: the keeper binds the key to it, so it opens nothing of a person's. */
const keyringIdOf = ({ serverId }: Pick<Needs, 'serverId'>): string => `server:${serverId}`;

const findWrapped = async ({ db, ...needs }: Needs): Promise<string | null> => {
	const row = await db.query
		.selectFrom('keyring')
		.select('wrapped')
		.where('accountId', '=', keyringIdOf(needs))
		.executeTakeFirst();
	return row?.wrapped ?? null;
};

/** Two that make it at once agree on the one that was stored first. */
const makeWrapped = async (needs: Needs): Promise<string | null> => {
	const accountId = keyringIdOf(needs);
	const { wrapped } = await needs.sealer.forNewAccount(accountId);
	await needs.db.query
		.insertInto('keyring')
		.values({ accountId, wrapped, madeAt: needs.clock.now() })
		.onConflict((conflict) => conflict.column('accountId').doNothing())
		.execute();
	return findWrapped(needs);
};

/**
 * The server's own seal, made at its first use. The sealer keeps the key for under a minute, so it costs at
 * most some eighty metered openings an hour. Good for at least 10 s; never held longer, never awaited inside
 * a transaction.
 */
export const openServerSeal = async (needs: Needs): Promise<AccountSeal> => {
	const wrapped = (await findWrapped(needs)) ?? (await makeWrapped(needs)) ?? '';
	return needs.sealer.open(keyringIdOf(needs), wrapped, null);
};
