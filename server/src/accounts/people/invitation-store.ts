/** Invitations as rows. One predicate says which are open, and every read goes through it. */
import type { Kysely, Transaction } from 'kysely';
import type { AccountRow, AccountTables } from '../tables.ts';
import { mayGive } from './roles.ts';
import type { InvitationRow } from './tables.ts';

export const openInvitationsMax = 200;
/** What became of an invitation is kept for so long after its end. */
const keepForMs = 90 * 24 * 60 * 60_000;

export type StoredInvitation = InvitationRow & {
	readonly inviter: Pick<AccountRow, 'accountId' | 'displayName' | 'role'> & { readonly wrapped: string };
};

const open = (db: Kysely<AccountTables>, now: number) =>
	db
		.selectFrom('invitation')
		.innerJoin('account', 'account.accountId', 'invitation.inviterId')
		.innerJoin('keyring', 'keyring.accountId', 'invitation.inviterId')
		.selectAll('invitation')
		.select([
			'account.displayName as inviterName',
			'account.role as inviterRole',
			'keyring.wrapped as inviterWrapped',
		])
		.where('invitation.acceptedAt', 'is', null)
		.where('invitation.revokedAt', 'is', null)
		.where('invitation.expiresAt', '>', now)
		.where('account.status', '=', 'active');

type Row = Awaited<ReturnType<ReturnType<typeof open>['execute']>>[number];

/** Null where the inviter may not let in anybody like that any more. */
const readable = ({
	inviterName: displayName,
	inviterRole,
	inviterWrapped,
	...row
}: Row): StoredInvitation | null =>
	mayGive(inviterRole, row.role)
		? {
				...row,
				inviter: { accountId: row.inviterId, displayName, role: inviterRole, wrapped: inviterWrapped },
			}
		: null;

export const listOpenInvitations = async (
	db: Kysely<AccountTables>,
	now: number,
): Promise<StoredInvitation[]> => {
	const rows = await open(db, now)
		.orderBy('invitation.invitationId', 'desc')
		.limit(openInvitationsMax)
		.execute();
	return rows.map(readable).filter((row) => row !== null);
};

export const findOpenInvitation = async (
	db: Kysely<AccountTables>,
	invitationId: string,
	now: number,
): Promise<StoredInvitation | null> => {
	const row = await open(db, now).where('invitation.invitationId', '=', invitationId).executeTakeFirst();
	return row ? readable(row) : null;
};

export const countOpenInvitations = async (db: Kysely<AccountTables>, now: number): Promise<number> => {
	const row = await db
		.selectFrom('invitation')
		.select(({ fn }) => fn.countAll<number>().as('count'))
		.where('acceptedAt', 'is', null)
		.where('revokedAt', 'is', null)
		.where('expiresAt', '>', now)
		.executeTakeFirstOrThrow();
	return Number(row.count);
};

/** Of any number of takers one takes it. */
export const acceptInvitation = async (
	tx: Transaction<AccountTables>,
	{ invitationId, acceptedBy }: { readonly invitationId: string; readonly acceptedBy: string },
	now: number,
): Promise<boolean> => {
	const result = await tx
		.updateTable('invitation')
		.set({ acceptedAt: now, acceptedBy })
		.where('invitationId', '=', invitationId)
		.where('acceptedAt', 'is', null)
		.where('revokedAt', 'is', null)
		.where('expiresAt', '>', now)
		.executeTakeFirst();
	return result.numUpdatedRows === 1n;
};

export const revokeInvitation = async (
	tx: Transaction<AccountTables>,
	invitationId: string,
	now: number,
): Promise<boolean> => {
	const result = await tx
		.updateTable('invitation')
		.set({ revokedAt: now })
		.where('invitationId', '=', invitationId)
		.where('acceptedAt', 'is', null)
		.where('revokedAt', 'is', null)
		.executeTakeFirst();
	return result.numUpdatedRows === 1n;
};

export const deleteOldInvitations = async (tx: Transaction<AccountTables>, now: number): Promise<void> => {
	await tx
		.deleteFrom('invitation')
		.where('expiresAt', '<', now - keepForMs)
		.execute();
};
