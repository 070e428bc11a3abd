/** Apps, televisions and servers that people sign in with this server: letting them in, and app passwords. */
import type { Static } from 'typebox';
import { Person, Signed } from './accounts.ts';
import { Id, Nullable, ShortText, TimeMs } from './fields.ts';
import { route } from './route.ts';
import { Type } from './schema.ts';

/** As a television shows it: `BCDF-GHJK`; small letters, blanks and other dashes are put right by the server. */
export const UserCode = Type.String({ minLength: 8, maxLength: 20 });

/** Two digits. The television shows one number, the page three; the person picks the one they see. */
export const MatchNumber = Type.String({ pattern: '^[0-9]{2}$' });

/** What asks to be let in. Everything about the device is what it says of itself. */
export const LinkRequest = Type.Object({
	app: ShortText,
	/** Such as `An app on Samsung TV`. */
	device: Type.String(),
	/** The network that the request came from, such as `192.168.1.0/24`. */
	network: Nullable(Type.String()),
	place: Nullable(Type.String()),
	/** It came from the network that this browser is on. */
	isSameNetwork: Type.Boolean(),
	askedAt: TimeMs,
	expiresAt: TimeMs,
	numbers: Type.Array(MatchNumber, { minItems: 3, maxItems: 3 }),
});
export type LinkRequest = Static<typeof LinkRequest>;

/** Wrong codes are counted for the person and for their network. */
export const findLinkRequest = route({
	method: 'POST',
	path: '/api/link/find',
	access: 'self',
	summary: 'Look at what asks to be let in with a code',
	body: Type.Object({ userCode: UserCode }),
	reply: LinkRequest,
	errors: ['accounts.link.code-wrong', 'request.too-many'],
});

/** Picking another number refuses the request. This browser gets a new session. */
export const approveLinkRequest = route({
	method: 'POST',
	path: '/api/link/approve',
	access: 'self',
	summary: 'Let the device in',
	body: Type.Object({ userCode: UserCode, number: MatchNumber }),
	reply: Signed,
	errors: ['accounts.link.code-wrong', 'accounts.link.number-wrong', 'request.too-many'],
});

export const denyLinkRequest = route({
	method: 'POST',
	path: '/api/link/deny',
	access: 'self',
	summary: 'Refuse the device',
	body: Type.Object({ userCode: UserCode }),
	errors: ['accounts.link.code-wrong', 'request.too-many'],
});

/** An app that sent this browser here to be let in. */
export const AuthorizationRequest = Type.Object({
	app: ShortText,
	kind: Type.Union([Type.Literal('app'), Type.Literal('server')]),
	/** Where the browser goes afterwards, such as `http://192.168.1.20:8096`. */
	returnTo: Type.String(),
	/** It may learn the person's name. */
	wantsName: Type.Boolean(),
	/** It may browse and play. */
	wantsMedia: Type.Boolean(),
	/** The app asks that the person proves themselves once more first. */
	isProofNeeded: Type.Boolean(),
	person: Person,
});
export type AuthorizationRequest = Static<typeof AuthorizationRequest>;

const authorizationParams = Type.Object({ authorizationId: Id });
const Continue = Type.Object({
	/** Where this browser goes next; on this server. */
	continueTo: Type.String(),
});

/** Only the browser that the app sent here finds it. */
export const getAuthorizationRequest = route({
	method: 'GET',
	path: '/api/authorizations/:authorizationId',
	access: 'self',
	summary: 'Look at what an app asks for',
	params: authorizationParams,
	reply: AuthorizationRequest,
	errors: ['accounts.app.absent'],
});

export const approveAuthorization = route({
	method: 'POST',
	path: '/api/authorizations/:authorizationId/approve',
	access: 'self',
	summary: 'Let the app in',
	params: authorizationParams,
	reply: Continue,
	errors: ['access.step-up-needed', 'accounts.app.absent'],
});

export const denyAuthorization = route({
	method: 'POST',
	path: '/api/authorizations/:authorizationId/deny',
	access: 'self',
	summary: 'Refuse the app',
	params: authorizationParams,
	reply: Continue,
	errors: ['accounts.app.absent'],
});

export const AppPassword = Type.Object({
	/** It stands in the list of sessions too, and is ended there. */
	sessionId: Id,
	label: ShortText,
	/** `plain`: of the weaker kind, which the server can read again, as some music apps need. */
	kind: Type.Union([Type.Literal('hashed'), Type.Literal('plain')]),
	createdAt: TimeMs,
	lastUsedAt: TimeMs,
	/** Null where it does not end by itself. */
	expiresAt: Nullable(TimeMs),
});
export type AppPassword = Static<typeof AppPassword>;

export const listAppPasswords = route({
	method: 'GET',
	path: '/api/app-passwords',
	access: 'self',
	summary: 'My app passwords',
	reply: Type.Object({
		appPasswords: Type.Array(AppPassword, { maxItems: 500 }),
		/** The weaker kind may be made here. */
		isPlainAllowed: Type.Boolean(),
	}),
});

/** The password itself is in this answer and nowhere else. */
export const makeAppPassword = route({
	method: 'POST',
	path: '/api/app-passwords',
	access: 'self-fresh',
	summary: 'Make a password for one app, which can browse and play',
	body: Type.Object({
		label: ShortText,
		kind: Type.Union([Type.Literal('hashed'), Type.Literal('plain')]),
		/** Null: until it is ended. */
		days: Nullable(Type.Union([Type.Literal(30), Type.Literal(365)])),
	}),
	reply: Type.Object({ password: Type.String(), appPassword: AppPassword }),
	errors: ['access.step-up-needed', 'accounts.app-password.plain-off', 'accounts.app-password.too-many'],
});

/** Whole addresses, compared letter by letter. */
export const RedirectUri = Type.String({ minLength: 8, maxLength: 500 });

export const AppEntry = Type.Object({
	clientId: Id,
	/** `tv`: let in by a code on another screen. `app`: by a browser. `server`: a media server of this service. */
	kind: Type.Union([Type.Literal('tv'), Type.Literal('app'), Type.Literal('server')]),
	name: ShortText,
	redirectUris: Type.Array(RedirectUri, { maxItems: 20 }),
	/** Told when a person signs out. */
	logoutUri: Nullable(RedirectUri),
	/** It proves itself by a secret or a key; else it is public and has only its PKCE and DPoP. */
	hasSecret: Type.Boolean(),
	/** Comes with the program and cannot be removed. */
	isBuiltIn: Type.Boolean(),
	createdAt: Nullable(TimeMs),
});
export type AppEntry = Static<typeof AppEntry>;

const AppList = Type.Object({
	apps: Type.Array(AppEntry, { maxItems: 500 }),
	/** What apps are told to connect to; null as long as there is no public address. */
	issuer: Nullable(Type.String()),
});

const NewApp = Type.Object({
	kind: Type.Union([Type.Literal('tv'), Type.Literal('app')]),
	name: ShortText,
	redirectUris: Type.Array(RedirectUri, { maxItems: 20 }),
	logoutUri: Nullable(RedirectUri),
	hasSecret: Type.Boolean(),
});

const MadeApp = Type.Object({
	app: AppEntry,
	/** Shown once; null for a public app. */
	secret: Nullable(Type.String()),
});

export const listApps = route({
	method: 'GET',
	path: '/api/apps',
	access: 'administrator',
	summary: 'Apps that people can sign in to with this server',
	reply: AppList,
});

export const addApp = route({
	method: 'POST',
	path: '/api/apps',
	access: 'administrator-fresh',
	summary: 'Let people sign in to one more app',
	body: NewApp,
	reply: MadeApp,
	errors: ['access.step-up-needed', 'accounts.app.address-refused'],
});

/** Everybody's sessions in it end. */
export const removeApp = route({
	method: 'DELETE',
	path: '/api/apps/:clientId',
	access: 'administrator-fresh',
	summary: 'Remove an app and end every session in it',
	params: Type.Object({ clientId: Id }),
	errors: ['access.step-up-needed', 'accounts.app.absent'],
});

export const consoleListApps = route({
	method: 'GET',
	path: '/console/apps',
	access: 'console',
	summary: 'Apps that people can sign in to with this server',
	reply: AppList,
});

export const consoleAddApp = route({
	method: 'POST',
	path: '/console/apps',
	access: 'console',
	summary: 'Let people sign in to one more app',
	body: NewApp,
	reply: MadeApp,
	errors: ['accounts.app.address-refused'],
});

export const consoleRemoveApp = route({
	method: 'DELETE',
	path: '/console/apps/:clientId',
	access: 'console',
	summary: 'Remove an app and end every session in it',
	params: Type.Object({ clientId: Id }),
	errors: ['accounts.app.absent'],
});

/** New keys sign from now on; the ones before are still published, so that what they signed stays valid. */
export const consoleRotateAppKeys = route({
	method: 'POST',
	path: '/console/apps/rotate-keys',
	access: 'console',
	summary: 'Make new keys that sign what apps are told of people',
});

export const consoleListAppPasswords = route({
	method: 'GET',
	path: '/console/accounts/:accountId/app-passwords',
	access: 'console',
	summary: "A person's app passwords, without the passwords",
	params: Type.Object({ accountId: Id }),
	reply: Type.Object({ appPasswords: Type.Array(AppPassword, { maxItems: 500 }) }),
	errors: ['accounts.account.absent'],
});
