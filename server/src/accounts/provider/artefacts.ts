/**
 * Codes and tokens of apps, in the one table of tokens. A row holds a hash of the token and a payload under a
 * key that is made of the token itself, so that nothing in the database can use or read it: not a thief, and
 * not this server before the token comes back.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import { fromJson, toJson } from '#platform/db/types.ts';
import { Fault } from '#platform/fault.ts';
import { hashOf, newId } from '#platform/ids.ts';
import type { Context } from '../context.ts';
import type { EventTransaction } from '../event-log.ts';
import type { FlowPayload, FlowPayloads, TokenPurpose } from '../flows.ts';
import { deleteSessionByToken, findSessionByToken, type StoredSession } from '../session-store.ts';
import type { AccountTables } from '../tables.ts';
import { consume } from '../token-store.ts';

/** By the names that the protocol's library gives them. */
export type ArtefactKind =
	| 'AccessToken'
	| 'AuthorizationCode'
	| 'RefreshToken'
	| 'Interaction'
	| 'ReplayDetection';

const purposeOf = {
	AccessToken: 'app-access',
	AuthorizationCode: 'app-code',
	RefreshToken: 'app-refresh',
	Interaction: 'app-interaction',
	ReplayDetection: 'app-proof',
} as const satisfies Record<ArtefactKind, TokenPurpose>;

/** What a payload may say of itself; the rest is the library's own. */
export interface ArtefactPayload {
	/** The secret of the session row that stands for the grant: without that row nothing of it works. */
	readonly grantId?: string;
	readonly clientId?: string;
	readonly scope?: string;
	/** Thumbprint of the key that has to be proven with every use (RFC 9449). */
	readonly jkt?: string;
	/** Seconds since 1970. */
	readonly exp?: number;
	readonly [name: string]: unknown;
}

/** What was stored, and when it was spent, if it was. */
export interface Artefact {
	readonly payload: ArtefactPayload;
	readonly consumedAt: number | null;
}

interface Named {
	readonly kind: ArtefactKind;
	readonly id: string;
}

type Needs = Pick<Context, 'db' | 'clock' | 'events'>;

/** Spent refresh tokens are remembered so long, to notice one that comes back. */
const spentKeptMs = 7 * 24 * 60 * 60_000;
const nonceBytes = 12;
const tagBytes = 16;

const secretOf = ({ kind, id }: Named): string => `${kind} ${id}`;
const keyOf = ({ kind, id }: Named): Buffer =>
	Buffer.from(hkdfSync('sha256', id, 'holdfast artefact', kind, 32));

const close = (named: Named, payload: ArtefactPayload): string => {
	const nonce = randomBytes(nonceBytes);
	const cipher = createCipheriv('aes-256-gcm', keyOf(named), nonce, { authTagLength: tagBytes });
	const body = [cipher.update(JSON.stringify(payload), 'utf8'), cipher.final(), cipher.getAuthTag()];
	return Buffer.concat([nonce, ...body]).toString('base64url');
};

const open = (named: Named, sealed: string): ArtefactPayload => {
	const bytes = Buffer.from(sealed, 'base64url');
	const nonce = bytes.subarray(0, nonceBytes);
	const decipher = createDecipheriv('aes-256-gcm', keyOf(named), nonce, { authTagLength: tagBytes });
	decipher.setAuthTag(bytes.subarray(-tagBytes));
	try {
		const body = [decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()];
		return JSON.parse(Buffer.concat(body).toString('utf8')) as ArtefactPayload;
	} catch (cause) {
		throw new Fault('server.broken', { cause });
	}
};

const sealedOf = (payload: FlowPayload): string => (payload as FlowPayloads['app-code']).sealed;

/** Stores an artefact, or what it has become; lifetime in milliseconds. */
export const saveArtefact = async (
	{ db, clock }: Needs,
	named: Named,
	made: { readonly payload: ArtefactPayload; readonly lifetimeMs: number },
): Promise<void> => {
	const now = clock.now();
	const payload = toJson<FlowPayload>({ sealed: close(named, made.payload) });
	const expiresAt = now + made.lifetimeMs;
	await db.query
		.insertInto('token')
		.values({
			tokenId: newId(now),
			purpose: purposeOf[named.kind],
			accountId: null,
			accountEpoch: null,
			hash: hashOf(secretOf(named)),
			payload,
			createdAt: now,
			expiresAt,
			consumedAt: null,
		})
		.onConflict((conflict) => conflict.column('hash').doUpdateSet({ payload, expiresAt }))
		.execute();
};

/** Notes a proof that may be shown once. False where it was shown before. */
export const noteProof = async ({ db, clock }: Needs, id: string, lifetimeMs: number): Promise<boolean> => {
	const now = clock.now();
	const named = { kind: 'ReplayDetection', id } as const;
	const result = await db.query
		.insertInto('token')
		.values({
			tokenId: newId(now),
			purpose: purposeOf[named.kind],
			accountId: null,
			accountEpoch: null,
			hash: hashOf(secretOf(named)),
			payload: toJson<FlowPayload>({ sealed: '' }),
			createdAt: now,
			expiresAt: now + lifetimeMs,
			consumedAt: null,
		})
		.onConflict((conflict) => conflict.column('hash').doNothing())
		.executeTakeFirst();
	return (result.numInsertedOrUpdatedRows ?? 0n) === 1n;
};

/**
 * An artefact, spent ones included; null where it is over, or where the session that it belongs to has ended
 * in whatever way.
 */
export const findArtefact = async ({ db, clock }: Needs, named: Named): Promise<Artefact | null> => {
	const row = await db.query
		.selectFrom('token')
		.select(['payload', 'consumedAt'])
		.where('hash', '=', hashOf(secretOf(named)))
		.where('purpose', '=', purposeOf[named.kind])
		.where('expiresAt', '>', clock.now())
		.executeTakeFirst();
	if (!row) return null;
	const payload = open(named, sealedOf(fromJson(row.payload)));
	const isBound = named.kind !== 'Interaction';
	if (isBound && !(await findGrant({ db, clock }, payload.grantId))) return null;
	return { payload, consumedAt: row.consumedAt };
};

/** The live session that stands for a grant. */
export const findGrant = async (
	{ db, clock }: Pick<Context, 'db' | 'clock'>,
	grantId: unknown,
): Promise<StoredSession | null> => {
	if (typeof grantId !== 'string') return null;
	return (await findSessionByToken(db.query, hashOf(grantId), clock.now())) ?? null;
};

/**
 * Ends what a grant allows, all of it: the session row goes, and with it every code and token that names it.
 */
export const endGrant = async (
	{ events }: Pick<Context, 'events'>,
	grantId: string,
	reasons: readonly string[] = [],
): Promise<void> => {
	await events.transaction(async (write) => {
		const ended = await deleteSessionByToken(write.tx, hashOf(grantId));
		if (!ended) return;
		const noted = reasons.length > 0 ? { reasons } : {};
		await write.append({ kind: 'session-ended', cause: 'app', ...ended, ...noted });
	});
};

/** From the first token on, the session lives as long as its kind does. */
export const beginUse = async (
	tx: Transaction<AccountTables>,
	sessionId: string,
	now: number,
): Promise<boolean> => {
	const letIn = await tx
		.selectFrom('letIn')
		.select('idleMaxMs')
		.where('sessionId', '=', sessionId)
		.executeTakeFirst();
	if (!letIn) return false;
	await tx
		.updateTable('session')
		.set({ idleMaxMs: letIn.idleMaxMs, lastUsedAt: now })
		.where('sessionId', '=', sessionId)
		.execute();
	return true;
};

const spendOnce = async ({ tx, now }: EventTransaction, named: Named): Promise<boolean> => {
	const purpose = purposeOf[named.kind];
	const spent = await consume(tx, { purpose, flow: secretOf(named) }, now);
	if (!spent) return false;
	const { grantId } = open(named, sealedOf(spent.payload));
	const session = typeof grantId === 'string' && (await findSessionByToken(tx, hashOf(grantId), now));
	if (!session || !(await beginUse(tx, session.sessionId, now))) return false;
	await tx
		.updateTable('token')
		.set({ expiresAt: now + spentKeptMs })
		.where('hash', '=', hashOf(secretOf(named)))
		.where('expiresAt', '>', now + spentKeptMs)
		.execute();
	return true;
};

/**
 * Spends a code or a refresh token: of any number of calls one gets true. All others have shown something
 * that was used before, and so the whole grant ends (RFC 9700 2.2.2 and 4.14.2; RFC 6749 4.1.2).
 */
export const spendArtefact = async (needs: Needs, named: Named): Promise<boolean> => {
	const isSpent = await needs.events.transaction((write) => spendOnce(write, named));
	if (isSpent) return true;
	const found = await findArtefact(needs, named);
	if (found?.payload.grantId) await endGrant(needs, found.payload.grantId, ['token-reused']);
	return false;
};

/** Spends an app's question with its answer: of any number of answers, yes or no, one gets true. */
export const answerInteraction = async (
	{ tx, now }: Pick<EventTransaction, 'tx' | 'now'>,
	id: string,
): Promise<boolean> => {
	const flow = secretOf({ kind: 'Interaction', id });
	return (await consume(tx, { purpose: 'app-interaction', flow }, now)) !== null;
};

/** Of any number of calls one gets true. */
export const removeArtefact = async ({ db }: Pick<Context, 'db'>, named: Named): Promise<boolean> => {
	const result = await db.query
		.deleteFrom('token')
		.where('hash', '=', hashOf(secretOf(named)))
		.where('purpose', '=', purposeOf[named.kind])
		.executeTakeFirst();
	return result.numDeletedRows === 1n;
};
