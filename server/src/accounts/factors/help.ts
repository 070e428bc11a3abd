/**
 * A code that an administrator makes for somebody of a lower role who lost their factors. It takes nothing
 * away: beside the password it stands in for a factor, once.
 */
import type { Role } from '@holdfast/contract/accounts';
import { Fault } from '#platform/fault.ts';
import type { Kysely } from 'kysely';
import { findAccount, findCredential } from '../account-store.ts';
import type { Actor, Context } from '../context.ts';
import type { EventTransaction } from '../event-log.ts';
import { flowLifetimeMs } from '../flows.ts';
import type { AccountTables } from '../tables.ts';
import { consume, issueFlow, peekFlow } from '../token-store.ts';
import { bareBase32 } from './base32.ts';
import { listFactorRows } from './factor-store.ts';
import { requireFresh } from './fresh.ts';
import { newCode } from './recovery-codes.ts';

const purpose = 'factor-help';

/** Lower numbers may help higher ones. */
const rankOf: Readonly<Record<Role, number>> = { owner: 0, administrator: 1, member: 2, guest: 3 };

const deleteHelp = async ({ tx }: Pick<EventTransaction, 'tx'>, accountId: string): Promise<void> => {
	await tx.deleteFrom('token').where('purpose', '=', purpose).where('accountId', '=', accountId).execute();
};

/**
 * Takes the place of an earlier code. It dies with the password, so that nobody can make a new password and a
 * factor for the same person, and with "sign out everywhere".
 *
 * @throws access.not-allowed  for oneself and for whoever is not of a lower role.
 * @throws accounts.account.absent, accounts.factor.absent
 */
export const startFactorHelp = async (
	{ events }: Pick<Context, 'events'>,
	actor: Pick<Actor, 'accountId' | 'sessionId'>,
	accountId: string,
): Promise<{ code: string; expiresAt: number }> => {
	const code = newCode();
	return events.transaction(async (write) => {
		const { tx, now, append } = write;
		const { role } = await requireFresh(write, actor);
		const account = await findAccount(tx, accountId);
		if (!account) throw new Fault('accounts.account.absent');
		const mayHelp = (role === 'owner' || role === 'administrator') && rankOf[role] < rankOf[account.role];
		if (!mayHelp) throw new Fault('access.not-allowed');
		if ((await listFactorRows(tx, accountId)).length === 0) throw new Fault('accounts.factor.absent');
		await deleteHelp(write, accountId);
		const credentialId = (await findCredential(tx, accountId))?.credentialId ?? null;
		const whose = { accountId, epoch: account.epoch };
		const secret = bareBase32(code);
		await issueFlow(tx, { purpose, payload: { credentialId }, account: whose, secret }, now);
		await append({ kind: 'factor-code-made', cause: 'administration', accountId });
		return { code, expiresAt: now + flowLifetimeMs[purpose] };
	});
};

/** The help that a code is, without spending it. */
export const findHelp = (db: Kysely<AccountTables>, code: string, now: number) =>
	peekFlow(db, { purpose, flow: bareBase32(code) }, now);

/** False where it is another person's, was made for an earlier password, or was spent meanwhile. */
export const spendHelp = async (
	{ tx, now }: EventTransaction,
	accountId: string,
	code: string,
): Promise<boolean> => {
	const account = await findAccount(tx, accountId);
	const spent = await consume(tx, { purpose, flow: bareBase32(code) }, now);
	const credentialId = (await findCredential(tx, accountId))?.credentialId ?? null;
	return (
		spent?.accountId === accountId &&
		spent.accountEpoch === account?.epoch &&
		spent.payload.credentialId === credentialId
	);
};

/** Until when a code that was handed over is good; null where there is none. */
export const helpUntil = async (
	db: Kysely<AccountTables>,
	accountId: string,
	now: number,
): Promise<number | null> => {
	const row = await db
		.selectFrom('token')
		.innerJoin('account', 'account.accountId', 'token.accountId')
		.select('token.expiresAt')
		.where('token.accountId', '=', accountId)
		.where('token.purpose', '=', purpose)
		.where('token.consumedAt', 'is', null)
		.where('token.expiresAt', '>', now)
		.whereRef('token.accountEpoch', '=', 'account.epoch')
		.executeTakeFirst();
	return row?.expiresAt ?? null;
};

export { deleteHelp };
