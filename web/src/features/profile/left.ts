/** What somebody who deleted their account is shown once. In this tab's memory only, as the secret it holds. */

export interface Left {
	readonly link: string;
	readonly deleteAfter: number;
}

let held: Left | null = null;

export const holdLeft = (left: Left): void => {
	held = left;
};

export const readLeft = (): Left | null => held;
