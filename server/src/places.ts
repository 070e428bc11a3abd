/** Reads the database of places that the configuration names. */
import { readFile } from 'node:fs/promises';
import { openPlaces, type Places } from './accounts/index.ts';
import { StartFault } from './platform/fault.ts';

/** @throws StartFault where the file cannot be read or is none */
export const readPlaces = async (path: string | null): Promise<Places | null> => {
	if (path === null) return null;
	try {
		return openPlaces(await readFile(path));
	} catch (cause) {
		throw new StartFault(`The database of places ${path} could not be read: ${(cause as Error).message}`);
	}
};
