/** Inviting somebody: a link for one person, with a role and an end. */
import type { InvitedRole, Language, OpenInvitation } from '@holdfast/contract/people';
import { Fault } from '#platform/fault.ts';
import { newId } from '#platform/ids.ts';
import type { AccountSeal } from '../../keeper/index.ts';
import { findAccount } from '../account-store.ts';
import type { Context } from '../context.ts';
import { acceptAddress } from '../mail/address.ts';
import { issueFlow } from '../token-store.ts';
import { authorityOf, type By, causeOf } from './authority.ts';
import * as store from './invitation-store.ts';
import { mayGive } from './roles.ts';

export interface InvitationTerms {
	readonly role: InvitedRole;
	readonly note: string | null;
	readonly lifetimeHours: number;
	/** Where the link is mailed to as well. */
	readonly email: string | null;
	readonly language: Language | null;
}

export interface MadeInvitation {
	readonly invitationId: string;
	readonly secret: string;
	readonly role: InvitedRole;
	readonly expiresAt: number;
	readonly isMailed: boolean;
}

type Needs = Pick<Context, 'db' | 'clock' | 'sealer' | 'events' | 'outbox'>;

const addressOf = ({ outbox }: Pick<Needs, 'outbox'>, email: string | null): string | null => {
	if (email === null) return null;
	if (!outbox.isConfigured) throw new Fault('accounts.mail.unconfigured');
	const address = acceptAddress(email);
	if (address === null) throw new Fault('accounts.email.invalid');
	return address;
};

/** The machine invites in the owner's name: an invitation is always somebody's. */
const inviterOf = async ({ db }: Pick<Needs, 'db'>, by: By): Promise<string> => {
	if (by !== 'machine') return by.accountId;
	const owner = await db.query
		.selectFrom('account')
		.select('accountId')
		.where('role', '=', 'owner')
		.executeTakeFirst();
	if (!owner) throw new Fault('accounts.account.absent');
	return owner.accountId;
};

const sealOrNull = (
	seal: AccountSeal,
	column: 'note' | 'email',
	text: string | null,
): ReturnType<AccountSeal['seal']> | null => (text === null ? null : seal.seal('invitation', column, text));

/** Everything that is sealed or asked of the keeper, before the transaction. */
const prepare = async (needs: Needs, by: By, terms: InvitationTerms) => {
	const email = addressOf(needs, terms.email);
	const inviterId = await inviterOf(needs, by);
	const inviter = await findAccount(needs.db.query, inviterId);
	if (!inviter) throw new Fault('access.not-allowed');
	const seal = await needs.sealer.open(inviterId, inviter.wrapped, null);
	const now = needs.clock.now();
	const lifetimeMs = terms.lifetimeHours * 60 * 60_000;
	const row = {
		invitationId: newId(now),
		inviterId,
		role: terms.role,
		note: sealOrNull(seal, 'note', terms.note?.trim() || null),
		email: sealOrNull(seal, 'email', email),
		createdAt: now,
		expiresAt: now + lifetimeMs,
		acceptedAt: null,
		acceptedBy: null,
		revokedAt: null,
	};
	const flow = { purpose: 'invitation', payload: { invitationId: row.invitationId }, lifetimeMs } as const;
	const letter =
		email === null
			? null
			: await needs.outbox.prepare({
					template: 'invitation',
					to: email,
					accountId: null,
					language: terms.language,
					mint: flow,
				});
	return { row, flow, letter };
};

/**
 * Makes an invitation and the one link that is shown; a mailed one gets a secret of its own when it is sent.
 *
 * @throws access.not-allowed, accounts.email.invalid, accounts.mail.unconfigured,
 * accounts.invitations.too-many
 */
export const invite = async (needs: Needs, by: By, terms: InvitationTerms): Promise<MadeInvitation> => {
	const { row, flow, letter } = await prepare(needs, by, terms);
	const secret = await needs.events.transaction(async ({ tx, now, append }) => {
		if (!mayGive(await authorityOf(tx, by), terms.role)) throw new Fault('access.not-allowed');
		if ((await store.countOpenInvitations(tx, now)) >= store.openInvitationsMax)
			throw new Fault('accounts.invitations.too-many');
		await tx.insertInto('invitation').values(row).execute();
		if (letter) await needs.outbox.add(tx, letter);
		await append({ kind: 'invitation-made', cause: causeOf(by), accountId: row.inviterId });
		return issueFlow(tx, flow, now);
	});
	const { invitationId, role, expiresAt } = row;
	return { invitationId, secret, role, expiresAt, isMailed: letter !== null };
};

/** Opens the inviters without their own proof, which the keeper counts. */
export const listInvitations = async (
	{ db, sealer, clock }: Pick<Context, 'db' | 'sealer' | 'clock'>,
	by: By,
): Promise<OpenInvitation[]> => {
	await authorityOf(db.query, by);
	const rows = await store.listOpenInvitations(db.query, clock.now());
	const inviters = new Map(rows.map(({ inviter }) => [inviter.accountId, inviter]));
	const asked = [...inviters.values()].map(({ accountId, wrapped }) => ({ accountId, wrapped, proof: null }));
	const opened = await sealer.openMany(asked);
	const seals = new Map(asked.map(({ accountId }, index) => [accountId, opened[index]!]));
	return rows.map((row) => {
		const seal = seals.get(row.inviterId)!;
		return {
			invitationId: row.invitationId,
			role: row.role,
			note: row.note && seal.open('invitation', 'note', row.note),
			invitedBy: {
				accountId: row.inviterId,
				displayName: seal.open('account', 'displayName', row.inviter.displayName),
			},
			email: row.email && seal.open('invitation', 'email', row.email),
			createdAt: row.createdAt,
			expiresAt: row.expiresAt,
		};
	});
};

/**
 * Takes an invitation back: every link to it leads nowhere. Administrators take back those of others too, but
 * not one that makes an administrator.
 *
 * @throws accounts.invitation.absent, access.not-allowed
 */
export const revokeInvitation = async (
	{ events }: Pick<Context, 'events'>,
	by: By,
	invitationId: string,
): Promise<void> =>
	events.transaction(async ({ tx, now }) => {
		const authority = await authorityOf(tx, by);
		const row = await tx
			.selectFrom('invitation')
			.select('role')
			.where('invitationId', '=', invitationId)
			.executeTakeFirst();
		if (row && !mayGive(authority, row.role)) throw new Fault('access.not-allowed');
		if (!row || !(await store.revokeInvitation(tx, invitationId, now)))
			throw new Fault('accounts.invitation.absent');
	});
