/**
 * Letting somebody into a media server: the server asks by a signed request that a browser carries, the
 * person goes on, and the server trades the code that the browser brings back. Whether they may is looked at
 * again at each step.
 */
import { createHash } from 'node:crypto';
import { enterPath } from '@holdfast/contract/feed';
import type { Entered } from '@holdfast/contract/servers';
import type { Transaction } from 'kysely';
import { Fault } from '#platform/fault.ts';
import { hashOf, isEqualSecret, newId, newSecret } from '#platform/ids.ts';
import type { AccountSeal } from '../../keeper/index.ts';
import { findAccount, type StoredAccount } from '../account-store.ts';
import type { Actor, Context } from '../context.ts';
import type { EventTransaction } from '../event-log.ts';
import type { FlowPayloads } from '../flows.ts';
import { openPerson } from '../people.ts';
import { type NewSession, prepareSession, proofOfSession } from '../session-making.ts';
import { deleteOwnSession, findOwnSession, insertSession, lifetimeMaxMs } from '../session-store.ts';
import { openOwn } from '../sessions.ts';
import type { AccountTables } from '../tables.ts';
import { consume, issueFlow, peekFlow } from '../token-store.ts';
import { redirectIndexesOf } from './claims.ts';
import type { ServerProofs } from './server-proof.ts';
import { findGrant, findOpenServer } from './server-store.ts';
import type { MediaServerRow, ServerGrantRow } from './server-tables.ts';

const purpose = 'server-entry';
/** Ended by the server or here, never by not being used: what is watched there is not told to us. */
const lifetime = { lifetimeMaxMs, idleMaxMs: lifetimeMaxMs };
const nameCharactersMax = 120;

interface EntryRequest {
	readonly keyName: string;
	readonly redirectUri: string;
	readonly redirectIndex: string;
	readonly state: string;
	readonly challenge: string;
	/** What the server calls itself. */
	readonly name: string;
}

const invalid = (): never => {
	throw new Fault('servers.entry.invalid');
};

const isSecret = (value: unknown): value is string =>
	typeof value === 'string' && /^[A-Za-z0-9_-]{43}$/u.test(value);

/** @throws servers.entry.invalid  for what is not signed by a server of ours, or leads elsewhere. */
const readRequest = async (
	needs: Context,
	proofs: ServerProofs,
	statement: string,
): Promise<{ readonly request: EntryRequest; readonly server: MediaServerRow }> => {
	const read = await proofs.readEntry(statement);
	if (!read) return invalid();
	const { claims } = read;
	const { redirect_uri: redirectUri, state, code_challenge: challenge, name } = claims;
	const isFine =
		typeof redirectUri === 'string' &&
		redirectUri.endsWith(enterPath) &&
		isSecret(state) &&
		isSecret(challenge) &&
		claims['code_challenge_method'] === 'S256' &&
		typeof name === 'string';
	if (!isFine) return invalid();
	const { keyName } = read.server;
	const origin = redirectUri.slice(0, -enterPath.length);
	const [redirectIndex] = await redirectIndexesOf(needs, keyName, [origin]);
	const server = await findOpenServer(needs.db.query, keyName);
	const redirects = server ? (JSON.parse(server.redirects) as string[]) : [];
	// Exactly one of the addresses that the server gave, not one that looks like it.
	if (!server || redirectIndex === undefined || !redirects.includes(redirectIndex)) return invalid();
	const request = { keyName, redirectUri, redirectIndex, state, challenge };
	return { server, request: { ...request, name: name.slice(0, nameCharactersMax) } };
};

/** The names under which somebody may have been let in: their own, proven ones. */
const indexesOf = (account: StoredAccount): string[] =>
	account.emailIndex === null ? [account.usernameIndex] : [account.usernameIndex, account.emailIndex];

interface Standing {
	readonly role: Entered['role'];
	readonly isHousehold: boolean;
	/** Null for the owner. */
	readonly grant: ServerGrantRow | null;
}

const standingOf = async (
	db: Parameters<typeof findGrant>[0],
	server: MediaServerRow,
	account: StoredAccount,
): Promise<Standing | null> => {
	if (account.status !== 'active') return null;
	const { accountId } = account;
	if (server.ownerId === accountId) return { role: 'owner', isHousehold: true, grant: null };
	const grant = await findGrant(db, server.serverId, { accountId, indexes: indexesOf(account) });
	return grant ? { role: grant.role, isHousehold: grant.isHousehold === 1, grant } : null;
};

const own = async (needs: Context, actor: Actor): Promise<StoredAccount> => {
	const account = await findAccount(needs.db.query, actor.accountId);
	if (!account) throw new Fault('access.sign-in-needed');
	return account;
};

export const lookAtEntry = async (
	needs: Context,
	proofs: ServerProofs,
	actor: Actor,
	statement: string,
): Promise<{ name: string; origin: string; mayEnter: boolean }> => {
	const { request, server } = await readRequest(needs, proofs, statement);
	const standing = await standingOf(needs.db.query, server, await own(needs, actor));
	return {
		name: request.name,
		origin: request.redirectUri.slice(0, -enterPath.length),
		mayEnter: standing !== null,
	};
};

/** The first time somebody comes, the invitation becomes theirs. */
const accept = async (
	{ tx, now, append }: EventTransaction,
	grant: ServerGrantRow,
	accountId: string,
	serverName: ServerGrantRow['serverName'],
): Promise<void> => {
	if (grant.accountId !== null) return;
	await tx
		.updateTable('serverGrant')
		.set({ accountId, whoIndex: null, serverName, acceptedAt: now })
		.where('grantId', '=', grant.grantId)
		.where('accountId', 'is', null)
		.execute();
	await append({ kind: 'server-entered', cause: 'server', accountId, serverId: grant.serverId });
};

/**
 * The person goes on. The code is bound to the server, the address, the challenge and this very session.
 *
 * @throws servers.entry.invalid, servers.entry.refused
 */
export const approveEntry = async (
	needs: Context,
	proofs: ServerProofs,
	actor: Actor,
	statement: string,
): Promise<{ redirectTo: string }> => {
	const { request } = await readRequest(needs, proofs, statement);
	const { session, seal } = await openOwn(needs, actor);
	const { accountId } = actor;
	const code = newSecret();
	const proof = proofOfSession(session, actor.token);
	const mac = await needs.keeper.wrap.bindSession({ accountId, tokenHash: hashOf(code), proof });
	const serverName = seal.seal('serverGrant', 'serverName', request.name || '-');
	await needs.events.transaction(async (write) => {
		const { tx, now } = write;
		const server = (await findOpenServer(tx, request.keyName)) ?? invalid();
		const account = await findAccount(tx, accountId);
		const isHere = await findOwnSession(tx, actor, now);
		if (!account || !isHere) throw new Fault('access.sign-in-needed');
		const standing = await standingOf(tx, server, account);
		if (!standing) throw new Fault('servers.entry.refused');
		if (standing.grant) await accept(write, standing.grant, accountId, serverName);
		const payload: FlowPayloads[typeof purpose] = {
			serverId: server.serverId,
			redirectIndex: request.redirectIndex,
			challenge: request.challenge,
			mac,
			fromSessionId: actor.sessionId,
			sessionId: newId(now),
		};
		const holder = { accountId, epoch: account.epoch };
		await issueFlow(tx, { purpose, payload, account: holder, secret: code }, now);
	});
	const back = new URLSearchParams({ code, state: request.state, iss: needs.publicUrl() ?? '' });
	return { redirectTo: `${request.redirectUri}#${back}` };
};

export interface Redeeming {
	readonly code: string;
	readonly codeVerifier: string;
	readonly redirectUri: string;
}

/** A code that comes twice was stolen once: what it made is ended (RFC 6749 4.1.2). */
const endStolen = async (needs: Context, server: MediaServerRow, code: string): Promise<void> => {
	await needs.events.transaction(async ({ tx, append }) => {
		const row = await tx
			.selectFrom('token')
			.select(['accountId', 'payload'])
			.where('hash', '=', hashOf(code))
			.where('purpose', '=', purpose)
			.where('consumedAt', 'is not', null)
			.executeTakeFirst();
		if (!row || row.accountId === null) return;
		const { serverId, sessionId } = JSON.parse(row.payload) as FlowPayloads[typeof purpose];
		const made = { accountId: row.accountId, sessionId };
		if (serverId !== server.serverId || !(await deleteOwnSession(tx, made))) return;
		await append({ kind: 'session-ended', cause: 'server', ...made, serverId });
	});
};

type Payload = FlowPayloads[typeof purpose];

const isFor = (
	payload: Payload,
	server: MediaServerRow,
	redeeming: Redeeming,
	redirectIndex: string,
): boolean => {
	const challenge = createHash('sha256').update(redeeming.codeVerifier).digest('base64url');
	return (
		payload.serverId === server.serverId &&
		payload.redirectIndex === redirectIndex &&
		isEqualSecret(payload.challenge, challenge)
	);
};

interface Prepared {
	readonly session: NewSession;
	readonly seal: AccountSeal;
	readonly viewerId: string;
}

const prepare = async (
	needs: Context,
	server: MediaServerRow,
	flow: { readonly accountId: string; readonly payload: Payload },
	code: string,
): Promise<Prepared> => {
	const { accountId, payload } = flow;
	const now = needs.clock.now();
	const from = await findOwnSession(needs.db.query, { accountId, sessionId: payload.fromSessionId }, now);
	const account = await findAccount(needs.db.query, accountId);
	if (!from || !account) return invalid();
	const proof = { kind: 'session', token: code, sessionMac: payload.mac } as const;
	const seal = await needs.sealer.open(accountId, account.wrapped, proof);
	const standing = await standingOf(needs.db.query, server, account);
	if (!standing) return invalid();
	const named = standing.grant?.serverName ?? null;
	if (named === null && standing.role !== 'owner') return invalid();
	const label =
		named === null
			? seal.open('mediaServer', 'name', server.name)
			: seal.open('serverGrant', 'serverName', named);
	const session = await prepareSession(needs, {
		...{ accountId, seal, proof },
		client: { address: null, userAgent: null },
		methods: JSON.parse(from.methods) as never,
		authenticatedAt: from.authenticatedAt,
		issuerId: from.issuerId,
		app: { kind: 'server', scope: 'media', label, clientId: server.serverId, lifetime },
	});
	const [viewerId] = await needs.keeper.blindIndex('server-viewer', [`${server.serverId} ${accountId}`]);
	return { session, seal, viewerId: viewerId! };
};

const newestIn = async (tx: Transaction<AccountTables>): Promise<number> => {
	const row = await tx
		.selectFrom('securityEvent')
		.select((column) => column.fn.max('position').as('newest'))
		.executeTakeFirst();
	return Number(row?.newest ?? 0);
};

/**
 * The server's half. Everything is looked at again in the transaction that spends the code.
 *
 * @throws servers.entry.invalid  for everything that is not right, alike.
 */
export const redeemEntry = async (
	needs: Context,
	server: MediaServerRow,
	redeeming: Redeeming,
): Promise<Entered> => {
	const { code } = redeeming;
	const origin = redeeming.redirectUri.slice(0, -enterPath.length);
	const [redirectIndex = ''] = await redirectIndexesOf(needs, server.keyName, [origin]);
	const flow = await peekFlow(needs.db.query, { purpose, flow: code }, needs.clock.now());
	if (!flow || flow.accountId === null) {
		await endStolen(needs, server, code);
		return invalid();
	}
	if (!isFor(flow.payload, server, redeeming, redirectIndex)) return invalid();
	const { accountId, payload } = { ...flow, accountId: flow.accountId };
	const prepared = await prepare(needs, server, { accountId, payload }, code);
	return needs.events.transaction(async (write) => {
		const { tx, now } = write;
		const spent = await consume(tx, { purpose, flow: code }, now);
		const account = await findAccount(tx, accountId);
		const open = await findOpenServer(tx, server.keyName);
		const from = await findOwnSession(tx, { accountId, sessionId: payload.fromSessionId }, now);
		if (!spent || !account || !from || account.epoch !== spent.accountEpoch) return invalid();
		const standing = open?.serverId === payload.serverId ? await standingOf(tx, open, account) : null;
		if (!standing || (standing.grant && standing.grant.accountId !== accountId)) return invalid();
		const row = await insertSession(
			tx,
			{ ...prepared.session.row, sessionId: payload.sessionId, level: from.level },
			{ accountEpoch: account.epoch, verifierMadeAt: from.verifierMadeAt },
		);
		await write.append({
			...{ kind: 'signed-in', cause: 'server', accountId },
			...{ sessionId: row.sessionId, serverId: server.serverId },
		});
		const { username, displayName } = openPerson(prepared.seal, account);
		return {
			...{ sessionId: row.sessionId, accountId, username, displayName, viewerId: prepared.viewerId },
			...{ role: standing.role, isHousehold: standing.isHousehold },
			...{ accountEpoch: row.accountEpoch, serverEpoch: row.serverEpoch, globalEpoch: row.globalEpoch },
			...{ issuerId: row.issuerId, position: await newestIn(tx) },
			...{ level: row.level, highestLevel: account.highestLevel, authenticatedAt: row.authenticatedAt },
			expiresAt: row.expiresAt,
		};
	});
};

/** Somebody signed out at the server. Only a session of that very server can be ended by it. */
export const endServerSession = async (
	{ events }: Pick<Context, 'events'>,
	server: MediaServerRow,
	sessionId: string,
): Promise<void> => {
	await events.transaction(async ({ tx, append }) => {
		const row = await tx
			.deleteFrom('session')
			.where('sessionId', '=', sessionId)
			.where('kind', '=', 'server')
			.where('clientId', '=', server.serverId)
			.returning(['sessionId', 'accountId'])
			.executeTakeFirst();
		if (row) await append({ kind: 'session-ended', cause: 'server', ...row, serverId: server.serverId });
	});
};
