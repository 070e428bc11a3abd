/** Loads the code of the player while a person still reads about a title, so that play begins at once. */

let isAsked = false;

const load = (): void => {
	// What does not come now comes with the click, which also says what went wrong.
	import('./player-page.tsx').catch(() => {});
	import('hls.js').catch(() => {});
};

/** Asks for it once, when the page has nothing better to do. Safari has no idle callback: it waits a moment. */
export const warmUpPlayer = (): void => {
	if (isAsked) return;
	isAsked = true;
	if (typeof requestIdleCallback === 'function') requestIdleCallback(load, { timeout: 2000 });
	else setTimeout(load, 500);
};
