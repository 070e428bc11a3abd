/** Small texts kept in this browser; private windows that refuse storage keep nothing, and nothing fails. */

const prefix = 'holdfast.';

/** Where the owner left the set-up; while it is kept, every address leads back to it. */
export const setupStepKey = 'setup-step';

const attempt = <T>(action: () => T): T | null => {
	try {
		return action();
	} catch {
		return null;
	}
};

/** Until the tab closes. */
export const readSession = (key: string): string | null =>
	attempt(() => sessionStorage.getItem(prefix + key));

/** `null` forgets. */
export const writeSession = (key: string, value: string | null): void => {
	attempt(() =>
		value === null ? sessionStorage.removeItem(prefix + key) : sessionStorage.setItem(prefix + key, value),
	);
};

/** For good. */
export const readLocal = (key: string): string | null => attempt(() => localStorage.getItem(prefix + key));

/** `null` forgets. */
export const writeLocal = (key: string, value: string | null): void => {
	attempt(() =>
		value === null ? localStorage.removeItem(prefix + key) : localStorage.setItem(prefix + key, value),
	);
};
