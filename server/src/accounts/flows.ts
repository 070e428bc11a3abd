/**
 * What a flow has come to, step by step. The token that names it is the only way to it, and is spent once.
 */

import type { DevicePublicKey } from './devices/device-tables.ts';
import type { Method } from './methods.ts';

export type TokenPurpose =
	| 'app-access'
	| 'app-code'
	| 'app-refresh'
	| 'app-interaction'
	| 'app-proof'
	| 'device-code'
	| 'user-code'
	| 'provider'
	| 'provider-back'
	| 'owner-setup'
	| 'sign-in'
	| 'sign-in-code'
	| 'context-check'
	| 'step-up'
	| 'second-factor'
	| 'password-change'
	| 'totp-enrolment'
	| 'passkey-enrolment'
	| 'passkey-sign-in'
	| 'passkey-step-up'
	| 'factor-help'
	| 'member-registration'
	| 'invitation'
	| 'registration'
	| 'joining'
	| 'email-verification'
	| 'come-back'
	| 'machine-recovery'
	| 'server-entry'
	| 'password-reset'
	| 'handed-over-code'
	| 'reset';

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

/** What an app's token stands for, under a key that is made of the token itself; base64url. */
export interface SealedArtefact {
	readonly sealed: string;
}

/** A television or an app without a keyboard that asks to be let in. */
export interface DeviceRequest {
	readonly clientId: string;
	readonly scope: string;
	/** Of the session's token, which is made of the device's own code: whoever lets it in never knows it. */
	readonly sessionTokenHash: string;
	/** Shown on the device, and the three that the page offers. */
	readonly number: string;
	readonly numbers: readonly string[];
	/** What the device says it is, and its network, under the server's own seal; base64url. */
	readonly sealed: string;
	readonly pollEveryMs: number;
	readonly polledAt: number | null;
	readonly state:
		| { readonly kind: 'waiting' }
		| { readonly kind: 'denied' }
		| ({ readonly kind: 'let-in' } & LetInFacts);
}

/** Who let an app in, and how they had proven themselves. */
export interface LetInFacts {
	readonly accountId: string;
	readonly sessionId: string;
	readonly authenticatedAt: number;
	readonly level: number;
	readonly methods: readonly Method[];
}

/** By purpose. No payload holds a name, an address or a secret in the clear. */
export interface FlowPayloads {
	readonly 'app-access': SealedArtefact;
	readonly 'app-code': SealedArtefact;
	readonly 'app-refresh': SealedArtefact;
	readonly 'app-interaction': SealedArtefact;
	readonly 'app-proof': SealedArtefact;
	readonly 'device-code': DeviceRequest;
	/** Names the device's request by the hash of its own code. */
	readonly 'user-code': { readonly deviceHash: string };
	/** Null until the owner's registration has been started with this flow. */
	readonly 'owner-setup': { readonly registration: StartedRegistration | null };
	readonly 'member-registration': {
		readonly registration: StartedRegistration;
		readonly usernameIndex: string;
	};
	/** A mailed link, and a code of an administrator: each stands for its account, and for nothing else. */
	readonly 'password-reset': Readonly<Record<string, never>>;
	readonly 'handed-over-code': Readonly<Record<string, never>>;
	/** A reset that was begun: what it was begun with is looked at again, and spent, where it ends. */
	readonly reset: {
		readonly registration: StartedRegistration;
		readonly proof: { readonly kind: 'link' | 'recovery-code' | 'handed-over-code'; readonly hash: string };
	};
	readonly 'machine-recovery': { readonly registration: StartedRegistration };
	/** The link of an invitation; there may be several, and the invitation itself is taken once. */
	readonly invitation: { readonly invitationId: string };
	/** The link mailed to an address whose reader may make an account. */
	readonly registration: {
		readonly emailIndex: string;
		/** Sealed under the server's own key, base64url. */
		readonly address: string;
	};
	/** Somebody who holds one of those links and has chosen a name. */
	readonly joining: {
		readonly registration: StartedRegistration;
		readonly usernameIndex: string;
		/** Of the link's secret. */
		readonly secretHash: string;
	};
	readonly 'email-verification': { readonly claimId: string };
	/** Ends an account's leaving. */
	readonly 'come-back': Readonly<Record<never, never>>;
	readonly 'sign-in': {
		/** The server's half of the exchange, sealed to the keeper. */
		readonly sealedState: string;
		/** Under what the attempt is counted: the name, or a device on which it signed in before. */
		readonly subject: string;
		/** Attempts in a row before this one. */
		readonly failures: number;
		/** They were too many: a right password alone is not enough. */
		readonly isSpent: boolean;
		/** Of the account's credential at the start; null where nobody is behind the name. */
		readonly credentialId: string | null;
	};
	/** A code that was mailed to the address of an account. */
	readonly 'sign-in-code': { readonly isAsked: boolean };
	/** A right proof from where the person has not been seen before: it waits for the mailed code. */
	readonly 'context-check': { readonly shown: Shown; readonly mac: string; readonly tries: number };
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
	/** A person on the way into a media server. */
	readonly 'server-entry': {
		readonly serverId: string;
		readonly redirectIndex: string;
		/** RFC 7636, S256. */
		readonly challenge: string;
		readonly mac: string;
		/** The session that said yes, and the one that will come of it. */
		readonly fromSessionId: string;
		readonly sessionId: string;
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
	readonly lane?: null;
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
	/** Failed attempts in a row before this one. */
	readonly failures?: number;
	/** A mailed code was shown too: the policy has nothing more to ask. */
	readonly hasShownCode?: boolean;
	/** A key that the device has proven to hold. */
	readonly deviceKey?: DeviceKey | null;
}

/** RFC 7638 thumbprint and the key itself. */
export interface DeviceKey {
	readonly thumbprint: string;
	readonly publicKey: DevicePublicKey;
}

export type FlowPayload = FlowPayloads[TokenPurpose];

/** How long each flow stays open. The exchange's own state at the keeper is good for 120 s. */
export const flowLifetimeMs: Readonly<Record<TokenPurpose, number>> = {
	'app-access': 10 * 60_000,
	'app-code': 60_000,
	'app-refresh': 90 * 24 * 60 * 60_000,
	'app-interaction': 30 * 60_000,
	'app-proof': 5 * 60_000,
	'device-code': 10 * 60_000,
	'user-code': 10 * 60_000,
	'owner-setup': 60 * 60_000,
	'member-registration': 15 * 60_000,
	'machine-recovery': 15 * 60_000,
	'server-entry': 60_000,
	'password-reset': 30 * 60_000,
	'handed-over-code': 24 * 60 * 60_000,
	reset: 15 * 60_000,
	invitation: 7 * 24 * 60 * 60_000,
	registration: 24 * 60 * 60_000,
	joining: 15 * 60_000,
	'email-verification': 24 * 60 * 60_000,
	'come-back': 30 * 24 * 60 * 60_000,
	'sign-in': 2 * 60_000,
	'sign-in-code': 10 * 60_000,
	'context-check': 10 * 60_000,
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
