/**
 * What a flow has come to, step by step. The token that names it is the only way to it, and is spent once.
 */

import type { Method } from './methods.ts';

export type TokenPurpose =
	| 'owner-setup'
	| 'sign-in'
	| 'step-up'
	| 'second-factor'
	| 'password-change'
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
	};
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
	'password-change': 2 * 60_000,
};
