/** Devices people signed in on: their keys, what revokes them, and how careful sign-in is. */
import type { Static } from 'typebox';
import { Role, SessionKind, Signed } from './accounts.ts';
import { Id, Nullable, TimeMs } from './fields.ts';
import { route } from './route.ts';
import { Type } from './schema.ts';

/**
 * Instead of signing in again: the device shows its own cookie and, in the header `DPoP`, a proof by the key
 * that it registered (RFC 9449). The first try may be answered with a nonce in `DPoP-Nonce`, to be proven
 * with the next.
 */
export const refreshDevice = route({
	method: 'POST',
	path: '/api/devices/refresh',
	access: 'anyone',
	summary: "Fetch a new session with this device's key, after a revocation of sessions",
	reply: Signed,
	errors: [
		'access.sign-in-needed',
		'accounts.device.proof-wrong',
		'accounts.device.nonce-needed',
		'request.too-many',
	],
});

/** The proof comes in the header `DPoP`, as above. */
export const registerDeviceKey = route({
	method: 'POST',
	path: '/api/devices/key',
	access: 'self-fresh',
	summary: 'Register a key that does not leave this device',
	errors: ['accounts.device.proof-wrong', 'accounts.device.nonce-needed', 'access.step-up-needed'],
});

/**
 * How far a revocation reaches. `session`: devices with a key fetch a new session by themselves. `device`:
 * everybody signs in again. `credential`: passwords from before are worth nothing either.
 */
export const Reach = Type.Union([
	Type.Literal('session'),
	Type.Literal('device'),
	Type.Literal('credential'),
]);
export type Reach = Static<typeof Reach>;

/** A week. */
export const spreadMinutesMax = 7 * 24 * 60;

const Revocation = {
	reach: Reach,
	/** Devices come back for a new session evenly over this time. */
	spreadOverMs: Type.Integer({ minimum: 0, maximum: spreadMinutesMax * 60_000 }),
};

export const consoleRevoke = route({
	method: 'POST',
	path: '/console/accounts/:accountId/revoke',
	access: 'console',
	summary: "End a person's sessions, the keys of their devices, or their password too",
	params: Type.Object({ accountId: Id }),
	body: Type.Object(Revocation),
	errors: ['accounts.account.absent'],
});

export const consoleRevokeAll = route({
	method: 'POST',
	path: '/console/revoke',
	access: 'console',
	summary: 'The same for everybody at once',
	body: Type.Object(Revocation),
});

/** Numbers only: what is in the list is its owner's business. */
export const consoleCountSessions = route({
	method: 'GET',
	path: '/console/accounts/:accountId/sessions',
	access: 'console',
	summary: 'How many sessions of each kind a person has',
	params: Type.Object({ accountId: Id }),
	reply: Type.Object({
		count: Type.Integer(),
		kinds: Type.Array(Type.Object({ kind: SessionKind, count: Type.Integer() })),
		devices: Type.Integer(),
		role: Role,
		lastUsedAt: Nullable(TimeMs),
	}),
	errors: ['accounts.account.absent'],
});

export const BreachState = Type.Union([Type.Literal('none'), Type.Literal('heightened')]);

export const consoleGetBreachState = route({
	method: 'GET',
	path: '/console/breach-state',
	access: 'console',
	summary: 'Whether sign-in is more careful than usual',
	reply: Type.Object({ state: BreachState }),
});

export const consoleSetBreachState = route({
	method: 'PUT',
	path: '/console/breach-state',
	access: 'console',
	summary: 'Make sign-in more careful, or as usual',
	body: Type.Object({ state: BreachState }),
	reply: Type.Object({ state: BreachState }),
});

/** What protects sign-in at present, for the settings page. */
export const getSignInProtection = route({
	method: 'GET',
	path: '/api/settings/sign-in-protection',
	access: 'administrator',
	summary: 'Whether limits by network work here, and how careful sign-in is',
	reply: Type.Object({
		/** False while most requests come from one inner address: name that proxy as a trusted one. */
		isLimitedByNetwork: Type.Boolean(),
		/** A database of places is configured and could be read. */
		hasPlaces: Type.Boolean(),
		breachState: BreachState,
	}),
});
