/**
 * What a flow has come to, step by step. The token that names it is the only way to it, and is spent once.
 */

import type { Method } from './methods.ts';

export type TokenPurpose =
	| 'provider'
	| 'provider-back'
	| 'owner-setup'
	| 'sign-in'
	| 'step-up'
	| 'second-factor'
	| 'password-change'
	| 'totp-enrolment'
	| 'passkey-enrolment'
	| 'passkey-sign-in'
	| 'passkey-step-up'
	| 'factor-help'
	| 'member-registration'
	| 'machine-recovery';

/**
 * A registration answered by the keeper: the record that the client makes of it belongs to this credential.
 */
export interface StartedRegistration {
	readonly credentialId: string;
	readonly evaluationId: string;
	readonly setupId: string;
}

/** A payload under the server's own seal, bound to the token that names the flow; base64url. */
export interface SealedFlow {
	readonly sealed: string;
}

/** By purpose. No payload holds a name, an address or a secret in the clear. */
export interface FlowPayloads {
	/** Null until the owner's registration has been started with this flow. */
	readonly 'owner-setup': { readonly registration: StartedRegistration | null };
	readonly 'member-registration': {
		readonly registration: StartedRegistration;
		readonly usernameIndex: string;
	};
	readonly 'machine-recovery': { readonly registration: StartedRegistration };
	readonly 'sign-in': {
		/** The server's half of the exchange, sealed to the keeper. */
		readonly sealedState: string;
		/** Under what the attempt is counted. */
		readonly subject: string;
		/** The name with the network it came from: known once it has signed in. */
		readonly lane: string;
		/** Of the account's credential at the start; null where nobody is behind the name. */
		readonly credentialId: string | null;
	};
	readonly 'step-up': {
		readonly sealedState: string;
		readonly subject: string;
		readonly credentialId: string;
		readonly sessionId: string;
	};
	readonly 'second-factor': {
		readonly shown: Shown;
		/** With the flow's own token it proves to the keeper that the person has been here. */
		readonly mac: string;
		/** Codes that were tried; counted before they are looked at. */
		readonly tries: number;
		/** Of the passkey challenge that was given out last; null where none waits for its answer. */
		readonly challengeHash: string | null;
	};
	readonly 'totp-enrolment': {
		/** Sealed under the account's key as it will lie in its row; base64url. */
		readonly sealedSecret: string;
		readonly tries: number;
	};
	readonly 'passkey-enrolment': { readonly challengeHash: string };
	/** Nobody knows yet whose passkey will answer. */
	readonly 'passkey-sign-in': { readonly challengeHash: string };
	readonly 'passkey-step-up': {
		readonly challengeHash: string;
		readonly sessionId: string;
		readonly mac: string;
	};
	/** A code that stands in for a factor as long as the person's password stays the same. */
	readonly 'factor-help': { readonly credentialId: string | null };
	/** A browser that is at another provider. */
	readonly provider: SealedFlow;
	/** A browser that has come back from one. */
	readonly 'provider-back': SealedFlow;
	readonly 'password-change': {
		readonly sealedState: string;
		readonly subject: string;
		readonly credentialId: string;
		readonly sessionId: string;
		readonly registration: StartedRegistration;
	};
}

/** Under what a proof is counted, so that success can forget it. */
export interface CountedUnder {
	readonly subject: string;
	readonly lane: string | null;
}

/** What becomes of a proof: a new session, or one in place of a session that the person has. */
export type Intent = { readonly kind: 'sign-in' } | { readonly kind: 'step-up'; readonly sessionId: string };

/** What a person has shown so far. */
export interface Shown {
	readonly intent: Intent;
	readonly methods: readonly Method[];
	/** Of the password that was shown: it must still be the account's. Null where none was. */
	readonly credentialId: string | null;
	/** The single sign-on provider that vouched, if one did. */
	readonly issuerId: string | null;
	/** The provider's own session, where it named one. */
	readonly issuerSessionIndex?: string | null;
	/** When the provider saw the person, in its own words; counts until a factor of ours is shown. */
	readonly provenAt?: number;
	readonly counted: readonly CountedUnder[];
}

export type FlowPayload = FlowPayloads[TokenPurpose];

/** How long each flow stays open. The exchange's own state at the keeper is good for 120 s. */
export const flowLifetimeMs: Readonly<Record<TokenPurpose, number>> = {
	'owner-setup': 60 * 60_000,
	'member-registration': 15 * 60_000,
	'machine-recovery': 15 * 60_000,
	'sign-in': 2 * 60_000,
	'step-up': 2 * 60_000,
	'second-factor': 10 * 60_000,
	provider: 15 * 60_000,
	'provider-back': 5 * 60_000,
	'password-change': 2 * 60_000,
	'totp-enrolment': 15 * 60_000,
	'passkey-enrolment': 10 * 60_000,
	'passkey-sign-in': 10 * 60_000,
	'passkey-step-up': 10 * 60_000,
	'factor-help': 24 * 60 * 60_000,
};
