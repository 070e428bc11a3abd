/** A new password for somebody who lost theirs, the breached-password check, and whether a mail was ours. */
import type { Static } from 'typebox';
import { Flow, KeyStretching, OpaqueRecord, OpaqueRequest } from './accounts.ts';
import { Id, Nullable, TimeMs } from './fields.ts';
import { route } from './route.ts';
import { Type } from './schema.ts';

/** What the person holds that lets them choose a new password. */
export const ResetProof = Type.Union([
	/** The secret of a mailed link, from the fragment of its address. */
	Type.Object({ kind: Type.Literal('link'), secret: Type.String({ minLength: 16, maxLength: 96 }) }),
	/** A recovery code, with the name of the account. */
	Type.Object({
		kind: Type.Literal('recovery-code'),
		username: Type.String({ minLength: 1, maxLength: 256 }),
		code: Type.String({ minLength: 16, maxLength: 40 }),
	}),
	/** A code that an administrator started and handed over, with the name of the account. */
	Type.Object({
		kind: Type.Literal('handed-over-code'),
		username: Type.String({ minLength: 1, maxLength: 256 }),
		code: Type.String({ minLength: 8, maxLength: 40 }),
	}),
]);
export type ResetProof = Static<typeof ResetProof>;

/** The answer is the same whether or not anybody has this address or name, and so is the work. */
export const requestReset = route({
	method: 'POST',
	path: '/api/reset/request',
	access: 'anyone',
	summary: 'Ask for a mail with a link to choose a new password',
	body: Type.Object({ email: Type.String({ minLength: 3, maxLength: 254 }) }),
	reply: Type.Object({
		/** False where this server sends no mail: then nobody gets one, and an administrator can help. */
		canMail: Type.Boolean(),
	}),
	errors: ['request.too-many'],
});

/** Proves nothing yet: the proof is checked and spent where the new password is stored. */
export const startReset = route({
	method: 'POST',
	path: '/api/reset/start',
	access: 'anyone',
	summary: 'Start choosing a new password',
	body: Type.Object({ proof: ResetProof, registrationRequest: OpaqueRequest }),
	reply: Type.Object({ flow: Flow, registrationResponse: OpaqueRecord, keyStretching: KeyStretching }),
	errors: ['accounts.reset.proof-wrong', 'request.too-many'],
});

/** One transaction whatever the number of devices. Never signs in, keeps second factors, disowns no server. */
export const finishReset = route({
	method: 'POST',
	path: '/api/reset/finish',
	access: 'anyone',
	summary: 'Store the new password, and sign out connected devices if asked',
	body: Type.Object({
		flow: Flow,
		registrationRecord: OpaqueRecord,
		signOutDevices: Type.Boolean(),
		/** Needed with a handed-over code where the person has an authenticator app or recovery codes. */
		factorCode: Nullable(Type.String({ minLength: 6, maxLength: 40 })),
	}),
	reply: Type.Object({ signedOutDevices: Type.Boolean() }),
	errors: [
		'accounts.flow.expired',
		'accounts.reset.proof-wrong',
		'accounts.factor.wrong',
		'accounts.reset.factor-needed',
		'request.too-many',
	],
});

/** Shown once. */
export const HandedOverCode = Type.Object({ code: Type.String(), expiresAt: TimeMs });

/** The administrator never chooses a password: they get a code to hand over in person. */
export const startHandOver = route({
	method: 'POST',
	path: '/api/people/:accountId/reset-code',
	access: 'administrator-fresh',
	summary: 'Make a one-time code for a person who lost their password',
	params: Type.Object({ accountId: Id }),
	reply: HandedOverCode,
	errors: ['access.step-up-needed', 'access.not-allowed', 'accounts.account.absent'],
});

/**
 * The range API of Have I Been Pwned, served by this server: `SUFFIX:COUNT` lines for a five-digit prefix. A
 * count of 0 is padding.
 */
export const getPasswordRange = route({
	method: 'GET',
	path: '/api/password-ranges/:prefix',
	access: 'anyone',
	form: 'bytes',
	summary: 'Breached passwords whose SHA-1 begins with five hex digits; the password is never sent',
	params: Type.Object({ prefix: Type.String({ pattern: '^[0-9A-Fa-f]{5}$' }) }),
	errors: ['request.too-many'],
});

/** A number is printed in every mail; this says what we wrote with it, and to nobody else. */
export const checkMail = route({
	method: 'POST',
	path: '/api/mail/check',
	access: 'self',
	summary: 'Was this mail ours?',
	body: Type.Object({ mailNumber: Type.String({ minLength: 4, maxLength: 40 }) }),
	reply: Type.Object({
		wasOurs: Type.Boolean(),
		subject: Nullable(Type.String()),
		sentAt: Nullable(TimeMs),
	}),
	errors: ['request.too-many'],
});

/** One mail as the person it was for sees it. */
export const MailEntry = Type.Object({
	mailNumber: Type.String(),
	subject: Type.String(),
	state: Type.Union([
		Type.Literal('waiting'),
		Type.Literal('sent'),
		Type.Literal('failed'),
		/** Nothing to send it with, or nowhere to send it. */
		Type.Literal('held'),
	]),
	at: TimeMs,
});

export type MailEntry = Static<typeof MailEntry>;

export const listMyMails = route({
	method: 'GET',
	path: '/api/mail/mine',
	access: 'self',
	summary: 'The mails this server wrote to me, newest first',
	reply: Type.Object({ mails: Type.Array(MailEntry, { maxItems: 100 }) }),
});

/** Never a secret, an address or a name: template, state and how often it was tried. */
export const OutboxStatus = Type.Object({
	isConfigured: Type.Boolean(),
	waiting: Type.Integer({ minimum: 0 }),
	failed: Type.Integer({ minimum: 0 }),
	lastSentAt: Nullable(TimeMs),
	lastError: Nullable(Type.String()),
	mails: Type.Array(
		Type.Object({
			mailNumber: Type.String(),
			template: Type.String(),
			state: Type.String(),
			tries: Type.Integer({ minimum: 0 }),
			at: TimeMs,
			/** Why it was not sent yet, as a word. */
			problem: Nullable(Type.String()),
		}),
		{ maxItems: 100 },
	),
});

export const listOutbox = route({
	method: 'GET',
	path: '/api/settings/outbox',
	access: 'administrator',
	summary: 'Whether mail works, and what waits',
	reply: OutboxStatus,
});

export const TestMail = Type.Object({ isSent: Type.Boolean(), problem: Nullable(Type.String()) });

export const sendTestMail = route({
	method: 'POST',
	path: '/api/settings/outbox/test',
	access: 'administrator',
	summary: 'Send a mail to my own address, to see whether it arrives',
	reply: TestMail,
	errors: ['request.too-many', 'accounts.email.absent'],
});

/** As `listOutbox`, for somebody on the machine. */
export const consoleMailStatus = route({
	method: 'GET',
	path: '/console/mail',
	access: 'console',
	summary: 'Whether mail works, and what waits',
	reply: OutboxStatus,
});

export const consoleTestMail = route({
	method: 'POST',
	path: '/console/mail/test',
	access: 'console',
	summary: 'Send a mail to an address, to see whether it arrives',
	body: Type.Object({ address: Type.String({ minLength: 3, maxLength: 254 }) }),
	reply: TestMail,
});

/** The owner's account is recovered on the machine itself, without a code. */
export const consoleStartHandOver = route({
	method: 'POST',
	path: '/console/accounts/reset-code',
	access: 'console',
	summary: 'Make a one-time code for a person who lost their password',
	body: Type.Object({ username: Type.String({ minLength: 1, maxLength: 256 }) }),
	reply: HandedOverCode,
	errors: ['access.not-allowed', 'accounts.account.absent'],
});
