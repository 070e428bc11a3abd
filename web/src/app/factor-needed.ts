/** Whether the server said that a second factor must be added before anything else. */

let isNeeded = false;

export const noteFactorNeeded = (): void => {
	isNeeded = true;
};

/** One was added, or somebody else signs in. */
export const forgetFactorNeeded = (): void => {
	isNeeded = false;
};

export const isFactorNeeded = (): boolean => isNeeded;
