/** Libraries of a measured server: made through the folder picker, as an owner does, and waited for. */
import { setTimeout as delay } from 'node:timers/promises';
import { createLibrary, type LibraryKind, listFolders, listLibraries } from '@holdfast/contract/catalogue';
import type { Person } from './owner.ts';

const scanMaxMs = 240_000;

/**
 * Makes a library of each of these folders, which lie in the one folder that the picker shows. Their scans
 * begin at once.
 */
export const makeLibraries = async (
	person: Person,
	wanted: readonly (readonly [name: string, kind: LibraryKind])[],
): Promise<void> => {
	const { folders } = await person.call(listFolders);
	const parent = folders[0]?.handle;
	if (parent === undefined) throw new Error('The folder picker shows nothing.');
	const inside = await person.call(listFolders, { query: { parent } });
	for (const [name, kind] of wanted) {
		const handle = inside.folders.find((folder) => folder.name === name)?.handle;
		if (handle === undefined) throw new Error(`The folder picker does not show ${name}.`);
		await person.call(createLibrary, { body: { name, kind, folders: [handle] } });
	}
};

/**
 * Waits until all were looked through after `sinceMs`; asks every `pollMs`, seldom enough not to be the load.
 */
export const untilScanned = async (person: Person, sinceMs: number, pollMs: number): Promise<void> => {
	const untilMs = performance.now() + scanMaxMs;
	for (;;) {
		const { libraries } = await person.call(listLibraries);
		if (libraries.every((library) => !library.isScanning && (library.lastScannedAt ?? 0) >= sinceMs)) return;
		if (performance.now() > untilMs) throw new Error('The scan did not end in time.');
		await delay(pollMs);
	}
};
