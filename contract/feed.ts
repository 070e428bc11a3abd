/**
 * The words of the feed of security events between an account service and the media servers of its people:
 * types of signed statements, audiences and events (RFC 8417, CAEP 1.0, RISC 1.0).
 */

/** `typ` of each kind of signed statement; a statement of one kind is never taken for another. */
export const statementTypes = {
	event: 'secevent+jwt',
	checkpoint: 'holdfast-checkpoint+jwt',
	/** By which a media server proves itself with each request. */
	assertion: 'holdfast-server+jwt',
	/** With which a media server sends a person to the account service to sign in. */
	entry: 'holdfast-entry+jwt',
} as const;

/** Every event is signed once, for all media servers at once. */
export const eventAudience = 'urn:holdfast:servers';

const caep = 'https://schemas.openid.net/secevent/caep/event-type/';
const risc = 'https://schemas.openid.net/secevent/risc/event-type/';

/** Types of events as they stand in a security event token. */
export const eventTypes = {
	sessionRevoked: `${caep}session-revoked`,
	credentialChange: `${caep}credential-change`,
	accountDisabled: `${risc}account-disabled`,
	accountPurged: `${risc}account-purged`,
	/** Everybody's sessions, or everybody's of one provider. */
	floorRaised: 'urn:holdfast:event:floor-raised',
	/** The server may be claimed anew; everybody there is signed out. */
	serverReleased: 'urn:holdfast:event:server-released',
	/** Somebody is let in no more, or is something else there from now on. */
	personChanged: 'urn:holdfast:event:person-changed',
} as const;

/** An assertion and an answer to it are good for so long. */
export const assertionLifetimeSeconds = 60;
/** A request to sign somebody in is good for so long. */
export const entryLifetimeSeconds = 600;
/** How long the account service lets a poll wait for events. */
export const pollWaitMs = 20_000;
/** Where a browser is sent back to, below one of the server's addresses. */
export const enterPath = '/enter';
/** The page of the account service that a browser is sent to. */
export const approvePath = '/enter-server';
/** The page of the account service where a claim code is typed. */
export const claimPath = '/claim';
