/**
 * The secret of a mailed link. The router takes it out of the address before the page shows; it lives in
 * this tab's memory only, and is never in a query, a history entry or a storage.
 */

let held: string | null = null;

/** Called with the fragment of the address the page was opened by. */
export const holdResetSecret = (fragment: string): void => {
	held = fragment.replace(/^#/, '');
};

export const readResetSecret = (): string | null => held;

/** The link was used, or the person chose another way. */
export const forgetResetSecret = (): void => {
	held = null;
};
