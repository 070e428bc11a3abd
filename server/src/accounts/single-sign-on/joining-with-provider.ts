/**
 * Joining by an invitation with a provider instead of a password. The invitation is the only thing that lets
 * somebody in; the provider only says how they will sign in from then on.
 */
import { Fault } from '#platform/fault.ts';
import { hashOf, newId } from '#platform/ids.ts';
import { orNameTaken, preparePerson, usernameIndexOf } from '../account-making.ts';
import { insertPerson } from '../account-store.ts';
import type { Authenticated } from '../authentication.ts';
import type { ClientFacts, Context } from '../context.ts';
import type { EventTransaction } from '../event-log.ts';
import { acceptInvitation, findOpenInvitation } from '../people/invitation-store.ts';
import { endReplaced, prepareSession, presentSigned } from '../session-making.ts';
import { insertSession } from '../session-store.ts';
import { consume, peekFlow } from '../token-store.ts';
import { acceptUsername } from '../username.ts';
import { type SetOut, setOut } from './going-out.ts';
import type { Vouched } from './id-token.ts';
import { findLinkBySubject, issuerOrFault } from './link-store.ts';
import { type Back, type Purpose, spendBack } from './provider-flow.ts';
import type { Providers } from './providers.ts';
import type { IssuerLinkRow } from './sso-tables.ts';

const findInvitation = async ({ db, clock }: Pick<Context, 'db' | 'clock'>, secret: string) => {
	const now = clock.now();
	const asked = await peekFlow(db.query, { purpose: 'invitation', flow: secret }, now);
	const invitation = asked && (await findOpenInvitation(db.query, asked.payload.invitationId, now));
	if (!invitation) throw new Fault('accounts.link.invalid');
	return invitation;
};

export interface JoinWithProvider {
	readonly invitation: string;
	readonly username: string;
	readonly displayName: string;
	readonly providerId: string;
}

/** @throws accounts.link.invalid, accounts.username.invalid, accounts.username.taken, accounts.provider.blocked */
export const setOutToJoin = async (
	needs: Context & { readonly providers: Providers },
	input: JoinWithProvider,
	client: Pick<ClientFacts, 'address'>,
): Promise<SetOut> => {
	await findInvitation(needs, input.invitation);
	const issuer = await issuerOrFault(needs.db.query, input.providerId);
	if (issuer.allowsJoining === 0) throw new Fault('accounts.provider.blocked');
	const username = acceptUsername(input.username);
	// As for joining with a password: a link tells a hundred names that are taken, and then one in a while.
	const counted = { subject: `join:${hashOf(input.invitation)}`, lane: null };
	await needs.attempts.begin(counted, client.address);
	const usernameIndex = await usernameIndexOf(needs, username);
	const taken = await needs.db.query
		.selectFrom('account')
		.select('accountId')
		.where('usernameIndex', '=', usernameIndex)
		.executeTakeFirst();
	if (taken) throw new Fault('accounts.username.taken');
	const { invitation, displayName } = input;
	const purpose = { kind: 'join', invitation, username, displayName } as const;
	return setOut(needs, { providerId: issuer.issuerId, purpose });
};

interface Landed {
	readonly flow: string;
	readonly step: Back;
	readonly vouched: Vouched;
	readonly subjectIndex: string;
	readonly issuerSessionIndex: string | null;
	readonly asked: Extract<Purpose, { kind: 'join' }>;
}

/** Spends the invitation for this account, as it is now. */
const claim = async (
	{ tx, now }: EventTransaction,
	{ secret, acceptedBy }: { readonly secret: string; readonly acceptedBy: string },
): Promise<void> => {
	const spent = await consume(tx, { purpose: 'invitation', flow: secret }, now);
	const present = spent && (await findOpenInvitation(tx, spent.payload.invitationId, now));
	const { invitationId } = present ?? { invitationId: '' };
	if (!present || !(await acceptInvitation(tx, { invitationId, acceptedBy }, now)))
		throw new Fault('accounts.link.invalid');
};

const insertLink = async ({ tx }: EventTransaction, link: IssuerLinkRow): Promise<void> => {
	const issuer = await issuerOrFault(tx, link.issuerId);
	if (issuer.isBlocked === 1 || issuer.allowsJoining === 0) throw new Fault('accounts.provider.blocked');
	if (await findLinkBySubject(tx, link)) throw new Fault('accounts.provider.linked-before');
	await tx.insertInto('issuerLink').values(link).execute();
};

/** Everything that is sealed or asked of the keeper, before the transaction. */
const prepare = async (needs: Context, landed: Landed, client: ClientFacts) => {
	const { step, vouched, subjectIndex, issuerSessionIndex, asked } = landed;
	const { role } = await findInvitation(needs, asked.invitation);
	const { username, displayName } = asked;
	const person = await preparePerson(needs, { username, displayName, role });
	const { seal } = person;
	const { accountId, createdAt: madeAt } = person.account;
	const { issuerId } = step;
	const link: IssuerLinkRow = {
		linkId: newId(madeAt),
		issuerId,
		accountId,
		subjectIndex,
		subject: seal.seal('issuerLink', 'subject', vouched.subject),
		label: vouched.label === null ? null : seal.seal('issuerLink', 'label', vouched.label),
		madeAt,
	};
	const methods = ['single-sign-on'] as const;
	const made = { accountId, seal, proof: null, client, methods, issuerId, issuerSessionIndex };
	return { person, link, session: await prepareSession(needs, made) };
};

/**
 * Makes the account, its link and its first session.
 *
 * @throws accounts.flow.expired, accounts.link.invalid, accounts.username.taken,
 * accounts.provider.linked-before
 */
export const finishJoinWithProvider = async (
	needs: Context,
	landed: Landed,
	client: ClientFacts,
): Promise<Authenticated> => {
	const { person, link, session } = await prepare(needs, landed, client);
	const { account, seal } = person;
	const { accountId } = account;
	const writing = needs.events.transaction(async (write) => {
		const { tx, append } = write;
		await spendBack(write, landed.flow);
		await insertPerson(tx, person);
		await claim(write, { secret: landed.asked.invitation, acceptedBy: accountId });
		await insertLink(write, link);
		const { issuerId } = link;
		await append({ kind: 'account-made', cause: 'invitation', accountId });
		await append({ kind: 'provider-linked', cause: 'invitation', accountId, issuerId });
		const made = { accountEpoch: account.epoch, verifierMadeAt: link.madeAt };
		const row = await insertSession(tx, session.row, made);
		await append({ kind: 'signed-in', cause: 'invitation', accountId, sessionId: row.sessionId });
		await endReplaced(write, client.token, 'sign-in');
		return row;
	});
	const row = await orNameTaken(needs, writing);
	return {
		state: 'signed-in',
		token: session.token,
		deviceToken: null,
		signed: presentSigned(seal, account, row),
	};
};
