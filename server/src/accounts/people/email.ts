/** A person's mail address: claimed by them, theirs once whoever reads its mail has opened the link. */
import { Fault } from '#platform/fault.ts';
import { newId } from '#platform/ids.ts';
import { findAccount } from '../account-store.ts';
import type { Actor, ClientFacts, Context } from '../context.ts';
import { acceptAddress } from '../mail/address.ts';
import { findOwnSession } from '../session-store.ts';
import { openOwn } from '../sessions.ts';
import { consume } from '../token-store.ts';
import { updateAccount } from './administration.ts';

const subjectOf = (accountId: string): string => `email:${accountId}`;

/**
 * Sends a link to the address. Does the same whether or not the address is another person's: that is told to
 * whoever opens the link.
 *
 * @throws accounts.mail.unconfigured, accounts.email.invalid
 */
export const claimEmail = async (
	needs: Pick<Context, 'db' | 'clock' | 'sealer' | 'keeper' | 'outbox' | 'attempts'>,
	actor: Actor,
	typed: string,
	client: Pick<ClientFacts, 'address'>,
): Promise<void> => {
	if (!needs.outbox.isConfigured) throw new Fault('accounts.mail.unconfigured');
	const address = acceptAddress(typed);
	if (address === null) throw new Fault('accounts.email.invalid');
	const { accountId } = actor;
	await needs.attempts.begin({ subject: subjectOf(accountId), lane: null }, client.address);
	const { seal } = await openOwn(needs, actor);
	const account = await findAccount(needs.db.query, accountId);
	if (!account) throw new Fault('access.sign-in-needed');
	const now = needs.clock.now();
	const [emailIndex] = await needs.keeper.blindIndex('email', [address]);
	const claim = {
		accountId,
		claimId: newId(now),
		email: seal.seal('account', 'email', address),
		emailIndex: emailIndex!,
		madeAt: now,
	};
	const letter = await needs.outbox.prepare({
		template: 'verify-email',
		to: address,
		accountId,
		language: account.language,
		mint: {
			purpose: 'email-verification',
			payload: { claimId: claim.claimId },
			account: { accountId, epoch: account.epoch },
		},
	});
	await needs.db.transaction(async (tx) => {
		if (!(await findOwnSession(tx, actor, needs.clock.now()))) throw new Fault('access.sign-in-needed');
		await tx.deleteFrom('emailClaim').where('accountId', '=', accountId).execute();
		await tx.insertInto('emailClaim').values(claim).execute();
		await needs.outbox.add(tx, letter);
	});
};

/**
 * Makes a claimed address the account's. Of any number of calls one does it.
 *
 * @throws accounts.link.invalid, accounts.email.taken
 */
export const verifyEmail = async (
	needs: Pick<Context, 'events' | 'attempts'>,
	secret: string,
): Promise<void> => {
	const accountId = await needs.events.transaction(async (write) => {
		const { tx, now, append } = write;
		const spent = await consume(tx, { purpose: 'email-verification', flow: secret }, now);
		const account = spent?.accountId ? await findAccount(tx, spent.accountId) : undefined;
		const isCurrent = account?.status === 'active' && account.epoch === spent?.accountEpoch;
		if (!isCurrent) throw new Fault('accounts.link.invalid');
		const claim = await tx
			.deleteFrom('emailClaim')
			.where('accountId', '=', account.accountId)
			.where('claimId', '=', spent.payload.claimId)
			.returningAll()
			.executeTakeFirst();
		if (!claim) throw new Fault('accounts.link.invalid');
		const { email, emailIndex } = claim;
		const other = await tx
			.selectFrom('account')
			.select('accountId')
			.where('emailIndex', '=', emailIndex)
			.where('accountId', '!=', account.accountId)
			.executeTakeFirst();
		if (other) throw new Fault('accounts.email.taken');
		// Before the change: the notice goes to the address that was there.
		await append({ kind: 'email-changed', cause: 'profile', accountId: account.accountId });
		await updateAccount(write, account.accountId, { email, emailIndex });
		return account.accountId;
	});
	await needs.attempts.forget({ subject: subjectOf(accountId), lane: null });
};

/** Removes the address and what waits to become one. Twice is fine. */
export const removeEmail = async ({ events }: Pick<Context, 'events'>, actor: Actor): Promise<void> =>
	events.transaction(async (write) => {
		const { tx, now, append } = write;
		const { accountId } = actor;
		if (!(await findOwnSession(tx, actor, now))) throw new Fault('access.sign-in-needed');
		await tx.deleteFrom('emailClaim').where('accountId', '=', accountId).execute();
		const account = await findAccount(tx, accountId);
		if (!account?.email) return;
		await append({ kind: 'email-changed', cause: 'profile', accountId });
		await updateAccount(write, accountId, { email: null, emailIndex: null });
	});
