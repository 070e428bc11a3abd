/** The set-up code: printed at each start while nobody owns the server, good once, and for ten tries. */
import { isEqualSecret, newReadableCode } from '#platform/ids.ts';

const triesMax = 10;
/** Three groups of four: 57 bits, of which ten tries find nothing. */
const codeGroups = 3;

/** One start's code and what is left of its tries. */
export interface Setup {
	/** As it is printed, such as `H7KQ-2MXW-9RTD`. */
	readonly code: string;
	/** Counts a try before it looks. `exhausted` once ten have been made or the code has been used. */
	spend(typed: string): 'right' | 'wrong' | 'exhausted';
}

/** A new code, in memory only: a restart makes another. */
export const createSetup = (): Setup => {
	const code = newReadableCode(codeGroups);
	let triesLeft = triesMax;
	return {
		code,
		spend: (typed) => {
			if (triesLeft === 0) return 'exhausted';
			triesLeft -= 1;
			if (!isEqualSecret(bare(typed), bare(code))) return 'wrong';
			triesLeft = 0;
			return 'right';
		},
	};
};

/** As people type it: small letters, other dashes or none. */
const bare = (typed: string): string => typed.toUpperCase().replaceAll(/[^0-9A-Z]/gu, '');
