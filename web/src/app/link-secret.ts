/**
 * Secrets of links. The router takes them out of the address before a page shows; they live in this tab's
 * memory only, and are never in a query, a history entry or a storage.
 */
import { useSyncExternalStore } from 'react';

export type LinkPage = 'join' | 'verify-email' | 'come-back' | 'reset';

const held = new Map<LinkPage, string>();
const listeners = new Set<() => void>();

const tell = (): void => {
	for (const listener of listeners) listener();
};

const subscribe = (listener: () => void) => {
	listeners.add(listener);
	return () => listeners.delete(listener);
};

/** Called with the fragment of the address the page was opened by. */
export const holdLinkSecret = (page: LinkPage, fragment: string): void => {
	held.set(page, fragment.replace(/^#/, ''));
	tell();
};

/** The link was used, and its page is left. */
export const forgetLinkSecret = (page: LinkPage): void => {
	held.delete(page);
	tell();
};

/** The newest: a link may be opened in the tab that shows its page already. */
export const useLinkSecret = (page: LinkPage): string | null =>
	useSyncExternalStore(subscribe, () => held.get(page) ?? null);
