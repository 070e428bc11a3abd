/** The recovery kit: made by the keeper, handed out once, written down in the log. */
import type { Actor, Context } from './context.ts';

/** @throws accounts.kit.saved-before */
export const takeRecoveryKit = async (
	{ keeper, events, serverId }: Pick<Context, 'keeper' | 'events' | 'serverId'>,
	{ accountId }: Pick<Actor, 'accountId'>,
): Promise<{ text: string; fileName: string }> => {
	const text = await keeper.takeRecoveryKit({ serverName: 'Holdfast', serverId });
	await events.transaction(({ append }) =>
		append({ kind: 'recovery-kit-taken', cause: 'recovery-kit', accountId }),
	);
	return { text, fileName: `holdfast-recovery-kit-${serverId.slice(0, 8)}.txt` };
};
