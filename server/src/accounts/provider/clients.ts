/** Apps that people can sign in to with this server: the one that comes with it, and those that were added. */
import type { Kysely } from 'kysely';
import { Fault } from '#platform/fault.ts';
import { newId, newSecret } from '#platform/ids.ts';
import type { AccountSeal } from '../../keeper/index.ts';
import type { Context } from '../context.ts';
import { openServerSeal } from '../server-seal.ts';
import type { AccountTables } from '../tables.ts';

export type ClientKind = 'tv' | 'app' | 'server';

/** An app as the protocol and the pages know it. */
export interface AppClient {
	readonly clientId: string;
	readonly kind: ClientKind;
	readonly name: string;
	/** Compared letter by letter. */
	readonly redirectUris: readonly string[];
	readonly logoutUri: string | null;
	/** 256 random bits, for an app that can keep them; null for one that proves itself by PKCE, DPoP or a key. */
	readonly secret: string | null;
	/** Public keys by which a media server proves itself. */
	readonly keys: readonly Readonly<Record<string, unknown>>[] | null;
	/** Null for the one that comes with the program. */
	readonly createdAt: number | null;
}

/** Our own televisions: nothing to register, nothing to keep secret. */
export const builtInTv: AppClient = {
	clientId: 'holdfast-tv',
	kind: 'tv',
	name: 'Holdfast',
	redirectUris: [],
	logoutUri: null,
	secret: null,
	keys: null,
	createdAt: null,
};

export interface NewClient {
	readonly kind: ClientKind;
	readonly name: string;
	readonly redirectUris: readonly string[];
	readonly logoutUri: string | null;
	readonly hasSecret?: boolean;
	readonly keys?: readonly Readonly<Record<string, unknown>>[] | null;
	/** Chosen beforehand, as where a media server is known by an id of its own. */
	readonly clientId?: string;
}

type Needs = Pick<Context, 'db' | 'clock' | 'sealer' | 'serverId'>;
type Metadata = Omit<AppClient, 'clientId' | 'kind' | 'createdAt'>;

const place = ['client', 'metadata'] as const;

/**
 * A whole address that means the same to everybody who reads it: no fragment, no name or password, nothing
 * that a browser would put right, and nothing that runs.
 */
const isPlainAddress = (text: string, isLogout: boolean): boolean => {
	const url = URL.parse(text);
	if (!url || url.href !== text || /[\\*\s]|%2[ef]|%5c/iu.test(text)) return false;
	if (url.hash !== '' || text.includes('#') || url.username !== '' || url.password !== '') return false;
	if (url.protocol === 'https:' || url.protocol === 'http:') return true;
	// RFC 8252 7.1: a private scheme is a domain name turned around, so it has a dot.
	return !isLogout && /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/u.test(url.protocol);
};

const refuseBadAddresses = ({ kind, redirectUris, logoutUri }: NewClient): void => {
	const isEnough = kind === 'tv' ? redirectUris.length === 0 : redirectUris.length > 0;
	const areFine = redirectUris.every((uri) => isPlainAddress(uri, false));
	const isLogoutFine = logoutUri === null || isPlainAddress(logoutUri, true);
	if (!isEnough || !areFine || !isLogoutFine) throw new Fault('accounts.app.address-refused');
};

const opened = (seal: AccountSeal, row: AccountTables['client']): AppClient => ({
	clientId: row.clientId,
	kind: row.kind,
	createdAt: row.createdAt,
	...(JSON.parse(seal.open(...place, row.metadata)) as Metadata),
});

/** @throws accounts.app.address-refused */
export const registerClient = async (needs: Needs, input: NewClient): Promise<AppClient> => {
	refuseBadAddresses(input);
	const now = needs.clock.now();
	const { kind, redirectUris, logoutUri } = input;
	const metadata: Metadata = {
		name: input.name.trim().normalize('NFC'),
		redirectUris: [...new Set(redirectUris)],
		logoutUri,
		secret: input.hasSecret === true ? newSecret() : null,
		keys: input.keys ?? null,
	};
	const seal = await openServerSeal(needs);
	const clientId = input.clientId ?? newId(now);
	const sealed = seal.seal(...place, JSON.stringify(metadata));
	await needs.db.query
		.insertInto('client')
		.values({ clientId, kind, metadata: sealed, createdAt: now })
		.onConflict((conflict) => conflict.column('clientId').doUpdateSet({ kind, metadata: sealed }))
		.execute();
	return { clientId, kind, createdAt: now, ...metadata };
};

/** Null where there is no such app. */
export const findClient = async (needs: Needs, clientId: string): Promise<AppClient | null> => {
	if (clientId === builtInTv.clientId) return builtInTv;
	const row = await needs.db.query
		.selectFrom('client')
		.selectAll()
		.where('clientId', '=', clientId)
		.executeTakeFirst();
	return row ? opened(await openServerSeal(needs), row) : null;
};

const clientsListedMax = 499;

export const listClients = async (needs: Needs): Promise<AppClient[]> => {
	const query = needs.db.query.selectFrom('client').selectAll();
	const rows = await query.orderBy('clientId').limit(clientsListedMax).execute();
	if (rows.length === 0) return [builtInTv];
	const seal = await openServerSeal(needs);
	return [builtInTv, ...rows.map((row) => opened(seal, row))];
};

const sessionsEndedAtOnce = 200;

const sessionsOf = (db: Kysely<AccountTables>, clientId: string) =>
	db
		.selectFrom('letIn')
		.innerJoin('session', 'session.sessionId', 'letIn.sessionId')
		.select(['session.sessionId', 'session.accountId'])
		.where('letIn.clientId', '=', clientId)
		.orderBy('letIn.sessionId')
		.limit(sessionsEndedAtOnce)
		.execute();

/**
 * Removes an app, and everybody's sessions in it with an event each.
 *
 * @throws accounts.app.absent
 */
export const removeClient = async (
	{ db, events }: Pick<Context, 'db' | 'events'>,
	clientId: string,
): Promise<void> => {
	const result = await db.query.deleteFrom('client').where('clientId', '=', clientId).executeTakeFirst();
	if (result.numDeletedRows === 0n) throw new Fault('accounts.app.absent');
	for (;;) {
		const ended = await events.transaction(async ({ tx, append }) => {
			const rows = await sessionsOf(tx, clientId);
			for (const own of rows) {
				await tx.deleteFrom('session').where('sessionId', '=', own.sessionId).execute();
				await append({ kind: 'session-ended', cause: 'administration', ...own });
			}
			return rows.length;
		});
		if (ended < sessionsEndedAtOnce) return;
	}
};
