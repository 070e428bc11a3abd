/** What administrators do with other people's accounts: roles, keeping out and letting in again. */
import type { InvitedRole } from '@holdfast/contract/people';
import { Fault } from '#platform/fault.ts';
import { findAccount, raiseEpoch } from '../account-store.ts';
import type { Context } from '../context.ts';
import type { EventTransaction } from '../event-log.ts';
import type { AccountRow } from '../tables.ts';
import { administered, authorityOf, type By, causeOf } from './authority.ts';
import { mayGive, mayHandOver } from './roles.ts';

type Needs = Pick<Context, 'events'>;

/** Changes the account's row. Who holds its sessions looks again, or finds them ended. */
export const updateAccount = async (
	{ tx, now }: EventTransaction,
	accountId: string,
	change: Partial<AccountRow>,
): Promise<void> => {
	await tx
		.updateTable('account')
		.set({ ...change, updatedAt: now })
		.where('accountId', '=', accountId)
		.execute();
};

/** @throws access.not-allowed, accounts.account.absent */
export const setRole = async (
	{ events }: Needs,
	by: By,
	{ accountId, role }: { readonly accountId: string; readonly role: InvitedRole },
): Promise<void> =>
	events.transaction(async (write) => {
		const { target, authority } = await administered(write.tx, by, accountId);
		if (!mayGive(authority, role)) throw new Fault('access.not-allowed');
		if (target.role === role) return;
		await updateAccount(write, accountId, { role });
		await write.append({ kind: 'account-changed', cause: causeOf(by), accountId });
	});

/** Ends every session of the account in the transaction of what ends them. */
export const endAllSessions = async (
	{ tx, now, append }: EventTransaction,
	accountId: string,
	cause: Parameters<EventTransaction['append']>[0]['cause'],
): Promise<number> => {
	const epoch = await raiseEpoch(tx, accountId, now);
	if (epoch === null) throw new Fault('accounts.account.absent');
	await tx
		.updateTable('account')
		.set((column) => ({ deviceEpoch: column('deviceEpoch', '+', 1) }))
		.where('accountId', '=', accountId)
		.execute();
	await append({ kind: 'account-epoch-raised', cause, accountId, epoch });
	return epoch;
};

/**
 * Keeps a person out and keeps everything of theirs. From then on the right password is answered as a wrong
 * one.
 *
 * @throws access.not-allowed, accounts.account.absent
 */
export const deactivate = async ({ events }: Needs, by: By, accountId: string): Promise<void> =>
	events.transaction(async (write) => {
		const { target } = await administered(write.tx, by, accountId);
		if (target.status !== 'active') return;
		await updateAccount(write, accountId, { status: 'deactivated' });
		await write.append({ kind: 'account-deactivated', cause: causeOf(by), accountId });
		await endAllSessions(write, accountId, causeOf(by));
	});

/** @throws access.not-allowed, accounts.account.absent */
export const reactivate = async ({ events }: Needs, by: By, accountId: string): Promise<void> =>
	events.transaction(async (write) => {
		const { target } = await administered(write.tx, by, accountId);
		if (target.status !== 'deactivated') return;
		await updateAccount(write, accountId, { status: 'active' });
		await write.append({ kind: 'account-reactivated', cause: causeOf(by), accountId });
	});

/**
 * Makes an administrator the owner, and the owner an administrator.
 *
 * @throws access.not-allowed, accounts.account.absent
 */
export const handOverOwnership = async (
	{ events }: Needs,
	by: Exclude<By, 'machine'>,
	accountId: string,
): Promise<void> =>
	events.transaction(async (write) => {
		const { tx, append } = write;
		const authority = await authorityOf(tx, by);
		const target = await findAccount(tx, accountId);
		if (!target) throw new Fault('accounts.account.absent');
		if (target.status !== 'active' || !mayHandOver(authority, target.role))
			throw new Fault('access.not-allowed');
		// In this order: there is one owner at most at any moment.
		await updateAccount(write, by.accountId, { role: 'administrator' });
		await updateAccount(write, accountId, { role: 'owner' });
		await append({ kind: 'account-changed', cause: 'administration', accountId: by.accountId });
		await append({ kind: 'account-changed', cause: 'administration', accountId });
	});
