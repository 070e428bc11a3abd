/** Second factors and recovery codes: adding, using and removing them. */
import type { Static } from 'typebox';
import { Authentication, Factor, Flow, Role, Username } from './accounts.ts';
import { Id, Nullable, ShortText, TimeMs } from './fields.ts';
import { route } from './route.ts';
import { Type } from './schema.ts';

/** Six digits; blanks are taken out by the server. */
export const TotpCode = Type.String({ minLength: 6, maxLength: 12, pattern: '^[0-9 ]+$' });

/**
 * 24 signs of base 32 in six groups: 120 bits. Case, blanks and dashes do not matter. A code that an
 * administrator handed over has the same form.
 */
export const RecoveryCode = Type.String({ minLength: 16, maxLength: 40 });

/** The JSON of WebAuthn's own dictionaries, as `@simplewebauthn/browser` makes and takes them. */
export const WebAuthnOptions = Type.Object({}, { additionalProperties: true });
export const WebAuthnResponse = Type.Object({}, { additionalProperties: true });
/** What an authenticator answers is larger than a form. */
export const webAuthnBytesMax = 64 * 1024;

export const FactorEntry = Type.Object({
	factorId: Id,
	kind: Type.Union([Type.Literal('totp'), Type.Literal('passkey')]),
	label: Type.String(),
	createdAt: TimeMs,
	lastUsedAt: Nullable(TimeMs),
	/** Passkeys only: kept in step by a provider such as a phone's; null where unknown. */
	isSynced: Nullable(Type.Boolean()),
});
export type FactorEntry = Static<typeof FactorEntry>;

export const FactorOverview = Type.Object({
	factors: Type.Array(FactorEntry, { maxItems: 64 }),
	recoveryCodesLeft: Type.Integer({ minimum: 0 }),
	recoveryCodesMadeAt: Nullable(TimeMs),
	/** Until when a code stands in for a factor that an administrator made and handed over; null without one. */
	handedOverCodeUntil: Nullable(TimeMs),
	/** An administrator asks this person's role for a second factor. */
	isRequired: Type.Boolean(),
	/** False where the page's origin cannot have passkeys: plain HTTP, an IP address, another address than the public one. */
	canHavePasskeys: Type.Boolean(),
	hasPassword: Type.Boolean(),
});
export type FactorOverview = Static<typeof FactorOverview>;

export const listFactors = route({
	method: 'GET',
	path: '/api/factors',
	access: 'self',
	summary: 'My second factors and how many recovery codes are left',
	reply: FactorOverview,
});

/** The secret is shown in this answer and never again. */
export const startTotp = route({
	method: 'POST',
	path: '/api/factors/totp/start',
	access: 'self-fresh',
	summary: 'Start adding an authenticator app',
	reply: Type.Object({
		flow: Flow,
		/** For the QR code. */
		otpauthUrl: Type.String(),
		/** Base 32, for typing. */
		secret: Type.String(),
	}),
	errors: ['access.step-up-needed'],
});

/**
 * The session goes on under a new token where the factor raised its level: what listens by the old one ends,
 * as after a step-up.
 */
export const finishTotp = route({
	method: 'POST',
	path: '/api/factors/totp/finish',
	access: 'self-fresh',
	summary: 'Finish adding an authenticator app with a code that it shows',
	body: Type.Object({ flow: Flow, code: TotpCode, label: ShortText }),
	reply: Type.Object({ factorId: Id }),
	errors: [
		'access.step-up-needed',
		'accounts.flow.expired',
		'accounts.factor.wrong',
		'accounts.factor.too-many',
	],
});

export const startPasskey = route({
	method: 'POST',
	path: '/api/factors/passkeys/start',
	access: 'self-fresh',
	summary: 'Start adding a passkey',
	reply: Type.Object({ flow: Flow, options: WebAuthnOptions }),
	errors: ['access.step-up-needed', 'accounts.passkey.impossible'],
});

/** The session goes on under a new token where the passkey raised its level, as in `finishTotp`. */
export const finishPasskey = route({
	method: 'POST',
	path: '/api/factors/passkeys/finish',
	access: 'self-fresh',
	summary: 'Finish adding a passkey',
	bodyBytesMax: webAuthnBytesMax,
	body: Type.Object({ flow: Flow, label: ShortText, response: WebAuthnResponse }),
	reply: Type.Object({ factorId: Id }),
	errors: [
		'access.step-up-needed',
		'accounts.flow.expired',
		'accounts.factor.wrong',
		'accounts.factor.too-many',
		'accounts.passkey.impossible',
	],
});

export const renameFactor = route({
	method: 'PUT',
	path: '/api/factors/:factorId',
	access: 'self',
	summary: 'Name one of my factors',
	params: Type.Object({ factorId: Id }),
	body: Type.Object({ label: ShortText }),
	errors: ['accounts.factor.absent'],
});

/** Only at the account's highest level, so that a thief of one factor cannot take the others away. */
export const removeFactor = route({
	method: 'DELETE',
	path: '/api/factors/:factorId',
	access: 'self-fresh',
	summary: 'Remove one of my factors',
	params: Type.Object({ factorId: Id }),
	errors: ['access.step-up-needed', 'accounts.factor.absent', 'accounts.factor.last'],
});

/**
 * Ten new codes in place of all earlier ones, shown in this answer and never again. A code stands in for a
 * second factor, or for a password that was lost: they are of use without a factor too.
 */
export const makeRecoveryCodes = route({
	method: 'POST',
	path: '/api/factors/recovery-codes',
	access: 'self-fresh',
	summary: 'Make new recovery codes, shown once',
	reply: Type.Object({ codes: Type.Array(Type.String(), { maxItems: 20 }) }),
	errors: ['access.step-up-needed'],
});

/** The flow is one that `factor-needed` gave, from a sign-in or from a step-up. */
export const useTotp = route({
	method: 'POST',
	path: '/api/sign-in/totp',
	access: 'anyone',
	summary: 'Show a code of an authenticator app, at sign-in or step-up',
	body: Type.Object({ flow: Flow, code: TotpCode }),
	reply: Authentication,
	errors: ['accounts.factor.wrong', 'accounts.flow.expired', 'request.too-many'],
});

/** A code is good once, and its owner is told. Takes a code that an administrator handed over, too. */
export const useRecoveryCode = route({
	method: 'POST',
	path: '/api/sign-in/recovery-code',
	access: 'anyone',
	summary: 'Show a recovery code instead of a second factor',
	body: Type.Object({ flow: Flow, code: RecoveryCode }),
	reply: Authentication,
	errors: ['accounts.factor.wrong', 'accounts.flow.expired', 'request.too-many'],
});

/** Without a flow: a passkey alone, of whoever it belongs to. The options are the same for everybody. */
export const startPasskeySignIn = route({
	method: 'POST',
	path: '/api/sign-in/passkey/start',
	access: 'anyone',
	summary: 'Start signing in with a passkey, alone or as the second factor',
	body: Type.Object({ flow: Nullable(Flow) }),
	reply: Type.Object({ flow: Flow, options: WebAuthnOptions }),
	errors: ['accounts.flow.expired', 'accounts.passkey.impossible', 'request.too-many'],
});

export const finishPasskeySignIn = route({
	method: 'POST',
	path: '/api/sign-in/passkey/finish',
	access: 'anyone',
	summary: 'Show a passkey, at sign-in or step-up',
	bodyBytesMax: webAuthnBytesMax,
	body: Type.Object({ flow: Flow, response: WebAuthnResponse }),
	reply: Authentication,
	errors: ['accounts.factor.wrong', 'accounts.flow.expired', 'request.too-many'],
});

/** The options name this person's passkeys only; it is finished at `finishPasskeySignIn`. */
export const startPasskeyStepUp = route({
	method: 'POST',
	path: '/api/step-up/passkey/start',
	access: 'self',
	summary: 'Start proving with a passkey that it is still me',
	reply: Type.Object({ flow: Flow, options: WebAuthnOptions }),
	errors: ['accounts.passkey.impossible'],
});

export const getFactorPolicy = route({
	method: 'GET',
	path: '/api/settings/factor-policy',
	access: 'administrator',
	summary: 'The roles that must have a second factor',
	reply: Type.Object({ requiredFor: Type.Array(Role, { maxItems: 4 }) }),
});

export const setFactorPolicy = route({
	method: 'PUT',
	path: '/api/settings/factor-policy',
	access: 'administrator-fresh',
	summary: 'Ask roles for a second factor',
	body: Type.Object({ requiredFor: Type.Array(Role, { maxItems: 4 }) }),
	reply: Type.Object({ requiredFor: Type.Array(Role, { maxItems: 4 }) }),
	errors: ['access.step-up-needed'],
});

/**
 * For a person of a lower role who lost their factors. The code stands in for one once, at sign-in and beside
 * the password; it takes nothing away, dies with the password, and the person is told.
 */
export const startFactorHelp = route({
	method: 'POST',
	path: '/api/people/:accountId/factor-code',
	access: 'administrator-fresh',
	summary: 'Make a one-time code for a person who lost their second factor',
	params: Type.Object({ accountId: Id }),
	reply: Type.Object({ code: Type.String(), expiresAt: TimeMs }),
	errors: [
		'access.step-up-needed',
		'access.not-allowed',
		'accounts.account.absent',
		'accounts.factor.absent',
	],
});

/** On the machine: what a person has, never which apps or keys. */
export const consoleShowFactors = route({
	method: 'POST',
	path: '/console/factors',
	access: 'console',
	summary: 'The kinds of second factors a person has',
	body: Type.Object({ username: Username }),
	reply: Type.Object({
		accountId: Id,
		apps: Type.Integer({ minimum: 0 }),
		passkeys: Type.Integer({ minimum: 0 }),
		recoveryCodesLeft: Type.Integer({ minimum: 0 }),
		isRequired: Type.Boolean(),
	}),
	errors: ['accounts.account.absent'],
});

/** For whoever has nothing left: the password alone is asked for from here on. Every session is told. */
export const consoleRemoveFactors = route({
	method: 'POST',
	path: '/console/factors/remove',
	access: 'console',
	summary: 'Remove all second factors and recovery codes of a person, on the machine',
	body: Type.Object({ username: Username }),
	reply: Type.Object({ accountId: Id, removed: Type.Integer({ minimum: 0 }) }),
	errors: ['accounts.account.absent'],
});

export const consoleRequireFactors = route({
	method: 'PUT',
	path: '/console/factors/policy',
	access: 'console',
	summary: 'Ask roles for a second factor, on the machine',
	body: Type.Object({ requiredFor: Type.Array(Role, { maxItems: 4 }) }),
	reply: Type.Object({ requiredFor: Type.Array(Role, { maxItems: 4 }) }),
});

export type FactorKind = Static<typeof Factor>;
