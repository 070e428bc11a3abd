/**
 * A word in the text index that names a library, so that a search of some libraries stays inside the index.
 */
import { createHash } from 'node:crypto';

/** Letters and digits only: no tokeniser takes it apart, and nobody types it. */
export const libraryWord = (libraryId: string): string =>
	`lib${createHash('sha256').update(libraryId).digest('hex').slice(0, 16)}`;
