/** The one function that opens people's files. Nothing else in the program may. */
import type { EventEmitter } from 'node:events';
import {
	type BigIntStats,
	closeSync,
	constants,
	fstatSync,
	openSync,
	readlinkSync,
	realpathSync,
	statSync,
} from 'node:fs';
import { type FileHandle, open, readlink, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { FileStream } from './file-stream.ts';
import { FileRefusal, refusalOf } from './refusal.ts';
import { isInside, partsBelow, resolveBelow } from './resolve.ts';

/**
 * Files open at once in this process; above it `busy`. Half of the usual 1,024 descriptors stay for sockets.
 */
export const openFilesMax = 512;

/** Without following a last link (the path is resolved already), and never waiting for a pipe's other end. */
const openFlags =
	constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0) | (constants.O_NOCTTY ?? 0);

/** A regular file below its root, held open: what was checked is what is read. */
export interface OpenFile extends AsyncDisposable {
	readonly handle: FileHandle;
	/**
	 * Absolute and free of links, below the real root. For `platform/process` only; never sent out or logged.
	 */
	readonly realPath: string;
	readonly sizeBytes: number;
	readonly modifiedAtMs: number;
	/** `device:inode`; the same file keeps it when it is renamed. */
	readonly inode: string;
	/** Up to `lengthBytes` from `offset`; shorter only where the file ends. */
	readAt(offset: number, lengthBytes: number): Promise<Uint8Array>;
	/**
	 * The bytes from `start` up to, not with, `endExclusive`. Takes the file over: the handle is closed when
	 * the stream ends or is destroyed, and disposing the file then does nothing. Once a file.
	 */
	stream(range: { start: number; endExclusive: number }): Readable;
}

let openFiles = 0;

/** How many files are open now, streams included. */
export const openFileCount = (): number => openFiles;

/** `device:inode` of what `stat` said. */
export const inodeOf = (facts: BigIntStats): string => `${facts.dev}:${facts.ino}`;

/** Checks the descriptor itself, so that a path exchanged between check and opening changes nothing. */
const assertInside = async (rootPath: string, realPath: string, handle: FileHandle): Promise<void> => {
	if (process.platform === 'linux') {
		const opened = await readlink(`/proc/self/fd/${handle.fd}`);
		if (opened !== realPath && !isInside(rootPath, opened)) throw new FileRefusal('outside');
		return;
	}
	const again = await realpath(realPath);
	const facts = await stat(again, { bigint: true });
	const held = await handle.stat({ bigint: true });
	if (!isInside(rootPath, again) || inodeOf(facts) !== inodeOf(held)) throw new FileRefusal('outside');
};

const readFully = async (handle: FileHandle, offset: number, lengthBytes: number): Promise<Uint8Array> => {
	const bytes = Buffer.allocUnsafe(lengthBytes);
	let filled = 0;
	while (filled < lengthBytes) {
		const { bytesRead } = await handle.read(bytes, filled, lengthBytes - filled, offset + filled);
		if (bytesRead === 0) break;
		filled += bytesRead;
	}
	return bytes.subarray(0, filled);
};

const describe = (handle: FileHandle, realPath: string, facts: BigIntStats): OpenFile => {
	let isHandedOver = false;
	return {
		handle,
		realPath,
		sizeBytes: Number(facts.size),
		modifiedAtMs: Number(facts.mtimeMs),
		inode: inodeOf(facts),
		readAt: async (offset, lengthBytes) => {
			try {
				return await readFully(handle, offset, lengthBytes);
			} catch (cause) {
				throw refusalOf(cause);
			}
		},
		stream: ({ start, endExclusive }) => {
			isHandedOver = true;
			if (endExclusive <= start) {
				void handle.close();
				return Readable.from([]);
			}
			return new FileStream(handle, { start, endExclusive });
		},
		[Symbol.asyncDispose]: async () => {
			if (!isHandedOver) await handle.close();
		},
	};
};

/** A place among the open files; given back once, however often it is asked. */
const takePlace = (): (() => void) => {
	if (openFiles >= openFilesMax) throw new FileRefusal('busy');
	openFiles += 1;
	let isGivenBack = false;
	return () => {
		if (!isGivenBack) openFiles -= 1;
		isGivenBack = true;
	};
};

const openResolved = async (rootPath: string, realPath: string, giveBack: () => void): Promise<OpenFile> => {
	// A device may act on being opened, so what is not a plain file is refused before.
	if (!(await stat(realPath)).isFile()) throw new FileRefusal('not-a-file');
	const handle = await open(realPath, openFlags);
	(handle as unknown as EventEmitter).once('close', giveBack);
	try {
		const facts = await handle.stat({ bigint: true });
		if (!facts.isFile()) throw new FileRefusal('not-a-file');
		await assertInside(rootPath, realPath, handle);
		return describe(handle, realPath, facts);
	} catch (error) {
		await handle.close();
		throw error;
	}
};

/**
 * Opens the regular file `relativePath` below `root`, for reading. Links are followed as long as they stay
 * below the root. Both come from the database, never from a request.
 *
 * @throws FileRefusal with the reason, from its closed list
 */
export const openBelow = async (root: string, relativePath: string): Promise<OpenFile> => {
	const giveBack = takePlace();
	try {
		const { rootPath, realPath } = await resolveBelow(root, relativePath);
		return await openResolved(rootPath, realPath, giveBack);
	} catch (error) {
		giveBack();
		throw refusalOf(error);
	}
};

/** A regular file below its root, held open for a process that has nothing else to do while it reads. */
export interface OpenDescriptor extends Disposable {
	readonly descriptor: number;
	readonly sizeBytes: number;
}

const realRootNow = (root: string): string => {
	try {
		return realpathSync.native(root);
	} catch (cause) {
		const refusal = refusalOf(cause);
		throw refusal.reason === 'unreadable' ? refusal : new FileRefusal('away', { cause });
	}
};

const assertInsideNow = (rootPath: string, realPath: string, descriptor: number, held: BigIntStats): void => {
	if (process.platform === 'linux') {
		const opened = readlinkSync(`/proc/self/fd/${descriptor}`);
		if (opened !== realPath && !isInside(rootPath, opened)) throw new FileRefusal('outside');
		return;
	}
	const again = realpathSync.native(realPath);
	const facts = statSync(again, { bigint: true });
	if (!isInside(rootPath, again) || inodeOf(facts) !== inodeOf(held)) throw new FileRefusal('outside');
};

const openResolvedNow = (rootPath: string, realPath: string, giveBack: () => void): OpenDescriptor => {
	if (!statSync(realPath).isFile()) throw new FileRefusal('not-a-file');
	const descriptor = openSync(realPath, openFlags);
	try {
		const facts = fstatSync(descriptor, { bigint: true });
		if (!facts.isFile()) throw new FileRefusal('not-a-file');
		assertInsideNow(rootPath, realPath, descriptor, facts);
		const dispose = (): void => {
			closeSync(descriptor);
			giveBack();
		};
		return { descriptor, sizeBytes: Number(facts.size), [Symbol.dispose]: dispose };
	} catch (error) {
		closeSync(descriptor);
		throw error;
	}
};

/**
 * `openBelow` without a promise, with the same checks in the same order: a fifth of its processor time, and
 * the thread waits for the disk. For helper processes only, never for the server's own thread.
 *
 * @throws FileRefusal with the reason, from its closed list
 */
export const openBelowNow = (root: string, relativePath: string): OpenDescriptor => {
	const giveBack = takePlace();
	try {
		const parts = partsBelow(relativePath);
		const rootPath = realRootNow(root);
		const realPath = realpathSync.native(join(rootPath, ...parts));
		if (!isInside(rootPath, realPath)) throw new FileRefusal('outside');
		return openResolvedNow(rootPath, realPath, giveBack);
	} catch (error) {
		giveBack();
		throw refusalOf(error);
	}
};
