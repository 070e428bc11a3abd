/** Devices as rows. */
import type { Kysely, Transaction } from 'kysely';
import type { AccountTables } from '../tables.ts';
import type { DeviceRow } from './device-tables.ts';

type Reader = Kysely<AccountTables>;
type Writer = Transaction<AccountTables>;

/** Of one person; the one not seen for longest goes first. */
export const devicesOfPersonMax = 50;
const forgetAfterMs = 400 * 24 * 60 * 60_000;

/** A person's devices, the one seen last first. */
export const devicesOf = (db: Reader, accountId: string): Promise<DeviceRow[]> =>
	db
		.selectFrom('device')
		.selectAll()
		.where('accountId', '=', accountId)
		.orderBy('lastSeenAt', 'desc')
		.orderBy('deviceId', 'desc')
		.limit(devicesOfPersonMax)
		.execute();

/** Whether anybody signed in with this device token. */
export const isTokenKnown = async (db: Reader, tokenHash: string): Promise<boolean> =>
	(await db.selectFrom('device').select('deviceId').where('tokenHash', '=', tokenHash).executeTakeFirst()) !==
	undefined;

/** The device behind its token and its key; of several people who share one, whoever was here last. */
export const findKeyedDevice = (
	db: Reader,
	by: { readonly tokenHash: string; readonly keyThumbprint: string },
): Promise<DeviceRow | undefined> =>
	db
		.selectFrom('device')
		.selectAll()
		.where('tokenHash', '=', by.tokenHash)
		.where('keyThumbprint', '=', by.keyThumbprint)
		.orderBy('lastSeenAt', 'desc')
		.orderBy('deviceId', 'desc')
		.executeTakeFirst();

/** A new device of a person, or the one that is there under its token, as it is now. */
export const putDevice = async (tx: Writer, device: DeviceRow): Promise<void> => {
	const { deviceId, accountId, tokenHash, createdAt, ...present } = device;
	await tx
		.insertInto('device')
		.values(device)
		.onConflict((conflict) => conflict.columns(['accountId', 'tokenHash']).doUpdateSet(present))
		.execute();
};

/** Another person begins to use a device: its token changes, so that nobody who knew it before is taken for it. */
export const moveToken = async (tx: Writer, from: string, to: string): Promise<void> => {
	await tx
		.updateTable('device')
		.set({ tokenHash: to, deviceMac: null })
		.where('tokenHash', '=', from)
		.execute();
};

/** Takes the key from a device: it has to sign in from then on. */
export const dropKey = async (tx: Writer, deviceId: string): Promise<void> => {
	await tx
		.updateTable('device')
		.set({ keyThumbprint: null, publicKey: null, keyMadeAt: null, deviceMac: null })
		.where('deviceId', '=', deviceId)
		.execute();
};

/** Whoever signs out everywhere else keeps the key of the device they do it on. */
export const carryDevice = async (tx: Writer, deviceId: string, now: number): Promise<void> => {
	await tx
		.updateTable('device')
		.set((where) => ({
			sessionAt: now,
			deviceEpoch: where
				.selectFrom('account')
				.select('account.deviceEpoch')
				.whereRef('account.accountId', '=', 'device.accountId'),
		}))
		.where('deviceId', '=', deviceId)
		.execute();
};

/** Keeps the newest of a person's devices. */
export const dropOldest = async (tx: Writer, accountId: string): Promise<void> => {
	await tx
		.deleteFrom('device')
		.where('accountId', '=', accountId)
		.where('deviceId', 'in', (where) =>
			where
				.selectFrom('device as own')
				.select('own.deviceId')
				.where('own.accountId', '=', accountId)
				.orderBy('own.lastSeenAt', 'desc')
				.orderBy('own.deviceId', 'desc')
				.limit(1_000)
				.offset(devicesOfPersonMax),
		)
		.execute();
};

/** Notes a proof for as long as it could be sent again. False where it was sent before, to whichever process. */
export const noteProof = async (
	db: Reader,
	{ proofHash, expiresAt }: { readonly proofHash: string; readonly expiresAt: number },
): Promise<boolean> => {
	const result = await db
		.insertInto('deviceProof')
		.values({ proofHash, expiresAt })
		.onConflict((conflict) => conflict.column('proofHash').doNothing())
		.executeTakeFirst();
	return result.numInsertedOrUpdatedRows === 1n;
};

/** Removes devices that nobody came back to, and proofs that are too old to be sent again. */
export const deleteOldDevices = async (tx: Writer, now: number): Promise<void> => {
	await tx
		.deleteFrom('device')
		.where('lastSeenAt', '<', now - forgetAfterMs)
		.execute();
	await tx.deleteFrom('deviceProof').where('expiresAt', '<=', now).execute();
};
