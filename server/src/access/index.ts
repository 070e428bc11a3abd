/** The door of the access room: who calls, what may they see, and which sessions have ended. */
import type { Migration } from '#platform/db/migrate.ts';
import { migration as far } from './migrations/0001-far.ts';

export { createAccess, type Access, type AccessNeeds } from './access.ts';
export type { Authority, LiveSession, SecurityEvent } from './authority.ts';
export { everythingForTheServer, sees, visibleTo, type Visible } from './visible.ts';
export { openFar, type Far, type FarStatus } from './far/far.ts';
export { accessTables, type AccessTables } from './far/tables.ts';

/** This room's part of the schema, in order. */
export const accessMigrations: readonly Migration[] = [far];
