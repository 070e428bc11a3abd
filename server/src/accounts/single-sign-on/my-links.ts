/** A person's own links: to see them and to remove them. */
import type { Provider, ProviderLink } from '@holdfast/contract/single-sign-on';
import { Fault } from '#platform/fault.ts';
import { findCredential } from '../account-store.ts';
import type { Actor, Context } from '../context.ts';
import type { EventTransaction } from '../event-log.ts';
import { factorsOf } from '../factors/factor-store.ts';
import { openOwn } from '../own-session.ts';
import { linksOf, linkStateOf, listIssuers } from './link-store.ts';

export const listMyLinks = async (
	needs: Pick<Context, 'db' | 'clock' | 'sealer'>,
	actor: Actor,
): Promise<{ links: ProviderLink[]; linkable: Provider[] }> => {
	const { seal } = await openOwn(needs, actor);
	const rows = await linksOf(needs.db.query, actor.accountId);
	const linked = new Set(
		rows.filter((row) => linkStateOf(row, row) === 'works').map(({ issuerId }) => issuerId),
	);
	const issuers = await listIssuers(needs.db.query);
	return {
		links: rows.map((row) => ({
			linkId: row.linkId,
			providerId: row.issuerId,
			name: row.name,
			label: row.label && seal.open('issuerLink', 'label', row.label),
			linkedAt: row.madeAt,
			state: linkStateOf(row, row),
		})),
		linkable: issuers
			.filter(({ issuerId, isBlocked }) => isBlocked === 0 && !linked.has(issuerId))
			.map(({ issuerId, name }) => ({ providerId: issuerId, name })),
	};
};

/** Whether the person could still sign in: by a password, a passkey, or a link that works. */
const hasOtherWay = async ({ tx }: EventTransaction, accountId: string): Promise<boolean> => {
	if (await findCredential(tx, accountId)) return true;
	if ((await factorsOf(tx, accountId)).includes('passkey')) return true;
	return (await linksOf(tx, accountId)).some((link) => linkStateOf(link, link) === 'works');
};

/**
 * Removes a link and ends what came by it, except the session that asks. False where it is not theirs.
 *
 * @throws accounts.provider.last
 */
export const unlink = async (
	write: EventTransaction,
	actor: Pick<Actor, 'accountId' | 'sessionId'>,
	linkId: string,
): Promise<boolean> => {
	const { tx, append } = write;
	const { accountId } = actor;
	const gone = await tx
		.deleteFrom('issuerLink')
		.where('linkId', '=', linkId)
		.where('accountId', '=', accountId)
		.returning('issuerId')
		.executeTakeFirst();
	if (!gone) return false;
	if (!(await hasOtherWay(write, accountId))) throw new Fault('accounts.provider.last');
	const { issuerId } = gone;
	const ended = await tx
		.deleteFrom('session')
		.where('accountId', '=', accountId)
		.where('issuerId', '=', issuerId)
		.where('sessionId', '!=', actor.sessionId)
		.returning('sessionId')
		.execute();
	for (const { sessionId } of ended)
		await append({ kind: 'session-ended', cause: 'single-sign-on', accountId, sessionId });
	await append({ kind: 'provider-unlinked', cause: 'single-sign-on', accountId, issuerId });
	return true;
};

/** @throws accounts.provider.absent, accounts.provider.last */
export const removeMyLink = (
	needs: Pick<Context, 'events'>,
	actor: Pick<Actor, 'accountId' | 'sessionId'>,
	linkId: string,
): Promise<void> =>
	needs.events.transaction(async (write) => {
		if (!(await unlink(write, actor, linkId))) throw new Fault('accounts.provider.absent');
	});
