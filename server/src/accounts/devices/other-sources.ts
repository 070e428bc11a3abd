/** Providers that may sign a person in and servers of theirs, in the list of what can act for them. */
import type { SessionEntry } from '@holdfast/contract/accounts';
import { Fault } from '#platform/fault.ts';
import type { EventTransaction } from '../event-log.ts';
import { listOwnServers, findOwnServer, markReleased } from '../servers/server-store.ts';
import { findOwnSession, freshUntilOf } from '../session-store.ts';
import { linksOf } from '../single-sign-on/link-store.ts';
import { unlink } from '../single-sign-on/my-links.ts';
import type { ActingSource, EndOwn } from './acting.ts';

/** What is no session and has no network, place or end of its own. */
const standing = (
	entry: Pick<SessionEntry, 'sessionId' | 'kind' | 'label' | 'createdAt' | 'lastUsedAt' | 'isKeyBound'>,
): SessionEntry => ({
	...entry,
	scope: 'full',
	network: null,
	place: null,
	level: 1,
	expiresAt: null,
	isCurrent: false,
});

/** These take what their own routes take: a session in which the person has just proven who they are. */
const mustBeFresh = async ({ tx, now }: EventTransaction, own: EndOwn): Promise<void> => {
	const acting = { accountId: own.accountId, sessionId: own.actingSessionId };
	const session = await findOwnSession(tx, acting, now);
	if (!session) throw new Fault('access.sign-in-needed');
	if (now >= freshUntilOf(session)) throw new Fault('access.step-up-needed');
};

export const linkSource: ActingSource = {
	list: async (db, { accountId, seal }) =>
		(await linksOf(db, accountId)).map(({ linkId, name, label, madeAt }) =>
			standing({
				sessionId: linkId,
				kind: 'single-sign-on',
				label: label === null ? name : `${name} (${seal.open('issuerLink', 'label', label)})`,
				createdAt: madeAt,
				lastUsedAt: madeAt,
				isKeyBound: false,
			}),
		),
	end: async (write, own) => {
		const links = await linksOf(write.tx, own.accountId);
		if (!links.some(({ linkId }) => linkId === own.sessionId)) return false;
		await mustBeFresh(write, own);
		return unlink(write, { accountId: own.accountId, sessionId: own.actingSessionId }, own.sessionId);
	},
};

export const serverSource: ActingSource = {
	list: async (db, { accountId, seal }) =>
		(await listOwnServers(db, accountId)).map((row) =>
			standing({
				sessionId: row.serverId,
				kind: 'server',
				label: seal.open('mediaServer', 'name', row.name),
				createdAt: row.claimedAt,
				lastUsedAt: row.lastHeardAt ?? row.claimedAt,
				isKeyBound: true,
			}),
		),
	end: async (write, own) => {
		const { accountId, sessionId: serverId } = own;
		if (!(await findOwnServer(write.tx, { accountId, serverId }))) return false;
		if (!own.isConfirmed) throw new Fault('accounts.session.confirm-needed');
		await mustBeFresh(write, own);
		if (!(await markReleased(write.tx, serverId))) return false;
		await write.append({ kind: 'server-released', cause: 'server', accountId, serverId });
		return true;
	},
};
