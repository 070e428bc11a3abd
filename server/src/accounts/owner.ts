/** How a server gets its one owner: code, registration, account and first session. */
import { Fault } from '#platform/fault.ts';
import { orNameTaken, prepareAccount, type PreparedAccount, startRegistration } from './account-making.ts';
import { insertAccount, ownerExists } from './account-store.ts';
import type { ClientFacts, Context } from './context.ts';
import type { EventTransaction } from './event-log.ts';
import { endReplaced, prepareSession, presentSigned, type SignedIn } from './session-making.ts';
import { insertSession } from './session-store.ts';
import { consume, issueFlow, moveFlow, peekFlow } from './token-store.ts';
import { acceptUsername } from './username.ts';

const purpose = 'owner-setup';

/** Whether this server has an owner. Asked of the accounts themselves; there is no flag to forget. */
export const hasOwner = ({ db }: Pick<Context, 'db'>): Promise<boolean> => ownerExists(db.query);

const refuseWhenOwned = async (needs: Pick<Context, 'db'>): Promise<void> => {
	if (await hasOwner(needs)) throw new Fault('accounts.setup.finished');
};

const newOwnerFlow = ({ db, clock }: Pick<Context, 'db' | 'clock'>): Promise<string> =>
	issueFlow(db.query, { purpose, payload: { registration: null } }, clock.now());

export const beginSetup = async (
	needs: Pick<Context, 'db' | 'clock' | 'setup'>,
	{ code }: { readonly code: string },
): Promise<{ flow: string }> => {
	await refuseWhenOwned(needs);
	switch (needs.setup.spend(code)) {
		case 'exhausted':
			throw new Fault('request.too-many');
		case 'wrong':
			throw new Fault('accounts.setup.code-wrong');
		case 'right':
			return { flow: await newOwnerFlow(needs) };
	}
};

/** For somebody on the machine, who needs no code. */
export const beginOwnerOnMachine = async (
	needs: Pick<Context, 'db' | 'clock'>,
): Promise<{ flow: string }> => {
	await refuseWhenOwned(needs);
	return { flow: await newOwnerFlow(needs) };
};

/** May be asked again with another name while the flow is open: the last answer counts. */
export const startOwner = async (
	needs: Pick<Context, 'db' | 'clock' | 'keeper' | 'keyStretching'>,
	input: { readonly flow: string; readonly username: string; readonly registrationRequest: string },
) => {
	const { flow } = input;
	acceptUsername(input.username);
	await refuseWhenOwned(needs);
	const now = needs.clock.now();
	if (!(await peekFlow(needs.db.query, { purpose, flow }, now))) throw new Fault('accounts.flow.expired');
	const { registrationResponse, started } = await startRegistration(needs, input.registrationRequest);
	const isOpen = await needs.db.transaction((tx) =>
		moveFlow(tx, { purpose, flow }, { registration: started }, now),
	);
	if (!isOpen) throw new Fault('accounts.flow.expired');
	return { registrationResponse, keyStretching: needs.keyStretching };
};

export interface FinishOwner {
	readonly flow: string;
	readonly username: string;
	readonly displayName: string;
	readonly registrationRecord: string;
}

/** The flow's registration and what it will be stored as; nothing is written yet. */
const prepareOwner = async (needs: Context, input: FinishOwner): Promise<PreparedAccount> => {
	await refuseWhenOwned(needs);
	const open = await peekFlow(needs.db.query, { purpose, flow: input.flow }, needs.clock.now());
	const started = open?.payload.registration;
	if (!started) throw new Fault('accounts.flow.expired');
	return prepareAccount(needs, { ...input, role: 'owner', started });
};

/**
 * Of any number of finishers one makes the owner: account, credential, what `more` adds and the spent flow
 * are one write.
 */
const writeOwner = <Result>(
	needs: Context,
	{ flow, prepared }: { readonly flow: string; readonly prepared: PreparedAccount },
	more: (write: EventTransaction) => Promise<Result>,
): Promise<Result> => {
	const { account, credential } = prepared;
	const writing = needs.events.transaction(async (write) => {
		const { tx, now, append } = write;
		if (await ownerExists(tx)) throw new Fault('accounts.setup.finished');
		const spent = await consume(tx, { purpose, flow }, now);
		const sameStart = spent?.payload.registration?.credentialId === credential.credentialId;
		if (!sameStart) throw new Fault('accounts.flow.expired');
		await insertAccount(tx, prepared);
		await append({ kind: 'owner-made', cause: 'setup', accountId: account.accountId });
		return more(write);
	});
	return orNameTaken(needs, writing);
};

/** Makes the owner and a session for the browser that did it. */
export const finishOwner = async (
	needs: Context,
	input: FinishOwner,
	client: ClientFacts,
): Promise<SignedIn> => {
	const prepared = await prepareOwner(needs, input);
	const { account, credential, seal } = prepared;
	const { accountId } = account;
	const methods = ['password'] as const;
	const session = await prepareSession(needs, { accountId, seal, proof: null, client, methods });
	const row = await writeOwner(needs, { flow: input.flow, prepared }, async (write) => {
		const made = await insertSession(write.tx, session.row, {
			accountEpoch: account.epoch,
			verifierMadeAt: credential.madeAt,
		});
		await write.append({ kind: 'signed-in', cause: 'setup', accountId, sessionId: made.sessionId });
		await endReplaced(write, client.token, 'setup');
		return made;
	});
	return { token: session.token, signed: presentSigned(seal, account, row) };
};

/** Makes the owner for somebody on the machine: nobody is signed in by it. */
export const finishOwnerOnMachine = async (
	needs: Context,
	input: FinishOwner,
): Promise<{ readonly accountId: string }> => {
	const prepared = await prepareOwner(needs, input);
	await writeOwner(needs, { flow: input.flow, prepared }, () => Promise.resolve());
	return { accountId: prepared.account.accountId };
};
