/**
 * Media servers and the account service that signs their people in: how a server is claimed, who may enter
 * it, how a person gets there, and the feed of security events that reaches it.
 */
import type { Static } from 'typebox';
import { Type } from './schema.ts';
import { base64Url, Id, Nullable, ShortText, TimeMs } from './fields.ts';
import { route } from './route.ts';

/** A signed statement of one of the two programs (RFC 7515, compact). */
const Jws = Type.String({
	minLength: 16,
	maxLength: 4_096,
	pattern: '^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$',
});

/** A key's own name: SHA-256 over its JWK (RFC 7638). It names a server before anybody claimed it. */
export const KeyName = Type.String({ minLength: 43, maxLength: 43, pattern: '^[A-Za-z0-9_-]+$' });

/** Where a server may be opened in a browser, such as `http://192.168.1.20:8420`. */
const Address = Type.String({ minLength: 8, maxLength: 200 });
/** Addresses that one server may have. */
export const addressesMax = 16;

/** As it is printed on the console of the media server; small letters and other dashes are fine. */
const ClaimCode = Type.String({ minLength: 1, maxLength: 64 });

export const GuestRole = Type.Union([Type.Literal('member'), Type.Literal('guest')]);
export type GuestRole = Static<typeof GuestRole>;

/** One of my servers, or one that somebody let me into. */
export const ServerEntry = Type.Object({
	serverId: Id,
	name: Type.String(),
	isMine: Type.Boolean(),
	/** What I am there. */
	role: Type.Union([Type.Literal('owner'), GuestRole]),
	isHousehold: Type.Boolean(),
	/** Where it is opened; only told to its owner. */
	addresses: Type.Array(Type.String(), { maxItems: addressesMax }),
	claimedAt: TimeMs,
	/** When it last asked for events; null where it never did. Written every ten seconds at most. */
	lastHeardAt: Nullable(TimeMs),
	/** First letters of its key's name, as its console shows them. */
	keyName: Type.String(),
});
export type ServerEntry = Static<typeof ServerEntry>;

/** Somebody who was let into a server. */
export const ServerPerson = Type.Object({
	grantId: Id,
	/** What the owner typed: a username or a mail address. */
	invitedAs: Type.String(),
	role: GuestRole,
	/** The household may go on for longer while the account service cannot be reached. */
	isHousehold: Type.Boolean(),
	/** Null until the person has come in for the first time. */
	acceptedAt: Nullable(TimeMs),
});
export type ServerPerson = Static<typeof ServerPerson>;

export const listServers = route({
	method: 'GET',
	path: '/api/servers',
	access: 'self',
	summary: 'My media servers, and those I was let into',
	reply: Type.Object({ servers: Type.Array(ServerEntry, { maxItems: 200 }) }),
});

/** Wrong, expired and used codes get the same answer, and ten wrong ones are too many. */
export const lookAtClaim = route({
	method: 'POST',
	path: '/api/servers/claims/look',
	access: 'self',
	summary: 'Which server a claim code belongs to',
	body: Type.Object({ code: ClaimCode }),
	reply: Type.Object({
		name: Type.String(),
		addresses: Type.Array(Type.String(), { maxItems: addressesMax }),
		keyName: Type.String(),
	}),
	errors: ['servers.claim.code-wrong', 'request.too-many'],
});

export const claimServer = route({
	method: 'POST',
	path: '/api/servers/claims',
	access: 'self',
	summary: 'Claim the server that shows this code',
	body: Type.Object({ code: ClaimCode, name: ShortText }),
	reply: ServerEntry,
	errors: ['servers.claim.code-wrong', 'servers.too-many', 'request.too-many'],
});

const ofServer = Type.Object({ serverId: Id });
const ofGrant = Type.Object({ serverId: Id, grantId: Id });

export const renameServer = route({
	method: 'PUT',
	path: '/api/servers/:serverId',
	access: 'self',
	summary: 'Give one of my servers another name',
	params: ofServer,
	body: Type.Object({ name: ShortText }),
	errors: ['servers.server.absent'],
});

/** Signing out, changing a password or being deactivated never does this; only this does. */
export const releaseServer = route({
	method: 'POST',
	path: '/api/servers/:serverId/release',
	access: 'self-fresh',
	summary: 'Let go of a server: everybody there is signed out, and it may be claimed anew',
	params: ofServer,
	errors: ['servers.server.absent', 'access.step-up-needed'],
});

export const listServerPeople = route({
	method: 'GET',
	path: '/api/servers/:serverId/people',
	access: 'self',
	summary: 'Who may enter one of my servers',
	params: ofServer,
	reply: Type.Object({ people: Type.Array(ServerPerson, { maxItems: 200 }) }),
	errors: ['servers.server.absent'],
});

/** Tells nothing about whether somebody has this name: the person comes, or does not. */
export const inviteToServer = route({
	method: 'POST',
	path: '/api/servers/:serverId/people',
	access: 'self',
	summary: 'Let somebody into one of my servers, by username or mail address',
	params: ofServer,
	body: Type.Object({
		who: Type.String({ minLength: 1, maxLength: 256 }),
		role: GuestRole,
		isHousehold: Type.Boolean(),
	}),
	reply: ServerPerson,
	errors: ['servers.server.absent', 'servers.people.too-many', 'servers.people.twice'],
});

export const changeServerPerson = route({
	method: 'PUT',
	path: '/api/servers/:serverId/people/:grantId',
	access: 'self',
	summary: 'Change what somebody is on one of my servers',
	params: ofGrant,
	body: Type.Object({ role: GuestRole, isHousehold: Type.Boolean() }),
	errors: ['servers.server.absent'],
});

export const removeServerPerson = route({
	method: 'DELETE',
	path: '/api/servers/:serverId/people/:grantId',
	access: 'self',
	summary: 'Let somebody in no more; what they watch there ends within a second',
	params: ofGrant,
	errors: ['servers.server.absent'],
});

/** The request is signed by the server that sends the person here; it says where to return to. */
export const lookAtEntry = route({
	method: 'POST',
	path: '/api/servers/entries/look',
	access: 'self',
	summary: 'Which server asks to sign me in, and whether I may enter',
	body: Type.Object({ request: Jws }),
	reply: Type.Object({ name: Type.String(), origin: Type.String(), mayEnter: Type.Boolean() }),
	errors: ['servers.entry.invalid'],
});

/** The code is good once, for a minute, for that server alone, with the secret behind its challenge. */
export const approveEntry = route({
	method: 'POST',
	path: '/api/servers/entries',
	access: 'self',
	summary: 'Go on to the server that asked',
	body: Type.Object({ request: Jws }),
	reply: Type.Object({ redirectTo: Type.String() }),
	errors: ['servers.entry.invalid', 'servers.entry.refused'],
});

/** Everything below is spoken between two programs: the server proves itself by a signed assertion. */
export const serverAssertionHeader = 'holdfast-server';

/** The public half of a key (RFC 8037). */
export const FeedKey = Type.Object({
	kty: Type.Literal('OKP'),
	crv: Type.Literal('Ed25519'),
	x: Type.String({ minLength: 43, maxLength: 43, pattern: '^[A-Za-z0-9_-]+$' }),
	kid: Type.String({ minLength: 1, maxLength: 64 }),
	use: Type.Literal('sig'),
});
export type FeedKey = Static<typeof FeedKey>;

export const getFeedKeys = route({
	method: 'GET',
	path: '/api/feed/keys',
	access: 'anyone',
	summary: 'The public keys of events and checkpoints, as a JWK set',
	reply: Type.Object({ issuer: Type.String(), keys: Type.Array(FeedKey, { maxItems: 8 }) }),
});

/** Sent at each start and while unclaimed. The details are sealed under the code, which is not sent. */
export const announceServer = route({
	method: 'POST',
	path: '/api/feed/hello',
	access: 'anyone',
	summary: 'A media server says that it is there, and hears whether somebody claimed it',
	body: Type.Object({
		key: Type.Object({ kty: Type.Literal('OKP'), crv: Type.Literal('Ed25519'), x: FeedKey.properties.x }),
		/** Null once the server knows that it is claimed. */
		claim: Nullable(Type.Object({ codeHash: base64Url(32), details: base64Url(4_096) })),
		/** Where browsers may be sent back to, exactly. */
		addresses: Type.Array(Address, { maxItems: addressesMax }),
	}),
	reply: Type.Object({
		state: Type.Union([Type.Literal('unclaimed'), Type.Literal('claimed')]),
		serverId: Nullable(Id),
		ownerId: Nullable(Id),
		/** The newest event: what came before concerns nobody who is not there yet. */
		position: Type.Integer({ minimum: 0 }),
	}),
	errors: ['servers.assertion.wrong', 'request.too-many'],
});

/** Events in one answer at most. */
export const pollEventsMax = 200;

/** RFC 8936, with the position that the server has come to and a signed checkpoint in the answer. */
export const pollFeed = route({
	method: 'POST',
	path: '/api/feed/poll',
	access: 'anyone',
	summary: 'The next security events for a media server; waits for them where none are there',
	body: Type.Object({
		maxEvents: Type.Optional(Type.Integer({ minimum: 0, maximum: pollEventsMax })),
		returnImmediately: Type.Optional(Type.Boolean()),
		ack: Type.Optional(Type.Array(Type.String({ maxLength: 64 }), { maxItems: pollEventsMax })),
		setErrs: Type.Optional(
			Type.Record(
				Type.String({ maxLength: 64 }),
				Type.Object({ err: Type.String({ maxLength: 64 }), description: Type.Optional(ShortText) }),
			),
		),
		/** Every event up to this position has been acted on. */
		after: Type.Integer({ minimum: 0 }),
	}),
	reply: Type.Object({
		/** Signed events by their `jti`, oldest first. */
		sets: Type.Record(Type.String(), Type.String()),
		moreAvailable: Type.Boolean(),
		/** Signed for this server and this very question. */
		checkpoint: Type.String(),
	}),
	errors: ['servers.assertion.wrong'],
});

/** Who came in, as the server may know them. */
export const Entered = Type.Object({
	sessionId: Id,
	accountId: Id,
	username: Type.String(),
	displayName: Type.String(),
	role: ServerEntry.properties.role,
	isHousehold: Type.Boolean(),
	/** Names the person in this server's viewing history, and nowhere else. */
	viewerId: Id,
	accountEpoch: Type.Integer(),
	serverEpoch: Type.Integer(),
	globalEpoch: Type.Integer(),
	/** The provider that vouched for the person, if one did. */
	issuerId: Nullable(Id),
	/** The newest event when this was said: an event after it may be about this very session. */
	position: Type.Integer({ minimum: 0 }),
	level: Type.Integer({ minimum: 1, maximum: 2 }),
	highestLevel: Type.Integer({ minimum: 1, maximum: 2 }),
	authenticatedAt: TimeMs,
	expiresAt: TimeMs,
});
export type Entered = Static<typeof Entered>;

export const redeemEntry = route({
	method: 'POST',
	path: '/api/feed/entries',
	access: 'anyone',
	summary: 'A media server trades the code that a browser brought for the person behind it',
	body: Type.Object({ code: base64Url(32), codeVerifier: base64Url(96), redirectUri: Address }),
	reply: Entered,
	errors: ['servers.assertion.wrong', 'servers.entry.invalid'],
});

export const endServerSession = route({
	method: 'POST',
	path: '/api/feed/sessions/:sessionId/end',
	access: 'anyone',
	summary: 'A media server says that somebody signed out there',
	params: Type.Object({ sessionId: Id }),
	errors: ['servers.assertion.wrong'],
});

export const giveUpClaim = route({
	method: 'POST',
	path: '/api/feed/release',
	access: 'anyone',
	summary: 'A media server lets go of its owner, by somebody on its machine',
	errors: ['servers.assertion.wrong'],
});

/** What follows is answered by the media server. Where people are known here, it refuses. */
export const beginEnter = route({
	method: 'POST',
	path: '/api/enter/begin',
	access: 'anyone',
	summary: 'Start signing in through the account service',
	/** The origin under which the page was opened; one of the server's own addresses. */
	body: Type.Object({ origin: Address }),
	reply: Type.Object({ flow: base64Url(32), url: Type.String() }),
	errors: ['access.authority-away', 'access.authority-none', 'access.unclaimed', 'access.address-unknown'],
});

export const finishEnter = route({
	method: 'POST',
	path: '/api/enter/finish',
	access: 'anyone',
	summary: 'Finish signing in with what the account service sent back',
	body: Type.Object({
		flow: base64Url(32),
		code: base64Url(32),
		state: base64Url(32),
		iss: Address,
	}),
	errors: ['access.authority-away', 'access.authority-none', 'access.entry-failed'],
});

/** On the machine of the media server. */
export const consoleAuthority = route({
	method: 'GET',
	path: '/console/authority',
	access: 'console',
	summary: 'The account service of this media server: claimed, heard from, how long ago',
	reply: Type.Object({
		url: Nullable(Type.String()),
		keyName: Nullable(Type.String()),
		isClaimed: Type.Boolean(),
		claimCode: Nullable(Type.String()),
		isReachable: Type.Boolean(),
		/** When the last good checkpoint was heard. */
		heardAt: Nullable(TimeMs),
		position: Nullable(Type.Integer()),
		alarm: Nullable(Type.String()),
	}),
});

export const consoleReleaseAuthority = route({
	method: 'POST',
	path: '/console/authority/release',
	access: 'console',
	summary: 'Let go of the owner at the account service; a new claim code is shown',
	reply: Type.Object({ claimCode: Type.String(), isTold: Type.Boolean() }),
	errors: ['access.authority-none'],
});

/** On the machine of the account service. */
export const consoleListServers = route({
	method: 'GET',
	path: '/console/servers',
	access: 'console',
	summary: 'The claimed media servers, by id, a page at a time',
	query: Type.Object({ after: Type.Optional(Id) }),
	reply: Type.Object({
		servers: Type.Array(
			Type.Object({
				serverId: Id,
				ownerId: Id,
				keyName: Type.String(),
				claimedAt: TimeMs,
				lastHeardAt: Nullable(TimeMs),
				/** Events of the log that it has not acknowledged. */
				behind: Type.Integer(),
			}),
		),
		next: Nullable(Id),
	}),
});

export const consoleReleaseServer = route({
	method: 'POST',
	path: '/console/servers/:serverId/release',
	access: 'console',
	summary: 'Let go of a media server for its owner',
	params: ofServer,
	errors: ['servers.server.absent'],
});
