/** Which libraries a caller may see, as a value that listings take. Only this room can make one. */
import type { Caller } from '#platform/http/viewer.ts';

declare const visibleBrand: unique symbol;

/**
 * What a person may see. Every listing of the catalogue takes one and filters by it in its SQL, so that no
 * page can forget to, and paging stays right. Something outside it is absent, never forbidden.
 */
export type Visible = {
	readonly [visibleBrand]: 'visible';
	/** The libraries' ids, or `all` where no list has to be compared. An empty list shows nothing. */
	readonly libraryIds: 'all' | readonly string[];
};

/** What this caller may see. Today every signed-in person sees every library of the house. */
export const visibleTo = (caller: Caller): Visible =>
	({ libraryIds: libraryIdsOf(caller) }) as unknown as Visible;

const libraryIdsOf = (_caller: Caller): Visible['libraryIds'] => 'all';

/** For work that no person asked for: scans, and commands on the machine. Never for a request. */
export const everythingForTheServer = { libraryIds: 'all' } as unknown as Visible;

/** Whether one library, already loaded, is within what may be seen. */
export const sees = (visible: Visible, libraryId: string): boolean =>
	visible.libraryIds === 'all' || visible.libraryIds.includes(libraryId);
