/**
 * Secrets of links. The router takes them out of the address before a page shows; they live in this tab's
 * memory only, and are never in a query, a history entry or a storage.
 */

export type LinkPage = 'join' | 'verify-email' | 'come-back';

const held = new Map<LinkPage, string>();

/** Called with the fragment of the address the page was opened by. */
export const holdLinkSecret = (page: LinkPage, fragment: string): void => {
	held.set(page, fragment.replace(/^#/, ''));
};

export const readLinkSecret = (page: LinkPage): string | null => held.get(page) ?? null;

/** The link was used, or leads nowhere. */
export const forgetLinkSecret = (page: LinkPage): void => {
	held.delete(page);
};
