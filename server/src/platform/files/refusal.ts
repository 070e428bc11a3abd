/** Why a file of somebody's was not opened: a closed list, so that callers can map each reason. */

/**
 * - `absent`: nothing there
 * - `outside`: the path, or a link on it, leads out of its root
 * - `not-a-file`: a folder, a device, a pipe
 * - `unreadable`: our user may not read it
 * - `away`: the root or its disk is not there right now; nothing may be concluded about what it holds
 * - `busy`: more files are open than this process allows itself
 */
export type FileRefusalReason = 'absent' | 'outside' | 'not-a-file' | 'unreadable' | 'away' | 'busy';

/** Thrown by everything in `platform/files`. Its message names no path: it may reach a log. */
export class FileRefusal extends Error {
	readonly reason: FileRefusalReason;
	constructor(reason: FileRefusalReason, options: { cause?: unknown } = {}) {
		super(
			`The file was refused: ${reason}.`,
			options.cause === undefined ? undefined : { cause: options.cause },
		);
		this.name = 'FileRefusal';
		this.reason = reason;
	}
}

const reasonByErrno: Readonly<Record<string, FileRefusalReason>> = {
	ENOENT: 'absent',
	ENOTDIR: 'absent',
	ENAMETOOLONG: 'absent',
	EINVAL: 'absent',
	ELOOP: 'outside',
	EISDIR: 'not-a-file',
	ENXIO: 'not-a-file',
	EACCES: 'unreadable',
	// A helper process may read its roots only.
	ERR_ACCESS_DENIED: 'outside',
	EPERM: 'unreadable',
	EMFILE: 'busy',
	ENFILE: 'busy',
};

/**
 * What an error of the file system means. Unknown ones count as `away`: the safest, since it concludes
 * nothing.
 */
export const refusalOf = (error: unknown): FileRefusal => {
	if (error instanceof FileRefusal) return error;
	const errno = (error as NodeJS.ErrnoException | null)?.code;
	return new FileRefusal((errno !== undefined && reasonByErrno[errno]) || 'away', { cause: error });
};
