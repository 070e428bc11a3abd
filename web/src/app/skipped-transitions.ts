/** A page change that overtakes another skips its motion; the browser calls that an error, and it is none. */

const isSkipped = (reason: unknown): boolean =>
	reason instanceof DOMException && (reason.name === 'AbortError' || reason.name === 'InvalidStateError')
		? /transition/i.test(reason.message)
		: false;

/** Keeps motions that were skipped out of the console; every other error stays there. */
export const ignoreSkippedTransitions = (page: Pick<Window, 'addEventListener'>): void => {
	page.addEventListener('unhandledrejection', (event) => {
		if (isSkipped(event.reason)) event.preventDefault();
	});
};
