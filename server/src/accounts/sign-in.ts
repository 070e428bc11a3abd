/** Signing in by OPAQUE, in two messages. Nothing in either answer tells whether a name exists. */
import { Fault } from '#platform/fault.ts';
import { findAccount, findCredential, findCredentialByName } from './account-store.ts';
import type { ClientFacts, Context } from './context.ts';
import { networkOf } from './network.ts';
import { endReplaced, prepareSession, presentSigned, type SignedIn } from './session-making.ts';
import { insertSession } from './session-store.ts';
import { consume, issueFlow, peekFlow, type Flow } from './token-store.ts';
import { foldUsername } from './username.ts';

const purpose = 'sign-in';

/** Under what a name's attempts from a network are counted. No folded name has a capital letter in it. */
const laneOf = (name: string, { address }: ClientFacts): string =>
	`NETWORK ${networkOf(address) ?? 'none'} ${name}`;

/** Every name goes the same way: three indexes, one count, one query, one evaluation, one row. */
export const startSignIn = async (
	needs: Pick<Context, 'db' | 'clock' | 'keeper' | 'attempts' | 'keyStretching'>,
	input: { readonly username: string; readonly startLoginRequest: string },
	client: ClientFacts,
) => {
	const name = foldUsername(input.username);
	const [[usernameIndex], [unknownKey, networkKey]] = await Promise.all([
		needs.keeper.blindIndex('username', [name]),
		needs.keeper.blindIndex('unknown-credential', [name, laneOf(name, client)]),
	]);
	const lane = networkKey!;
	const subject = await needs.attempts.begin({ subject: unknownKey!, lane }, client.address);
	const found = await findCredentialByName(needs.db.query, usernameIndex!);
	const { loginResponse, sealedState } = await needs.keeper.evaluate.startSignIn({
		known: found
			? {
					credentialId: found.credentialId,
					accountId: found.accountId,
					record: { setupId: found.setupId, record: found.record },
				}
			: null,
		unknownKey: unknownKey!,
		startLoginRequest: input.startLoginRequest,
	});
	const payload = { sealedState, subject, lane, credentialId: found?.credentialId ?? null };
	const account = found && { accountId: found.accountId, epoch: found.epoch };
	const begun = { purpose, payload, ...(account ? { account } : {}) } as const;
	const flow = await issueFlow(needs.db.query, begun, needs.clock.now());
	return { flow, loginResponse, keyStretching: needs.keyStretching };
};

/** A wrong last message spends the flow too: there is one guess in it. */
const spendAsWrong = async (needs: Pick<Context, 'db' | 'clock'>, flow: string): Promise<never> => {
	await needs.db.transaction((tx) => consume(tx, { purpose, flow }, needs.clock.now()));
	throw new Fault('accounts.credentials.wrong');
};

/** What the flow began with must still hold where the session is stored: status, epoch and credential. */
const recheck = async (
	tx: Parameters<typeof findCredential>[0],
	spent: Flow<'sign-in'>,
	accountId: string,
): Promise<{ accountEpoch: number; verifierMadeAt: number }> => {
	const now = await findCredential(tx, accountId);
	const isSame =
		now?.status === 'active' &&
		spent.accountId === accountId &&
		spent.accountEpoch === now.epoch &&
		spent.payload.credentialId === now.credentialId;
	if (!isSame) throw new Fault('accounts.credentials.wrong');
	return { accountEpoch: now.epoch, verifierMadeAt: now.madeAt };
};

export const finishSignIn = async (
	needs: Context,
	input: { readonly flow: string; readonly finishLoginRequest: string },
	client: ClientFacts,
): Promise<SignedIn> => {
	const { flow, finishLoginRequest } = input;
	const open = await peekFlow(needs.db.query, { purpose, flow }, needs.clock.now());
	if (!open) throw new Fault('accounts.flow.expired');
	const { sealedState, subject, lane } = open.payload;
	const proven = await needs.keeper.evaluate.finishSignIn({ sealedState, finishLoginRequest });
	const account = proven && (await findAccount(needs.db.query, proven.accountId));
	if (!proven || !account) return spendAsWrong(needs, flow);
	const { accountId } = account;
	const proof = { kind: 'exchange', proof: proven.proof } as const;
	const seal = await needs.sealer.open(accountId, account.wrapped, proof);
	const session = await prepareSession(needs, { accountId, seal, proof, client });
	const row = await needs.events.transaction(async (write) => {
		const { tx, now, append } = write;
		const spent = await consume(tx, { purpose, flow }, now);
		if (!spent) throw new Fault('accounts.flow.expired');
		const made = await insertSession(tx, session.row, await recheck(tx, spent, accountId));
		await append({ kind: 'signed-in', cause: 'sign-in', accountId, sessionId: made.sessionId });
		await endReplaced(write, client.token, 'sign-in');
		return made;
	});
	await needs.attempts.forget({ subject, lane });
	return { token: session.token, signed: presentSigned(seal, account, row) };
};
