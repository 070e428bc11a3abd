/**
 * Joining by a link: an invitation's or a registration's. The link is spent in the transaction that makes the
 * account, and everything it rests on is looked at again there.
 */
import type { InvitedRole, Language } from '@holdfast/contract/people';
import type { Kysely } from 'kysely';
import { Fault } from '#platform/fault.ts';
import { hashOf } from '#platform/ids.ts';
import {
	orNameTaken,
	prepareAccount,
	type PreparedAccount,
	startRegistration,
	usernameIndexOf,
} from '../account-making.ts';
import { insertAccount } from '../account-store.ts';
import type { ClientFacts, Context } from '../context.ts';
import type { EventTransaction } from '../event-log.ts';
import { endReplaced, prepareSession, presentSigned, type SignedIn } from '../session-making.ts';
import { insertSession } from '../session-store.ts';
import type { AccountTables } from '../tables.ts';
import { consume, issueFlow, peekFlow } from '../token-store.ts';
import { acceptUsername } from '../username.ts';
import { acceptInvitation, findOpenInvitation, type StoredInvitation } from './invitation-store.ts';
import { isRegistrationOpen, openProvenAddress, type ProvenAddress } from './registration.ts';

const purpose = 'joining';

/** What a link is good for. */
type Offer =
	| { readonly kind: 'invitation'; readonly role: InvitedRole; readonly invitation: StoredInvitation }
	| { readonly kind: 'registration'; readonly role: 'member'; readonly address: ProvenAddress };

type Looking = Pick<Context, 'outbox' | 'openRegistration'>;

/** @throws accounts.link.invalid  also for a registration that began while this server was open. */
const findOffer = async (
	needs: Looking,
	db: Kysely<AccountTables>,
	{ secret, now }: { readonly secret: string; readonly now: number },
): Promise<Offer> => {
	const invited = await peekFlow(db, { purpose: 'invitation', flow: secret }, now);
	const invitation = invited && (await findOpenInvitation(db, invited.payload.invitationId, now));
	if (invitation) return { kind: 'invitation', role: invitation.role, invitation };
	const asked = await peekFlow(db, { purpose: 'registration', flow: secret }, now);
	if (!asked || !isRegistrationOpen(needs)) throw new Fault('accounts.link.invalid');
	return { kind: 'registration', role: 'member', address: asked.payload };
};

/**
 * What a link offers, told to whoever holds it.
 *
 * @throws accounts.link.invalid
 */
export const lookAtJoinLink = async (
	needs: Looking & Pick<Context, 'db' | 'clock' | 'sealer'>,
	secret: string,
) => {
	const offer = await findOffer(needs, needs.db.query, { secret, now: needs.clock.now() });
	if (offer.kind === 'registration')
		return { kind: offer.kind, role: offer.role, invitedBy: null, expiresAt: null };
	const { inviter, expiresAt } = offer.invitation;
	const seal = await needs.sealer.open(inviter.accountId, inviter.wrapped, null);
	const invitedBy = seal.open('account', 'displayName', inviter.displayName);
	return { kind: offer.kind, role: offer.role, invitedBy, expiresAt };
};

const isNameTaken = async ({ db }: Pick<Context, 'db'>, usernameIndex: string): Promise<boolean> =>
	(await db.query
		.selectFrom('account')
		.select('accountId')
		.where('usernameIndex', '=', usernameIndex)
		.executeTakeFirst()) !== undefined;

/** Counted under the link itself: a link tells a hundred names that are taken, and then one in a while. */
const subjectOf = (secret: string): string => `join:${hashOf(secret)}`;

/** @throws accounts.link.invalid, accounts.username.invalid, accounts.username.taken */
export const startJoining = async (
	needs: Looking & Pick<Context, 'db' | 'clock' | 'keeper' | 'attempts' | 'keyStretching'>,
	input: { readonly secret: string; readonly username: string; readonly registrationRequest: string },
	client: Pick<ClientFacts, 'address'>,
) => {
	const now = needs.clock.now();
	await findOffer(needs, needs.db.query, { secret: input.secret, now });
	acceptUsername(input.username);
	await needs.attempts.begin({ subject: subjectOf(input.secret), lane: null }, client.address);
	const usernameIndex = await usernameIndexOf(needs, input.username);
	if (await isNameTaken(needs, usernameIndex)) throw new Fault('accounts.username.taken');
	const { registrationResponse, started } = await startRegistration(needs, input.registrationRequest);
	const payload = { registration: started, usernameIndex, secretHash: hashOf(input.secret) };
	const flow = await issueFlow(needs.db.query, { purpose, payload }, now);
	return { flow, registrationResponse, keyStretching: needs.keyStretching };
};

export interface FinishJoining {
	readonly flow: string;
	readonly secret: string;
	readonly username: string;
	readonly displayName: string;
	readonly registrationRecord: string;
	readonly language: Language | null;
}

/** The account as the link allows it; nothing is written yet. */
const prepare = async (
	needs: Context,
	input: FinishJoining,
): Promise<{ readonly offer: Offer; readonly prepared: PreparedAccount }> => {
	const now = needs.clock.now();
	const open = await peekFlow(needs.db.query, { purpose, flow: input.flow }, now);
	if (!open || open.payload.secretHash !== hashOf(input.secret)) throw new Fault('accounts.flow.expired');
	const offer = await findOffer(needs, needs.db.query, { secret: input.secret, now });
	const address = offer.kind === 'registration' ? await openProvenAddress(needs, offer.address) : null;
	const started = open.payload.registration;
	const prepared = await prepareAccount(needs, { ...input, role: offer.role, started });
	// The flow is for the name it was started with.
	if (prepared.account.usernameIndex !== open.payload.usernameIndex) throw new Fault('accounts.flow.expired');
	const account = {
		...prepared.account,
		language: input.language,
		email: address === null ? null : prepared.seal.seal('account', 'email', address),
		emailIndex: offer.kind === 'registration' ? offer.address.emailIndex : null,
	};
	return { offer, prepared: { ...prepared, account } };
};

/** Spends the link for this account. */
const claim = async (
	{ tx, now }: EventTransaction,
	offer: Offer,
	{ secret, acceptedBy }: { readonly secret: string; readonly acceptedBy: string },
): Promise<void> => {
	const spent = await consume(tx, { purpose: offer.kind, flow: secret }, now);
	if (!spent) throw new Fault('accounts.link.invalid');
	if (offer.kind === 'registration') return;
	const { invitationId } = offer.invitation;
	const isTaken = await acceptInvitation(tx, { invitationId, acceptedBy }, now);
	if (!isTaken) throw new Fault('accounts.link.invalid');
};

/** The inviter may have been sent away or demoted since; the address may have found another person. */
const recheck = async ({ tx, now }: EventTransaction, offer: Offer): Promise<void> => {
	if (offer.kind === 'invitation') {
		const present = await findOpenInvitation(tx, offer.invitation.invitationId, now);
		if (!present) throw new Fault('accounts.link.invalid');
		return;
	}
	const other = await tx
		.selectFrom('account')
		.select('accountId')
		.where('emailIndex', '=', offer.address.emailIndex)
		.executeTakeFirst();
	if (other) throw new Fault('accounts.email.taken');
};

/**
 * Makes the account and signs its person in. Of any number that try one link at once, one gets it.
 *
 * @throws accounts.flow.expired, accounts.link.invalid, accounts.username.taken, accounts.email.taken
 */
export const finishJoining = async (
	needs: Context,
	input: FinishJoining,
	client: ClientFacts,
): Promise<SignedIn> => {
	const { offer, prepared } = await prepare(needs, input);
	const { account, credential, seal } = prepared;
	const { accountId } = account;
	const methods = ['password'] as const;
	const session = await prepareSession(needs, { accountId, seal, proof: null, client, methods });
	const writing = needs.events.transaction(async (write) => {
		const { tx, now, append } = write;
		if (!(await consume(tx, { purpose, flow: input.flow }, now))) throw new Fault('accounts.flow.expired');
		await recheck(write, offer);
		await insertAccount(tx, prepared);
		await claim(write, offer, { secret: input.secret, acceptedBy: accountId });
		await append({ kind: 'account-made', cause: offer.kind, accountId });
		const made = await insertSession(tx, session.row, {
			accountEpoch: account.epoch,
			verifierMadeAt: credential.madeAt,
		});
		await append({ kind: 'signed-in', cause: offer.kind, accountId, sessionId: made.sessionId });
		await endReplaced(write, client.token, 'sign-in');
		return made;
	});
	const row = await orNameTaken(needs, writing);
	await needs.attempts.forget({ subject: subjectOf(input.secret), lane: null });
	return { token: session.token, signed: presentSigned(seal, account, row) };
};
