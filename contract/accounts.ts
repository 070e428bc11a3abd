/** People, sign-in and sessions: what the web app and the command line say to the server about accounts. */
import type { Static } from 'typebox';
import { Type } from './schema.ts';
import { base64Url, Id, Nullable, ShortText, TimeMs } from './fields.ts';
import { route } from './route.ts';

/**
 * What clients do to a password before OPAQUE sees it (RFC 9807 section 6, key stretching). The server only
 * repeats these numbers; it never runs them.
 */
export const KeyStretching = Type.Object({
	memoryKiB: Type.Integer({ minimum: 8 }),
	passes: Type.Integer({ minimum: 1 }),
	lanes: Type.Integer({ minimum: 1 }),
});
export type KeyStretching = Static<typeof KeyStretching>;

/** Argon2id with 64 MiB, 3 passes, 1 lane: about a quarter of a second in a browser. */
export const keyStretchingDefault: KeyStretching = { memoryKiB: 65_536, passes: 3, lanes: 1 };

export const Role = Type.Union([
	Type.Literal('owner'),
	Type.Literal('administrator'),
	Type.Literal('member'),
	Type.Literal('guest'),
]);
export type Role = Static<typeof Role>;

/**
 * NIST SP 800-63B-4 3.1.1.2: where the password is the only factor. Checked by clients: the server never sees
 * one.
 */
export const passwordCharactersMin = 15;

export const Username = Type.String({ minLength: 1, maxLength: 256 });

export const OpaqueRequest = base64Url(512);
export const OpaqueRecord = base64Url(1024);
export const Flow = base64Url(96);
/** As it was mailed or stands on paper; case, blanks and dashes do not matter. */
export const SignInCode = Type.String({ minLength: 8, maxLength: 96 });

export const Person = Type.Object({
	accountId: Id,
	username: Type.String(),
	displayName: Type.String(),
	role: Role,
});
export type Person = Static<typeof Person>;

/** Everything that can act for a person, so that one list can show it all. */
export const SessionKind = Type.Union([
	Type.Literal('browser'),
	Type.Literal('command-line'),
	Type.Literal('tv'),
	Type.Literal('app'),
	Type.Literal('app-password'),
	Type.Literal('server'),
	/** Another service that may sign this person in. */
	Type.Literal('single-sign-on'),
]);
export type SessionKind = Static<typeof SessionKind>;

/** `full`: everything the person may do. `media`: browse and play, nothing about accounts. */
export const SessionScope = Type.Union([Type.Literal('full'), Type.Literal('media')]);
export type SessionScope = Static<typeof SessionScope>;

export const SessionEntry = Type.Object({
	sessionId: Id,
	kind: SessionKind,
	scope: SessionScope,
	/** Such as `Firefox on Linux`; made by the server from the client's name for itself, or given by the person. */
	label: Type.String(),
	/** The network the session was last seen on, such as `192.168.1.0/24`; null where unknown. */
	network: Nullable(Type.String()),
	/** Such as `Graz, Austria`, where the server has a local database of places; else null. */
	place: Nullable(Type.String()),
	/** 1: one factor was shown when it began; 2: two, or a passkey. */
	level: Type.Integer({ minimum: 1, maximum: 2 }),
	/** The session can only be renewed with a key that does not leave its device. */
	isKeyBound: Type.Boolean(),
	/** The provider that vouched for it; absent where none did. */
	providerId: Type.Optional(Id),
	createdAt: TimeMs,
	lastUsedAt: TimeMs,
	/** It ends by itself at this time at the latest; null where it does not. */
	expiresAt: Nullable(TimeMs),
	isCurrent: Type.Boolean(),
});
export type SessionEntry = Static<typeof SessionEntry>;

export const Signed = Type.Object({ person: Person, session: SessionEntry });
export type Signed = Static<typeof Signed>;

/** What can be asked for beside the first proof. */
export const Factor = Type.Union([
	Type.Literal('totp'),
	Type.Literal('passkey'),
	Type.Literal('recovery-code'),
	/** A code that was sent to this person's address, since they were never seen where they are now. */
	Type.Literal('mailed-code'),
]);
export type Factor = Static<typeof Factor>;

/**
 * What every proof of a person is answered with, at sign-in and at step-up alike: a session (a new one each
 * time), or the flow with which the next factor is shown.
 */
export const Authentication = Type.Union([
	Type.Object({ state: Type.Literal('signed-in'), signed: Signed }),
	Type.Object({
		state: Type.Literal('factor-needed'),
		flow: Flow,
		/** Which of them this account has; one is enough. */
		factors: Type.Array(Factor, { maxItems: 8 }),
	}),
]);
export type Authentication = Static<typeof Authentication>;

/** Trades the code printed on the console for a flow that may make the owner. Ten tries, then a restart. */
export const beginSetup = route({
	method: 'POST',
	path: '/api/setup/begin',
	access: 'anyone',
	summary: 'Trade the set-up code for a set-up flow',
	body: Type.Object({ code: Type.String({ minLength: 1, maxLength: 64 }) }),
	reply: Type.Object({ flow: Flow }),
	errors: ['accounts.setup.code-wrong', 'accounts.setup.finished', 'request.too-many'],
});

export const startOwner = route({
	method: 'POST',
	path: '/api/setup/owner/start',
	access: 'anyone',
	summary: "Start the owner's OPAQUE registration",
	body: Type.Object({ flow: Flow, username: Username, registrationRequest: OpaqueRequest }),
	reply: Type.Object({ registrationResponse: OpaqueRecord, keyStretching: KeyStretching }),
	errors: ['accounts.flow.expired', 'accounts.setup.finished', 'accounts.username.invalid'],
});

/** Makes the owner and signs this browser in. The flow is spent in the same transaction. */
export const finishOwner = route({
	method: 'POST',
	path: '/api/setup/owner/finish',
	access: 'anyone',
	summary: 'Finish the registration: the server has an owner from here on',
	body: Type.Object({
		flow: Flow,
		username: Username,
		displayName: ShortText,
		registrationRecord: OpaqueRecord,
	}),
	reply: Signed,
	errors: ['accounts.flow.expired', 'accounts.setup.finished', 'accounts.username.invalid'],
});

/** The answer is the same, in text, size and work, whether or not the name exists. */
export const startSignIn = route({
	method: 'POST',
	path: '/api/sign-in/start',
	access: 'anyone',
	summary: "OPAQUE's first message: start signing in",
	body: Type.Object({ username: Username, startLoginRequest: OpaqueRequest }),
	reply: Type.Object({ flow: Flow, loginResponse: OpaqueRecord, keyStretching: KeyStretching }),
	errors: ['request.too-many', 'server.keeper-away'],
});

export const finishSignIn = route({
	method: 'POST',
	path: '/api/sign-in/finish',
	access: 'anyone',
	summary: "OPAQUE's last message: proves the password, and makes a session or asks for a second factor",
	body: Type.Object({
		flow: Flow,
		finishLoginRequest: OpaqueRequest,
		/** Where a password alone is answered as wrong: after too many wrong ones from devices nobody knows. */
		extra: Type.Optional(
			Type.Object({
				kind: Type.Union([Type.Literal('mailed-code'), Type.Literal('recovery-code')]),
				code: SignInCode,
			}),
		),
	}),
	reply: Authentication,
	errors: [
		'accounts.credentials.wrong',
		'accounts.flow.expired',
		'accounts.device.proof-wrong',
		'accounts.device.nonce-needed',
		'request.too-many',
	],
});

/** The answer is the same, in text, size and work, whoever has this name and this address. */
export const requestSignInCode = route({
	method: 'POST',
	path: '/api/sign-in/code',
	access: 'anyone',
	summary: 'Ask for a code by mail, for signing in from a device that nobody knows',
	body: Type.Object({ username: Username, email: Type.String({ minLength: 3, maxLength: 254 }) }),
	errors: ['request.too-many'],
});

/** The flow is one that `factor-needed` gave with `mailed-code`. */
export const useMailedCode = route({
	method: 'POST',
	path: '/api/sign-in/mailed-code',
	access: 'anyone',
	summary: 'Show the code that was mailed, to go on signing in',
	body: Type.Object({ flow: Flow, code: SignInCode }),
	reply: Authentication,
	errors: ['accounts.factor.wrong', 'accounts.flow.expired', 'request.too-many'],
});

/** How a signed-in person can prove once more that it is them. */
export const getStepUp = route({
	method: 'GET',
	path: '/api/step-up',
	access: 'self',
	summary: 'Whether this session counts as fresh, and how to make it so',
	reply: Type.Object({
		isFresh: Type.Boolean(),
		/** Until when it does; null where it does not. */
		freshUntil: Nullable(TimeMs),
		hasPassword: Type.Boolean(),
		/** Null where there is none. */
		passwordMadeAt: Nullable(TimeMs),
		factors: Type.Array(Factor, { maxItems: 8 }),
		/** Providers at which this person can sign in again instead of a password. */
		providers: Type.Array(Type.Object({ providerId: Id, name: ShortText }), { maxItems: 32 }),
	}),
});

/** The first half of proving the password again; the second half may be a factor, as at sign-in. */
export const startStepUp = route({
	method: 'POST',
	path: '/api/step-up/start',
	access: 'self',
	summary: "OPAQUE's first message, to prove the password once more",
	body: Type.Object({ startLoginRequest: OpaqueRequest }),
	reply: Type.Object({ flow: Flow, loginResponse: OpaqueRecord, keyStretching: KeyStretching }),
	errors: ['request.too-many', 'server.keeper-away'],
});

/** A new session takes the place of this one; its id and token are new. */
export const finishStepUp = route({
	method: 'POST',
	path: '/api/step-up/finish',
	access: 'self',
	summary: "OPAQUE's last message: this session counts as fresh, or a second factor is asked for",
	body: Type.Object({ flow: Flow, finishLoginRequest: OpaqueRequest }),
	reply: Authentication,
	errors: ['accounts.credentials.wrong', 'accounts.flow.expired', 'request.too-many'],
});

export const signOut = route({
	method: 'POST',
	path: '/api/sign-out',
	access: 'viewer',
	summary: 'End this session',
});

export const getSession = route({
	method: 'GET',
	path: '/api/session',
	access: 'self',
	summary: 'Who am I, and through which session',
	reply: Signed,
});

export const listSessions = route({
	method: 'GET',
	path: '/api/sessions',
	access: 'self',
	summary: 'Everything that can act for me, newest use first, at most 500',
	reply: Type.Object({ sessions: Type.Array(SessionEntry, { maxItems: 500 }) }),
});

export const endSession = route({
	method: 'DELETE',
	path: '/api/sessions/:sessionId',
	access: 'self',
	summary: 'End one of what can act for me',
	params: Type.Object({ sessionId: Id }),
	/** Set to release a server: it then belongs to nobody. */
	query: Type.Object({ confirm: Type.Optional(Type.Boolean()) }),
	errors: ['accounts.session.absent', 'accounts.session.confirm-needed', 'access.step-up-needed'],
});

/**
 * Raises the account's epoch: every session made before ends, open streams within a second. With `keepThis`
 * the calling browser gets a new session in the same transaction.
 */
export const signOutEverywhere = route({
	method: 'POST',
	path: '/api/sessions/sign-out-everywhere',
	access: 'self',
	summary: 'Sign out all my sessions at once',
	body: Type.Object({ keepThis: Type.Boolean() }),
	reply: Type.Object({ signed: Nullable(Signed) }),
});

/** Proves the present password and registers the next one in the same two round trips. */
export const startPasswordChange = route({
	method: 'POST',
	path: '/api/password/start',
	access: 'self',
	summary: 'Start changing my password',
	body: Type.Object({ startLoginRequest: OpaqueRequest, registrationRequest: OpaqueRequest }),
	reply: Type.Object({
		flow: Flow,
		loginResponse: OpaqueRecord,
		registrationResponse: OpaqueRecord,
		keyStretching: KeyStretching,
	}),
	errors: ['request.too-many'],
});

/**
 * One transaction whatever the number of devices. Never signs in by itself: a session that goes on does so
 * under a new token.
 */
export const finishPasswordChange = route({
	method: 'POST',
	path: '/api/password/finish',
	access: 'self',
	summary: 'Finish changing my password, and sign out everywhere if asked',
	body: Type.Object({
		flow: Flow,
		finishLoginRequest: OpaqueRequest,
		registrationRecord: OpaqueRecord,
		signOutEverywhere: Type.Boolean(),
	}),
	reply: Type.Object({ signed: Nullable(Signed) }),
	errors: ['accounts.credentials.wrong', 'accounts.flow.expired', 'request.too-many'],
});

/** The private half leaves the keeper once and is never stored; a second call needs the machine. */
export const takeRecoveryKit = route({
	method: 'POST',
	path: '/api/recovery-kit',
	access: 'administrator-fresh',
	summary: 'Make the recovery kit, shown once',
	reply: Type.Object({
		/** The kit as the text of one file, ready to be saved or printed. */
		text: Type.String(),
		fileName: Type.String(),
	}),
	errors: ['accounts.kit.saved-before', 'access.step-up-needed'],
});

/** On the machine only: the same owner registration as the browser's, without the set-up code. */
export const consoleBeginOwner = route({
	method: 'POST',
	path: '/console/owner/begin',
	access: 'console',
	summary: 'A set-up flow for somebody on the machine',
	reply: Type.Object({ flow: Flow }),
	errors: ['accounts.setup.finished'],
});

/** Nobody is signed in by it: the person signs in where they want to watch. */
export const consoleFinishOwner = route({
	method: 'POST',
	path: '/console/owner/finish',
	access: 'console',
	summary: 'Finish the registration of the owner on the machine',
	body: finishOwner.body,
	reply: Type.Object({ accountId: Id }),
	errors: ['accounts.flow.expired', 'accounts.setup.finished', 'accounts.username.invalid'],
});

export const consoleStartMember = route({
	method: 'POST',
	path: '/console/accounts/start',
	access: 'console',
	summary: "Start a person's OPAQUE registration on the machine",
	body: Type.Object({ username: Username, registrationRequest: OpaqueRequest }),
	reply: Type.Object({ flow: Flow, registrationResponse: OpaqueRecord, keyStretching: KeyStretching }),
	errors: ['accounts.username.invalid', 'accounts.username.taken'],
});

export const consoleFinishMember = route({
	method: 'POST',
	path: '/console/accounts/finish',
	access: 'console',
	summary: 'Finish the registration of a person on the machine',
	body: Type.Object({
		flow: Flow,
		username: Username,
		displayName: ShortText,
		role: Type.Union([Type.Literal('administrator'), Type.Literal('member'), Type.Literal('guest')]),
		registrationRecord: OpaqueRecord,
	}),
	reply: Type.Object({ accountId: Id }),
	errors: ['accounts.flow.expired', 'accounts.username.invalid', 'accounts.username.taken'],
});

/** For somebody who lost a password: whoever is on the machine sets a new one, never learning the old one. */
export const consoleStartRecovery = route({
	method: 'POST',
	path: '/console/accounts/recovery/start',
	access: 'console',
	summary: 'Start a new password for a person, on the machine',
	body: Type.Object({ username: Username, registrationRequest: OpaqueRequest }),
	reply: Type.Object({ flow: Flow, registrationResponse: OpaqueRecord, keyStretching: KeyStretching }),
	errors: ['accounts.account.absent'],
});

export const consoleFinishRecovery = route({
	method: 'POST',
	path: '/console/accounts/recovery/finish',
	access: 'console',
	summary: 'Set the new password and end every session of the person',
	body: Type.Object({ flow: Flow, registrationRecord: OpaqueRecord }),
	reply: Type.Object({ accountId: Id }),
	errors: ['accounts.flow.expired'],
});

export const consoleListAccounts = route({
	method: 'GET',
	path: '/console/accounts',
	access: 'console',
	summary: 'The people of this server, by id, a page at a time',
	query: Type.Object({
		after: Type.Optional(Id),
		limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
	}),
	reply: Type.Object({ accounts: Type.Array(Person), next: Nullable(Id) }),
});

export const consoleSignOutEverywhere = route({
	method: 'POST',
	path: '/console/accounts/:accountId/sign-out-everywhere',
	access: 'console',
	summary: 'Sign a person out everywhere',
	params: Type.Object({ accountId: Id }),
	errors: ['accounts.account.absent'],
});
