/** Rendered pictures on disk, under names of ours, within a bound; those not asked for longest go first. */
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../platform/clock.ts';

/** A file's time of use is written at most this often. */
const touchEveryMs = 24 * 3_600_000;
/** After the bound was met, this share of it stays. */
const keptShare = 0.9;

export interface PictureCache {
	/** Null where it is not there. */
	get(name: string): Promise<Uint8Array | null>;
	put(name: string, bytes: Uint8Array): Promise<void>;
}

/** `name` is made of an id and a variant, never of anything a client wrote. */
const assertOurs = (name: string): void => {
	if (!/^[\w-]{8,64}\.[a-z-]{4,12}$/u.test(name)) throw new Error('This is not a name of a picture.');
};

interface Stored {
	readonly path: string;
	readonly sizeBytes: number;
	readonly usedAtMs: number;
}

const listAll = async (folder: string): Promise<Stored[]> => {
	const found: Stored[] = [];
	for (const shard of await readdir(folder).catch(() => [])) {
		for (const name of await readdir(join(folder, shard)).catch(() => [])) {
			const path = join(folder, shard, name);
			const facts = await stat(path).catch(() => null);
			if (facts?.isFile()) found.push({ path, sizeBytes: facts.size, usedAtMs: facts.mtimeMs });
		}
	}
	return found;
};

/** A cache below `folder` of at most about `bytesMax`. */
export const createPictureCache = (
	needs: { readonly clock: Clock },
	folder: string,
	bytesMax: number,
): PictureCache => {
	let total: number | null = null;
	let trimming: Promise<void> | null = null;
	let made = 0;
	const pathOf = (name: string): string => {
		assertOurs(name);
		// Ids begin with a time, so their ends spread evenly.
		return join(folder, Buffer.from(name.split('.')[0]?.slice(-2) ?? '').toString('hex'), `${name}.webp`);
	};
	const trim = async (): Promise<void> => {
		const stored = await listAll(folder);
		let sum = stored.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0);
		if (sum > bytesMax) {
			stored.sort((a, b) => a.usedAtMs - b.usedAtMs);
			for (const { path, sizeBytes } of stored) {
				if (sum <= bytesMax * keptShare) break;
				await rm(path, { force: true });
				sum -= sizeBytes;
			}
		}
		total = sum;
	};
	const account = async (sizeBytes: number): Promise<void> => {
		if (total !== null) total += sizeBytes;
		if (total !== null && total <= bytesMax) return;
		trimming ??= trim().finally(() => {
			trimming = null;
		});
		await trimming;
	};
	return {
		get: async (name) => {
			const path = pathOf(name);
			try {
				const bytes = await readFile(path);
				const { mtimeMs } = await stat(path);
				const nowMs = needs.clock.now();
				if (nowMs - mtimeMs > touchEveryMs) await utimes(path, nowMs / 1000, nowMs / 1000);
				return bytes;
			} catch {
				return null;
			}
		},
		put: async (name, bytes) => {
			const path = pathOf(name);
			await mkdir(join(path, '..'), { recursive: true });
			made += 1;
			const part = `${path}.${made}.part`;
			await writeFile(part, bytes);
			await rename(part, path);
			await account(bytes.length);
		},
	};
};
