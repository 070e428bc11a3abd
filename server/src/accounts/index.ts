/** The door of the accounts room: people, credentials, sessions, epochs, and the log of security events. */
import type { Migration } from '#platform/db/migrate.ts';
import { migration as accounts } from './migrations/0001-accounts.ts';
import { migration as people } from './migrations/0002-people.ts';
import { migration as devices } from './migrations/0003-devices.ts';
import { migration as mail } from './migrations/0004-mail.ts';
import { migration as factors } from './migrations/0005-factors.ts';
import { migration as singleSignOn } from './migrations/0006-single-sign-on.ts';
import { migration as provider } from './migrations/0007-provider.ts';
import { migration as servers } from './migrations/0008-servers.ts';

export type { Authenticated } from './authentication.ts';
export { createAccounts, type Accounts, type AccountsNeeds } from './accounts.ts';
export { openPlaces, type Places } from './context-policy/places.ts';
export type { Actor, ClientFacts } from './context.ts';
export { createSmtpTransport } from './mail/smtp.ts';
export type { MailTransport } from './mail/transport.ts';
export type { Artefact, ArtefactKind, ArtefactPayload } from './provider/artefacts.ts';
export type { AppClient } from './provider/clients.ts';
export type { DueLogout } from './provider/logouts.ts';
export type { SigningKey } from './provider/signing-keys.ts';
export type { LocalAuthority } from './local-authority.ts';
export { jsonList, type PersonExport } from './people/export.ts';
export type { SignedIn } from './session-making.ts';
export { lifetimeMaxMs as sessionLifetimeMaxMs } from './session-store.ts';
export { createSetup, type Setup } from './setup.ts';
export { accountTables, type AccountTables } from './tables.ts';

/** This room's part of the schema, in order. */
export const accountMigrations: readonly Migration[] = [
	accounts,
	people,
	devices,
	mail,
	factors,
	singleSignOn,
	provider,
	servers,
];
