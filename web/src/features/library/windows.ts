/** Which windows of a long list are needed for what is on screen. Pure. */

/** Items in one window, as the server likes them. */
export const windowItems = 100;

/**
 * The windows that hold `from` up to, not with, `to`; a window is asked for a little before it is reached.
 */
export const pagesOf = (from: number, to: number): number[] => {
	const ahead = windowItems / 4;
	const first = Math.max(0, Math.floor((from - ahead) / windowItems));
	const last = Math.max(first, Math.floor((to - 1 + ahead) / windowItems));
	return Array.from({ length: last - first + 1 }, (_, index) => first + index);
};
