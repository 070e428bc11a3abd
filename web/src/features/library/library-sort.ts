/** How libraries are sorted, and what this browser remembers of it. */
import type { ItemSort, LibraryKind } from '@holdfast/contract/catalogue';
import { readLocal, writeLocal } from '../../app/storage.ts';

export interface LibrarySort {
	readonly sort: ItemSort;
	readonly order: 'asc' | 'desc';
}

const sortChoices: readonly LibrarySort[] = [
	{ sort: 'title', order: 'asc' },
	{ sort: 'title', order: 'desc' },
	{ sort: 'added', order: 'desc' },
	{ sort: 'added', order: 'asc' },
	{ sort: 'year', order: 'desc' },
	{ sort: 'year', order: 'asc' },
];

/** Photos come by date, or gathered in their albums. */
const photoChoices: readonly LibrarySort[] = [
	{ sort: 'year', order: 'desc' },
	{ sort: 'year', order: 'asc' },
	{ sort: 'title', order: 'asc' },
	{ sort: 'added', order: 'desc' },
];

/** The choices that mean something for this kind, in the order of the menu. */
export const choicesFor = (kind: LibraryKind): readonly LibrarySort[] =>
	kind === 'photos' ? photoChoices : sortChoices;

/** The server answers photos themselves only in the order of their dates. */
export const isPhotoWall = (kind: LibraryKind, { sort }: LibrarySort): boolean =>
	kind === 'photos' && sort === 'year';

/** Photos come by date, the newest first; everything else by title. */
export const defaultSort = (kind: LibraryKind): LibrarySort =>
	kind === 'photos' ? { sort: 'year', order: 'desc' } : { sort: 'title', order: 'asc' };

/** What was stored, where it is one of the choices. */
export const sortFrom = (stored: string | null, kind: LibraryKind): LibrarySort =>
	choicesFor(kind).find(({ sort, order }) => `${sort}-${order}` === stored) ?? defaultSort(kind);

const keyOf = (kind: LibraryKind): string => `sort.${kind}`;

export const loadSort = (kind: LibraryKind): LibrarySort => sortFrom(readLocal(keyOf(kind)), kind);

export const saveSort = (kind: LibraryKind, { sort, order }: LibrarySort): void =>
	writeLocal(keyOf(kind), `${sort}-${order}`);
