/** Making a session: everything is sealed and bound before the transaction that stores it. */
import { createHash } from 'node:crypto';
import type { SessionEntry, SessionKind, SessionScope, Signed } from '@holdfast/contract/accounts';
import { toJson } from '#platform/db/types.ts';
import { hashOf, newId, newSecret } from '#platform/ids.ts';
import type { AccountSeal, PersonProof } from '../keeper/index.ts';
import { clientKindOf, clientLabelOf } from './client-label.ts';
import type { ClientFacts, Context } from './context.ts';
import type { EventTransaction } from './event-log.ts';
import type { EventCause } from './events.ts';
import { levelOf, type Method } from './methods.ts';
import { networkOf } from './network.ts';
import { openPerson, type SealedNames } from './people.ts';
import { deleteSessionByToken, idleMaxMs, lifetimeMaxMs, type PreparedSession } from './session-store.ts';
import type { AccountRow, SessionRow } from './tables.ts';

/** A session that is stored, and the one time its token is seen. */
export interface SignedIn {
	readonly token: string;
	readonly signed: Signed;
	/** What the device's own cookie holds from here on; null where it stays as it is. */
	readonly deviceToken?: string | null;
}

export interface NewSession {
	readonly token: string;
	readonly row: PreparedSession;
}

/** How long a session of a kind lives: at most, and without being used. */
export interface Lifetime {
	readonly lifetimeMaxMs: number;
	readonly idleMaxMs: number;
}

/** A person's own browser or command line. */
export const fullLifetime: Lifetime = { lifetimeMaxMs, idleMaxMs };

export interface SessionFor {
	readonly accountId: string;
	readonly seal: AccountSeal;
	/** Null where no exchange stands behind it, such as a passkey alone: then it costs one metered opening. */
	readonly proof: PersonProof | null;
	readonly client: Pick<ClientFacts, 'address' | 'userAgent'>;
	readonly methods: readonly Method[];
	/** When the person proved themselves, where that was not just now. */
	readonly authenticatedAt?: number;
	readonly issuerId?: string | null;
	readonly issuerSessionIndex?: string | null;
	readonly deviceId?: string | null;
	/** Of a token that is made elsewhere and not known here; then the one that is returned means nothing. */
	readonly tokenHash?: string;
	/** For what is not a browser or command line of full scope. */
	readonly app?: {
		readonly kind: SessionKind;
		readonly scope: SessionScope;
		readonly label: string;
		readonly clientId: string | null;
		readonly lifetime: Lifetime;
	};
}

/** A new id and a new token, born after authentication; nothing a client sent goes into them. */
export const prepareSession = async (
	{ keeper, clock }: Pick<Context, 'keeper' | 'clock'>,
	{ accountId, seal, proof, client, methods, app, ...made }: SessionFor,
): Promise<NewSession> => {
	const now = clock.now();
	const token = newSecret();
	const tokenHash = made.tokenHash ?? hashOf(token);
	const network = networkOf(client.address);
	const lifetime = app?.lifetime ?? fullLifetime;
	return {
		token,
		row: {
			sessionId: newId(now),
			tokenHash,
			accountId,
			kind: app?.kind ?? clientKindOf(client.userAgent),
			scope: app?.scope ?? 'full',
			level: levelOf(methods),
			methods: toJson(methods),
			authenticatedAt: made.authenticatedAt ?? now,
			deviceId: made.deviceId ?? null,
			issuerId: made.issuerId ?? null,
			issuerSessionIndex: made.issuerSessionIndex ?? null,
			clientId: app?.clientId ?? null,
			label: seal.seal('session', 'label', app?.label ?? clientLabelOf(client.userAgent)),
			network: network === null ? null : seal.seal('session', 'network', network),
			sessionMac: await keeper.wrap.bindSession({ accountId, tokenHash, proof }),
			createdAt: now,
			lastUsedAt: now,
			expiresAt: now + lifetime.lifetimeMaxMs,
			idleMaxMs: lifetime.idleMaxMs,
			cohort: cohortOf(accountId),
		},
	};
};

/** 16 bits that spread accounts evenly and stay the same. */
export const cohortOf = (accountId: string): number =>
	createHash('sha256').update(accountId).digest().readUInt16BE(0);

/** Ends the session that the same client held before, in the transaction of its new one. */
export const endReplaced = async (
	{ tx, append }: EventTransaction,
	token: string | null,
	cause: EventCause,
): Promise<void> => {
	const ended = token === null ? undefined : await deleteSessionByToken(tx, hashOf(token));
	if (ended) await append({ kind: 'session-ended', cause, ...ended });
};

/** The proof that a live session is. */
export const proofOfSession = (session: Pick<SessionRow, 'sessionMac'>, token: string): PersonProof | null =>
	session.sessionMac === null ? null : { kind: 'session', token, sessionMac: session.sessionMac };

/** What is shown of the device that a session began on. */
export interface DeviceShown {
	readonly isKeyBound: boolean;
	readonly place: string | null;
}

export const presentSession = (
	seal: AccountSeal,
	row: SessionRow,
	currentSessionId: string,
	device: DeviceShown = { isKeyBound: false, place: null },
): SessionEntry => ({
	sessionId: row.sessionId,
	kind: row.kind,
	scope: row.scope,
	label: seal.open('session', 'label', row.label),
	network: row.network && seal.open('session', 'network', row.network),
	place: device.place,
	level: row.level,
	isKeyBound: device.isKeyBound,
	...(row.issuerId === null ? {} : { providerId: row.issuerId }),
	createdAt: row.createdAt,
	lastUsedAt: row.lastUsedAt,
	expiresAt: row.expiresAt,
	isCurrent: row.sessionId === currentSessionId,
});

export const presentSigned = (
	seal: AccountSeal,
	account: SealedNames & Pick<AccountRow, 'accountId' | 'role'>,
	session: SessionRow,
	device?: DeviceShown,
): Signed => ({
	person: openPerson(seal, account),
	session: presentSession(seal, session, session.sessionId, device),
});
