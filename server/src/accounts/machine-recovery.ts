/** A new password for somebody who lost theirs, set by whoever is on the machine itself. */
import { Fault } from '#platform/fault.ts';
import { startRegistration, usernameIndexOf } from './account-making.ts';
import { findCredentialByName, raiseEpoch, replaceCredential } from './account-store.ts';
import type { Context } from './context.ts';
import { consume, issueFlow } from './token-store.ts';

const purpose = 'machine-recovery';

/** @throws accounts.account.absent  the machine may know who has an account here. */
export const startMachineRecovery = async (
	needs: Pick<Context, 'db' | 'clock' | 'keeper' | 'keyStretching'>,
	input: { readonly username: string; readonly registrationRequest: string },
) => {
	const present = await findCredentialByName(needs.db.query, await usernameIndexOf(needs, input.username));
	if (!present) throw new Fault('accounts.account.absent');
	const { registrationResponse, started } = await startRegistration(
		needs,
		input.registrationRequest,
		present,
	);
	const account = { accountId: present.accountId, epoch: present.epoch };
	const payload = { registration: started };
	const flow = await issueFlow(needs.db.query, { purpose, payload, account }, needs.clock.now());
	return { flow, registrationResponse, keyStretching: needs.keyStretching };
};

/** The next password, and the end of every session: one write. Signs nobody in. */
export const finishMachineRecovery = async (
	{ events }: Pick<Context, 'events'>,
	input: { readonly flow: string; readonly registrationRecord: string },
): Promise<{ accountId: string }> =>
	events.transaction(async ({ tx, now, append }) => {
		const spent = await consume(tx, { purpose, flow: input.flow }, now);
		const accountId = spent?.accountId;
		if (!spent || !accountId) throw new Fault('accounts.flow.expired');
		const epoch = await raiseEpoch(tx, accountId, now);
		// Another recovery or sign-out came in between: the person on the machine starts again and sees it.
		if (epoch === null || epoch !== (spent.accountEpoch ?? 0) + 1) throw new Fault('accounts.flow.expired');
		const record = input.registrationRecord;
		await replaceCredential(tx, { ...spent.payload.registration, accountId, record, madeAt: now });
		await append({ kind: 'credential-changed', cause: 'console', accountId });
		await append({ kind: 'account-epoch-raised', cause: 'console', accountId, epoch });
		return { accountId };
	});
