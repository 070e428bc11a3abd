/**
 * Choosing a new password for a lost one, by registering again. Nothing before the last step tells whether an
 * address, a name or a code is right, and the last step changes everything in one transaction or nothing.
 */
import { Fault } from '#platform/fault.ts';
import { startRegistration } from '../account-making.ts';
import { findAccount, raiseEpoch, replaceCredential } from '../account-store.ts';
import type { ClientFacts, Context } from '../context.ts';
import type { EventTransaction } from '../event-log.ts';
import { forgetTries } from '../factors/guesses.ts';
import { acceptAddress } from '../mail/address.ts';
import { consume, deleteTokensOf, type Flow, issueFlow } from '../token-store.ts';
import { findProof, type GivenProof, spendProof } from './reset-proof.ts';
import { mustShowFactor, prepareFactor, type TakeFactor } from './reset-factor.ts';

const purpose = 'reset';

type Caller = Pick<ClientFacts, 'address'>;

/**
 * Queues a letter with a link, or does the same work for an address that nobody has. It locks nothing, ends
 * nothing, and opens nothing of anybody: the letter goes to the address that was typed in.
 */
export const requestReset = async (
	needs: Pick<Context, 'db' | 'keeper' | 'outbox' | 'attempts'>,
	{ email }: { readonly email: string },
	client: Caller,
): Promise<{ canMail: boolean }> => {
	needs.attempts.enter(client.address);
	const [emailIndex] = await needs.keeper.blindIndex('email', [acceptAddress(email) ?? '']);
	const account = await needs.db.query
		.selectFrom('account')
		.select(['accountId', 'epoch', 'language'])
		.where('emailIndex', '=', emailIndex!)
		.where('status', '=', 'active')
		.executeTakeFirst();
	const asked = { template: 'password-reset', to: email } as const;
	const letter = account
		? await needs.outbox.prepare({
				...asked,
				accountId: account.accountId,
				language: account.language,
				mint: {
					purpose: 'password-reset',
					payload: {},
					account: { accountId: account.accountId, epoch: account.epoch },
				},
			})
		: await needs.outbox.prepareDecoy(asked);
	await needs.db.transaction((tx) => needs.outbox.add(tx, letter));
	return { canMail: needs.outbox.isConfigured };
};

/**
 * Answers every proof alike. Only a right one is evaluated under the account's own id, so
 * that nobody else has passwords evaluated here; a wrong one gets an answer of the same form, and fails at
 * the end.
 */
export const startReset = async (
	needs: Pick<Context, 'db' | 'clock' | 'keeper' | 'attempts' | 'keyStretching'>,
	input: { readonly proof: GivenProof; readonly registrationRequest: string },
	client: Caller,
) => {
	needs.attempts.enter(client.address);
	const { proof, owner } = await findProof(needs, input.proof);
	const present = owner?.evaluationId == null ? undefined : { evaluationId: owner.evaluationId };
	const begun = await startRegistration(needs, input.registrationRequest, present);
	const { registrationResponse, started } = begun;
	const payload = { registration: started, proof };
	const flow = await issueFlow(
		needs.db.query,
		{ purpose, payload, ...(owner ? { account: { accountId: owner.accountId, epoch: owner.epoch } } : {}) },
		needs.clock.now(),
	);
	return { flow, registrationResponse, keyStretching: needs.keyStretching };
};

export interface FinishReset {
	readonly flow: string;
	readonly registrationRecord: string;
	readonly signOutDevices: boolean;
	readonly factorCode: string | null;
}

const refuse = (): never => {
	throw new Fault('accounts.reset.proof-wrong');
};

/** The account as it is now, where the flow and what it was begun with are still worth something. */
const spendAll = async (write: EventTransaction, flow: string) => {
	const { tx, now } = write;
	const spent = await consume(tx, { purpose, flow }, now);
	if (!spent) throw new Fault('accounts.flow.expired');
	const { accountId, accountEpoch, payload } = spent as Flow<'reset'>;
	if (accountId === null) return refuse();
	const account = await findAccount(tx, accountId);
	if (account?.status !== 'active' || account.epoch !== accountEpoch) return refuse();
	if (!(await spendProof(write, payload.proof, account))) return refuse();
	return { accountId, payload };
};

/** What a code that was handed over needs beside it, where the person has a factor. */
const spendFactor = async (
	write: EventTransaction,
	accountId: string,
	factor: TakeFactor | null,
): Promise<void> => {
	if (factor?.accountId === accountId) return factor.take(write);
	if (await mustShowFactor(write.tx, accountId)) throw new Fault('accounts.reset.factor-needed');
};

/**
 * The next password, in one transaction that does not depend on how many devices there are. Second factors
 * and servers stay, links and codes for a reset that are left over end, and nobody is signed in.
 *
 * @throws accounts.flow.expired, accounts.reset.proof-wrong
 * @throws accounts.reset.factor-needed  and nothing is spent: the same flow goes on with a code.
 * @throws accounts.factor.wrong, request.too-many
 */
export const finishReset = async (
	needs: Context,
	input: FinishReset,
	client: Caller,
): Promise<{ signedOutDevices: boolean }> => {
	needs.attempts.enter(client.address);
	const factor = await prepareFactor(needs, input);
	await needs.events.transaction(async (write) => {
		const { tx, now, append } = write;
		const { accountId, payload } = await spendAll(write, input.flow);
		if (payload.proof.kind === 'handed-over-code') await spendFactor(write, accountId, factor);
		const record = input.registrationRecord;
		await replaceCredential(tx, { ...payload.registration, accountId, record, madeAt: now });
		await deleteTokensOf(tx, accountId, ['password-reset', 'handed-over-code']);
		await append({ kind: 'credential-changed', cause: 'password-reset', accountId });
		if (!input.signOutDevices) return;
		const epoch = await raiseEpoch(tx, accountId, now);
		if (epoch === null) return refuse();
		await append({ kind: 'account-epoch-raised', cause: 'password-reset', accountId, epoch });
	});
	if (factor) await forgetTries(needs, factor.accountId);
	return { signedOutDevices: input.signOutDevices };
};
