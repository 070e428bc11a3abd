/** What a person has, and what they do with it: name it, remove it, make new codes. */
import type { FactorEntry, FactorOverview } from '@holdfast/contract/factors';
import { Fault } from '#platform/fault.ts';
import type { AccountSeal } from '../../keeper/index.ts';
import { findCredential } from '../account-store.ts';
import type { Actor, Context } from '../context.ts';
import type { EventTransaction } from '../event-log.ts';
import { openOwn } from '../sessions.ts';
import { deleteFactor, listFactorRows, listPasskeys, relabelFactor } from './factor-store.ts';
import { requireFresh, settleLevel } from './fresh.ts';
import { helpUntil } from './help.ts';
import { isRequiredOf } from './policy.ts';
import { countRecoveryCodes, makeRecoveryCodes } from './recovery-codes.ts';
import type { FactorRow } from './tables.ts';
import { relyingPartyOf } from './web-authn.ts';

const present = (seal: AccountSeal, row: FactorRow, isSynced: boolean | null): FactorEntry => ({
	factorId: row.factorId,
	kind: row.kind,
	label: seal.open('factor', 'label', row.label),
	createdAt: row.createdAt,
	lastUsedAt: row.lastUsedAt,
	isSynced,
});

export const listFactors = async (needs: Context, actor: Actor): Promise<FactorOverview> => {
	const { session, seal } = await openOwn(needs, actor);
	const { accountId } = actor;
	const db = needs.db.query;
	const passkeys = new Map((await listPasskeys(db, accountId)).map((row) => [row.factorId, row]));
	const codes = await countRecoveryCodes(db, accountId);
	return {
		factors: (await listFactorRows(db, accountId)).map((row) => {
			const passkey = passkeys.get(row.factorId);
			return present(seal, row, passkey ? passkey.isSynced === 1 : null);
		}),
		recoveryCodesLeft: codes.left,
		recoveryCodesMadeAt: codes.madeAt,
		handedOverCodeUntil: await helpUntil(db, accountId, needs.clock.now()),
		isRequired: await isRequiredOf(db, session.role),
		canHavePasskeys: relyingPartyOf(needs.publicUrl()) !== null,
		hasPassword: (await findCredential(db, accountId)) !== undefined,
	};
};

/** @throws accounts.factor.absent */
export const renameFactor = async (
	needs: Context,
	actor: Actor,
	named: { readonly factorId: string; readonly label: string },
): Promise<void> => {
	const { seal } = await openOwn(needs, actor);
	const { factorId } = named;
	const label = seal.seal('factor', 'label', named.label.trim().normalize('NFC'));
	const own = { accountId: actor.accountId, factorId };
	const isTheirs = await needs.db.transaction((tx) => relabelFactor(tx, own, label));
	if (!isTheirs) throw new Fault('accounts.factor.absent');
};

/** Whether nothing but this passkey is left to sign in with. */
const isOnlyWayIn = async ({ tx }: EventTransaction, accountId: string, left: number): Promise<boolean> =>
	left === 0 && (await findCredential(tx, accountId)) === undefined && !(await hasProvider(tx, accountId));

const hasProvider = async (tx: EventTransaction['tx'], accountId: string): Promise<boolean> =>
	(await tx
		.selectFrom('issuerLink')
		.select('accountId')
		.where('accountId', '=', accountId)
		.executeTakeFirst()) !== undefined;

/**
 * Recovery codes stay: they are good for a lost password too.
 *
 * @throws access.step-up-needed, accounts.factor.absent
 * @throws accounts.factor.last  where the person's role must have one, or nothing else lets them in.
 */
export const removeFactor = (
	{ events }: Pick<Context, 'events'>,
	actor: Pick<Actor, 'accountId' | 'sessionId'>,
	factorId: string,
): Promise<void> =>
	events.transaction(async (write) => {
		const { accountId } = actor;
		const { role } = await requireFresh(write, actor);
		if (!(await deleteFactor(write.tx, { accountId, factorId }))) throw new Fault('accounts.factor.absent');
		const left = (await listFactorRows(write.tx, accountId)).length;
		const mustStay = left === 0 && (await isRequiredOf(write.tx, role));
		if (mustStay || (await isOnlyWayIn(write, accountId, left))) throw new Fault('accounts.factor.last');
		await write.append({ kind: 'factor-removed', cause: 'factors', accountId });
		await settleLevel(write, accountId);
	});

/** @throws access.step-up-needed */
export const renewRecoveryCodes = (
	{ events }: Pick<Context, 'events'>,
	actor: Pick<Actor, 'accountId' | 'sessionId'>,
): Promise<{ codes: string[] }> =>
	events.transaction(async (write) => {
		const { accountId } = actor;
		await requireFresh(write, actor);
		const codes = await makeRecoveryCodes(write.tx, accountId, write.now);
		await write.append({ kind: 'recovery-codes-made', cause: 'factors', accountId });
		return { codes };
	});
