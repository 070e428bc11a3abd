/**
 * Passwords for apps that can do neither a browser nor a code: 140 random bits each, good for browsing and
 * playing, each a session of its own.
 */
import { randomBytes } from 'node:crypto';
import type { AppPassword } from '@holdfast/contract/provider';
import type { Kysely } from 'kysely';
import { Fault } from '#platform/fault.ts';
import { hashOf } from '#platform/ids.ts';
import type { AccountSeal } from '../../keeper/index.ts';
import { findAccount } from '../account-store.ts';
import type { Actor, Context } from '../context.ts';
import { type Lifetime, prepareSession, proofOfSession } from '../session-making.ts';
import { openOwn } from '../sessions.ts';
import {
	findOwnSession,
	findSessionByToken,
	insertSession,
	listOwnSessions,
	type StoredSession,
} from '../session-store.ts';
import type { AccountTables, SessionRow } from '../tables.ts';
import { foldUsername } from '../username.ts';

const dayMs = 24 * 60 * 60_000;
/** For one without an end: longer than anybody keeps an app. */
const foreverMs = 100 * 365 * dayMs;
const appPasswordsMax = 100;
/** Letters that are told apart by eye; 28 of 32 are 140 random bits. */
const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';
const secretLetters = 28;
const groupLetters = 4;

type Needs = Pick<Context, 'db' | 'clock' | 'keeper' | 'sealer' | 'events' | 'arePlainPasswordsAllowed'>;

export interface NewAppPassword {
	readonly label: string;
	readonly kind: AppPassword['kind'];
	readonly days: 30 | 365 | null;
}

const newAppSecret = (): string =>
	Array.from(randomBytes(secretLetters), (byte) => alphabet[byte % alphabet.length]).join('');

const grouped = (secret: string): string => secret.match(new RegExp(`.{1,${groupLetters}}`, 'gu'))!.join('-');

/** As it was copied or typed: case, blanks and dashes do not matter. */
const bareSecret = (typed: string): string =>
	typed
		.slice(0, 128)
		.toLowerCase()
		.replaceAll(/[^a-z0-9]/gu, '');

const lifetimeOf = (days: NewAppPassword['days']): Lifetime => {
	const lifetimeMaxMs = days === null ? foreverMs : days * dayMs;
	return { lifetimeMaxMs, idleMaxMs: lifetimeMaxMs };
};

const presentOne = (seal: AccountSeal, row: SessionRow, plain: ReadonlySet<string>): AppPassword => ({
	sessionId: row.sessionId,
	label: seal.open('session', 'label', row.label),
	kind: plain.has(row.sessionId) ? 'plain' : 'hashed',
	createdAt: row.createdAt,
	lastUsedAt: row.lastUsedAt,
	expiresAt: row.expiresAt - row.createdAt >= foreverMs ? null : row.expiresAt,
});

const plainOf = async (db: Kysely<AccountTables>, accountId: string): Promise<Set<string>> => {
	const rows = await db
		.selectFrom('plainPassword')
		.innerJoin('session', 'session.sessionId', 'plainPassword.sessionId')
		.select('plainPassword.sessionId')
		.where('session.accountId', '=', accountId)
		.execute();
	return new Set(rows.map(({ sessionId }) => sessionId));
};

const listWith = async (
	{ db, clock }: Pick<Context, 'db' | 'clock'>,
	seal: AccountSeal,
	accountId: string,
): Promise<AppPassword[]> => {
	const rows = await listOwnSessions(db.query, accountId, clock.now());
	const plain = await plainOf(db.query, accountId);
	return rows.filter(({ kind }) => kind === 'app-password').map((row) => presentOne(seal, row, plain));
};

/** The actor's own, newest use first. */
export const listAppPasswords = async (
	needs: Needs,
	actor: Actor,
): Promise<{ appPasswords: AppPassword[]; isPlainAllowed: boolean }> => {
	const { seal } = await openOwn(needs, actor);
	const appPasswords = await listWith(needs, seal, actor.accountId);
	return { appPasswords, isPlainAllowed: needs.arePlainPasswordsAllowed };
};

/** Somebody's, for somebody on the machine. @throws accounts.account.absent */
export const listAppPasswordsOnMachine = async (
	needs: Needs,
	accountId: string,
): Promise<{ appPasswords: AppPassword[] }> => {
	const account = await findAccount(needs.db.query, accountId);
	if (!account) throw new Fault('accounts.account.absent');
	const seal = await needs.sealer.open(accountId, account.wrapped, null);
	return { appPasswords: await listWith(needs, seal, accountId) };
};

/**
 * The one time the password is seen. It ends like every session: in the list, with the epoch, with the
 * account.
 *
 * @throws accounts.app-password.plain-off, accounts.app-password.too-many
 */
export const makeAppPassword = async (
	needs: Needs,
	actor: Actor,
	input: NewAppPassword,
): Promise<{ password: string; appPassword: AppPassword }> => {
	const isPlain = input.kind === 'plain';
	if (isPlain && !needs.arePlainPasswordsAllowed) throw new Fault('accounts.app-password.plain-off');
	const { session: own, seal } = await openOwn(needs, actor);
	const { accountId } = actor;
	const secret = newAppSecret();
	const { row } = await prepareSession(needs, {
		accountId,
		seal,
		proof: proofOfSession(own, actor.token),
		client: { address: null, userAgent: null },
		methods: [],
		authenticatedAt: own.authenticatedAt,
		issuerId: own.issuerId,
		tokenHash: hashOf(secret),
		app: {
			kind: 'app-password',
			scope: 'media',
			label: input.label.trim().normalize('NFC'),
			clientId: null,
			lifetime: lifetimeOf(input.days),
		},
	});
	const { sessionId } = row;
	const sealed = isPlain ? seal.seal('plainPassword', 'secret', secret) : null;
	const made = await needs.events.transaction(async ({ tx, now, append }) => {
		const present = await findOwnSession(tx, actor, now);
		if (!present) throw new Fault('access.sign-in-needed');
		const rows = await listOwnSessions(tx, accountId, now);
		if (rows.filter(({ kind }) => kind === 'app-password').length >= appPasswordsMax)
			throw new Fault('accounts.app-password.too-many');
		const { accountEpoch, verifierMadeAt } = present;
		const stored = await insertSession(tx, row, { accountEpoch, verifierMadeAt });
		if (sealed) await tx.insertInto('plainPassword').values({ sessionId, secret: sealed }).execute();
		await append({ kind: 'app-password-made', cause: 'app', accountId, sessionId });
		return stored;
	});
	const appPassword = presentOne(seal, made, new Set(isPlain ? [sessionId] : []));
	return { password: grouped(secret), appPassword };
};

export interface BasicCredentials {
	readonly username: string;
	readonly secret: string;
}

export interface FoundAppPassword {
	readonly session: StoredSession;
	readonly secret: string;
}

/**
 * The session behind a name and an app password. Known and unknown names do the same: one index, one look-up
 * by the hash of the secret, one comparison. A right one is never slowed down by wrong ones.
 */
export const findByAppPassword = async (
	{ db, clock, keeper }: Pick<Context, 'db' | 'clock' | 'keeper'>,
	{ username, secret }: BasicCredentials,
): Promise<FoundAppPassword | null> => {
	const bare = bareSecret(secret);
	const [usernameIndex] = await keeper.blindIndex('username', [foldUsername(username.slice(0, 256))]);
	const session = await findSessionByToken(db.query, hashOf(bare), clock.now());
	const named = await db.query
		.selectFrom('account')
		.select('accountId')
		.where('usernameIndex', '=', usernameIndex ?? '')
		.executeTakeFirst();
	const isRight = session?.kind === 'app-password' && session.accountId === named?.accountId;
	return isRight ? { session, secret: bare } : null;
};

const plainTriedMax = 20;

/**
 * Everything that a music app's password may be, for a protocol that proves it by a hash of it and a salt.
 * Opens the person's key without them, which the keeper counts. Empty for unknown names, and where the weaker
 * kind is switched off.
 */
export const openPlainPasswords = async (
	needs: Pick<Context, 'db' | 'clock' | 'keeper' | 'sealer' | 'arePlainPasswordsAllowed'>,
	username: string,
): Promise<{ readonly sessionId: string; readonly secret: string }[]> => {
	if (!needs.arePlainPasswordsAllowed) return [];
	const [usernameIndex] = await needs.keeper.blindIndex('username', [foldUsername(username.slice(0, 256))]);
	const account = await needs.db.query
		.selectFrom('account')
		.innerJoin('keyring', 'keyring.accountId', 'account.accountId')
		.select(['account.accountId', 'keyring.wrapped'])
		.where('usernameIndex', '=', usernameIndex ?? '')
		.executeTakeFirst();
	if (!account) return [];
	const alive = await listOwnSessions(needs.db.query, account.accountId, needs.clock.now());
	const ids = alive.filter(({ kind }) => kind === 'app-password').map(({ sessionId }) => sessionId);
	if (ids.length === 0) return [];
	const rows = await needs.db.query
		.selectFrom('plainPassword')
		.selectAll()
		.where('sessionId', 'in', ids)
		.limit(plainTriedMax)
		.execute();
	if (rows.length === 0) return [];
	const seal = await needs.sealer.open(account.accountId, account.wrapped, null);
	return rows.map(({ sessionId, secret }) => ({
		sessionId,
		secret: grouped(seal.open('plainPassword', 'secret', secret)),
	}));
};
