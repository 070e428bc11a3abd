/** Why somebody meets the sign-in page: kept in the tab by the page that signed them out. */
import { writeSession } from '../../app/storage.ts';

export const farewellKey = 'farewell';

/** Called before the session ends; null takes it back. */
export const leaveFarewell = (reason: 'password-changed' | 'signed-out-everywhere' | null): void =>
	writeSession(farewellKey, reason);
