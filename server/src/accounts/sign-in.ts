/** Signing in by OPAQUE, in two messages. Nothing in either answer tells whether a name exists. */
import { Fault } from '#platform/fault.ts';
import { hashOf } from '#platform/ids.ts';
import { findSignInByName } from './account-store.ts';
import { countAttempt, inARowMax } from './attempts.ts';
import { type Authenticated, goOn } from './authentication.ts';
import type { ClientFacts, Context } from './context.ts';
import { spendMailedCode } from './context-policy/mailed-code.ts';
import { tooMany } from './context-policy/pace.ts';
import { type BreachState, waitBefore } from './context-policy/policy.ts';
import { keyOfProof } from './devices/device-keys.ts';
import type { EventTransaction } from './event-log.ts';
import { spendRecoveryCode } from './factors/recovery-codes.ts';
import type { Shown } from './flows.ts';
import type { Method } from './methods.ts';
import { consume, issueFlow, type NewFlow, peekFlow } from './token-store.ts';
import { foldUsername } from './username.ts';

const purpose = 'sign-in';

/** Under what a device's attempts are counted; no name's hash looks like it. */
const deviceLane = (deviceId: string): string => `device:${deviceId}`;

/**
 * Counts the attempt and opens its flow, in one write. Whoever is told to wait has not been counted.
 *
 * @throws request.too-many
 */
const openSignIn = (
	needs: Pick<Context, 'db' | 'clock'>,
	begun: NewFlow<typeof purpose>,
	about: { readonly isKnownDevice: boolean; readonly breachState: BreachState },
) =>
	needs.db.transaction(async (tx) => {
		const now = needs.clock.now();
		const tally = await countAttempt(tx, begun.payload.subject, now);
		const waitMs = waitBefore({
			...about,
			failures: tally.before,
			sinceLastMs: now - tally.lastAt,
		});
		if (waitMs > 0) throw tooMany(waitMs);
		const payload = { ...begun.payload, failures: tally.before, isSpent: tally.isSpent };
		return { flow: await issueFlow(tx, { ...begun, payload }, now), tally };
	});

/** Whose name was guessed at too often is told, apart from the answer; of a name that nobody has, nobody. */
const noteSpent = ({ events, log }: Pick<Context, 'events' | 'log'>, accountId: string | undefined): void => {
	const about = accountId === undefined ? {} : { accountId };
	const noting = events.transaction(({ append }) =>
		append({ kind: 'sign-in-failed', cause: 'policy', reasons: ['failure-wave'], ...about }),
	);
	noting.catch((error: unknown) => log.warn({ err: error }, 'a wave of failures could not be noted'));
};

/** Every name goes the same way: two indexes, one query, one evaluation, one write. */
export const startSignIn = async (
	needs: Pick<
		Context,
		'db' | 'clock' | 'log' | 'events' | 'keeper' | 'attempts' | 'keyStretching' | 'breachStates'
	>,
	input: { readonly username: string; readonly startLoginRequest: string },
	client: Pick<ClientFacts, 'address' | 'deviceToken'>,
) => {
	needs.attempts.enter(client.address);
	const name = foldUsername(input.username);
	const [[usernameIndex], [unknownKey], breachState] = await Promise.all([
		needs.keeper.blindIndex('username', [name]),
		needs.keeper.blindIndex('unknown-credential', [name]),
		needs.breachStates.get(),
	]);
	const found = await findSignInByName(needs.db.query, usernameIndex!, hashOf(client.deviceToken ?? ''));
	const deviceId = found?.deviceId ?? null;
	const { loginResponse, sealedState } = await needs.keeper.evaluate.startSignIn({
		known: found
			? {
					credentialId: found.evaluationId,
					// Deactivated and leaving: then the right password is answered like a wrong one.
					accountId: found.status === 'active' ? found.accountId : null,
					record: { setupId: found.setupId, record: found.record },
				}
			: null,
		unknownKey: unknownKey!,
		startLoginRequest: input.startLoginRequest,
	});
	const subject = deviceId === null ? unknownKey! : deviceLane(deviceId);
	const credentialId = found?.credentialId ?? null;
	const payload = { sealedState, subject, credentialId, failures: 0, isSpent: false };
	const account = found && { accountId: found.accountId, epoch: found.epoch };
	const begun = { purpose, payload, ...(account ? { account } : {}) } as const;
	const about = { isKnownDevice: deviceId !== null, breachState };
	const { flow, tally } = await openSignIn(needs, begun, about);
	if (tally.before === inARowMax - 1) noteSpent(needs, found?.accountId);
	return { flow, loginResponse, keyStretching: needs.keyStretching };
};

/** A wrong last message spends the flow too: there is one guess in it. */
const spendAsWrong = async (needs: Pick<Context, 'db' | 'clock'>, flow: string): Promise<never> => {
	await needs.db.transaction((tx) => consume(tx, { purpose, flow }, needs.clock.now()));
	throw new Fault('accounts.credentials.wrong');
};

/** What may be shown beside a password where the password alone is not enough. */
export interface Extra {
	readonly kind: 'mailed-code' | 'recovery-code';
	readonly code: string;
}

export interface FinishSignIn {
	readonly flow: string;
	readonly finishLoginRequest: string;
	readonly extra?: Extra;
	/** A DPoP proof by a key that this device keeps; its nonce is the flow. */
	readonly deviceProof?: string;
}

/** Spends the extra with the flow. Where it is not right, the password is not either. */
const spendExtra = async (
	{ tx, now, append }: EventTransaction,
	extra: Extra | undefined,
	of: { readonly accountId: string; readonly epoch: number },
): Promise<void> => {
	if (!extra) throw new Fault('accounts.credentials.wrong');
	const { kind, code } = extra;
	const { accountId } = of;
	const isRight =
		kind === 'mailed-code'
			? await spendMailedCode(tx, { ...of, code }, now)
			: await spendRecoveryCode(tx, accountId, code, now);
	if (!isRight) throw new Fault('accounts.credentials.wrong');
	if (kind === 'recovery-code') await append({ kind: 'recovery-code-used', cause: 'sign-in', accountId });
};

/** The methods that an extra adds: a recovery code counts as the second factor that it stands for. */
const methodsOf = (extra: Extra | null): readonly Method[] =>
	extra?.kind === 'recovery-code' ? ['password', 'recovery-code'] : ['password'];

/**
 * A right password from a device that nobody knows, after too many wrong ones, is answered like a wrong one
 * unless something else is shown with it.
 *
 * @throws accounts.credentials.wrong, accounts.flow.expired, accounts.device.proof-wrong
 */
export const finishSignIn = async (
	needs: Context,
	input: FinishSignIn,
	client: ClientFacts,
): Promise<Authenticated> => {
	const { flow, finishLoginRequest } = input;
	const open = await peekFlow(needs.db.query, { purpose, flow }, needs.clock.now());
	if (!open) throw new Fault('accounts.flow.expired');
	const deviceKey = await keyOfProof(needs, input.deviceProof, flow);
	const { sealedState, subject, credentialId, failures, isSpent } = open.payload;
	const proven = await needs.keeper.evaluate.finishSignIn({ sealedState, finishLoginRequest });
	if (!proven || proven.accountId !== open.accountId) return spendAsWrong(needs, flow);
	const extra = isSpent ? (input.extra ?? null) : null;
	if (isSpent && extra === null) return spendAsWrong(needs, flow);
	const { accountId } = proven;
	const epoch = open.accountEpoch ?? 0;
	const shown: Shown = {
		intent: { kind: 'sign-in' },
		methods: methodsOf(extra),
		credentialId,
		issuerId: null,
		counted: [{ subject }],
		failures,
		hasShownCode: extra?.kind === 'mailed-code',
		deviceKey,
	};
	const proof = { kind: 'exchange', proof: proven.proof } as const;
	return goOn(needs, { accountId, shown, proof, epoch }, client, async (write) => {
		if (!(await consume(write.tx, { purpose, flow }, write.now))) throw new Fault('accounts.flow.expired');
		if (isSpent) await spendExtra(write, input.extra, { accountId, epoch });
	});
};
