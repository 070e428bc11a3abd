/** What somebody on the machine does with second factors: look, and take them away from whoever lost them. */
import { Fault } from '#platform/fault.ts';
import { usernameIndexOf } from '../account-making.ts';
import type { Context } from '../context.ts';
import { deleteFactorsOf, listFactorRows } from './factor-store.ts';
import { settleLevel } from './fresh.ts';
import { deleteHelp } from './help.ts';
import { isRequiredOf } from './policy.ts';
import { countRecoveryCodes, deleteRecoveryCodes } from './recovery-codes.ts';

type Named = { readonly username: string };

/** Their role, and not their name, is read: nothing is opened. */
const find = async (needs: Pick<Context, 'db' | 'keeper'>, { username }: Named) => {
	const found = await needs.db.query
		.selectFrom('account')
		.select(['accountId', 'role'])
		.where('usernameIndex', '=', await usernameIndexOf(needs, username))
		.executeTakeFirst();
	if (!found) throw new Fault('accounts.account.absent');
	return found;
};

/** @throws accounts.account.absent */
export const showFactorsOnMachine = async (needs: Pick<Context, 'db' | 'keeper'>, named: Named) => {
	const { accountId, role } = await find(needs, named);
	const rows = await listFactorRows(needs.db.query, accountId);
	return {
		accountId,
		apps: rows.filter(({ kind }) => kind === 'totp').length,
		passkeys: rows.filter(({ kind }) => kind === 'passkey').length,
		recoveryCodesLeft: (await countRecoveryCodes(needs.db.query, accountId)).left,
		isRequired: await isRequiredOf(needs.db.query, role),
	};
};

/** @throws accounts.account.absent */
export const removeFactorsOnMachine = async (
	needs: Pick<Context, 'db' | 'keeper' | 'events'>,
	named: Named,
): Promise<{ accountId: string; removed: number }> => {
	const { accountId } = await find(needs, named);
	return needs.events.transaction(async (write) => {
		const removed = await deleteFactorsOf(write.tx, accountId);
		await deleteRecoveryCodes(write.tx, accountId);
		await deleteHelp(write, accountId);
		await write.append({ kind: 'factor-removed', cause: 'console', accountId });
		await settleLevel(write, accountId);
		return { accountId, removed };
	});
};
