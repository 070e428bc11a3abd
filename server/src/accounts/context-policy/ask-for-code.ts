/** A right proof from where the person was never seen: a code goes to their address, and the proof waits for it. */
import { hashOf, newSecret } from '#platform/ids.ts';
import type { AccountSeal } from '../../keeper/index.ts';
import type { StoredAccount } from '../account-store.ts';
import { type Authenticated, type Proven, recheck, type Spend } from '../proven.ts';
import type { Context } from '../context.ts';
import { issueFlow } from '../token-store.ts';

export const askForCode = async (
	needs: Context,
	{ account, seal }: { readonly account: StoredAccount; readonly seal: AccountSeal },
	asked: { readonly proven: Proven; readonly spend: Spend; readonly reasons: readonly string[] },
): Promise<Authenticated> => {
	const { accountId, shown, proof, epoch } = asked.proven;
	const secret = newSecret();
	const mac = await needs.keeper.wrap.bindSession({ accountId, tokenHash: hashOf(secret), proof });
	const owner = { accountId, epoch };
	const letter = await needs.outbox.prepare({
		template: 'sign-in-code',
		to: seal.open('account', 'email', account.email!),
		accountId,
		language: account.language,
		mint: { purpose: 'sign-in-code', payload: { isAsked: true }, account: owner },
	});
	const payload = { shown, mac, tries: 0 };
	const flow = { purpose: 'context-check', payload, account: owner, secret } as const;
	await needs.events.transaction(async (write) => {
		await asked.spend(write);
		await recheck(write, asked.proven);
		await issueFlow(write.tx, flow, write.now);
		await needs.outbox.add(write.tx, letter);
		await write.append({ kind: 'code-asked', cause: 'policy', accountId, reasons: asked.reasons });
	});
	return { state: 'factor-needed', flow: secret, factors: ['mailed-code'] };
};
