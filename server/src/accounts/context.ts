/** What the use cases of this room share. Each of them names the part it needs. */
import type { KeyStretching } from '@holdfast/contract/accounts';
import type { Clock } from '#platform/clock.ts';
import type { BreachedPasswordsConfig } from '#platform/config/config.ts';
import type { Database } from '#platform/db/database.ts';
import type { Logger } from '#platform/log.ts';
import type { Keeper, Sealer } from '../keeper/index.ts';
import type { Attempts } from './attempts.ts';
import type { BreachStates } from './context-policy/breach-state.ts';
import type { Places } from './context-policy/places.ts';
import type { Nonces } from './devices/nonces.ts';
import type { EventLog } from './event-log.ts';
import type { Outbox } from './mail/outbox.ts';
import type { MailTransport } from './mail/transport.ts';
import type { Setup } from './setup.ts';
import type { AccountTables } from './tables.ts';

export interface Context {
	readonly db: Database<AccountTables>;
	readonly keeper: Keeper;
	readonly sealer: Sealer;
	readonly clock: Clock;
	readonly log: Logger;
	readonly events: EventLog;
	readonly attempts: Attempts;
	readonly outbox: Outbox;
	readonly breachedPasswords: BreachedPasswordsConfig;
	/** Null where no mail server is configured. */
	readonly mail: MailTransport | null;
	readonly places: Places;
	readonly breachStates: BreachStates;
	readonly nonces: Nonces;
	/** Origins that a device may name in its proofs; null where none is configured. */
	readonly deviceOrigins: () => readonly string[] | null;
	/** An administrator lets anybody make an account who can read mail. */
	readonly openRegistration: boolean;
	/** Removes what a viewer has watched, wherever that is kept. */
	readonly forgetViewer: (viewerId: string) => Promise<void>;
	/** App passwords that have to be read again, as some music apps need; weaker, and off by default. */
	readonly arePlainPasswordsAllowed: boolean;
	readonly setup: Setup;
	readonly serverId: string;
	/** The address that links are made of; null where none is set. */
	readonly publicUrl: () => string | null;
	readonly keyStretching: KeyStretching;
}

/** What is known of whoever sends a request, signed in or not. Names a session; grants nothing. */
export interface ClientFacts {
	/** Null where the call did not come over a network. */
	readonly address: string | null;
	readonly userAgent: string | null;
	/** The session token that came with the request, which a new session takes the place of. */
	readonly token: string | null;
	/** The device's own token, which outlives sign-outs: says whether somebody signed in here before. */
	readonly deviceToken: string | null;
}

/** A signed-in person, as the gate found them, with the token that they showed. */
export interface Actor {
	readonly accountId: string;
	readonly sessionId: string;
	readonly token: string;
}
