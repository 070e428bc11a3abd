/** Showing a code at sign-in or step-up: of an authenticator app, of paper, or handed over. */
import { Fault } from '#platform/fault.ts';
import type { PersonProof } from '../../keeper/index.ts';
import { findAccount, findCredential } from '../account-store.ts';
import { type Authenticated, goOn, type Proven } from '../authentication.ts';
import type { ClientFacts, Context } from '../context.ts';
import type { EventTransaction } from '../event-log.ts';
import type { Method } from '../methods.ts';
import { consume } from '../token-store.ts';
import { listTotps, takeStep } from './factor-store.ts';
import { type FactorFlow, failTry, forgetTries, takeTry } from './guesses.ts';
import { findHelp, spendHelp } from './help.ts';
import { isRecoveryCode, spendRecoveryCode } from './recovery-codes.ts';
import { checkTotp } from './totp.ts';

export interface ShownCode {
	readonly flow: string;
	readonly code: string;
}

/** The flow's own token shows the keeper that its person was here. */
export const proofOfFlow = ({ payload }: Pick<FactorFlow, 'payload'>, flow: string): PersonProof => ({
	kind: 'session',
	token: flow,
	sessionMac: payload.mac,
});

/** What was shown before and the factor beside it. */
export const provenWith = (open: FactorFlow, flow: string, method: Method): Proven => ({
	accountId: open.accountId,
	epoch: open.accountEpoch,
	proof: proofOfFlow(open, flow),
	shown: { ...open.payload.shown, methods: [...open.payload.shown.methods, method] },
});

/** Spends the flow of a second factor, in the transaction of what comes of it. */
export const spendFlow = async ({ tx, now }: EventTransaction, flow: string): Promise<void> => {
	const spent = await consume(tx, { purpose: 'second-factor', flow }, now);
	if (!spent) throw new Fault('accounts.flow.expired');
};

/** Which of the person's apps shows this code, and for which step of time. */
const findStep = async (needs: Context, open: FactorFlow, { flow, code }: ShownCode) => {
	const { accountId } = open;
	const account = await findAccount(needs.db.query, accountId);
	if (!account) throw new Fault('accounts.flow.expired');
	const seal = await needs.sealer.open(accountId, account.wrapped, proofOfFlow(open, flow));
	const now = needs.clock.now();
	for (const { factorId, secret, lastStep } of await listTotps(needs.db.query, accountId)) {
		const step = checkTotp({ secret: seal.open('totp', 'secret', secret), code, lastStep, now });
		if (step !== null) return { factorId, step };
	}
	return null;
};

/** @throws accounts.factor.wrong, accounts.flow.expired, request.too-many */
export const showTotp = async (
	needs: Context,
	shown: ShownCode,
	client: ClientFacts,
): Promise<Authenticated> => {
	const { flow } = shown;
	const open = await takeTry(needs, { flow, isShort: true });
	const found = await findStep(needs, open, shown);
	if (!found) return failTry(needs, open, flow);
	const result = await goOn(needs, provenWith(open, flow, 'totp'), client, async (write) => {
		await spendFlow(write, flow);
		if (!(await takeStep(write.tx, found, write.now))) throw new Fault('accounts.factor.wrong');
	});
	await forgetTries(needs, open.accountId);
	return result;
};

/** A code of paper, or one that an administrator handed over; null where it is neither. */
const kindOfCode = async (
	needs: Context,
	{ accountId }: FactorFlow,
	code: string,
): Promise<'recovery-code' | 'handed-over-code' | null> => {
	const db = needs.db.query;
	if (await isRecoveryCode(db, accountId, code)) return 'recovery-code';
	const credentialId = (await findCredential(db, accountId))?.credentialId ?? null;
	const help = await findHelp(db, code, needs.clock.now());
	return help?.accountId === accountId && help.payload.credentialId === credentialId
		? 'handed-over-code'
		: null;
};

const spendCode = async (write: EventTransaction, accountId: string, code: string, kind: Method) => {
	const { tx, now, append } = write;
	const isSpent =
		kind === 'recovery-code'
			? await spendRecoveryCode(tx, accountId, code, now)
			: await spendHelp(write, accountId, code);
	if (!isSpent) throw new Fault('accounts.factor.wrong');
	const cause = kind === 'recovery-code' ? 'sign-in' : 'administration';
	await append({ kind: 'recovery-code-used', cause, accountId });
};

/** @throws accounts.factor.wrong, accounts.flow.expired */
export const showRecoveryCode = async (
	needs: Context,
	{ flow, code }: ShownCode,
	client: ClientFacts,
): Promise<Authenticated> => {
	const open = await takeTry(needs, { flow, isShort: false });
	const { accountId } = open;
	const kind = await kindOfCode(needs, open, code);
	if (kind === null) return failTry(needs, open, flow);
	const result = await goOn(needs, provenWith(open, flow, kind), client, async (write) => {
		await spendFlow(write, flow);
		await spendCode(write, accountId, code, kind);
	});
	await forgetTries(needs, accountId);
	return result;
};
