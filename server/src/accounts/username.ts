/** Names people sign in with: shown as they were typed, found whatever their case. */
import { Fault } from '#platform/fault.ts';

const allowed = /^[\p{L}\p{M}\p{N} ._-]{2,64}$/u;

/**
 * The form under which a name is indexed. Two spellings that look alike to their owner have the same.
 *
 * Upper case first, since it takes apart what has no single lower-case letter (`ß`), and does not depend on
 * where in a word a letter stands.
 */
export const foldUsername = (typed: string): string =>
	tidy(typed).normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');

/** Whose letters look like each other's. */
const alike = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u, /\p{Script=Cherokee}/u];

/** Nobody is called like somebody else but for a letter of another alphabet (UTS 39, section 5.1). */
const isMixed = (name: string): boolean => alike.filter((script) => script.test(name)).length > 1;

/**
 * A new name as it will be shown.
 *
 * @throws accounts.username.invalid
 */
export const acceptUsername = (typed: string): string => {
	const shown = tidy(typed).normalize('NFC');
	const isFine = allowed.test(shown) && allowed.test(foldUsername(typed)) && /[\p{L}\p{N}]/u.test(shown);
	if (!isFine || isMixed(shown)) throw new Fault('accounts.username.invalid');
	return shown;
};

const tidy = (typed: string): string => typed.trim().replaceAll(/ +/gu, ' ');
