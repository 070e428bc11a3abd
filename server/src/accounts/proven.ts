/** A right proof on its way to a session, and what is looked at again where it becomes one. */
import type { Factor, Signed } from '@holdfast/contract/accounts';
import { Fault } from '#platform/fault.ts';
import type { PersonProof } from '../keeper/index.ts';
import { findAccount, findCredential } from './account-store.ts';
import { floorsOf, isBelow } from './devices/floors.ts';
import type { EventTransaction } from './event-log.ts';
import type { Shown } from './flows.ts';
import { findOwnSession, presentEpochs } from './session-store.ts';
import { recheckLink } from './single-sign-on/link-store.ts';

/** A session with the one time its token is seen, or what is asked for next. */
export type Authenticated =
	| {
			readonly state: 'signed-in';
			readonly token: string;
			readonly signed: Signed;
			/** What the device's own cookie holds from here on; null where it stays as it is. */
			readonly deviceToken: string | null;
	  }
	| { readonly state: 'factor-needed'; readonly flow: string; readonly factors: readonly Factor[] };

/** A proof that was found right, and whose it is. */
export interface Proven {
	readonly accountId: string;
	readonly shown: Shown;
	/** What the keeper takes for the person's presence; null where only our own check stands behind it. */
	readonly proof: PersonProof | null;
	/** The account's epoch when the flow began: whoever was signed out everywhere meanwhile starts again. */
	readonly epoch: number;
}

/**
 * Spends the flow that carried the proof, in the transaction of what comes of it. Throws where it is spent.
 */
export type Spend = (write: EventTransaction) => Promise<void>;

/** In the words of a wrong password. */
export const refuse = (): never => {
	throw new Fault('accounts.credentials.wrong');
};

/** Status, epoch, password and the session of a step-up, as they are where the result is stored. */
export const recheck = async (
	{ tx, now }: EventTransaction,
	{ accountId, shown, epoch }: Proven,
): Promise<{
	readonly accountEpoch: number;
	readonly deviceEpoch: number;
	readonly verifierMadeAt: number | null;
	readonly highestLevel: number;
	readonly deviceId: string | null;
	readonly epochs: Awaited<ReturnType<typeof presentEpochs>>;
}> => {
	// One message to the database: each of them stands by itself.
	const [account, credential, floors, epochs] = await Promise.all([
		findAccount(tx, accountId),
		findCredential(tx, accountId),
		floorsOf(tx, accountId),
		presentEpochs(tx),
	]);
	if (account?.status !== 'active' || account.epoch !== epoch) return refuse();
	let deviceId: string | null = null;
	if (shown.intent.kind === 'step-up') {
		const own = await findOwnSession(tx, { accountId, sessionId: shown.intent.sessionId }, now);
		if (!own) throw new Fault('access.sign-in-needed');
		deviceId = own.deviceId;
	}
	if (shown.credentialId !== null && credential?.credentialId !== shown.credentialId) return refuse();
	// A password from before the last forced reset is as good as a wrong one.
	if (shown.methods.includes('password') && isBelow(floors, 'credential', credential?.madeAt ?? null))
		return refuse();
	const linkMadeAt =
		shown.issuerId === null ? null : await recheckLink(tx, { accountId, issuerId: shown.issuerId });
	return {
		accountEpoch: account.epoch,
		deviceEpoch: account.deviceEpoch,
		deviceId,
		verifierMadeAt: shown.issuerId === null ? (credential?.madeAt ?? null) : linkMadeAt,
		highestLevel: account.highestLevel,
		epochs,
	};
};
