/** Which roles must have a second factor. */
import type { Role } from '@holdfast/contract/accounts';
import { Fault } from '#platform/fault.ts';
import type { Kysely } from 'kysely';
import type { Actor, Context } from '../context.ts';
import type { EventTransaction } from '../event-log.ts';
import type { EventCause } from '../events.ts';
import type { AccountTables } from '../tables.ts';
import { requireFresh } from './fresh.ts';

const roles: readonly Role[] = ['owner', 'administrator', 'member', 'guest'];

export const requiredRoles = async (db: Kysely<AccountTables>): Promise<Role[]> => {
	const rows = await db.selectFrom('requiredFactor').select('role').execute();
	const found = new Set(rows.map(({ role }) => role));
	return roles.filter((role) => found.has(role));
};

export const isRequiredOf = async (db: Kysely<AccountTables>, role: Role): Promise<boolean> =>
	(await requiredRoles(db)).includes(role);

/** Whether this person has to add a factor before they can go on. */
export const mustAddFactor = async (
	db: Kysely<AccountTables>,
	{ role, highestLevel }: { readonly role: Role; readonly highestLevel: number },
): Promise<boolean> => highestLevel < 2 && (await isRequiredOf(db, role));

/** One event for everybody: whoever holds a session looks at it again. */
const write = async (
	{ tx, append }: EventTransaction,
	requiredFor: readonly Role[],
	cause: EventCause,
): Promise<Role[]> => {
	const chosen = roles.filter((role) => requiredFor.includes(role));
	await tx.deleteFrom('requiredFactor').execute();
	if (chosen.length > 0)
		await tx
			.insertInto('requiredFactor')
			.values(chosen.map((role) => ({ role })))
			.execute();
	await append({ kind: 'factor-policy-changed', cause });
	return chosen;
};

export const getFactorPolicy = async ({ db }: Pick<Context, 'db'>): Promise<{ requiredFor: Role[] }> => ({
	requiredFor: await requiredRoles(db.query),
});

/** @throws access.step-up-needed, access.not-allowed */
export const setFactorPolicy = (
	{ events }: Pick<Context, 'events'>,
	actor: Pick<Actor, 'accountId' | 'sessionId'>,
	requiredFor: readonly Role[],
): Promise<{ requiredFor: Role[] }> =>
	events.transaction(async (writing) => {
		const { role } = await requireFresh(writing, actor);
		if (role !== 'owner' && role !== 'administrator') throw new Fault('access.not-allowed');
		return { requiredFor: await write(writing, requiredFor, 'policy') };
	});

export const requireFactorsOnMachine = (
	{ events }: Pick<Context, 'events'>,
	requiredFor: readonly Role[],
): Promise<{ requiredFor: Role[] }> =>
	events.transaction(async (writing) => ({ requiredFor: await write(writing, requiredFor, 'console') }));
