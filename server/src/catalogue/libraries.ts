/** Libraries: made of folders, listed, removed. Files are never touched. */
import { resolve } from 'node:path';
import { Fault } from '../platform/fault.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { newId } from '../platform/ids.ts';
import type { Kysely } from 'kysely';
import { foldText } from './naming/fold.ts';
import { type CatalogueTables, searchIndexName } from './tables.ts';
import type { LibraryKind, Visible } from './values.ts';

export interface LibraryNeeds {
	readonly db: Database<CatalogueTables>;
	readonly clock: Clock;
}

/** A library as lists show it. Whether it is being scanned, the scanner knows. */
export interface LibraryValue {
	readonly libraryId: string;
	readonly name: string;
	readonly kind: LibraryKind;
	readonly itemCount: number;
	readonly isAway: boolean;
	readonly scannedAt: number | null;
	readonly damagedCount: number;
	readonly version: number;
}

/** Libraries that may be seen, by name. */
export const librariesOf = async (
	needs: { readonly db: LibraryNeeds['db'] },
	visible: Visible,
): Promise<LibraryValue[]> => {
	const { libraryIds } = visible;
	if (libraryIds !== 'all' && libraryIds.length === 0) return [];
	const rows = await needs.db.query
		.selectFrom('library')
		.selectAll()
		.$if(libraryIds !== 'all', (query) => query.where('libraryId', 'in', libraryIds as readonly string[]))
		.orderBy('createdAt')
		.orderBy('libraryId')
		.execute();
	const away = await needs.db.query
		.selectFrom('libraryFolder')
		.select('libraryId')
		.where('isAway', '=', 1)
		.execute();
	const awayIds = new Set(away.map(({ libraryId }) => libraryId));
	return rows.map(({ nameFolded: _, createdAt: __, ...row }) => ({
		...row,
		isAway: awayIds.has(row.libraryId),
	}));
};

/** One library. @throws catalogue.library.absent  for one that is not there or may not be seen. */
export const libraryOf = async (
	needs: { readonly db: LibraryNeeds['db'] },
	libraryId: string,
	visible: Visible,
): Promise<LibraryValue> => {
	const found = (await librariesOf(needs, visible)).find((library) => library.libraryId === libraryId);
	if (!found) throw new Fault('catalogue.library.absent');
	return found;
};

/**
 * Makes a library of absolute paths that the caller has checked.
 *
 * @throws catalogue.library.name-taken
 */
export const insertLibrary = async (
	needs: LibraryNeeds,
	wanted: { readonly name: string; readonly kind: LibraryKind; readonly paths: readonly string[] },
): Promise<string> => {
	const { db, clock } = needs;
	const nowMs = clock.now();
	const libraryId = newId(nowMs);
	const name = wanted.name.toWellFormed().normalize('NFC').trim().slice(0, 120) || 'Library';
	const nameFolded = foldText(name) || name.toLowerCase();
	try {
		await db.transaction(async (tx) => {
			await tx
				.insertInto('library')
				.values({
					libraryId,
					name,
					nameFolded,
					kind: wanted.kind,
					createdAt: nowMs,
					scannedAt: null,
					version: 0,
					itemCount: 0,
					damagedCount: 0,
				})
				.execute();
			const folders = [...new Set(wanted.paths)].map((path) => ({
				folderId: newId(nowMs),
				libraryId,
				path,
				isAway: 0 as const,
				rootMark: null,
				fileCount: 0,
			}));
			await tx.insertInto('libraryFolder').values(folders).execute();
		});
	} catch (error) {
		if (db.engine.constraintOf(error)?.kind === 'unique')
			throw new Fault('catalogue.library.name-taken', { cause: error });
		throw error;
	}
	return libraryId;
};

/** Rows removed in one transaction, so that others get a turn. */
const removedAtOnce = 500;

/**
 * Removes a library with all that is known of its files. The files stay, and so does watch state: it belongs
 * to works.
 */
export const deleteLibrary = async (needs: LibraryNeeds, libraryId: string): Promise<void> => {
	const { db } = needs;
	for (;;) {
		const items = await db.query
			.selectFrom('item')
			.select('itemId')
			.where('libraryId', '=', libraryId)
			.limit(removedAtOnce)
			.execute();
		if (items.length === 0) break;
		const ids = items.map(({ itemId }) => itemId);
		await db.transaction(async (tx) => {
			await db.engine.fullText.remove(tx as unknown as Kysely<never>, searchIndexName, ids);
			await tx.deleteFrom('itemFile').where('itemId', 'in', ids).execute();
			await tx.deleteFrom('item').where('itemId', 'in', ids).execute();
		});
	}
	await db.transaction(async (tx) => {
		await tx.deleteFrom('library').where('libraryId', '=', libraryId).execute();
	});
};

const namesByKind: Readonly<Record<LibraryKind, string>> = {
	movies: 'Films',
	shows: 'Series',
	music: 'Music',
	photos: 'Photos',
};

/**
 * Libraries named by the configuration, made at first start only: where there is any library already,
 * nothing happens. Several folders of one kind become one library. A path that is not absolute is taken
 * from where the program started.
 *
 * @returns Ids of the libraries that were made.
 */
export const initialLibraries = async (
	needs: LibraryNeeds,
	list: readonly { readonly kind: LibraryKind; readonly path: string }[],
): Promise<string[]> => {
	const any = await needs.db.query.selectFrom('library').select('libraryId').limit(1).executeTakeFirst();
	if (any) return [];
	const made: string[] = [];
	for (const [kind, entries] of Map.groupBy(list, (entry) => entry.kind)) {
		const paths = entries.map(({ path }) => resolve(path));
		made.push(await insertLibrary(needs, { name: namesByKind[kind], kind, paths }));
	}
	return made;
};
