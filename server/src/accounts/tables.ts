/** What is stored about people. Whatever says who somebody is lies sealed under a key of their own. */
import type { Role, SessionKind, SessionScope } from '@holdfast/contract/accounts';
import { column, table, type RowOf } from '#platform/db/types.ts';
import { deviceTables, type DeviceTables } from './devices/device-tables.ts';
import type { EventCause, EventKind } from './events.ts';
import { factorTables, type FactorTables } from './factors/tables.ts';
import type { FlowPayload, TokenPurpose } from './flows.ts';
import { type MailRow, mailTable } from './mail/tables.ts';
import type { Method } from './methods.ts';
import { serverTables, type ServerTables } from './servers/server-tables.ts';
import { type PeopleTables, peopleTables } from './people/tables.ts';
import { type ProviderTables, providerTables } from './provider/tables.ts';
import { type SingleSignOnTables, singleSignOnTables } from './single-sign-on/sso-tables.ts';

const closedList = 'one word of a closed list';

/** A person. `epoch` is raised to end everything that was made under a lower one. */
export const accountTable = table('account', {
	accountId: column.id(),
	role: column.text<Role>(closedList),
	/** `deactivated` cannot sign in and keeps everything; `leaving` is gone for good after `deleteAfter`. */
	status: column.text<'active' | 'deactivated' | 'leaving'>(closedList),
	epoch: column.integer(),
	/** Raised to end the keys of devices too, with which a device could get a new session by itself. */
	deviceEpoch: column.integer(),
	/** 2 as soon as the person has an authenticator app or a passkey. Written with the factor itself. */
	highestLevel: column.integer(),
	usernameIndex: column.blindIndex(),
	username: column.sealed(),
	displayName: column.sealed(),
	/** The id that viewing history knows this person by. */
	viewerId: column.sealed(),
	/** Proven to be read by this person; an address that is still to be proven lies with its flow. */
	email: column.sealed().nullable(),
	emailIndex: column.blindIndex().nullable(),
	/** Of mails to this person; null as long as nobody chose. */
	language: column.text<'en' | 'de'>(closedList).nullable(),
	pictureId: column.id().nullable(),
	/** When the data key of somebody who is leaving is destroyed. */
	deleteAfter: column.timeMs().nullable(),
	createdAt: column.timeMs(),
	updatedAt: column.timeMs(),
});

/** The accounts' wrapped data keys, apart from the accounts so that a backup can leave them out. */
export const keyringTable = table('keyring', {
	accountId: column.id(),
	wrapped: column.text("a data key wrapped under the keeper's key"),
	madeAt: column.timeMs(),
});

/** What proves a person: today an OPAQUE record each. */
export const credentialTable = table('credential', {
	/** Another one for each password. */
	credentialId: column.id(),
	/**
	 * Random, and in the OPAQUE exchange: a record that is moved to another account proves nothing. It stays
	 * with the account: an answer that changes with a password would tell that somebody is behind the name.
	 */
	evaluationId: column.id(),
	accountId: column.id(),
	/** The keeper's set-up under which the record was made. */
	setupId: column.text('names a generation of keys; never sent to a client'),
	record: column.text("an OPAQUE record: no password can be tried on it without the keeper's keys"),
	madeAt: column.timeMs(),
});

/**
 * Whatever is signed in as a person: a browser, a television, an app, an app password. It is alive while
 * every epoch it carries is the present one.
 */
export const sessionTable = table('session', {
	sessionId: column.id(),
	tokenHash: column.hash(),
	accountId: column.id(),
	accountEpoch: column.integer(),
	serverEpoch: column.integer(),
	globalEpoch: column.integer(),
	kind: column.text<SessionKind>(closedList),
	scope: column.text<SessionScope>(closedList),
	/** 1: one factor was shown when it began; 2: two, or a passkey. */
	level: column.integer(),
	methods: column.json<readonly Method[]>('words of a closed list'),
	/** When the person last proved themselves in it; a step-up makes a new session. */
	authenticatedAt: column.timeMs(),
	/** The device it began on, the provider that vouched, and the app that was let in, where there are such. */
	deviceId: column.id().nullable(),
	issuerId: column.id().nullable(),
	clientId: column.text("an app's opaque id").nullable(),
	/** What the provider calls its own session, so that it can end this one with it. */
	issuerSessionIndex: column.blindIndex().nullable(),
	label: column.sealed(),
	network: column.sealed().nullable(),
	/** With the token it proves to the keeper that the person is here; alone it proves nothing. */
	sessionMac: column.text('a MAC over a hash of 256 random bits, under a key of the keeper').nullable(),
	createdAt: column.timeMs(),
	/** Written at most once a minute. */
	lastUsedAt: column.timeMs(),
	/** However much it is used, it ends then. */
	expiresAt: column.timeMs(),
	/** Without use for so long, it ends too. */
	idleMaxMs: column.integer(),
	/** When the password or the link that vouched was made; null, and so affected, where neither did. */
	verifierMadeAt: column.timeMs().nullable(),
	/** 16 bits of a hash of the account's id, so that a revocation can be spread over time. */
	cohort: column.integer(),
});

/** The one table of single-use tokens: flows today, codes and links later. */
export const tokenTable = table('token', {
	tokenId: column.id(),
	purpose: column.text<TokenPurpose>(closedList),
	/** Null for flows of which nobody knows yet whose they are. */
	accountId: column.id().nullable(),
	/** The account's epoch when the token was made. */
	accountEpoch: column.integer().nullable(),
	hash: column.hash(),
	payload: column.json<FlowPayload>('opaque ids, keyed hashes, and states sealed to the keeper'),
	createdAt: column.timeMs(),
	expiresAt: column.timeMs(),
	consumedAt: column.timeMs().nullable(),
});

/** Sign-ins begun and not finished since the last one that was: each counts as a failed attempt. */
export const attemptTable = table('attempt', {
	subject: column.text('a keyed hash of a name, or an opaque id'),
	count: column.integer(),
	lastAt: column.timeMs(),
});

/** Epochs above an account's own. */
export const epochTable = table('epoch', {
	scope: column.text<'server' | 'global'>(closedList),
	value: column.integer(),
});

/**
 * The numbered log of security events. A transaction appends a row without a position; the sequencer
 * numbers the rows afterwards, without gaps. Readers see numbered rows only, so none can be skipped by a
 * cursor.
 */
export const securityEventTable = table('securityEvent', {
	eventId: column.id(),
	position: column.integer().nullable(),
	kind: column.text<EventKind>(closedList),
	cause: column.text<EventCause>(closedList),
	at: column.timeMs(),
	accountId: column.id().nullable(),
	sessionId: column.id().nullable(),
	/** The media server that it is about. */
	serverId: column.id().nullable(),
	epoch: column.integer().nullable(),
	/** The provider whose sessions it ends, for the kinds that do. */
	issuerId: column.id().nullable(),
	/** Why more was asked or something was slowed down: codes of the policy. */
	reasons: column.json<readonly string[]>('words of a closed list').nullable(),
});

/** Every table of this room, for the check of declarations against the schema. */
export const accountTables = [
	accountTable,
	keyringTable,
	credentialTable,
	sessionTable,
	tokenTable,
	attemptTable,
	epochTable,
	securityEventTable,
	mailTable,
	...peopleTables,
	...deviceTables,
	...factorTables,
	...providerTables,
	...singleSignOnTables,
	...serverTables,
] as const;

export type AccountRow = RowOf<typeof accountTable>;
export type CredentialRow = RowOf<typeof credentialTable>;
export type SessionRow = RowOf<typeof sessionTable>;
export type TokenRow = RowOf<typeof tokenTable>;
export type SecurityEventRow = RowOf<typeof securityEventTable>;

/** The rows by table, as Kysely takes them. */
export interface AccountTables
	extends PeopleTables,
		DeviceTables,
		FactorTables,
		ProviderTables,
		SingleSignOnTables,
		ServerTables {
	account: AccountRow;
	keyring: RowOf<typeof keyringTable>;
	credential: CredentialRow;
	session: SessionRow;
	token: TokenRow;
	attempt: RowOf<typeof attemptTable>;
	epoch: RowOf<typeof epochTable>;
	securityEvent: SecurityEventRow;
	mail: MailRow;
}
