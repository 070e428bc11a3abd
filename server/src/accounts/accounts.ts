/** Builds the room: every use case over one context. */
import { keyStretchingDefault, type KeyStretching } from '@holdfast/contract/accounts';
import type { Clock } from '#platform/clock.ts';
import type { BreachedPasswordsConfig } from '#platform/config/config.ts';
import type { Database } from '#platform/db/database.ts';
import type { Logger } from '#platform/log.ts';
import type { Keeper, Sealer } from '../keeper/index.ts';
import { listActivity } from './activity.ts';
import { createAttempts, deleteOldAttempts } from './attempts.ts';
import { createBreachStates } from './context-policy/breach-state.ts';
import {
	createPace,
	startsPerMinuteDefault,
	startsPerNetworkPerMinuteDefault,
} from './context-policy/pace.ts';
import { noPlaces, type Places } from './context-policy/places.ts';
import { deleteOldDevices } from './devices/device-store.ts';
import { createNonces } from './devices/nonces.ts';
import { useDevices } from './devices/use-devices.ts';
import type { Actor, ClientFacts, Context } from './context.ts';
import { useFactors } from './factors/use.ts';
import { createEventLog } from './event-log.ts';
import { createLocalAuthority, type LocalAuthority } from './local-authority.ts';
import { finishMachineRecovery, startMachineRecovery } from './machine-recovery.ts';
import { finishMember, listAccounts, signOutEverywhereOnMachine, startMember } from './members.ts';
import { createOutbox } from './mail/outbox.ts';
import { sweepMails } from './mail/mail-store.ts';
import type { MailTransport } from './mail/transport.ts';
import { useMail } from './mail/use-mail.ts';
import * as owner from './owner.ts';
import { sweepPeople, usePeople } from './people/use-people.ts';
import { finishPasswordChange, startPasswordChange } from './password.ts';
import { takeRecoveryKit } from './recovery-kit.ts';
import { useProvider } from './provider/use-provider.ts';
import { useRecovery } from './recovery/use-recovery.ts';
import { deleteDeadSessions } from './session-store.ts';
import { endSession, listSessions, readSession, signOut, signOutEverywhere } from './sessions.ts';
import { createSetup, type Setup } from './setup.ts';
import { finishSignIn, startSignIn } from './sign-in.ts';
import { useSingleSignOn } from './single-sign-on/use-single-sign-on.ts';
import { finishStepUp, readStepUp, startStepUp } from './step-up.ts';
import { deleteOldClaims } from './servers/server-store.ts';
import { useServers } from './servers/servers.ts';
import type { AccountTables } from './tables.ts';
import { deleteExpiredTokens } from './token-store.ts';

/** What the room is built over. */
export interface AccountsNeeds {
	readonly db: Database<AccountTables>;
	readonly keeper: Keeper;
	readonly sealer: Sealer;
	readonly clock: Clock;
	readonly log: Logger;
	/** The address that links are made of and that other programs know us by; null where none is set. */
	readonly publicUrl?: () => string | null;
	/** Names this server in cookies and in the recovery kit. */
	readonly serverId: string;
	/** The set-up code of this start; made here where none is given. */
	readonly setup?: Setup;
	/** What clients are told to do to a password. Tests and load generators ask for less. */
	readonly keyStretching?: KeyStretching;
	/** Where breached passwords are looked up; left out: in the list that comes with the program. */
	readonly breachedPasswords?: BreachedPasswordsConfig;
	/** What sends mail; left out or null where no mail server is configured. */
	readonly mail?: MailTransport | null;
	/** Whether anybody may make an account who can read mail. Default false. */
	readonly openRegistration?: boolean;
	/** Removes what a viewer has watched, before the account that it belongs to is erased. */
	readonly forgetViewer?: (viewerId: string) => Promise<void>;
	/** Whether app passwords may be made that have to be read again. Default false. */
	readonly arePlainPasswordsAllowed?: boolean;
	/** Sign-ins begun in a minute from one /24 or /64 at most. Default 240. */
	readonly startsPerNetworkPerMinute?: number;
	/** The same of everybody together. Default 12,000. */
	readonly startsPerMinute?: number;
	/** A named proxy says who is behind it. Default false. */
	readonly hasTrustedProxy?: boolean;
	/** Where addresses are; left out where no database of places is configured. */
	readonly places?: Places | null;
}

const use = (context: Context) => ({
	hasOwner: () => owner.hasOwner(context),
	beginSetup: (input: Parameters<typeof owner.beginSetup>[1]) => owner.beginSetup(context, input),
	startOwner: (input: Parameters<typeof owner.startOwner>[1]) => owner.startOwner(context, input),
	finishOwner: (input: owner.FinishOwner, client: ClientFacts) => owner.finishOwner(context, input, client),
	finishOwnerOnMachine: (input: owner.FinishOwner) => owner.finishOwnerOnMachine(context, input),
	startSignIn: (input: Parameters<typeof startSignIn>[1], client: ClientFacts) =>
		startSignIn(context, input, client),
	finishSignIn: (input: Parameters<typeof finishSignIn>[1], client: ClientFacts) =>
		finishSignIn(context, input, client),
	readStepUp: (actor: Actor) => readStepUp(context, actor),
	startStepUp: (
		actor: Actor,
		input: Parameters<typeof startStepUp>[2],
		client: Pick<ClientFacts, 'address'>,
	) => startStepUp(context, actor, input, client),
	finishStepUp: (actor: Actor, input: Parameters<typeof finishStepUp>[2], client: ClientFacts) =>
		finishStepUp(context, actor, input, client),
	signOut: (actor: Pick<Actor, 'accountId' | 'sessionId'>) => signOut(context, actor),
	readSession: (actor: Actor) => readSession(context, actor),
	listSessions: (actor: Actor) => listSessions(context, actor),
	endSession: (
		actor: Pick<Actor, 'accountId' | 'sessionId'>,
		sessionId: string,
		options?: Parameters<typeof endSession>[3],
	) => endSession(context, actor, sessionId, options),
	listActivity: (actor: Actor, page: Parameters<typeof listActivity>[2]) =>
		listActivity(context, actor, page),
	signOutEverywhere: (actor: Actor, options: Parameters<typeof signOutEverywhere>[2]) =>
		signOutEverywhere(context, actor, options),
	startPasswordChange: (
		actor: Actor,
		input: Parameters<typeof startPasswordChange>[2],
		client: Pick<ClientFacts, 'address'>,
	) => startPasswordChange(context, actor, input, client),
	finishPasswordChange: (
		actor: Actor,
		input: Parameters<typeof finishPasswordChange>[2],
		client: Pick<ClientFacts, 'address' | 'userAgent'>,
	) => finishPasswordChange(context, actor, input, client),
	takeRecoveryKit: (actor: Pick<Actor, 'accountId'>) => takeRecoveryKit(context, actor),
	...useServers(context),
	beginOwnerOnMachine: () => owner.beginOwnerOnMachine(context),
	startMember: (input: Parameters<typeof startMember>[1]) => startMember(context, input),
	finishMember: (input: Parameters<typeof finishMember>[1]) => finishMember(context, input),
	startMachineRecovery: (input: Parameters<typeof startMachineRecovery>[1]) =>
		startMachineRecovery(context, input),
	finishMachineRecovery: (input: Parameters<typeof finishMachineRecovery>[1]) =>
		finishMachineRecovery(context, input),
	listAccounts: (page: Parameters<typeof listAccounts>[1]) => listAccounts(context, page),
	signOutEverywhereOnMachine: (accountId: string) => signOutEverywhereOnMachine(context, accountId),
	...useDevices(context),
	...usePeople(context),
	...useMail(context),
	...useRecovery(context),
	...useFactors(context),
	...useProvider(context),
	...useSingleSignOn(context),
});

/** The use cases of the room, and what main needs of it. */
export interface Accounts extends ReturnType<typeof use> {
	/** Printed by main while `hasOwner` is false. */
	readonly setupCode: string;
	/** What the access room is built over. */
	readonly authority: LocalAuthority;
	/**
	 * Removes rows that nobody can use any more. Called every ten minutes or so; changes what nobody can see.
	 */
	sweep(): Promise<void>;
}

/** The accounts of one server. Starts nothing and holds nothing that must be closed. */
export const createAccounts = (needs: AccountsNeeds): Accounts => {
	const setup = needs.setup ?? createSetup();
	const context: Context = {
		...needs,
		publicUrl: needs.publicUrl ?? (() => null),
		setup,
		events: createEventLog({ ...needs, canMail: (needs.mail ?? null) !== null }),
		attempts: createAttempts({
			...needs,
			pace: createPace({
				...{ clock: needs.clock, log: needs.log, hasTrustedProxy: needs.hasTrustedProxy ?? false },
				startsPerNetworkPerMinute: needs.startsPerNetworkPerMinute ?? startsPerNetworkPerMinuteDefault,
				startsPerMinute: needs.startsPerMinute ?? startsPerMinuteDefault,
			}),
		}),
		places: needs.places ?? noPlaces,
		breachStates: createBreachStates(needs),
		nonces: createNonces(needs),
		deviceOrigins: () => {
			const chosen = needs.publicUrl?.() ?? null;
			return chosen === null ? null : [new URL(chosen).origin];
		},
		mail: needs.mail ?? null,
		breachedPasswords: needs.breachedPasswords ?? { url: null, file: null },
		outbox: createOutbox({ ...needs, isConfigured: (needs.mail ?? null) !== null }),
		openRegistration: needs.openRegistration ?? false,
		arePlainPasswordsAllowed: needs.arePlainPasswordsAllowed ?? false,
		forgetViewer: needs.forgetViewer ?? (() => Promise.resolve()),
		keyStretching: needs.keyStretching ?? keyStretchingDefault,
	};
	return {
		...use(context),
		setupCode: setup.code,
		authority: createLocalAuthority(context),
		sweep: async () => {
			const now = needs.clock.now();
			await needs.db.transaction((tx) => deleteExpiredTokens(tx, now));
			await needs.db.transaction((tx) => deleteOldAttempts(tx, now));
			await needs.db.transaction((tx) => deleteDeadSessions(tx, now));
			await needs.db.transaction((tx) => deleteOldClaims(tx, now));
			await needs.db.transaction((tx) => deleteOldDevices(tx, now));
			await needs.db.transaction((tx) => sweepMails(tx, now));
			await sweepPeople(context);
		},
	};
};
