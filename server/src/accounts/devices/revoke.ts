/** Ending sessions from outside: one person's or everybody's, and how far that reaches. */
import { Fault } from '#platform/fault.ts';
import { findAccount, raiseEpoch } from '../account-store.ts';
import type { Context } from '../context.ts';
import type { EventTransaction } from '../event-log.ts';
import type { EventCause } from '../events.ts';
import { countSessionsByKind } from '../session-store.ts';
import { devicesOf } from './device-store.ts';
import type { Reach } from './device-tables.ts';
import { setFloor } from './floors.ts';

export interface Revocation {
	readonly reach: Reach;
	/** Devices come back for a new session evenly over this time. */
	readonly spreadOverMs: number;
}

/** What a reach takes with it. */
const reaches: Readonly<Record<Reach, readonly Reach[]>> = {
	session: ['session'],
	device: ['session', 'device'],
	credential: ['session', 'device', 'credential'],
};

const setFloors = async (
	{ tx, now }: EventTransaction,
	accountId: string | null,
	{ reach, spreadOverMs }: Revocation,
): Promise<void> => {
	for (const each of reaches[reach]) await setFloor(tx, accountId, { reach: each, at: now, spreadOverMs });
};

const revokeOne = async (
	write: EventTransaction,
	accountId: string,
	revocation: Revocation,
	cause: EventCause,
): Promise<void> => {
	const reach = revocation.reach === 'session' ? 'session' : 'device';
	const epoch = await raiseEpoch(write.tx, accountId, write.now, reach);
	if (epoch === null) throw new Fault('accounts.account.absent');
	await setFloors(write, accountId, revocation);
	await write.append({ kind: 'account-epoch-raised', cause, accountId, epoch });
};

/** One row and one event more, however many people there are. */
const revokeAll = async (
	write: EventTransaction,
	revocation: Revocation,
	cause: EventCause,
): Promise<void> => {
	const { value: epoch } = await write.tx
		.updateTable('epoch')
		.set((column) => ({ value: column('value', '+', 1) }))
		.where('scope', '=', 'global')
		.returning('value')
		.executeTakeFirstOrThrow();
	await setFloors(write, null, revocation);
	await write.append({ kind: 'global-epoch-raised', cause, epoch });
};

/**
 * Ends the sessions of one account, or with null of everybody. Never un-claims a server.
 *
 * @throws accounts.account.absent
 */
export const revokeSessions = (
	{ events }: Pick<Context, 'events'>,
	accountId: string | null,
	revocation: Revocation,
	cause: EventCause = 'console',
): Promise<void> =>
	events.transaction((write) =>
		accountId === null ? revokeAll(write, revocation, cause) : revokeOne(write, accountId, revocation, cause),
	);

/** How many sessions of each kind a person has: what an administrator learns of them. */
export const countSessions = async ({ db, clock }: Pick<Context, 'db' | 'clock'>, accountId: string) => {
	const account = await findAccount(db.query, accountId);
	if (!account) throw new Fault('accounts.account.absent');
	const kinds = await countSessionsByKind(db.query, accountId, clock.now());
	const devices = await devicesOf(db.query, accountId);
	return {
		count: kinds.reduce((sum, { count }) => sum + count, 0),
		kinds: kinds.map(({ kind, count }) => ({ kind, count })),
		devices: devices.length,
		role: account.role,
		lastUsedAt: kinds.length === 0 ? null : Math.max(...kinds.map(({ lastUsedAt }) => lastUsedAt)),
	};
};
