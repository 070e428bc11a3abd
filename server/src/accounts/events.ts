/** The words of the log of security events. Accounts are named by opaque ids only. */

export type EventKind =
	| 'owner-made'
	| 'account-made'
	| 'signed-in'
	| 'session-ended'
	| 'account-epoch-raised'
	| 'credential-changed'
	| 'recovery-kit-taken';

/** What somebody did that made the event happen. */
export type EventCause =
	| 'setup'
	| 'sign-in'
	| 'sign-out'
	| 'sign-out-everywhere'
	| 'password-change'
	| 'recovery-kit'
	| 'console';

export interface NewEvent {
	readonly kind: EventKind;
	readonly cause: EventCause;
	readonly accountId?: string;
	readonly sessionId?: string;
	/** The epoch that holds from here on, for the kinds that raise one. */
	readonly epoch?: number;
}
