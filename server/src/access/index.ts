/** The door of the access room: who calls, what may they see, and which sessions have ended. */
export { createAccess, type Access, type AccessNeeds } from './access.ts';
export type { Authority, LiveSession, SecurityEvent } from './authority.ts';
export { everythingForTheServer, sees, visibleTo, type Visible } from './visible.ts';
