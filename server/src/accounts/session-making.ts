/** Making a session: everything is sealed and bound before the transaction that stores it. */
import { createHash } from 'node:crypto';
import type { SessionEntry, Signed } from '@holdfast/contract/accounts';
import { hashOf, newId, newSecret } from '#platform/ids.ts';
import type { AccountSeal, PersonProof } from '../keeper/index.ts';
import { clientKindOf, clientLabelOf } from './client-label.ts';
import type { ClientFacts, Context } from './context.ts';
import type { EventTransaction } from './event-log.ts';
import { networkOf } from './network.ts';
import { openPerson, type SealedNames } from './people.ts';
import { deleteSessionByToken, type PreparedSession } from './session-store.ts';
import type { AccountRow, SessionRow } from './tables.ts';

/** A session that is stored, and the one time its token is seen. */
export interface SignedIn {
	readonly token: string;
	readonly signed: Signed;
}

export interface NewSession {
	readonly token: string;
	readonly row: PreparedSession;
}

export interface SessionFor {
	readonly accountId: string;
	readonly seal: AccountSeal;
	/**
	 * Null at the birth of an account, before its person has finished an exchange: such a session is not bound.
	 */
	readonly proof: PersonProof | null;
	readonly client: Pick<ClientFacts, 'address' | 'userAgent'>;
}

/** A new id and a new token, born after authentication; nothing a client sent goes into them. */
export const prepareSession = async (
	{ keeper, clock }: Pick<Context, 'keeper' | 'clock'>,
	{ accountId, seal, proof, client }: SessionFor,
): Promise<NewSession> => {
	const now = clock.now();
	const token = newSecret();
	const tokenHash = hashOf(token);
	const network = networkOf(client.address);
	return {
		token,
		row: {
			sessionId: newId(now),
			tokenHash,
			accountId,
			kind: clientKindOf(client.userAgent),
			label: seal.seal('session', 'label', clientLabelOf(client.userAgent)),
			network: network === null ? null : seal.seal('session', 'network', network),
			sessionMac: proof && (await keeper.wrap.bindSession({ accountId, tokenHash, proof })),
			createdAt: now,
			lastUsedAt: now,
			cohort: cohortOf(accountId),
		},
	};
};

/** 16 bits that spread accounts evenly and stay the same. */
const cohortOf = (accountId: string): number =>
	createHash('sha256').update(accountId).digest().readUInt16BE(0);

/** Ends the session that the same client held before, in the transaction of its new one. */
export const endReplaced = async (
	{ tx, append }: EventTransaction,
	token: string | null,
	cause: 'setup' | 'sign-in',
): Promise<void> => {
	const ended = token === null ? undefined : await deleteSessionByToken(tx, hashOf(token));
	if (ended) await append({ kind: 'session-ended', cause, ...ended });
};

/** The proof that a live session is, or null for one that could not be bound when it was made. */
export const proofOfSession = (session: Pick<SessionRow, 'sessionMac'>, token: string): PersonProof | null =>
	session.sessionMac === null ? null : { kind: 'session', token, sessionMac: session.sessionMac };

export const presentSession = (
	seal: AccountSeal,
	row: SessionRow,
	currentSessionId: string,
): SessionEntry => ({
	sessionId: row.sessionId,
	kind: row.kind,
	label: seal.open('session', 'label', row.label),
	network: row.network && seal.open('session', 'network', row.network),
	createdAt: row.createdAt,
	lastUsedAt: row.lastUsedAt,
	isCurrent: row.sessionId === currentSessionId,
});

export const presentSigned = (
	seal: AccountSeal,
	account: SealedNames & Pick<AccountRow, 'accountId' | 'role'>,
	session: SessionRow,
): Signed => ({
	person: openPerson(seal, account),
	session: presentSession(seal, session, session.sessionId),
});
