/** What administrators do with providers: add, change, test, block, have links made afresh, remove. */
import type { ProviderEntry, ProviderFinding, ProviderInput } from '@holdfast/contract/single-sign-on';
import { Fault } from '#platform/fault.ts';
import { newId } from '#platform/ids.ts';
import { type Sealed, toFlag } from '#platform/db/types.ts';
import type { Context } from '../context.ts';
import type { EventCause } from '../events.ts';
import { openServerSeal } from '../server-seal.ts';
import { redirectUriOf } from './going-out.ts';
import { issuerOrFault, issuersMax, listIssuers } from './link-store.ts';
import { discover, readKeys } from './provider-client.ts';
import { ProviderTrouble } from './provider-trouble.ts';
import type { Providers } from './providers.ts';
import type { IssuerRow } from './sso-tables.ts';

type Needs = Pick<Context, 'db' | 'clock' | 'sealer' | 'serverId' | 'events' | 'publicUrl'> & {
	readonly providers: Providers;
};

/** The issuer as it is compared and stored; null where nobody could be sent there. */
export const issuerAddressOf = (text: string, allowsPrivate: boolean): string | null => {
	const url = URL.parse(text.trim());
	if (url === null) return null;
	if (url.username !== '' || url.password !== '') return null;
	if (url.search !== '' || url.hash !== '' || text.includes('?') || text.includes('#')) return null;
	if (url.protocol !== 'https:' && !(url.protocol === 'http:' && allowsPrivate)) return null;
	return url.href;
};

const presentEntry = (row: IssuerRow, linkCount: number): ProviderEntry => ({
	providerId: row.issuerId,
	name: row.name,
	issuer: row.issuer,
	clientId: row.clientId,
	hasClientSecret: row.clientSecret !== null,
	asksProfile: row.asksProfile === 1,
	allowsPrivate: row.allowsPrivate === 1,
	allowsJoining: row.allowsJoining === 1,
	isBlocked: row.isBlocked === 1,
	linksRefusedUpTo: row.linkFloorAt,
	linkCount,
	provesFreshness: row.provesFreshness === null ? null : row.provesFreshness === 1,
});

const linkCountOf = async ({ db }: Pick<Needs, 'db'>, issuerId: string): Promise<number> => {
	const counted = await db.query
		.selectFrom('issuerLink')
		.select((select) => select.fn.countAll().as('links'))
		.where('issuerId', '=', issuerId)
		.executeTakeFirstOrThrow();
	return Number(counted.links);
};

const readEntry = async (needs: Pick<Needs, 'db'>, issuerId: string): Promise<ProviderEntry> =>
	presentEntry(await issuerOrFault(needs.db.query, issuerId), await linkCountOf(needs, issuerId));

export const listEntries = async (needs: Pick<Needs, 'db' | 'publicUrl'>) => {
	const rows = await listIssuers(needs.db.query);
	const providers: ProviderEntry[] = [];
	for (const row of rows) providers.push(presentEntry(row, await linkCountOf(needs, row.issuerId)));
	return { providers, redirectUri: redirectUriOf(needs) };
};

const sealSecret = async (needs: Needs, issuerId: string, secret: string | null): Promise<Sealed | null> =>
	secret === null ? null : (await openServerSeal(needs)).seal('issuer', `clientSecret ${issuerId}`, secret);

const chosenOf = (input: ProviderInput) => ({
	name: input.name.trim().normalize('NFC'),
	clientId: input.clientId.trim(),
	asksProfile: toFlag(input.asksProfile),
	allowsPrivate: toFlag(input.allowsPrivate),
	allowsJoining: toFlag(input.allowsJoining),
});

/** @throws accounts.provider.exists, accounts.provider.address-refused */
export const addIssuer = async (needs: Needs, input: ProviderInput): Promise<ProviderEntry> => {
	const issuer = issuerAddressOf(input.issuer, input.allowsPrivate);
	if (issuer === null) throw new Fault('accounts.provider.address-refused');
	const now = needs.clock.now();
	const issuerId = newId(now);
	const row: IssuerRow = {
		...chosenOf(input),
		issuerId,
		issuer,
		clientSecret: await sealSecret(needs, issuerId, input.clientSecret),
		isBlocked: 0,
		floorAt: 0,
		linkFloorAt: 0,
		provesFreshness: null,
		createdAt: now,
		updatedAt: now,
	};
	await needs.events.transaction(async ({ tx, append }) => {
		const present = await listIssuers(tx);
		const isTaken = present.some((each) => each.issuer === issuer);
		if (isTaken || present.length >= issuersMax) throw new Fault('accounts.provider.exists');
		await tx.insertInto('issuer').values(row).execute();
		await append({ kind: 'provider-added', cause: 'administration', issuerId });
	});
	return presentEntry(row, 0);
};

/** @throws accounts.provider.absent, accounts.provider.address-refused */
export const changeIssuer = async (
	needs: Needs,
	issuerId: string,
	input: ProviderInput,
): Promise<ProviderEntry> => {
	const present = await issuerOrFault(needs.db.query, issuerId);
	if (issuerAddressOf(input.issuer, input.allowsPrivate) !== present.issuer)
		throw new Fault('accounts.provider.address-refused');
	const secret = await sealSecret(needs, issuerId, input.clientSecret);
	await needs.db.query
		.updateTable('issuer')
		.set({
			...chosenOf(input),
			...(secret === null ? {} : { clientSecret: secret }),
			updatedAt: needs.clock.now(),
		})
		.where('issuerId', '=', issuerId)
		.execute();
	needs.providers.forget(present);
	return readEntry(needs, issuerId);
};

/** Its sessions are dead with it: a session of a provider that is not set up is not alive. */
export const removeIssuer = async (needs: Needs, issuerId: string): Promise<void> => {
	await needs.events.transaction(async ({ tx, now, append }) => {
		const gone = await tx.deleteFrom('issuer').where('issuerId', '=', issuerId).executeTakeFirst();
		if (gone.numDeletedRows !== 1n) throw new Fault('accounts.provider.absent');
		await append({ kind: 'issuer-floor-raised', cause: 'administration', issuerId, epoch: now });
		await append({ kind: 'provider-removed', cause: 'administration', issuerId });
	});
};

/** Reads description and keys and says what is wrong with them, in one word of a closed list. */
export const tryIssuer = async (
	needs: Needs,
	input: { readonly issuer: string; readonly allowsPrivate: boolean },
): Promise<ProviderFinding> => {
	const issuer = issuerAddressOf(input.issuer, input.allowsPrivate);
	if (issuer === null) return 'issuer-invalid';
	const settings = { issuer, allowsPrivate: input.allowsPrivate };
	try {
		await readKeys(needs, settings, await discover(needs, settings));
		return redirectUriOf(needs) === null ? 'no-public-address' : 'works';
	} catch (error) {
		if (!(error instanceof ProviderTrouble)) throw error;
		return error.trouble === 'untrusted' ? 'no-provider' : error.trouble;
	}
};

export type StateAction = 'block' | 'unblock' | 'relink';

const changeOf = (action: StateAction, now: number): Partial<IssuerRow> => {
	if (action === 'block') return { isBlocked: 1, floorAt: now };
	return action === 'unblock' ? { isBlocked: 0 } : { floorAt: now, linkFloorAt: now };
};

/**
 * One row and one event, however many sessions and links the provider made.
 *
 * @throws accounts.provider.absent
 */
export const setIssuerState = async (
	needs: Pick<Needs, 'db' | 'events'>,
	asked: { readonly issuerId: string; readonly action: StateAction; readonly cause: EventCause },
): Promise<ProviderEntry> => {
	const { issuerId, action, cause } = asked;
	await needs.events.transaction(async ({ tx, now, append }) => {
		const changed = await tx
			.updateTable('issuer')
			.set({ ...changeOf(action, now), updatedAt: now })
			.where('issuerId', '=', issuerId)
			.executeTakeFirst();
		if (changed.numUpdatedRows !== 1n) throw new Fault('accounts.provider.absent');
		if (action === 'unblock') return;
		await append({ kind: 'issuer-floor-raised', cause, issuerId, epoch: now });
	});
	return readEntry(needs, issuerId);
};
