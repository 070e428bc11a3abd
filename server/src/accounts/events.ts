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
	| 'stepped-up'
	| 'sign-in-failed'
	| 'factor-added'
	| 'factor-removed'
	| 'factor-failed'
	| 'recovery-codes-made'
	| 'recovery-code-used'
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
	| 'app-let-in'
	| 'app-password-made'
	| 'device-known'
	| 'device-ended'
	| 'server-claimed'
	| 'server-released';

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
	/** The epoch that holds from here on, for the kinds that raise one. */
	readonly epoch?: number;
	/** Why more was asked or something slowed down: codes of the policy. */
	readonly reasons?: readonly string[];
}
