/** Whether this is the page that the browser loaded: there the browser's own start of focus is right. */

let navigations = 0;

/** Called by the router at each navigation. */
export const countNavigation = (): void => {
	navigations += 1;
};

export const isFirstPage = (): boolean => navigations <= 1;
