/** The words of the log of security events. Accounts are named by opaque ids only. */

export type EventKind =
	| 'owner-made'
	| 'account-made'
	| 'signed-in'
	| 'session-ended'
	| 'account-epoch-raised'
	| 'credential-changed'
	| 'recovery-kit-taken'
	/** Role, status or level: whoever holds something about the account looks again. */
	| 'account-changed'
	/** Every session of everybody that was made before has ended. */
	| 'global-epoch-raised'
	| 'stepped-up'
	/** A right proof from where the person was never seen: it waits for a mailed code. */
	| 'code-asked'
	| 'sign-in-failed'
	| 'factor-added'
	| 'factor-removed'
	| 'factor-failed'
	| 'recovery-codes-made'
	| 'recovery-code-used'
	/** An administrator made a code that stands in for this person's second factor once. */
	| 'factor-code-made'
	/** Which roles must have a second factor: whoever holds a session looks again. */
	| 'factor-policy-changed'
	| 'password-reset-asked'
	| 'reset-code-made'
	| 'email-changed'
	| 'account-deactivated'
	| 'account-reactivated'
	| 'account-leaving'
	| 'account-deleted'
	| 'account-exported'
	| 'invitation-made'
	| 'provider-linked'
	| 'provider-unlinked'
	| 'provider-added'
	| 'provider-removed'
	/** Sessions that came by the provider and were made up to the time in `epoch` are dead. */
	| 'issuer-floor-raised'
	| 'app-let-in'
	| 'app-password-made'
	| 'device-known'
	| 'device-ended'
	| 'server-claimed'
	| 'server-released'
	/** Somebody was let into a server, came in for the first time, is something else there, is let in no more. */
	| 'server-person-invited'
	| 'server-entered'
	| 'server-person-changed'
	| 'server-person-removed';

/** What somebody did that made the event happen. */
export type EventCause =
	| 'setup'
	| 'sign-in'
	| 'sign-out'
	| 'sign-out-everywhere'
	| 'password-change'
	| 'recovery-kit'
	| 'console'
	| 'step-up'
	| 'password-reset'
	| 'invitation'
	| 'registration'
	| 'profile'
	| 'administration'
	| 'factors'
	| 'policy'
	| 'single-sign-on'
	| 'device-link'
	| 'app'
	| 'device'
	| 'server';

export interface NewEvent {
	readonly kind: EventKind;
	readonly cause: EventCause;
	readonly accountId?: string;
	readonly sessionId?: string;
	/** The media server that it is about. */
	readonly serverId?: string;
	/** The epoch that holds from here on, for the kinds that raise one. */
	readonly epoch?: number;
	/** The provider that it is about. */
	readonly issuerId?: string;
	/** Why more was asked or something slowed down: codes of the policy. */
	readonly reasons?: readonly string[];
}
