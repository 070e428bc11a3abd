/**
 * Where a path below a root really leads. Text first, then the file system's own answer; both must stay
 * inside.
 */
import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { FileRefusal, refusalOf } from './refusal.ts';

/** Longest relative path that is looked at, in characters; Linux itself takes 4,095 bytes. */
const pathCharactersMax = 4_096;

/** True where the path `inner` is `outer` or lies below it. Both absolute and free of links. */
export const isInside = (outer: string, inner: string): boolean =>
	inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : outer + sep);

/**
 * The parts of a relative path as they are stored: `/` between, no part empty, `.` or `..`. The root itself
 * is `''`.
 *
 * @throws FileRefusal `outside` for anything that is not such a path
 */
export const partsBelow = (relativePath: string): string[] => {
	if (relativePath === '') return [];
	const isHostile =
		relativePath.length > pathCharactersMax ||
		relativePath.includes('\0') ||
		(sep === '\\' && /[\\:]/.test(relativePath));
	if (isHostile) throw new FileRefusal('outside');
	const parts = relativePath.split('/');
	if (parts.some((part) => part === '' || part === '.' || part === '..')) throw new FileRefusal('outside');
	return parts;
};

/** The root without links. A root that is not there is `away`, never `absent`: a disk may come back. */
export const resolveRoot = async (root: string): Promise<string> => {
	try {
		return await realpath(root);
	} catch (cause) {
		const refusal = refusalOf(cause);
		throw refusal.reason === 'unreadable' ? refusal : new FileRefusal('away', { cause });
	}
};

/** The real path of `relativePath` below a root that is known to be free of links. */
export const resolveBelowReal = async (
	rootPath: string,
	relativePath: string,
): Promise<{ rootPath: string; realPath: string }> => {
	const parts = partsBelow(relativePath);
	const realPath = await realpath(join(rootPath, ...parts)).catch((cause: unknown) => {
		throw refusalOf(cause);
	});
	if (!isInside(rootPath, realPath)) throw new FileRefusal('outside');
	return { rootPath, realPath };
};

/** The real path of `relativePath` below `root`, which may be the root itself. */
export const resolveBelow = async (
	root: string,
	relativePath: string,
): Promise<{ rootPath: string; realPath: string }> => {
	// Before the file system is asked anything.
	partsBelow(relativePath);
	return resolveBelowReal(await resolveRoot(root), relativePath);
};
