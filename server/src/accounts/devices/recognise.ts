/**
 * Which device a sign-in comes from, and what it looks like beside the others of its person. Everything is
 * sealed here, before the transaction that stores it.
 */
import { fromJson, toJson } from '#platform/db/types.ts';
import { hashOf, newId, newSecret } from '#platform/ids.ts';
import type { AccountSeal, PersonProof } from '../../keeper/index.ts';
import type { StoredAccount } from '../account-store.ts';
import { clientLabelOf } from '../client-label.ts';
import type { ClientFacts, Context } from '../context.ts';
import type { EventTransaction } from '../event-log.ts';
import type { DeviceKey } from '../flows.ts';
import { networkOf } from '../network.ts';
import type { PreparedSession } from '../session-store.ts';
import type { SessionRow } from '../tables.ts';
import type { ContextFacts, Place } from '../context-policy/policy.ts';
import { devicesOf, dropOldest, isTokenKnown, moveToken, putDevice } from './device-store.ts';
import type { DeviceRow } from './device-tables.ts';

/** A device as it will be stored with its session. */
export interface RecognisedDevice {
	readonly deviceId: string;
	/** What its cookie holds from here on. */
	readonly token: string;
	readonly isNew: boolean;
	/** The token that it came with, where others use it too: theirs becomes the new one. */
	readonly movedFrom: string | null;
	readonly known: DeviceRow | null;
	readonly network: string | null;
	readonly place: Place | null;
}

type Seen = Pick<
	ContextFacts,
	'isFirst' | 'isKnownDevice' | 'isKnownNetwork' | 'place' | 'isKnownPlace' | 'last'
>;

interface Recognition {
	readonly device: RecognisedDevice;
	readonly seen: Seen;
}

/** A place as it lies sealed with a device. */
const openPlace = (seal: AccountSeal, row: DeviceRow): Place | null =>
	row.place && fromJson<Place>(seal.open('device', 'place', row.place) as ReturnType<typeof toJson<Place>>);

/**
 * A device that is new to this person gets a token that nobody has seen: one that was planted, or that
 * somebody else had read before, is worth nothing afterwards.
 */
const deviceFor = async (
	{ db, clock, places }: Pick<Context, 'db' | 'clock' | 'places'>,
	client: ClientFacts,
	rows: readonly DeviceRow[],
): Promise<RecognisedDevice> => {
	const given = client.deviceToken;
	const givenHash = given === null ? null : hashOf(given);
	const known = rows.find(({ tokenHash }) => tokenHash === givenHash) ?? null;
	const about = { network: networkOf(client.address), place: places.find(client.address), known };
	if (known && given !== null)
		return { ...about, deviceId: known.deviceId, token: given, isNew: false, movedFrom: null };
	const isShared = givenHash !== null && (await isTokenKnown(db.query, givenHash));
	const deviceId = newId(clock.now());
	return { ...about, deviceId, token: newSecret(), isNew: true, movedFrom: isShared ? givenHash : null };
};

/** Looks at the device and the place of a sign-in beside all that this person used before. */
export const recognise = async (
	needs: Pick<Context, 'db' | 'clock' | 'places'>,
	{ account, seal }: { readonly account: StoredAccount; readonly seal: AccountSeal },
	client: ClientFacts,
): Promise<Recognition> => {
	const rows = await devicesOf(needs.db.query, account.accountId);
	const device = await deviceFor(needs, client, rows);
	const placed = rows.map((row) => ({ place: openPlace(seal, row), at: row.lastSeenAt }));
	const networks = rows.map(({ network }) => network && seal.open('device', 'network', network));
	const [last] = placed.flatMap(({ place, at }) => (place ? [{ place, at }] : []));
	return {
		device,
		seen: {
			isFirst: rows.length === 0,
			// After "sign out everywhere" a device is new again as far as its person is told of it.
			isKnownDevice: device.known !== null && device.known.deviceEpoch === account.deviceEpoch,
			isKnownNetwork: networks.includes(device.network),
			place: device.place,
			isKnownPlace: placed.some(({ place }) => place?.name === device.place?.name),
			last: last ?? null,
		},
	};
};

/** A key stays with its device until it signs out or registers another. */
const keyOf = async (
	{ keeper, clock }: Pick<Context, 'keeper' | 'clock'>,
	accountId: string,
	device: RecognisedDevice,
	registered: { readonly key: DeviceKey | null; readonly proof: PersonProof | null },
): Promise<Pick<DeviceRow, 'keyThumbprint' | 'publicKey' | 'keyMadeAt' | 'deviceMac'>> => {
	const { key, proof } = registered;
	if (!key) return { keyThumbprint: null, publicKey: null, keyMadeAt: null, deviceMac: null };
	const tokenHash = hashOf(device.token);
	return {
		keyThumbprint: key.thumbprint,
		publicKey: toJson(key.publicKey),
		keyMadeAt: clock.now(),
		deviceMac: await keeper.wrap.bindSession({ accountId, tokenHash, proof }),
	};
};

type PreparedDevice = Omit<DeviceRow, 'deviceEpoch' | 'verifierMadeAt'>;

/** The row of the device, sealed. */
export const prepareDevice = async (
	needs: Pick<Context, 'keeper' | 'clock'>,
	device: RecognisedDevice,
	made: {
		readonly seal: AccountSeal;
		readonly session: PreparedSession;
		readonly userAgent: string | null;
		readonly key: DeviceKey | null;
		readonly proof: PersonProof | null;
	},
): Promise<PreparedDevice> => {
	const { seal, session, userAgent } = made;
	const { accountId, level, methods, issuerId, authenticatedAt, createdAt, expiresAt, idleMaxMs } = session;
	const now = needs.clock.now();
	return {
		...(await keyOf(needs, accountId, device, made)),
		...{ accountId, level, methods, issuerId, authenticatedAt, expiresAt, idleMaxMs },
		deviceId: device.deviceId,
		tokenHash: hashOf(device.token),
		label: seal.seal('device', 'label', clientLabelOf(userAgent)),
		network: device.network === null ? null : seal.seal('device', 'network', device.network),
		place: device.place === null ? null : seal.seal('device', 'place', toJson(device.place)),
		sessionAt: createdAt,
		createdAt: device.known?.createdAt ?? now,
		lastSeenAt: now,
	};
};

/** Stores the device with the session that was made on it, in one transaction. */
export const storeDevice = async (
	{ tx, append }: EventTransaction,
	device: RecognisedDevice,
	prepared: PreparedDevice,
	made: { readonly session: SessionRow; readonly deviceEpoch: number },
): Promise<void> => {
	const { accountId, sessionId, verifierMadeAt } = made.session;
	if (device.movedFrom !== null) await moveToken(tx, device.movedFrom, prepared.tokenHash);
	if (device.isNew) await dropOldest(tx, accountId);
	await putDevice(tx, { ...prepared, verifierMadeAt, deviceEpoch: made.deviceEpoch });
	if (device.isNew) await append({ kind: 'device-known', cause: 'sign-in', accountId, sessionId });
};
