/** The second factor that a code from an administrator needs beside it: one person alone opens no account. */
import type { Kysely } from 'kysely';
import { Fault } from '#platform/fault.ts';
import { findAccount } from '../account-store.ts';
import type { Context } from '../context.ts';
import type { EventTransaction } from '../event-log.ts';
import { listTotps, takeStep } from '../factors/factor-store.ts';
import { countForAccount } from '../factors/guesses.ts';
import { countRecoveryCodes, isRecoveryCode, spendRecoveryCode } from '../factors/recovery-codes.ts';
import { checkTotp } from '../factors/totp.ts';
import type { AccountTables } from '../tables.ts';
import { peekFlow } from '../token-store.ts';

/** A factor that was found right, and is taken in the transaction of what it allows. */
export interface TakeFactor {
	readonly accountId: string;
	take(write: EventTransaction): Promise<void>;
}

/** An authenticator app or codes on paper: what can be typed here. */
export const mustShowFactor = async (db: Kysely<AccountTables>, accountId: string): Promise<boolean> => {
	if ((await listTotps(db, accountId)).length > 0) return true;
	return (await countRecoveryCodes(db, accountId)).left > 0;
};

const wrong = (): never => {
	throw new Fault('accounts.factor.wrong');
};

/** Opens the person's secrets without a proof of theirs: one metered opening. */
const findStep = async (needs: Context, accountId: string, code: string) => {
	const account = await findAccount(needs.db.query, accountId);
	if (!account) return wrong();
	await needs.events.transaction((write) => countForAccount(write, accountId));
	const seal = await needs.sealer.open(accountId, account.wrapped, null);
	const now = needs.clock.now();
	for (const { factorId, secret, lastStep } of await listTotps(needs.db.query, accountId)) {
		const step = checkTotp({ secret: seal.open('totp', 'secret', secret), code, lastStep, now });
		if (step !== null) return { factorId, step };
	}
	return wrong();
};

const isShort = (code: string): boolean => /^\d{6}$/u.test(code.replaceAll(/\s/gu, ''));

/**
 * Looks at the code before the transaction. Null where none was typed, or the flow is not one of a code that
 * was handed over.
 *
 * @throws accounts.factor.wrong, request.too-many
 */
export const prepareFactor = async (
	needs: Context,
	{ flow, factorCode }: { readonly flow: string; readonly factorCode: string | null },
): Promise<TakeFactor | null> => {
	if (factorCode === null) return null;
	const open = await peekFlow(needs.db.query, { purpose: 'reset', flow }, needs.clock.now());
	if (open?.accountId == null || open.payload.proof.kind !== 'handed-over-code') return null;
	const { accountId } = open;
	if (!isShort(factorCode)) {
		if (!(await isRecoveryCode(needs.db.query, accountId, factorCode))) return wrong();
		return { accountId, take: (write) => takeCode(write, accountId, factorCode) };
	}
	const found = await findStep(needs, accountId, factorCode);
	return {
		accountId,
		take: async ({ tx, now }) => {
			if (!(await takeStep(tx, found, now))) wrong();
		},
	};
};

const takeCode = async (
	{ tx, now, append }: EventTransaction,
	accountId: string,
	code: string,
): Promise<void> => {
	if (!(await spendRecoveryCode(tx, accountId, code, now))) wrong();
	await append({ kind: 'recovery-code-used', cause: 'password-reset', accountId });
};
