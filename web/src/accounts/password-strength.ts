/**
 * How long a password would hold against somebody who guesses well. Loaded when first needed: its word lists
 * are large.
 */
import { passwordCharactersMin } from '@holdfast/contract/accounts';
import type { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { checkBreached } from './breached-password.ts';

/** 0 and 1 are found within minutes; 4 holds. */
export type PasswordScore = 0 | 1 | 2 | 3 | 4;

/** Below it a password is refused. */
export const passwordScoreMin = 2;
const lengthMax = 128;

let meter: Promise<ZxcvbnFactory> | null = null;

const loadMeter = async (): Promise<ZxcvbnFactory> => {
	const [core, common, english] = await Promise.all([
		import('@zxcvbn-ts/core'),
		import('@zxcvbn-ts/language-common'),
		import('@zxcvbn-ts/language-en'),
	]);
	return new core.ZxcvbnFactory({
		dictionary: { ...common.dictionary, ...english.dictionary },
		graphs: common.adjacencyGraphs,
		maxLength: lengthMax,
	});
};

/** Scores `password`; names in `known`, such as the person's own, count as guessed. */
export const scorePassword = async (password: string, known: readonly string[]): Promise<PasswordScore> => {
	meter ??= loadMeter();
	const loaded = await meter.catch((cause: unknown) => {
		meter = null;
		throw cause;
	});
	return loaded.check(password.slice(0, lengthMax), [...known, 'holdfast']).score as PasswordScore;
};

/**
 * The word on whether `password` may be taken: long enough, not guessed soon, not among stolen ones. Where
 * the word lists or the list of stolen passwords cannot be reached, the rest counts.
 */
export const isPasswordGoodEnough = async (password: string, known: readonly string[]): Promise<boolean> => {
	if (password.length < passwordCharactersMin) return false;
	const score = await scorePassword(password, known).catch(() => null);
	if (score !== null && score < passwordScoreMin) return false;
	return (await checkBreached(password)) !== 'stolen';
};
