/** What is stored about devices, and the floors below which sessions, devices and passwords do not count. */
import { column, table, type RowOf } from '#platform/db/types.ts';
import type { Method } from '../methods.ts';

const closedList = 'one word of a closed list';

/** How far a revocation reaches: sessions, the keys of devices too, or the password behind them as well. */
export type Reach = 'session' | 'device' | 'credential';

/** A P-256 key whose private half stays on its device (RFC 7517). */
export interface DevicePublicKey {
	readonly kty: 'EC';
	readonly crv: 'P-256';
	readonly x: string;
	readonly y: string;
}

/** A device on which a person signed in. One that two people share has a row for each of them. */
export const deviceTable = table('device', {
	deviceId: column.id(),
	accountId: column.id(),
	/** Of the cookie that outlives sign-outs. */
	tokenHash: column.hash(),
	label: column.sealed(),
	network: column.sealed().nullable(),
	/** Name and position of the place it was last seen at. */
	place: column.sealed().nullable(),
	/** The account's when the person last signed in here: a raised one ends the key. */
	deviceEpoch: column.integer(),
	/** RFC 7638; null where no key was registered or the person signed out here. */
	keyThumbprint: column.hash().nullable(),
	publicKey: column.json<DevicePublicKey>("a device's public key").nullable(),
	keyMadeAt: column.timeMs().nullable(),
	/** With the device's token it proves to the keeper that the person signed in here. */
	deviceMac: column.text('a MAC over a hash of 256 random bits, under a key of the keeper').nullable(),
	/** What the last sign-in here was worth: a session that the key fetches is worth no more. */
	level: column.integer(),
	methods: column.json<readonly Method[]>('words of a closed list'),
	issuerId: column.id().nullable(),
	verifierMadeAt: column.timeMs().nullable(),
	authenticatedAt: column.timeMs(),
	/** When the newest session here was made. */
	sessionAt: column.timeMs(),
	/** From here on the key fetches nothing: the person signs in again. */
	expiresAt: column.timeMs(),
	idleMaxMs: column.integer(),
	createdAt: column.timeMs(),
	lastSeenAt: column.timeMs(),
});

/** Proofs of devices that were taken, for as long as they could be sent again. */
export const deviceProofTable = table('deviceProof', {
	proofHash: column.hash(),
	expiresAt: column.timeMs(),
});

/** What was made at `at` or before does not count any more, for one account or for everybody. */
export const floorTable = table('floor', {
	subject: column.text("an account's opaque id, or `everybody`"),
	reach: column.text<Reach>(closedList),
	at: column.timeMs(),
	/** Devices come back for a new session spread over this time. */
	spreadOverMs: column.integer(),
});

/** How careful sign-in is at present. */
export const policyStateTable = table('policyState', {
	name: column.text<'breach-state'>(closedList),
	value: column.text<'none' | 'heightened'>(closedList),
});

export const deviceTables = [deviceTable, deviceProofTable, floorTable, policyStateTable] as const;

export type DeviceRow = RowOf<typeof deviceTable>;
export type FloorRow = RowOf<typeof floorTable>;

export interface DeviceTables {
	device: DeviceRow;
	deviceProof: RowOf<typeof deviceProofTable>;
	floor: FloorRow;
	policyState: RowOf<typeof policyStateTable>;
}
