/** What somebody holds who lost a password: a mailed link, a code on paper, a code that was handed over. */
import type { Kysely } from 'kysely';
import { hashOf } from '#platform/ids.ts';
import { usernameIndexOf } from '../account-making.ts';
import type { Context } from '../context.ts';
import type { EventTransaction } from '../event-log.ts';
import { hashOfCode, spendHashedCode } from '../factors/recovery-codes.ts';
import type { FlowPayloads } from '../flows.ts';
import { bareCode } from '../mail/bare-code.ts';
import type { AccountTables } from '../tables.ts';
import { consumeHashed } from '../token-store.ts';

/** As it comes from the client. */
export type GivenProof =
	| { readonly kind: 'link'; readonly secret: string }
	| { readonly kind: 'recovery-code' | 'handed-over-code'; readonly username: string; readonly code: string };

export type HeldProof = FlowPayloads['reset']['proof'];

/** Whose new password it will be. */
export interface ResetOwner {
	readonly accountId: string;
	readonly epoch: number;
	/** Null for somebody who never had a password. */
	readonly evaluationId: string | null;
}

type Named = { readonly usernameIndex: string };

const hashOfProof = (proof: GivenProof): HeldProof => {
	switch (proof.kind) {
		case 'link':
			return { kind: proof.kind, hash: hashOf(proof.secret) };
		case 'recovery-code':
			return { kind: proof.kind, hash: hashOfCode(proof.code) };
		case 'handed-over-code':
			return { kind: proof.kind, hash: hashOf(bareCode(proof.code)) };
	}
};

const owners = (db: Kysely<AccountTables>) =>
	db
		.selectFrom('account')
		.leftJoin('credential', 'credential.accountId', 'account.accountId')
		.select(['account.accountId', 'account.epoch', 'account.usernameIndex', 'credential.evaluationId'])
		.where('account.status', '=', 'active');

const byToken = (
	db: Kysely<AccountTables>,
	purpose: 'password-reset' | 'handed-over-code',
	hash: string,
	now: number,
) =>
	owners(db)
		.innerJoin('token', 'token.accountId', 'account.accountId')
		.where('token.hash', '=', hash)
		.where('token.purpose', '=', purpose)
		.where('token.consumedAt', 'is', null)
		.where('token.expiresAt', '>', now)
		.whereRef('token.accountEpoch', '=', 'account.epoch');

const byRecoveryCode = (db: Kysely<AccountTables>, hash: string) =>
	owners(db)
		.innerJoin('recoveryCode', 'recoveryCode.accountId', 'account.accountId')
		.where('recoveryCode.hash', '=', hash)
		.where('recoveryCode.usedAt', 'is', null);

/** The proof as a flow keeps it, and its owner where it is right; one query for every kind and every answer. */
export const findProof = async (
	needs: Pick<Context, 'db' | 'clock' | 'keeper'>,
	given: GivenProof,
): Promise<{ readonly proof: HeldProof; readonly owner: ResetOwner | null }> => {
	const proof = hashOfProof(given);
	const db = needs.db.query;
	const now = needs.clock.now();
	if (given.kind === 'link') {
		const owner = await byToken(db, 'password-reset', proof.hash, now).executeTakeFirst();
		return { proof, owner: owner ?? null };
	}
	const usernameIndex = await usernameIndexOf(needs, given.username);
	const named = (owner: (ResetOwner & Named) | undefined): ResetOwner | null =>
		owner?.usernameIndex === usernameIndex ? owner : null;
	const found =
		given.kind === 'recovery-code'
			? await byRecoveryCode(db, proof.hash).executeTakeFirst()
			: await byToken(db, 'handed-over-code', proof.hash, now).executeTakeFirst();
	return { proof, owner: named(found) };
};

/**
 * Spends the proof of this account: of any number of calls exactly one gets true. What it needs to be true of
 * the account is looked at by the caller, in the same transaction.
 */
export const spendProof = async (
	{ tx, now, append }: EventTransaction,
	{ kind, hash }: HeldProof,
	owner: Pick<ResetOwner, 'accountId' | 'epoch'>,
): Promise<boolean> => {
	const { accountId } = owner;
	if (kind === 'recovery-code') {
		if (!(await spendHashedCode(tx, accountId, hash, now))) return false;
		await append({ kind: 'recovery-code-used', cause: 'password-reset', accountId });
		return true;
	}
	const purpose = kind === 'link' ? 'password-reset' : 'handed-over-code';
	const spent = await consumeHashed(tx, { purpose, hash }, now);
	return spent?.accountId === accountId && spent.accountEpoch === owner.epoch;
};
