/** The keys that the keeper holds, as they lie in the key file, and how a fresh set of them is made. */
import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { bytesText, count, idText, list, object, orNull, text, type Shape, type ValueOf } from './shape.ts';

const rootBytes = 32;
const recordBytes = 192;
const setupBytes = 128;
const generationsMax = 1_000;

const setUp = object({
	id: idText,
	/** The library's server set-up: OPRF seed, key pair and the key pair for decoys. */
	secret: bytesText(setupBytes),
	/** A registration record under a password that nobody knows, for names that nobody has. */
	decoyRecord: bytesText(recordBytes),
	madeAt: count,
});
const keyEncryptionKey = object({ id: bytesText(8), key: bytesText(rootBytes), madeAt: count });
const root = bytesText(rootBytes);
const kit = object({
	id: idText,
	publicKey: bytesText(rootBytes),
	serverName: text(200),
	serverId: text(128),
	takenAt: count,
});

/**
 * Everything the keeper knows that nobody else does. The last set-up and the last key-encryption key are the
 * present ones.
 */
export const isKeeperKeys = object({
	setUps: list(setUp, generationsMax),
	keyEncryptionKeys: list(keyEncryptionKey, generationsMax),
	roots: object({ blindIndex: root, signing: root, proofs: root, decoys: root }),
	kit: orNull(kit),
}) satisfies Shape<unknown>;

export type KeeperKeys = ValueOf<typeof isKeeperKeys>;
export type SetUp = ValueOf<typeof setUp>;
export type KeyEncryptionKey = ValueOf<typeof keyEncryptionKey>;
export type RootName = keyof KeeperKeys['roots'];

const newRoot = (): string => randomBytes(rootBytes).toString('base64url');

export const newKeyEncryptionKey = (nowMs: number): KeyEncryptionKey => ({
	id: randomBytes(8).toString('base64url'),
	key: newRoot(),
	madeAt: nowMs,
});

/** A full set for a machine that never had one. `firstSetUp` comes from `makeSetUp`. */
export const newKeeperKeys = (firstSetUp: SetUp, nowMs: number): KeeperKeys => ({
	setUps: [firstSetUp],
	keyEncryptionKeys: [newKeyEncryptionKey(nowMs)],
	roots: { blindIndex: newRoot(), signing: newRoot(), proofs: newRoot(), decoys: newRoot() },
	kit: null,
});

/** A key for one purpose out of a root; keys of different purposes tell nothing about each other. */
export const deriveKey = (keys: KeeperKeys, rootName: RootName, purpose: string): Buffer => {
	const secret = Buffer.from(keys.roots[rootName], 'base64url');
	return Buffer.from(hkdfSync('sha256', secret, '', `holdfast keeper ${rootName} ${purpose}`, rootBytes));
};

/**
 * HMAC-SHA-256 over parts that are told apart by their lengths, so that no two lists of parts read the same.
 */
export const macOf = (key: Uint8Array, ...parts: readonly string[]): Buffer => {
	const mac = createHmac('sha256', key);
	for (const part of parts) mac.update(`${Buffer.byteLength(part)}:`).update(part);
	return mac.digest();
};
