/** Making an account: names, data key and credential, ready for the transaction that stores them. */
import type { Role } from '@holdfast/contract/accounts';
import { Fault } from '#platform/fault.ts';
import { newId, newTimelessId } from '#platform/ids.ts';
import type { AccountSeal } from '../keeper/index.ts';
import type { NewAccount } from './account-store.ts';
import type { Context } from './context.ts';
import type { StartedRegistration } from './flows.ts';
import { sealNames } from './people.ts';
import { acceptUsername, foldUsername } from './username.ts';

export interface Registration {
	readonly username: string;
	readonly displayName: string;
	readonly role: Role;
	readonly registrationRecord: string;
	readonly started: StartedRegistration;
}

type Needs = Pick<Context, 'keeper' | 'sealer' | 'clock'>;

export interface PreparedAccount extends NewAccount {
	readonly seal: AccountSeal;
}

/** An account as it is stored, before anything that proves its person. */
export type PreparedPerson = Omit<PreparedAccount, 'credential'>;

/** The keyed index under which a name is looked up. */
export const usernameIndexOf = async (
	{ keeper }: Pick<Context, 'keeper'>,
	username: string,
): Promise<string> => (await keeper.blindIndex('username', [foldUsername(username)]))[0]!;

export const preparePerson = async (
	needs: Needs,
	person: Pick<Registration, 'username' | 'displayName' | 'role'>,
): Promise<PreparedPerson> => {
	const username = acceptUsername(person.username);
	const displayName = person.displayName.trim().normalize('NFC') || username;
	const now = needs.clock.now();
	const accountId = newId(now);
	const { wrapped, seal } = await needs.sealer.forNewAccount(accountId);
	return {
		seal,
		wrapped,
		account: {
			accountId,
			role: person.role,
			status: 'active',
			epoch: 1,
			deviceEpoch: 1,
			highestLevel: 1,
			usernameIndex: await usernameIndexOf(needs, username),
			...sealNames(seal, { username, displayName }),
			viewerId: seal.seal('account', 'viewerId', newTimelessId()),
			email: null,
			emailIndex: null,
			language: null,
			pictureId: null,
			deleteAfter: null,
			createdAt: now,
			updatedAt: now,
		},
	};
};

export const prepareAccount = async (needs: Needs, registration: Registration): Promise<PreparedAccount> => {
	const person = await preparePerson(needs, registration);
	const { accountId, createdAt: madeAt } = person.account;
	const record = registration.registrationRecord;
	return { ...person, credential: { ...registration.started, accountId, record, madeAt } };
};

/**
 * Asks the keeper for the answer to a registration. `present` is the account's credential where it has one:
 * the next is evaluated under the same id.
 */
export const startRegistration = async (
	{ keeper, clock }: Pick<Context, 'keeper' | 'clock'>,
	registrationRequest: string,
	present?: { readonly evaluationId: string },
): Promise<{ readonly registrationResponse: string; readonly started: StartedRegistration }> => {
	const credentialId = newId(clock.now());
	const evaluationId = present?.evaluationId ?? newTimelessId();
	const asked = { credentialId: evaluationId, registrationRequest };
	const answer = await keeper.evaluate.startRegistration(asked);
	return {
		registrationResponse: answer.registrationResponse,
		started: { credentialId, evaluationId, setupId: answer.setupId },
	};
};

/** Runs a write that may meet a name that is taken. */
export const orNameTaken = async <Result>(
	{ db }: Pick<Context, 'db'>,
	work: Promise<Result>,
): Promise<Result> => {
	try {
		return await work;
	} catch (cause) {
		if (db.engine.constraintOf(cause)?.kind === 'unique')
			throw new Fault('accounts.username.taken', { cause });
		throw cause;
	}
};
