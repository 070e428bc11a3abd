/**
 * Letting in a television (RFC 8628): the device shows a code and a number; on another screen a signed-in
 * person types the code, sees what asks and from where, and picks the number that the device
 * shows. Whoever is
 * sent a code by a stranger does not see the stranger's number.
 */
import { createHmac, randomInt } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import type { Signed } from '@holdfast/contract/accounts';
import type { LinkRequest } from '@holdfast/contract/provider';
import { fromJson, type Sealed, toJson } from '#platform/db/types.ts';
import { Fault } from '#platform/fault.ts';
import { hashOf, newSecret } from '#platform/ids.ts';
import { clientLabelOf } from '../client-label.ts';
import type { Actor, ClientFacts, Context } from '../context.ts';
import type { DeviceRequest, FlowPayload } from '../flows.ts';
import { networkOf } from '../network.ts';
import { openServerSeal } from '../server-seal.ts';
import {
	type NewSession,
	prepareSession,
	presentSigned,
	proofOfSession,
	type SignedIn,
} from '../session-making.ts';
import { openOwn } from '../sessions.ts';
import { deleteOwnSession, findSessionByToken, insertSession } from '../session-store.ts';
import type { AccountTables } from '../tables.ts';
import { consume, issueFlow, peekFlow } from '../token-store.ts';
import { beginUse, endGrant } from './artefacts.ts';
import { type AppClient, findClient } from './clients.ts';
import { type Grant, prepareLetting } from './letting-in.ts';
import { type createNetworkPace, countWrong, refuseTooMany, type Tries } from './tries.ts';

/** RFC 8628 6.1: consonants that are hard to mistake and spell nothing. 8 of 20 are 34.5 bits. */
const codeLetters = 'BCDFGHJKLMNPQRSTVWXZ';
const codeLength = 8;
const numbersOffered = 3;
const pollEveryMs = 5_000;
/** RFC 8628 3.5: what is added each time a device asks too soon. */
const slowDownMs = 5_000;
const pollEveryMsMax = 60_000;
/** The device may come for its token until its code is over, and a little longer. */
const waitMaxMs = 11 * 60_000;
const lifetimeMs = 10 * 60_000;

export interface DeviceAsked {
	readonly deviceCode: string;
	/** As it is shown: `BCDF-GHJK`. */
	readonly userCode: string;
	/** To be shown big beside the code. */
	readonly number: string;
	readonly expiresInMs: number;
	readonly pollEveryMs: number;
}

interface DeviceFacts {
	readonly label: string;
	readonly network: string | null;
	readonly userAgent: string | null;
}

const newUserCode = (): string =>
	Array.from({ length: codeLength }, () => codeLetters[randomInt(codeLetters.length)]).join('');

/** Three different numbers, in no order that tells anything, and one of them. */
const newNumbers = (): { number: string; numbers: string[] } => {
	const all = new Set<string>();
	while (all.size < numbersOffered) all.add(String(randomInt(10, 100)));
	const numbers = [...all];
	return { number: numbers[randomInt(numbersOffered)]!, numbers: numbers.toSorted() };
};

/** The token of the session that the device will have: known to whoever holds its code, and stored nowhere. */
export const sessionTokenOf = (deviceCode: string): string =>
	createHmac('sha256', deviceCode).update('holdfast device session').digest('base64url');

const userCodeSecret = async ({ keeper }: Pick<Context, 'keeper'>, typed: string): Promise<string | null> => {
	const bare = typed.toUpperCase().replaceAll(/[^A-Z0-9]/gu, '');
	const [index] = await keeper.blindIndex('user-code', [bare.slice(0, 32)]);
	return index ?? null;
};

const place = ['token', 'payload'] as const;

/** The device asks. What it says of itself is shown to the person, sealed until then. */
export const startDeviceLink = async (
	needs: Context,
	pace: ReturnType<typeof createNetworkPace>,
	asked: { readonly client: AppClient; readonly scope: string },
	from: Pick<ClientFacts, 'address' | 'userAgent'>,
): Promise<DeviceAsked> => {
	pace(networkOf(from.address) ?? 'none', needs.clock.now());
	const [deviceCode, userCode, seal] = [newSecret(), newUserCode(), await openServerSeal(needs)];
	const { number, numbers } = newNumbers();
	const { userAgent } = from;
	const facts: DeviceFacts = { label: clientLabelOf(userAgent), network: networkOf(from.address), userAgent };
	const request: DeviceRequest = {
		clientId: asked.client.clientId,
		scope: asked.scope,
		sessionTokenHash: hashOf(sessionTokenOf(deviceCode)),
		number,
		numbers,
		sealed: Buffer.from(seal.seal(...place, JSON.stringify(facts))).toString('base64url'),
		pollEveryMs,
		polledAt: null,
		state: { kind: 'waiting' },
	};
	const secret = await userCodeSecret(needs, userCode);
	const now = needs.clock.now();
	await needs.db.transaction(async (tx) => {
		await issueFlow(tx, { purpose: 'device-code', payload: request, secret: deviceCode, lifetimeMs }, now);
		const payload = { deviceHash: hashOf(deviceCode) };
		await issueFlow(tx, { purpose: 'user-code', payload, secret: secret ?? newSecret(), lifetimeMs }, now);
	});
	const shown = `${userCode.slice(0, codeLength / 2)}-${userCode.slice(codeLength / 2)}`;
	return { deviceCode, userCode: shown, number, expiresInMs: lifetimeMs, pollEveryMs };
};

interface DeviceRow {
	readonly request: DeviceRequest;
	readonly createdAt: number;
	readonly expiresAt: number;
	readonly consumedAt: number | null;
}

const readDevice = async (
	db: Kysely<AccountTables>,
	deviceHash: string,
	now: number,
): Promise<DeviceRow | null> => {
	const row = await db
		.selectFrom('token')
		.select(['payload', 'createdAt', 'expiresAt', 'consumedAt'])
		.where('hash', '=', deviceHash)
		.where('purpose', '=', 'device-code')
		.where('expiresAt', '>', now)
		.executeTakeFirst();
	return row ? { ...row, request: fromJson(row.payload) as DeviceRequest } : null;
};

const writeDevice = async (
	tx: Transaction<AccountTables>,
	deviceHash: string,
	request: DeviceRequest,
): Promise<void> => {
	await tx
		.updateTable('token')
		.set({ payload: toJson<FlowPayload>(request) })
		.where('hash', '=', deviceHash)
		.where('purpose', '=', 'device-code')
		.execute();
};

interface Found extends DeviceRow {
	readonly secret: string;
	readonly deviceHash: string;
	readonly client: AppClient;
	readonly facts: DeviceFacts;
}

/** 34.5 bits of code, ten minutes of life: a person who guesses all day finds none. */
const wrongPerPersonMax = 20;
const wrongPerNetworkMax = 100;

const triesOf = async (
	{ keeper }: Pick<Context, 'keeper'>,
	{ accountId }: Pick<Actor, 'accountId'>,
	{ address }: Pick<ClientFacts, 'address'>,
): Promise<Tries[]> => {
	const own = { subject: `link:${accountId}`, perHourMax: wrongPerPersonMax };
	const network = networkOf(address);
	if (network === null) return [own];
	const [index] = await keeper.blindIndex('user-code', [`NETWORK ${network}`]);
	return [own, { subject: `link:${index}`, perHourMax: wrongPerNetworkMax }];
};

/** A code that somebody has used already is not a guess. */
const wasEver = async (db: Kysely<AccountTables>, secret: string | null): Promise<boolean> => {
	if (secret === null) return false;
	const query = db.selectFrom('token').select('tokenId').where('hash', '=', hashOf(secret));
	return (await query.where('purpose', '=', 'user-code').executeTakeFirst()) !== undefined;
};

/** Every wrong code counts, for the person and for their network. */
const findByUserCode = async (
	needs: Context,
	actor: Actor,
	userCode: string,
	client: Pick<ClientFacts, 'address'>,
): Promise<Found> => {
	const tries = await triesOf(needs, actor, client);
	await refuseTooMany(needs, tries);
	const now = needs.clock.now();
	const secret = await userCodeSecret(needs, userCode);
	const flow = secret && (await peekFlow(needs.db.query, { purpose: 'user-code', flow: secret }, now));
	const row = flow && (await readDevice(needs.db.query, flow.payload.deviceHash, now));
	const asking = row && (await findClient(needs, row.request.clientId));
	if (!row || !asking || row.request.state.kind !== 'waiting') {
		if (!(await wasEver(needs.db.query, secret))) await countWrong(needs, tries);
		throw new Fault('accounts.link.code-wrong');
	}
	const seal = await openServerSeal(needs);
	const sealed = Buffer.from(row.request.sealed, 'base64url') as Uint8Array as Sealed;
	const facts = JSON.parse(seal.open(...place, sealed)) as DeviceFacts;
	return { ...row, secret, deviceHash: flow.payload.deviceHash, client: asking, facts };
};

/** @throws accounts.link.code-wrong, request.too-many */
export const findLinkRequest = async (
	needs: Context,
	actor: Actor,
	userCode: string,
	client: Pick<ClientFacts, 'address'>,
): Promise<LinkRequest> => {
	const found = await findByUserCode(needs, actor, userCode, client);
	const { network, label } = found.facts;
	return {
		app: found.client.name,
		device: label,
		network,
		place: null,
		isSameNetwork: network !== null && network === networkOf(client.address),
		askedAt: found.createdAt,
		expiresAt: found.expiresAt,
		numbers: [...found.request.numbers],
	};
};

/** Spends the code that the person typed: approving, refusing and picking wrongly all end it. */
const decide = async (
	tx: Transaction<AccountTables>,
	found: Found,
	state: DeviceRequest['state'],
	now: number,
): Promise<void> => {
	const spent = await consume(tx, { purpose: 'user-code', flow: found.secret }, now);
	const row = spent && (await readDevice(tx, spent.payload.deviceHash, now));
	if (row?.request.state.kind !== 'waiting') throw new Fault('accounts.link.code-wrong');
	await writeDevice(tx, found.deviceHash, { ...row.request, state });
};

/** @throws accounts.link.code-wrong, request.too-many */
export const denyLinkRequest = async (
	needs: Context,
	actor: Actor,
	userCode: string,
	client: Pick<ClientFacts, 'address'>,
): Promise<void> => {
	const found = await findByUserCode(needs, actor, userCode, client);
	const { clock, db } = needs;
	await db.transaction((tx) => decide(tx, found, { kind: 'denied' }, clock.now()));
};

/** The approver's browser goes on in a new session: its token changes with what it was used for (ASVS 7.2.4). */
const prepareNext = async (
	needs: Context,
	actor: Actor,
	client: Pick<ClientFacts, 'address' | 'userAgent'>,
): Promise<{ next: NewSession; present: (row: Parameters<typeof presentSigned>[2]) => Signed }> => {
	const { session: own, seal } = await openOwn(needs, actor);
	const next = await prepareSession(needs, {
		accountId: actor.accountId,
		seal,
		proof: proofOfSession(own, actor.token),
		client,
		methods: fromJson(own.methods),
		authenticatedAt: own.authenticatedAt,
		issuerId: own.issuerId,
		deviceId: own.deviceId,
	});
	return { next, present: (row) => presentSigned(seal, own, row) };
};

/**
 * Lets the device in, and gives the approving browser a new session. Of any number of calls one does.
 *
 * @throws accounts.link.code-wrong, accounts.link.number-wrong, request.too-many
 */
export const approveLinkRequest = async (
	needs: Context,
	actor: Actor,
	input: { readonly userCode: string; readonly number: string },
	client: ClientFacts,
): Promise<SignedIn> => {
	const found = await findByUserCode(needs, actor, input.userCode, client);
	if (input.number !== found.request.number) {
		await needs.db.transaction((tx) => decide(tx, found, { kind: 'denied' }, needs.clock.now()));
		throw new Fault('accounts.link.number-wrong');
	}
	const { label, userAgent } = found.facts;
	const letting = await prepareLetting(needs, actor, {
		client: found.client,
		label: `${found.client.name} (${label})`,
		scope: found.request.scope,
		from: { address: addressIn(found.facts.network), userAgent },
		waitMaxMs,
		cause: 'device-link',
		tokenHash: found.request.sessionTokenHash,
	});
	const { next, present } = await prepareNext(needs, actor, client);
	const row = await needs.events.transaction(async (write) => {
		const { tx, now, append } = write;
		await decide(tx, found, { kind: 'let-in', ...letting.facts }, now);
		await letting.store(write);
		const { accountEpoch, verifierMadeAt } = letting.own;
		const made = await insertSession(tx, next.row, { accountEpoch, verifierMadeAt });
		const own = { accountId: actor.accountId, sessionId: actor.sessionId };
		await deleteOwnSession(tx, own);
		await append({ kind: 'session-ended', cause: 'device-link', ...own });
		return made;
	});
	return { token: next.token, signed: present(row) };
};

/** An address of the network, which is all that was kept of the device's. */
const addressIn = (network: string | null): string | null => network?.split('/')[0] ?? null;

/** What a device that asks again is told; `tooSoon` makes it wait longer from now on. */
export type DeviceAnswer =
	| { readonly kind: 'waiting'; readonly isTooSoon: boolean }
	| { readonly kind: 'denied' }
	| { readonly kind: 'let-in'; readonly isSpent: boolean; readonly sessionToken: string };

export interface DeviceState extends DeviceRow {
	readonly answer: DeviceAnswer;
}

/** A device's request by its own code, as it stands; null where it is over. Changes nothing. */
export const readDeviceLink = async (
	{ db, clock }: Pick<Context, 'db' | 'clock'>,
	deviceCode: string,
): Promise<DeviceState | null> => {
	const row = await readDevice(db.query, hashOf(deviceCode), clock.now());
	if (!row) return null;
	const { state, polledAt, pollEveryMs: every } = row.request;
	const isTooSoon = polledAt !== null && clock.now() - polledAt < every;
	if (state.kind === 'waiting') return { ...row, answer: { kind: 'waiting', isTooSoon } };
	if (state.kind === 'denied') return { ...row, answer: { kind: 'denied' } };
	const sessionToken = sessionTokenOf(deviceCode);
	return { ...row, answer: { kind: 'let-in', isSpent: row.consumedAt !== null, sessionToken } };
};

/** Notes that the device asked while it had to wait. */
export const noteDevicePoll = async (
	{ db, clock }: Pick<Context, 'db' | 'clock'>,
	deviceCode: string,
	isTooSoon: boolean,
): Promise<void> => {
	const deviceHash = hashOf(deviceCode);
	await db.transaction(async (tx) => {
		const now = clock.now();
		const row = await readDevice(tx, deviceHash, now);
		if (!row) return;
		const longer = row.request.pollEveryMs + (isTooSoon ? slowDownMs : 0);
		const next = { ...row.request, polledAt: now, pollEveryMs: Math.min(longer, pollEveryMsMax) };
		await writeDevice(tx, deviceHash, next);
	});
};

/**
 * Spends the device's code: one caller gets what it was let in for; null for nothing, where it was
 * refused. The
 * code that comes again ends what it had been given.
 *
 * @returns false where it was spent before
 */
export const spendDeviceLink = async (needs: Context, deviceCode: string): Promise<Grant | null | false> => {
	const token = sessionTokenOf(deviceCode);
	const spent = await needs.events.transaction(async ({ tx, now }) => {
		const flow = await consume(tx, { purpose: 'device-code', flow: deviceCode }, now);
		if (!flow) return false;
		const { state, clientId, scope } = flow.payload;
		if (state.kind !== 'let-in') return null;
		const session = await findSessionByToken(tx, hashOf(token), now);
		if (!session || !(await beginUse(tx, session.sessionId, now))) return false;
		const { sessionId, accountId, expiresAt } = session;
		return { sessionId, accountId, clientId, scope, expiresAt };
	});
	if (spent === false) await endGrant(needs, token, ['token-reused']);
	return spent;
};
