/** What somebody on the machine does with people: add one, list them, sign one out everywhere. */
import type { Person } from '@holdfast/contract/accounts';
import { Fault } from '#platform/fault.ts';
import { orNameTaken, prepareAccount, startRegistration, usernameIndexOf } from './account-making.ts';
import { accountsAfter, findCredentialByName, insertAccount, raiseEpoch } from './account-store.ts';
import type { Context } from './context.ts';
import { openPerson } from './people.ts';
import { consume, issueFlow, peekFlow } from './token-store.ts';
import { acceptUsername } from './username.ts';

const purpose = 'member-registration';
const pageDefault = 50;

export const startMember = async (
	needs: Pick<Context, 'db' | 'clock' | 'keeper' | 'keyStretching'>,
	input: { readonly username: string; readonly registrationRequest: string },
) => {
	acceptUsername(input.username);
	const usernameIndex = await usernameIndexOf(needs, input.username);
	if (await findCredentialByName(needs.db.query, usernameIndex)) throw new Fault('accounts.username.taken');
	const { registrationResponse, started } = await startRegistration(needs, input.registrationRequest);
	const payload = { registration: started, usernameIndex };
	const flow = await issueFlow(needs.db.query, { purpose, payload }, needs.clock.now());
	return { flow, registrationResponse, keyStretching: needs.keyStretching };
};

export interface FinishMember {
	readonly flow: string;
	readonly username: string;
	readonly displayName: string;
	readonly role: 'administrator' | 'member' | 'guest';
	readonly registrationRecord: string;
}

export const finishMember = async (
	needs: Pick<Context, 'db' | 'clock' | 'keeper' | 'sealer' | 'events'>,
	input: FinishMember,
): Promise<{ accountId: string }> => {
	const { flow } = input;
	const open = await peekFlow(needs.db.query, { purpose, flow }, needs.clock.now());
	if (!open) throw new Fault('accounts.flow.expired');
	const prepared = await prepareAccount(needs, { ...input, started: open.payload.registration });
	const { accountId } = prepared.account;
	// The flow is for the name it was started with.
	if (prepared.account.usernameIndex !== open.payload.usernameIndex) throw new Fault('accounts.flow.expired');
	const writing = needs.events.transaction(async ({ tx, now, append }) => {
		if (!(await consume(tx, { purpose, flow }, now))) throw new Fault('accounts.flow.expired');
		await insertAccount(tx, prepared);
		await append({ kind: 'account-made', cause: 'console', accountId });
	});
	await orNameTaken(needs, writing);
	return { accountId };
};

/** A page of people by id. Opens each of them without their own proof, which the keeper counts. */
export const listAccounts = async (
	{ db, sealer }: Pick<Context, 'db' | 'sealer'>,
	page: { readonly after?: string | undefined; readonly limit?: number | undefined },
): Promise<{ accounts: Person[]; next: string | null }> => {
	const limit = page.limit ?? pageDefault;
	const rows = await accountsAfter(db.query, page.after ?? '', limit + 1);
	const shown = rows.slice(0, limit);
	const seals = await sealer.openMany(
		shown.map(({ accountId, wrapped }) => ({ accountId, wrapped, proof: null })),
	);
	const accounts = shown.map((row, index) => openPerson(seals[index]!, row));
	return { accounts, next: rows.length > limit ? shown.at(-1)!.accountId : null };
};

/** @throws accounts.account.absent */
export const signOutEverywhereOnMachine = async (
	{ events }: Pick<Context, 'events'>,
	accountId: string,
): Promise<void> => {
	await events.transaction(async ({ tx, now, append }) => {
		const epoch = await raiseEpoch(tx, accountId, now);
		if (epoch === null) throw new Fault('accounts.account.absent');
		await append({ kind: 'account-epoch-raised', cause: 'console', accountId, epoch });
	});
};
