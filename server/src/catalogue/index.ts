/**
 * The one door of the catalogue: libraries, what is in them, how it is found, shown and handed to playback.
 */
import { migration as items } from './migrations/0001-items.ts';
import type { Migration } from '../platform/db/migrate.ts';

export {
	type CardWindow,
	type Catalogue,
	type CatalogueNeeds,
	createCatalogue,
	type LibraryShown,
} from './catalogue.ts';
export type { FolderPicker, FolderValue } from './folders/folders.ts';
export { foldText, sortKeyOf } from './naming/fold.ts';
export { findPlayable } from './playable.ts';
export { cardsByIds, type CardValue, type ImageValue } from './reads/cards.ts';
export type { ChildValue, DetailValue } from './reads/detail.ts';
export type { DamagedValue, LeafWorkValue } from './reads/lists.ts';
export { libraryWord } from './reads/library-word.ts';
export { catalogueTables, type CatalogueTables, searchIndexName } from './tables.ts';
export type {
	DamageReason,
	ItemKind,
	LibraryKind,
	MediaStream,
	Playable,
	PlayableFile,
	SidecarSubtitle,
	Visible,
} from './values.ts';

/** The catalogue's part of the schema, in order. */
export const catalogueMigrations: readonly Migration[] = [items];
