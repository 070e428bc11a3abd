/** Registering a device's key, and fetching a new session with it. */
import { finishSignIn } from '@holdfast/contract/accounts';
import { refreshDevice, registerDeviceKey } from '@holdfast/contract/devices';
import type { Transaction } from 'kysely';
import { fromJson, toJson } from '#platform/db/types.ts';
import { Fault } from '#platform/fault.ts';
import { hashOf } from '#platform/ids.ts';
import { findAccount } from '../account-store.ts';
import { tooMany } from '../context-policy/pace.ts';
import type { Actor, ClientFacts, Context } from '../context.ts';
import type { EventTransaction } from '../event-log.ts';
import type { DeviceKey } from '../flows.ts';
import { networkOf } from '../network.ts';
import { cohortOf, endReplaced, prepareSession, presentSigned, type SignedIn } from '../session-making.ts';
import { insertSession } from '../session-store.ts';
import { openOwn } from '../sessions.ts';
import type { AccountTables } from '../tables.ts';
import { findKeyedDevice, noteProof } from './device-store.ts';
import type { DeviceRow, FloorRow } from './device-tables.ts';
import { checkProof, type Proof, proofAgeMaxMs, type ProofFor } from './dpop.ts';
import { floorsOf, isBelow, turnInMs } from './floors.ts';

type Checking = Pick<Context, 'clock' | 'deviceOrigins' | 'nonces'>;

const aboutRoute = (
	{ clock, deviceOrigins, nonces }: Checking,
	path: string,
	token: string | null,
): ProofFor => ({
	method: 'POST',
	path,
	origins: deviceOrigins(),
	isNonce: nonces.isGood,
	token,
	now: clock.now(),
});

/** The key behind a proof that came with a sign-in; the proof is good for this flow only. */
export const keyOfProof = async (
	needs: Checking,
	proof: string | undefined,
	flow: string,
): Promise<DeviceKey | null> => {
	if (proof === undefined) return null;
	const asked = { ...aboutRoute(needs, finishSignIn.path, null), isNonce: (nonce: string) => nonce === flow };
	const { thumbprint, publicKey } = await checkProof(proof, asked);
	return { thumbprint, publicKey };
};

/** Of any number of calls with one proof exactly one goes on. */
const takeProof = async (
	tx: Transaction<AccountTables>,
	{ proofHash }: Proof,
	now: number,
): Promise<void> => {
	const isNew = await noteProof(tx, { proofHash, expiresAt: now + 2 * proofAgeMaxMs });
	if (!isNew) throw new Fault('accounts.device.proof-wrong');
};

/**
 * Gives the device of the actor's session a key: from then on it can fetch a session that a revocation took
 * from it. For whoever has just proven who they are: a stolen session must not become one that comes back.
 *
 * @throws accounts.device.proof-wrong, accounts.device.nonce-needed
 */
export const registerKey = async (
	needs: Context,
	actor: Actor,
	input: { readonly proof: string },
	client: Pick<ClientFacts, 'deviceToken'>,
): Promise<void> => {
	const { deviceToken } = client;
	const proof = await checkProof(input.proof, aboutRoute(needs, registerDeviceKey.path, deviceToken));
	const { session } = await openOwn(needs, actor);
	const { deviceId } = session;
	if (deviceId === null || deviceToken === null) throw new Fault('accounts.device.proof-wrong');
	const tokenHash = hashOf(deviceToken);
	const mine =
		session.sessionMac === null
			? null
			: ({ kind: 'session', token: actor.token, sessionMac: session.sessionMac } as const);
	const { accountId } = actor;
	const deviceMac = await needs.keeper.wrap.bindSession({ accountId, tokenHash, proof: mine });
	await needs.events.transaction(async ({ tx, now }) => {
		await takeProof(tx, proof, now);
		const { thumbprint: keyThumbprint } = proof;
		const result = await tx
			.updateTable('device')
			.set({ keyThumbprint, publicKey: toJson(proof.publicKey), keyMadeAt: now, deviceMac })
			.where('deviceId', '=', deviceId)
			.where('accountId', '=', accountId)
			.where('tokenHash', '=', tokenHash)
			.executeTakeFirst();
		if (result.numUpdatedRows !== 1n) throw new Fault('accounts.device.proof-wrong');
	});
};

/** What a device that comes back is worth at this moment. Everything is read where the session is stored. */
const recheckDevice = async (
	{ tx, now }: EventTransaction,
	device: DeviceRow,
): Promise<{ readonly accountEpoch: number; readonly verifierMadeAt: number | null }> => {
	const { accountId, tokenHash, keyThumbprint } = device;
	const present = keyThumbprint && (await findKeyedDevice(tx, { tokenHash, keyThumbprint }));
	const account = await findAccount(tx, accountId);
	const floors = await floorsOf(tx, accountId);
	const isGood =
		present &&
		present.deviceId === device.deviceId &&
		account?.status === 'active' &&
		present.deviceEpoch === account.deviceEpoch &&
		present.level >= account.highestLevel &&
		present.expiresAt > now &&
		present.lastSeenAt + present.idleMaxMs > now &&
		!isBelowAny(floors, present);
	if (!isGood || !account) throw new Fault('access.sign-in-needed');
	return { accountEpoch: account.epoch, verifierMadeAt: present.verifierMadeAt };
};

const isBelowAny = (floors: readonly FloorRow[], device: DeviceRow): boolean =>
	isBelow(floors, 'device', device.keyMadeAt) || isBelow(floors, 'credential', device.verifierMadeAt);

/** The row of the session that its key fetched: worth what the last sign-in on the device was worth. */
const sessionFor = async (needs: Context, device: DeviceRow, client: ClientFacts) => {
	const { accountId, deviceId, issuerId, deviceMac } = device;
	const account = await findAccount(needs.db.query, accountId);
	if (!account) throw new Fault('access.sign-in-needed');
	const token = client.deviceToken!;
	const proof = deviceMac === null ? null : ({ kind: 'session', token, sessionMac: deviceMac } as const);
	const seal = await needs.sealer.open(accountId, account.wrapped, proof);
	const made = await prepareSession(needs, {
		...{ accountId, seal, proof, client, deviceId, issuerId },
		methods: fromJson(device.methods),
		authenticatedAt: device.authenticatedAt,
	});
	const { expiresAt, idleMaxMs } = device;
	return { account, seal, token: made.token, row: { ...made.row, expiresAt, idleMaxMs } };
};

/**
 * A new session for a device whose last one was revoked, for its key alone. A revocation that was spread over
 * time tells it when its turn is.
 *
 * @throws access.sign-in-needed, accounts.device.proof-wrong, accounts.device.nonce-needed, request.too-many
 */
export const refresh = async (needs: Context, proofText: string, client: ClientFacts): Promise<SignedIn> => {
	needs.attempts.enter(client.address);
	const { deviceToken } = client;
	const proof = await checkProof(proofText, aboutRoute(needs, refreshDevice.path, deviceToken));
	const by = { tokenHash: hashOf(deviceToken ?? ''), keyThumbprint: proof.thumbprint };
	const device = await findKeyedDevice(needs.db.query, by);
	if (!device) throw new Fault('access.sign-in-needed');
	const { accountId } = device;
	const turn = { sessionAt: device.sessionAt, cohort: cohortOf(accountId) };
	const waitMs = turnInMs(await floorsOf(needs.db.query, accountId), turn, needs.clock.now());
	if (waitMs > 0) throw tooMany(waitMs);
	const { account, seal, token, row } = await sessionFor(needs, device, client);
	const network = networkOf(client.address);
	const seen = network === null ? null : seal.seal('device', 'network', network);
	const session = await needs.events.transaction(async (write) => {
		const { tx, now, append } = write;
		const epochs = await recheckDevice(write, device);
		await takeProof(tx, proof, now);
		const made = await insertSession(tx, row, epochs);
		await tx
			.updateTable('device')
			.set({ sessionAt: now, lastSeenAt: now, network: seen })
			.where('deviceId', '=', device.deviceId)
			.execute();
		await append({ kind: 'signed-in', cause: 'device', accountId, sessionId: made.sessionId });
		await endReplaced(write, client.token, 'device');
		return made;
	});
	const signed = presentSigned(seal, account, session, { isKeyBound: true, place: null });
	return { token, signed, deviceToken };
};
