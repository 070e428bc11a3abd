/** What is stored about other providers and the people who come by them. */
import { column, table, type RowOf } from '#platform/db/types.ts';

/** A provider: its settings, and up to when what it vouched for is refused. */
export const issuerTable = table('issuer', {
	issuerId: column.id(),
	/** With the subject it names a person at the provider. Never changes. */
	issuer: column.text('the address of a service, never of a person'),
	name: column.text('what administrators call a service'),
	clientId: column.text('names this server at the provider; sent through every browser'),
	/** Under the server's own seal. Null for a client without a secret. */
	clientSecret: column.sealed().nullable(),
	asksProfile: column.flag(),
	allowsPrivate: column.flag(),
	allowsJoining: column.flag(),
	isBlocked: column.flag(),
	/** Sessions that came by it and were made up to then are dead: one row, however many there are. */
	floorAt: column.timeMs(),
	/** Links made up to then sign nobody in until they are made afresh. */
	linkFloorAt: column.timeMs(),
	/** Whether it proves that somebody signed in just now; null until a link showed it. */
	provesFreshness: column.flag().nullable(),
	createdAt: column.timeMs(),
	updatedAt: column.timeMs(),
});

/** A person's account at a provider. Nothing else that the provider says of them counts. */
export const issuerLinkTable = table('issuerLink', {
	linkId: column.id(),
	issuerId: column.id(),
	accountId: column.id(),
	/** Of issuer and subject together. */
	subjectIndex: column.blindIndex(),
	subject: column.sealed(),
	/** What the provider called the account, for its person to recognise it by. */
	label: column.sealed().nullable(),
	/** When it was made, or made afresh. */
	madeAt: column.timeMs(),
});

/** Logout tokens that were acted on, until they would be too old anyway. */
export const issuerLogoutTable = table('issuerLogout', {
	issuerId: column.id(),
	tokenHash: column.text('a hash of the id that a provider gave to one message'),
	expiresAt: column.timeMs(),
});

export const singleSignOnTables = [issuerTable, issuerLinkTable, issuerLogoutTable] as const;

export type IssuerRow = RowOf<typeof issuerTable>;
export type IssuerLinkRow = RowOf<typeof issuerLinkTable>;

export interface SingleSignOnTables {
	issuer: IssuerRow;
	issuerLink: IssuerLinkRow;
	issuerLogout: RowOf<typeof issuerLogoutTable>;
}
