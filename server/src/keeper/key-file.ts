/** The one file that the keys lie in: read whole, checked, and only ever replaced in one step. */
import { createHash } from 'node:crypto';
import {
	closeSync,
	constants,
	existsSync,
	fsyncSync,
	openSync,
	readFileSync,
	renameSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { isKeeperKeys, type KeeperKeys } from './keys.ts';

export const keyFileName = 'keeper-keys.json';
/** A file is written under its name with this ending, and then renamed. */
export const newFileEnding = '.new';
const formatName = 'holdfast-keeper-keys';
const formatVersion = 1;

/** Why the keeper cannot start, in a line for people. Never names a key. */
export class KeysUnusable extends Error {
	constructor(message: string, options: { cause?: unknown } = {}) {
		super(message, options.cause === undefined ? undefined : { cause: options.cause });
		this.name = 'KeysUnusable';
	}
}

const checksumOf = (body: string): string => createHash('sha256').update(body).digest('base64url');

const isAbsent = (error: unknown): boolean =>
	error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Written through to the disk by the write itself: `fsync` is not to be had under the permission flags. */
const writtenThrough = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | (constants.O_SYNC ?? 0);

/**
 * Writes a file so that there is always a whole one, old or new, whatever happens meanwhile. Mode 0600. The
 * new name itself is on the disk after `syncFolder`.
 */
export const writeWhole = (folder: string, name: string, content: string): void => {
	const path = join(folder, name);
	const newPath = `${path}${newFileEnding}`;
	const file = openSync(newPath, writtenThrough, 0o600);
	try {
		writeFileSync(file, content);
	} finally {
		closeSync(file);
	}
	renameSync(newPath, path);
};

/** Puts the names in a folder on the disk. For the main process: the keeper's own may not. */
export const syncFolder = (folder: string): void => {
	if (process.platform === 'win32') return;
	const handle = openSync(folder, 'r');
	try {
		fsyncSync(handle);
	} finally {
		closeSync(handle);
	}
};

const parseKeyFile = (path: string, content: string): KeeperKeys => {
	const damaged = (cause?: unknown): KeysUnusable =>
		new KeysUnusable(
			`The keeper's key file ${path} is damaged. It has been left as it is. Put back a copy of it, or restore it from your recovery kit.`,
			{ cause },
		);
	let file: unknown;
	try {
		file = JSON.parse(content);
	} catch (cause) {
		throw damaged(cause);
	}
	if (typeof file !== 'object' || file === null) throw damaged();
	const { format, version, keys, checksum } = file as Record<string, unknown>;
	if (format !== formatName) throw damaged();
	if (version !== formatVersion) {
		throw new KeysUnusable(
			`The keeper's key file ${path} was made by a newer Holdfast. Start that one, or a newer one.`,
		);
	}
	if (checksum !== checksumOf(JSON.stringify(keys)) || !isKeeperKeys(keys)) throw damaged();
	if (keys.setUps.length === 0 || keys.keyEncryptionKeys.length === 0) throw damaged();
	return keys;
};

/**
 * The keys in this folder, or null where there are none yet.
 *
 * @throws KeysUnusable  when the file is damaged, newer than this program, or cannot be read. It is left
 * untouched.
 */
export const readKeyFile = (folder: string): KeeperKeys | null => {
	const path = join(folder, keyFileName);
	let content: string;
	try {
		content = readFileSync(path, 'utf8');
	} catch (cause) {
		if (isAbsent(cause)) return null;
		throw new KeysUnusable(`The keeper cannot read its key file ${path}. Check who owns it.`, { cause });
	}
	return parseKeyFile(path, content);
};

export const writeKeyFile = (folder: string, keys: KeeperKeys): void => {
	const checksum = checksumOf(JSON.stringify(keys));
	try {
		writeWhole(
			folder,
			keyFileName,
			`${JSON.stringify({ format: formatName, version: formatVersion, keys, checksum })}\n`,
		);
	} catch (cause) {
		throw new KeysUnusable(
			`The keeper cannot write its key file in ${folder}. Check who owns it, and free space.`,
			{
				cause,
			},
		);
	}
};

export const hasKeyFile = (folder: string): boolean => existsSync(join(folder, keyFileName));
