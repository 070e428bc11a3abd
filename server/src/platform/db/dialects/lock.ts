/** A lock on a file that the operating system itself gives back, however the process ends. */
import { DatabaseSync } from 'node:sqlite';

/** The driver's code for "somebody else holds it". */
const busyCode = 5;

/**
 * Holds the file `path` (made where missing, always empty) until `release`, or until the process is gone:
 * `kill -9`
 * included. Null where another process holds it. A file of locks only: nobody else may open it, since a
 * file's locks
 * fall when any descriptor of it in this process is closed.
 */
export const holdLock = (path: string): { release(): void } | null => {
	const database = new DatabaseSync(path, { timeout: 0 });
	try {
		database.exec('begin exclusive');
	} catch (error) {
		database.close();
		if (((error as { errcode?: number }).errcode ?? 0) % 256 === busyCode) return null;
		throw error;
	}
	let isHeld = true;
	return {
		release: () => {
			if (!isHeld) return;
			isHeld = false;
			database.exec('rollback');
			database.close();
		},
	};
};
