/**
 * A code with which somebody chooses a new password: made by an administrator, handed over in person. Whoever
 * makes it never chooses the password, and the person sees that it was made.
 */
import { Fault } from '#platform/fault.ts';
import { newReadableCode } from '#platform/ids.ts';
import { usernameIndexOf } from '../account-making.ts';
import { findAccountByName } from '../account-store.ts';
import type { Actor, Context } from '../context.ts';
import type { EventTransaction } from '../event-log.ts';
import { requireFresh } from '../factors/fresh.ts';
import { flowLifetimeMs } from '../flows.ts';
import { bareCode } from '../mail/bare-code.ts';
import { administered, type By, causeOf } from '../people/authority.ts';
import { deleteTokensOf, issueFlow } from '../token-store.ts';

const purpose = 'handed-over-code';
/** Six groups: 115 bits, so that a plain hash is enough to keep of it (ASVS 6.5.2). */
const codeGroups = 6;

export interface HandedOver {
	readonly code: string;
	readonly expiresAt: number;
}

const makeCode = async (write: EventTransaction, by: By, accountId: string): Promise<HandedOver> => {
	const { tx, now, append } = write;
	const { target } = await administered(tx, by, accountId);
	if (target.status !== 'active') throw new Fault('access.not-allowed');
	const code = newReadableCode(codeGroups);
	await deleteTokensOf(tx, accountId, [purpose]);
	const account = { accountId, epoch: target.epoch };
	await issueFlow(tx, { purpose, payload: {}, account, secret: bareCode(code) }, now);
	await append({ kind: 'reset-code-made', cause: causeOf(by), accountId });
	return { code, expiresAt: now + flowLifetimeMs[purpose] };
};

/**
 * Takes the place of an earlier code. It ends what nobody asked to end: sessions and password stay until the
 * code is used.
 *
 * @throws access.not-allowed  for oneself and whoever stands as high; accounts.account.absent
 */
export const startHandOver = (
	{ events }: Pick<Context, 'events'>,
	actor: Pick<Actor, 'accountId' | 'sessionId'>,
	accountId: string,
): Promise<HandedOver> =>
	events.transaction(async (write) => {
		await requireFresh(write, actor);
		return makeCode(write, { accountId: actor.accountId }, accountId);
	});

/** For somebody on the machine, who recovers the owner's account by other means. */
export const startHandOverOnMachine = async (
	needs: Pick<Context, 'events' | 'db' | 'keeper'>,
	{ username }: { readonly username: string },
): Promise<HandedOver> => {
	const found = await findAccountByName(needs.db.query, await usernameIndexOf(needs, username));
	if (!found) throw new Fault('accounts.account.absent');
	return needs.events.transaction((write) => makeCode(write, 'machine', found.accountId));
};
