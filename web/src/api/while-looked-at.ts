/**
 * Holds something open only while somebody looks at the page or it plays. Browsers open six connections to a
 * plain HTTP server: streams of forgotten tabs, or of pages kept for the back button, would freeze the rest.
 */

/** A hidden page keeps what it holds for so long: switching to another tab and back costs nothing. */
const graceMs = 10_000;

export interface LookedAtNeeds {
	readonly page: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>;
	readonly window: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>;
	isVisible(): boolean;
	isPlaying(): boolean;
	/** Calls back once after the time, unless the returned function was called before. */
	after(delayMs: number, run: () => void): () => void;
}

const ofThisPage = (): LookedAtNeeds => ({
	page: document,
	window,
	isVisible: () => document.visibilityState === 'visible',
	isPlaying: () => navigator.mediaSession?.playbackState === 'playing',
	after: (delayMs, run) => {
		const timer = setTimeout(run, delayMs);
		return () => clearTimeout(timer);
	},
});

/** Opens at once and again at each return; closes when left. The returned function closes for good. */
export const whileLookedAt = (open: () => () => void, needs: LookedAtNeeds = ofThisPage()): (() => void) => {
	let close: (() => void) | null = null;
	let forget = (): void => undefined;
	const shut = (): void => {
		forget();
		close?.();
		close = null;
	};
	const shutLater = (): void => {
		forget();
		forget = needs.after(graceMs, () => (needs.isPlaying() ? shutLater() : shut()));
	};
	const look = (): void => {
		if (!needs.isVisible()) {
			shutLater();
			return;
		}
		forget();
		close ??= open();
	};
	close = open();
	if (!needs.isVisible()) shutLater();
	needs.page.addEventListener('visibilitychange', look);
	needs.window.addEventListener('pagehide', shut);
	needs.window.addEventListener('pageshow', look);
	return () => {
		needs.page.removeEventListener('visibilitychange', look);
		needs.window.removeEventListener('pagehide', shut);
		needs.window.removeEventListener('pageshow', look);
		shut();
	};
};
