/** Mails as rows: claimed by one sender at a time, settled once, emptied when they are through. */
import type { Kysely, Transaction } from 'kysely';
import { fromJson } from '#platform/db/types.ts';
import type { TokenPurpose } from '../flows.ts';
import type { AccountTables } from '../tables.ts';
import type { NewFlow } from '../token-store.ts';
import type { MailProblem } from './problems.ts';
import type { MailRow, MailState } from './tables.ts';

type Writer = Transaction<AccountTables>;
type Reader = Kysely<AccountTables>;

/** A mail that one sender has, until `dueAt`. */
export type ClaimedMail = MailRow & { readonly state: 'sending' };

export const mintOf = ({ mint }: Pick<MailRow, 'mint'>): NewFlow<TokenPurpose> | null =>
	mint === null ? null : fromJson(mint);

/** Letters that were held back because nothing could send them are due as others are. */
const dueStates: readonly MailState[] = ['waiting', 'held', 'sending'];

const due = (db: Reader, now: number) =>
	db.selectFrom('mail').where('state', 'in', dueStates).where('dueAt', '<=', now);

export const isAnyDue = async (db: Reader, now: number): Promise<boolean> =>
	(await due(db, now).select('mailId').limit(1).executeTakeFirst()) !== undefined;

/**
 * Takes mails for one sender until `leaseMs` are over; then another may take them, since this one is gone or
 * stuck.
 */
export const claimDue = async (
	tx: Writer,
	lease: { readonly limit: number; readonly leaseMs: number; readonly mailId?: string },
	now: number,
): Promise<ClaimedMail[]> => {
	const waiting = due(tx, now).select('mailId').orderBy('dueAt').orderBy('mailId').limit(lease.limit);
	const { mailId } = lease;
	const found = await (mailId === undefined ? waiting : waiting.where('mailId', '=', mailId)).execute();
	if (found.length === 0) return [];
	const ids = found.map((row) => row.mailId);
	const rows = await tx
		.updateTable('mail')
		.set((column) => ({ state: 'sending', dueAt: now + lease.leaseMs, tries: column('tries', '+', 1) }))
		.where('mailId', 'in', ids)
		.returningAll()
		.execute();
	return rows as ClaimedMail[];
};

/** What is left of a mail that is through: no address, and nothing to make a token of. */
const emptied = { address: null, wrapped: null, mint: null } as const;

/** False where the lease was over and somebody else has it. */
const settle = async (
	tx: Writer,
	{ mailId, dueAt }: Pick<ClaimedMail, 'mailId' | 'dueAt'>,
	to: Partial<MailRow>,
): Promise<boolean> => {
	const result = await tx
		.updateTable('mail')
		.set(to)
		.where('mailId', '=', mailId)
		.where('state', '=', 'sending')
		.where('dueAt', '=', dueAt)
		.executeTakeFirst();
	return result.numUpdatedRows === 1n;
};

export const settleSent = (tx: Writer, mail: ClaimedMail, now: number): Promise<boolean> =>
	settle(tx, mail, { ...emptied, state: 'sent', sentAt: now, problem: null });

export const settleFailed = (tx: Writer, mail: ClaimedMail, problem: MailProblem): Promise<boolean> =>
	settle(tx, mail, { ...emptied, state: 'failed', problem });

/** Back to where it waits, for another try later. */
export const settleLater = (
	tx: Writer,
	mail: ClaimedMail,
	later: { readonly state: 'waiting' | 'held'; readonly problem: MailProblem; readonly dueAt: number },
): Promise<boolean> => settle(tx, mail, later);

/** Notes the token of this try. False where the mail is not this sender's any more. */
export const noteToken = (tx: Writer, mail: ClaimedMail, tokenHash: string): Promise<boolean> =>
	settle(tx, mail, { tokenHash });

/** Sent mails are told of for so long. */
const keepForMs = 180 * 24 * 60 * 60_000;

/** Empties what stands for nobody or came too late, and removes what is old. */
export const sweepMails = async (tx: Writer, now: number): Promise<void> => {
	await tx
		.updateTable('mail')
		.set({ ...emptied, state: 'failed', problem: 'too-late' })
		.where('state', 'in', ['waiting', 'held'])
		.where('expiresAt', '<=', now)
		.execute();
	await tx
		.updateTable('mail')
		.set(emptied)
		.where('state', '=', 'decoy')
		.where('wrapped', 'is not', null)
		.execute();
	await tx.deleteFrom('mail').where('state', '=', 'decoy').where('expiresAt', '<=', now).execute();
	await tx
		.deleteFrom('mail')
		.where('createdAt', '<', now - keepForMs)
		.execute();
};
