/**
 * Where this process keeps compiled code, for threads and processes that it starts: without it each of them
 * loads the machinery that strips types, which takes 11 MB and 30 ms.
 */
import { getCompileCacheDir } from 'node:module';
import { dirname, join } from 'node:path';

/** The folder that `NODE_COMPILE_CACHE` named; null where there is none. */
export const compiledCodeFolder = (): string | null => {
	const versioned = getCompileCacheDir();
	return versioned === undefined ? null : dirname(versioned);
};

/** The environment of a thread of ours: nothing but that folder. */
export const threadEnvironment = (): Record<string, string> => {
	const folder = compiledCodeFolder();
	return folder === null ? {} : { NODE_COMPILE_CACHE: folder };
};

/**
 * The folder for helpers, which meet hostile bytes and write their compiled code themselves: never one that
 * the server or the keeper would run something from.
 */
export const helperCodeFolder = (): string | null => {
	const folder = compiledCodeFolder();
	return folder === null ? null : join(folder, 'helpers');
};
