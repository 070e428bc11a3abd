/**
 * Leaving: 30 days in which nothing is lost and nobody signs in, then the data key is destroyed and with it
 * everything that was sealed, in every copy there is of it.
 */
import { Fault } from '#platform/fault.ts';
import { newSecret } from '#platform/ids.ts';
import { findAccount } from '../account-store.ts';
import type { Actor, Context } from '../context.ts';
import type { EventTransaction } from '../event-log.ts';
import type { EventCause } from '../events.ts';
import { findOwnSession } from '../session-store.ts';
import { openOwn } from '../sessions.ts';
import { consume, issueFlow } from '../token-store.ts';
import { foldUsername } from '../username.ts';
import { administered, type By, causeOf } from './authority.ts';
import { endAllSessions, updateAccount } from './administration.ts';

/** How long an account that is leaving can be kept after all. */
export const leavingForMs = 30 * 24 * 60 * 60_000;
const erasedAtOnceMax = 100;

/** Returns the epoch that holds from here on. */
const beginLeaving = async (
	write: EventTransaction,
	accountId: string,
	cause: EventCause,
): Promise<{ readonly deleteAfter: number; readonly epoch: number }> => {
	const deleteAfter = write.now + leavingForMs;
	await updateAccount(write, accountId, { status: 'leaving', deleteAfter });
	await write.append({ kind: 'account-leaving', cause, accountId });
	return { deleteAfter, epoch: await endAllSessions(write, accountId, cause) };
};

/**
 * Begins the actor's own leaving and makes the secret that undoes it.
 *
 * @throws accounts.username.differs  where the name that was typed is not theirs; accounts.owner.stays
 */
export const leave = async (
	needs: Pick<Context, 'db' | 'clock' | 'sealer' | 'events'>,
	actor: Actor,
	typedUsername: string,
): Promise<{ readonly deleteAfter: number; readonly secret: string }> => {
	const { session, seal } = await openOwn(needs, actor);
	const username = seal.open('account', 'username', session.username);
	if (foldUsername(typedUsername) !== foldUsername(username)) throw new Fault('accounts.username.differs');
	const { accountId } = actor;
	const secret = newSecret();
	const deleteAfter = await needs.events.transaction(async (write) => {
		const present = await findOwnSession(write.tx, actor, write.now);
		if (!present) throw new Fault('access.sign-in-needed');
		if (present.role === 'owner') throw new Fault('accounts.owner.stays');
		const leaving = await beginLeaving(write, accountId, 'profile');
		const account = { accountId, epoch: leaving.epoch };
		await issueFlow(write.tx, { purpose: 'come-back', payload: {}, account, secret }, write.now);
		return leaving.deleteAfter;
	});
	return { deleteAfter, secret };
};

/** Begins the leaving of another account. @throws access.not-allowed, accounts.account.absent */
export const deletePerson = async (
	{ events }: Pick<Context, 'events'>,
	by: By,
	accountId: string,
): Promise<{ readonly deleteAfter: number }> =>
	events.transaction(async (write) => {
		const { target } = await administered(write.tx, by, accountId);
		if (target.status === 'leaving') return { deleteAfter: target.deleteAfter ?? write.now };
		const { deleteAfter } = await beginLeaving(write, accountId, causeOf(by));
		return { deleteAfter };
	});

/** False where the account is not leaving, or its time is over: then nothing brings it back. */
const stay = async (write: EventTransaction, accountId: string, cause: EventCause): Promise<boolean> => {
	const account = await findAccount(write.tx, accountId);
	if (account?.status !== 'leaving' || (account.deleteAfter ?? 0) <= write.now) return false;
	await updateAccount(write, accountId, { status: 'active', deleteAfter: null });
	await write.append({ kind: 'account-reactivated', cause, accountId });
	return true;
};

/** Ends another account's leaving. @throws access.not-allowed, accounts.account.absent */
export const keepPerson = async (
	{ events }: Pick<Context, 'events'>,
	by: By,
	accountId: string,
): Promise<void> =>
	events.transaction(async (write) => {
		await administered(write.tx, by, accountId);
		if (!(await stay(write, accountId, causeOf(by)))) throw new Fault('accounts.account.absent');
	});

/** Ends one's own leaving by the secret that began it. Signs nobody in. @throws accounts.link.invalid */
export const comeBack = async ({ events }: Pick<Context, 'events'>, secret: string): Promise<void> =>
	events.transaction(async (write) => {
		const spent = await consume(write.tx, { purpose: 'come-back', flow: secret }, write.now);
		const account = spent?.accountId ? await findAccount(write.tx, spent.accountId) : undefined;
		// Whoever came back and was sent away since has another epoch.
		if (!account || account.epoch !== spent?.accountEpoch) throw new Fault('accounts.link.invalid');
		if (!(await stay(write, account.accountId, 'profile'))) throw new Fault('accounts.link.invalid');
	});

/** Everything of the account: the key first, then the row, which takes all that hangs on it along. */
const erase = async ({ tx, append }: EventTransaction, accountId: string): Promise<void> => {
	for (const table of ['keyring', 'token', 'mail', 'appLogout'] as const)
		await tx.deleteFrom(table).where('accountId', '=', accountId).execute();
	await tx.deleteFrom('floor').where('subject', '=', accountId).execute();
	await tx.deleteFrom('attempt').where('subject', 'like', `%:${accountId}`).execute();
	await tx.deleteFrom('account').where('accountId', '=', accountId).execute();
	await append({ kind: 'account-deleted', cause: 'profile', accountId });
};

const isOver = async ({ tx, now }: EventTransaction, accountId: string): Promise<boolean> => {
	const account = await tx
		.selectFrom('account')
		.select(['status', 'deleteAfter'])
		.where('accountId', '=', accountId)
		.executeTakeFirst();
	return account?.status === 'leaving' && (account.deleteAfter ?? now + 1) <= now;
};

type EraseNeeds = Pick<Context, 'db' | 'clock' | 'sealer' | 'events' | 'log' | 'forgetViewer'>;

/** What was watched goes first: once the key is gone nobody knows whose it was. */
const eraseOne = async (needs: EraseNeeds, accountId: string): Promise<void> => {
	const account = await findAccount(needs.db.query, accountId);
	if (account) {
		const seal = await needs.sealer.open(accountId, account.wrapped, null);
		await needs.forgetViewer(seal.open('account', 'viewerId', account.viewerId));
	}
	await needs.events.transaction(async (write) => {
		if (await isOver(write, accountId)) await erase(write, accountId);
	});
	needs.sealer.forget(accountId);
};

/** Erases the accounts whose time is over. One that cannot be erased now is tried again at the next sweep. */
export const eraseLeft = async (needs: EraseNeeds): Promise<void> => {
	const due = await needs.db.query
		.selectFrom('account')
		.select('accountId')
		.where('status', '=', 'leaving')
		.where('deleteAfter', '<=', needs.clock.now())
		.orderBy('deleteAfter')
		.limit(erasedAtOnceMax)
		.execute();
	for (const { accountId } of due) {
		await eraseOne(needs, accountId).catch((error: unknown) =>
			needs.log.warn({ err: error, accountId }, 'an account that left could not be erased'),
		);
	}
};
