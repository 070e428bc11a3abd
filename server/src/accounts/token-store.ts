/** The one table of single-use tokens, and the one way to spend one. */
import type { Kysely, Transaction } from 'kysely';
import { fromJson, toJson } from '#platform/db/types.ts';
import { hashOf, newId, newSecret } from '#platform/ids.ts';
import { flowLifetimeMs, type FlowPayload, type FlowPayloads, type TokenPurpose } from './flows.ts';
import type { AccountTables, TokenRow } from './tables.ts';

type Reader = Kysely<AccountTables>;
type Writer = Transaction<AccountTables>;

export interface Flow<Purpose extends TokenPurpose> {
	readonly accountId: string | null;
	readonly accountEpoch: number | null;
	readonly payload: FlowPayloads[Purpose];
}

export interface NewFlow<Purpose extends TokenPurpose> {
	readonly purpose: Purpose;
	readonly payload: FlowPayloads[Purpose];
	/** Whose it is, and the epoch that the account has now. */
	readonly account?: { readonly accountId: string; readonly epoch: number };
	/** A token made beforehand with `newSecret`, where something had to be bound to it. */
	readonly secret?: string;
	/** For links and codes that live longer or shorter than their purpose usually does. */
	readonly lifetimeMs?: number;
}

/** Stores a new flow and returns the token that names it, which is stored nowhere. */
export const issueFlow = async <Purpose extends TokenPurpose>(
	db: Reader,
	flow: NewFlow<Purpose>,
	now: number,
): Promise<string> => {
	const secret = flow.secret ?? newSecret();
	await db
		.insertInto('token')
		.values({
			tokenId: newId(now),
			purpose: flow.purpose,
			accountId: flow.account?.accountId ?? null,
			accountEpoch: flow.account?.epoch ?? null,
			hash: hashOf(secret),
			payload: toJson<FlowPayload>(flow.payload),
			createdAt: now,
			expiresAt: now + (flow.lifetimeMs ?? flowLifetimeMs[flow.purpose]),
			consumedAt: null,
		})
		.execute();
	return secret;
};

type Named<Purpose extends TokenPurpose> = { readonly purpose: Purpose; readonly flow: string };

/**
 * Looks at a flow that is still open, without spending it. Whoever acts on it spends it in the same
 * transaction.
 */
export const peekFlow = async <Purpose extends TokenPurpose>(
	db: Reader,
	{ purpose, flow }: Named<Purpose>,
	now: number,
): Promise<Flow<Purpose> | null> => {
	const row = await db
		.selectFrom('token')
		.select(['accountId', 'accountEpoch', 'payload'])
		.where('hash', '=', hashOf(flow))
		.where('purpose', '=', purpose)
		.where('consumedAt', 'is', null)
		.where('expiresAt', '>', now)
		.executeTakeFirst();
	return row ? flowOf<Purpose>(row) : null;
};

type Hashed<Purpose extends TokenPurpose> = { readonly purpose: Purpose; readonly hash: string };

/**
 * Spends a token: of any number of calls, in any number of processes, exactly one gets the flow. Runs in the
 * transaction of whatever the token allows, so that neither happens without the other.
 */
export const consume = <Purpose extends TokenPurpose>(
	tx: Writer,
	{ purpose, flow }: Named<Purpose>,
	now: number,
): Promise<Flow<Purpose> | null> => consumeHashed(tx, { purpose, hash: hashOf(flow) }, now);

/** The same for a token that an earlier step has seen and kept the hash of. */
export const consumeHashed = async <Purpose extends TokenPurpose>(
	tx: Writer,
	{ purpose, hash }: Hashed<Purpose>,
	now: number,
): Promise<Flow<Purpose> | null> => {
	const row = await tx
		.updateTable('token')
		.set({ consumedAt: now })
		.where('hash', '=', hash)
		.where('purpose', '=', purpose)
		.where('consumedAt', 'is', null)
		.where('expiresAt', '>', now)
		.returning(['accountId', 'accountEpoch', 'payload'])
		.executeTakeFirst();
	return row ? flowOf<Purpose>(row) : null;
};

/** Moves a flow on to its next step. False where it is spent or over. */
export const moveFlow = async <Purpose extends TokenPurpose>(
	tx: Writer,
	{ purpose, flow }: Named<Purpose>,
	payload: FlowPayloads[Purpose],
	now: number,
): Promise<boolean> => {
	const result = await tx
		.updateTable('token')
		.set({ payload: toJson<FlowPayload>(payload) })
		.where('hash', '=', hashOf(flow))
		.where('purpose', '=', purpose)
		.where('consumedAt', 'is', null)
		.where('expiresAt', '>', now)
		.executeTakeFirst();
	return result.numUpdatedRows === 1n;
};

/** Ends every token of these purposes that the account has. */
export const deleteTokensOf = async (
	tx: Writer,
	accountId: string,
	purposes: readonly TokenPurpose[],
): Promise<void> => {
	await tx.deleteFrom('token').where('accountId', '=', accountId).where('purpose', 'in', purposes).execute();
};

/** Removes what nobody can use any more. */
export const deleteExpiredTokens = async (tx: Writer, now: number): Promise<void> => {
	await tx.deleteFrom('token').where('expiresAt', '<=', now).execute();
};

const flowOf = <Purpose extends TokenPurpose>(
	row: Pick<TokenRow, 'accountId' | 'accountEpoch' | 'payload'>,
): Flow<Purpose> => ({
	accountId: row.accountId,
	accountEpoch: row.accountEpoch,
	payload: fromJson(row.payload) as FlowPayloads[Purpose],
});
