/** Signing in by OPAQUE, in two messages. Nothing in either answer tells whether a name exists. */
import { Fault } from '#platform/fault.ts';
import { findCredentialByName } from './account-store.ts';
import { type Authenticated, goOn } from './authentication.ts';
import type { ClientFacts, Context } from './context.ts';
import { networkOf } from './network.ts';
import type { Shown } from './flows.ts';
import { consume, issueFlow, peekFlow } from './token-store.ts';
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
					credentialId: found.evaluationId,
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

/** @throws accounts.credentials.wrong, accounts.flow.expired */
export const finishSignIn = async (
	needs: Context,
	input: { readonly flow: string; readonly finishLoginRequest: string },
	client: ClientFacts,
): Promise<Authenticated> => {
	const { flow, finishLoginRequest } = input;
	const open = await peekFlow(needs.db.query, { purpose, flow }, needs.clock.now());
	if (!open) throw new Fault('accounts.flow.expired');
	const { sealedState, subject, lane, credentialId } = open.payload;
	const proven = await needs.keeper.evaluate.finishSignIn({ sealedState, finishLoginRequest });
	if (!proven || proven.accountId !== open.accountId) return spendAsWrong(needs, flow);
	const shown: Shown = {
		intent: { kind: 'sign-in' },
		methods: ['password'],
		credentialId,
		issuerId: null,
		counted: [{ subject, lane }],
	};
	const { accountId } = proven;
	const proof = { kind: 'exchange', proof: proven.proof } as const;
	return goOn(
		needs,
		{ accountId, shown, proof, epoch: open.accountEpoch ?? 0 },
		client,
		async ({ tx, now }) => {
			if (!(await consume(tx, { purpose, flow }, now))) throw new Fault('accounts.flow.expired');
		},
	);
};
