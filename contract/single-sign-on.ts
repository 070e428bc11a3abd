/** Signing in with another provider (OpenID Connect), linking it to an account, and its administration. */
import type { Static } from 'typebox';
import { Authentication, Username } from './accounts.ts';
import { base64Url, Id, Nullable, ShortText, TimeMs } from './fields.ts';
import { route } from './route.ts';
import { Type } from './schema.ts';

const Address = Type.String({ minLength: 1, maxLength: 512 });
/** Where the browser goes next: a page of the provider. */
const Away = Type.Object({ url: Type.String() });
const WithProvider = Type.Object({ providerId: Id });

/** A provider that people can sign in with. */
export const Provider = Type.Object({ providerId: Id, name: ShortText });
export type Provider = Static<typeof Provider>;

/** A person's account at a provider, linked to their account here. */
export const ProviderLink = Type.Object({
	linkId: Id,
	providerId: Id,
	name: ShortText,
	/** What the provider called the account when it was linked; null where it said nothing. */
	label: Nullable(Type.String()),
	linkedAt: TimeMs,
	/** The provider was blocked, or asks to be linked again, before it signs anybody in. */
	state: Type.Union([Type.Literal('works'), Type.Literal('blocked'), Type.Literal('link-afresh')]),
});
export type ProviderLink = Static<typeof ProviderLink>;

/** A provider as administrators see it. The client secret goes in and never comes out. */
export const ProviderEntry = Type.Object({
	providerId: Id,
	name: ShortText,
	issuer: Type.String(),
	clientId: Type.String(),
	hasClientSecret: Type.Boolean(),
	asksProfile: Type.Boolean(),
	allowsPrivate: Type.Boolean(),
	allowsJoining: Type.Boolean(),
	isBlocked: Type.Boolean(),
	/** Links made up to then do not sign in; 0 where none were ever refused. */
	linksRefusedUpTo: TimeMs,
	linkCount: Type.Integer({ minimum: 0 }),
	/** Whether its word that somebody signed in just now was seen; null until somebody linked it. */
	provesFreshness: Nullable(Type.Boolean()),
});
export type ProviderEntry = Static<typeof ProviderEntry>;

const ProviderInput = Type.Object({
	name: ShortText,
	issuer: Address,
	clientId: Type.String({ minLength: 1, maxLength: 256 }),
	/** Null keeps the stored one, or makes a client without a secret. */
	clientSecret: Nullable(Type.String({ minLength: 1, maxLength: 512 })),
	/** Ask for the scope `profile` too: it names the account in the list of links. */
	asksProfile: Type.Boolean(),
	/** The issuer may lie at a private address, for this issuer's own origin only. */
	allowsPrivate: Type.Boolean(),
	/** People who hold an invitation may join with it, without a password here. */
	allowsJoining: Type.Boolean(),
});
export type ProviderInput = Static<typeof ProviderInput>;

/** What a try of the provider's description found. */
export const ProviderFinding = Type.Union([
	Type.Literal('works'),
	Type.Literal('issuer-invalid'),
	Type.Literal('needs-private'),
	Type.Literal('unreachable'),
	Type.Literal('too-slow'),
	Type.Literal('too-large'),
	Type.Literal('redirects'),
	Type.Literal('no-provider'),
	Type.Literal('other-issuer'),
	Type.Literal('endpoint-refused'),
	Type.Literal('keys-unusable'),
	Type.Literal('no-public-address'),
]);
export type ProviderFinding = Static<typeof ProviderFinding>;

export const listProviders = route({
	method: 'GET',
	path: '/api/sso/providers',
	access: 'anyone',
	summary: 'The providers one can sign in with, and the address at which that works',
	reply: Type.Object({
		providers: Type.Array(
			Type.Object({
				...Provider.properties,
				/** Whoever holds an invitation may join with it. */
				allowsJoining: Type.Boolean(),
			}),
			{ maxItems: 32 },
		),
		/** The configured public address: a browser at any other one is not recognised when it comes back. */
		publicUrl: Nullable(Type.String()),
	}),
});

/** A cookie for the way out and back is set; the address has no secret of ours in it. */
export const startProviderSignIn = route({
	method: 'POST',
	path: '/api/sso/start',
	access: 'anyone',
	summary: 'Start signing in with a provider',
	body: WithProvider,
	reply: Away,
	errors: [
		'accounts.provider.absent',
		'accounts.provider.blocked',
		'accounts.provider.no-address',
		'accounts.provider.unreachable',
		'request.too-many',
	],
});

export const startProviderStepUp = route({
	method: 'POST',
	path: '/api/sso/step-up',
	access: 'self',
	summary: 'Start proving once more who I am, at a provider that is linked to my account',
	body: WithProvider,
	reply: Away,
	errors: startProviderSignIn.errors,
});

export const startProviderLink = route({
	method: 'POST',
	path: '/api/sso/link',
	access: 'self-fresh',
	summary: 'Start linking my account at a provider',
	body: WithProvider,
	reply: Away,
	errors: [...startProviderSignIn.errors, 'accounts.provider.linked-before'],
});

/** The account that is made has no password: the provider signs it in. */
export const startJoinWithProvider = route({
	method: 'POST',
	path: '/api/sso/join',
	access: 'anyone',
	summary: 'Start joining by an invitation with a provider instead of a password',
	body: Type.Object({
		invitation: base64Url(96),
		username: Username,
		displayName: ShortText,
		providerId: Id,
	}),
	reply: Away,
	errors: [...startProviderSignIn.errors, 'accounts.username.invalid', 'accounts.username.taken'],
});

/** The provider sends the browser here. Always answered by the way to the page that finishes the flow. */
export const providerCallback = route({
	method: 'GET',
	path: '/api/sso/callback',
	access: 'anyone',
	form: 'bytes',
	summary: 'Where a provider sends the browser back to',
	query: Type.Object({
		code: Type.Optional(Type.String({ maxLength: 4096 })),
		state: Type.Optional(Type.String({ maxLength: 512 })),
		iss: Type.Optional(Type.String({ maxLength: 512 })),
		error: Type.Optional(Type.String({ maxLength: 128 })),
	}),
});

/** What has come of the way to the provider: asked by the page, with the cookie of the flow. */
export const finishWithProvider = route({
	method: 'POST',
	path: '/api/sso/finish',
	access: 'anyone',
	summary: 'Finish what was begun with a provider: a session, a second factor that is asked for, or a link',
	reply: Type.Object({
		purpose: Type.Union([
			Type.Literal('sign-in'),
			Type.Literal('step-up'),
			Type.Literal('link'),
			Type.Literal('join'),
		]),
		/** Null after linking. */
		authentication: Nullable(Authentication),
		/** After linking: whether the provider proved that the person signed in just now. Else null. */
		provesFreshness: Nullable(Type.Boolean()),
	}),
	errors: [
		'accounts.flow.expired',
		'accounts.provider.blocked',
		'accounts.provider.declined',
		'accounts.provider.link-afresh',
		'accounts.provider.linked-before',
		'accounts.provider.not-fresh',
		'accounts.provider.not-linked',
		'accounts.provider.refused',
		'accounts.provider.unreachable',
		'accounts.username.taken',
	],
});

export const listProviderLinks = route({
	method: 'GET',
	path: '/api/sso/links',
	access: 'self',
	summary: 'The providers linked to my account, and those I could link',
	reply: Type.Object({
		links: Type.Array(ProviderLink, { maxItems: 32 }),
		linkable: Type.Array(Provider, { maxItems: 32 }),
	}),
});

export const removeProviderLink = route({
	method: 'DELETE',
	path: '/api/sso/links/:linkId',
	access: 'self-fresh',
	summary: 'Remove a link, unless nothing else would sign me in',
	params: Type.Object({ linkId: Id }),
	errors: ['accounts.provider.absent', 'accounts.provider.last'],
});

export const listProviderEntries = route({
	method: 'GET',
	path: '/api/sso/settings/providers',
	access: 'administrator',
	summary: 'The providers of this server, with their settings',
	reply: Type.Object({
		providers: Type.Array(ProviderEntry, { maxItems: 32 }),
		/** What to register at a provider; null without a public address. */
		redirectUri: Nullable(Type.String()),
	}),
});

export const addProvider = route({
	method: 'POST',
	path: '/api/sso/settings/providers',
	access: 'administrator-fresh',
	summary: 'Let people sign in with a provider',
	body: ProviderInput,
	reply: ProviderEntry,
	errors: ['accounts.provider.exists', 'accounts.provider.address-refused'],
});

/** The issuer stays: it is part of every link. */
export const changeProvider = route({
	method: 'PUT',
	path: '/api/sso/settings/providers/:providerId',
	access: 'administrator-fresh',
	summary: 'Change a provider, but not its issuer',
	params: WithProvider,
	body: ProviderInput,
	reply: ProviderEntry,
	errors: ['accounts.provider.absent', 'accounts.provider.address-refused'],
});

export const removeProvider = route({
	method: 'DELETE',
	path: '/api/sso/settings/providers/:providerId',
	access: 'administrator-fresh',
	summary: 'Remove a provider, its links, and every session that came by it',
	params: WithProvider,
	errors: ['accounts.provider.absent'],
});

/** Nothing is stored, and nothing of what the provider answers is shown. */
export const testProvider = route({
	method: 'POST',
	path: '/api/sso/settings/providers/test',
	access: 'administrator-fresh',
	summary: 'Read the description and the keys of a provider and say what is wrong with them',
	body: Type.Object({ issuer: Address, allowsPrivate: Type.Boolean() }),
	reply: Type.Object({ finding: ProviderFinding }),
});

const State = Type.Object({
	/** `block` also ends the sessions that came by it; `relink` too, and every link has to be made again. */
	action: Type.Union([Type.Literal('block'), Type.Literal('unblock'), Type.Literal('relink')]),
});

export const setProviderState = route({
	method: 'POST',
	path: '/api/sso/settings/providers/:providerId/state',
	access: 'administrator-fresh',
	summary: 'Block a provider, let it in again, or have every link to it made afresh',
	params: WithProvider,
	body: State,
	reply: ProviderEntry,
	errors: ['accounts.provider.absent'],
});

/**
 * A provider says that somebody signed out there (OpenID Connect Back-Channel Logout 1.0). No cookie is read:
 * the signed token is all that counts.
 */
export const backChannelLogout = route({
	method: 'POST',
	path: '/api/sso/backchannel-logout/:providerId',
	access: 'anyone',
	accepts: 'form',
	summary: 'For providers: end the sessions of somebody who signed out there',
	params: WithProvider,
	body: Type.Object({ logout_token: Type.String({ minLength: 1, maxLength: 8192 }) }),
	errors: ['accounts.provider.absent', 'accounts.provider.refused'],
});

export const consoleListProviders = route({
	method: 'GET',
	path: '/console/sso/providers',
	access: 'console',
	summary: 'The providers of this server',
	reply: listProviderEntries.reply,
});

export const consoleSetProviderState = route({
	method: 'POST',
	path: '/console/sso/providers/:providerId/state',
	access: 'console',
	summary: 'Block a provider, let it in again, or have every link to it made afresh',
	params: WithProvider,
	body: State,
	reply: ProviderEntry,
	errors: ['accounts.provider.absent'],
});
