/**
 * `npm run bench -- reset`: whole password resets with ten devices signed out each, and sign-ins, in a second
 * of processor time, beside better-auth doing the same in the same run. The client's key stretching is as
 * light as it can be: it costs the server nothing.
 */
import { inParallel } from './in-parallel.ts';
import { type Bench, rounded, type Tell } from './report.ts';
import { openOurs } from './reset/ours.ts';
import { perSecondPerCore, type Subject } from './reset/subject.ts';
import { openTheirs } from './reset/theirs.ts';

const devicesEach = 10;
const sizes = {
	whole: { ours: { people: 200, rounds: 3 }, theirs: { people: 12, rounds: 1 } },
	small: { ours: { people: 3, rounds: 1 }, theirs: { people: 2, rounds: 1 } },
};
/** As many as keep a process of ours busy; better-auth hashes in a pool of its own. */
const atOnce = 8;

interface Rates {
	readonly resets: number;
	readonly signIns: number;
}

/** A device that still works after the reset would make the figure a lie. */
const assertSignedOut = async (subject: Subject, people: number): Promise<void> => {
	for (let index = 0; index < people; index += 1) {
		const left = await subject.devices(index);
		if (left !== 0) throw new Error(`${left} devices of person ${index} are still signed in.`);
	}
};

const ratesOf = async (
	subject: Subject,
	{ people, rounds }: { readonly people: number; readonly rounds: number },
): Promise<Rates> => {
	const signIns: number[] = [];
	const resets: number[] = [];
	// The first round warms up, on both sides.
	for (let round = 0; round <= rounds; round += 1) {
		const count = people * devicesEach;
		const signIn = (index: number): Promise<void> => subject.signIn(index % people);
		signIns.push(await perSecondPerCore(subject.pid, count, () => inParallel(count, atOnce, signIn)));
		const { reset } = subject;
		resets.push(await perSecondPerCore(subject.pid, people, () => inParallel(people, atOnce, reset)));
		await assertSignedOut(subject, people);
	}
	const mean = (rates: readonly number[]): number =>
		rates.slice(1).reduce((sum, rate) => sum + rate, 0) / rounds;
	return { signIns: mean(signIns), resets: mean(resets) };
};

const measure = async (
	tell: Tell,
	name: string,
	open: () => Promise<Subject>,
	size: Size,
): Promise<Rates> => {
	tell(`${name}: ${size.people} people`);
	await using subject = await open();
	const rates = await ratesOf(subject, size);
	tell(`${name}: ${rounded(rates.resets)} resets and ${rounded(rates.signIns)} sign-ins per second per core`);
	return rates;
};

type Size = Parameters<typeof ratesOf>[1];

export const resetBench: Bench = async (tell, { isSmall }) => {
	const size = isSmall ? sizes.small : sizes.whole;
	const ours = await measure(tell, 'ours', () => openOurs(size.ours.people), size.ours);
	const theirs = await measure(tell, 'better-auth', () => openTheirs(size.theirs.people), size.theirs);
	return {
		name: 'reset',
		figures: {
			resetsPerSecondPerCore: rounded(ours.resets),
			signInsPerSecondPerCore: rounded(ours.signIns),
			devicesEach,
		},
		yardstick: {
			name: 'better-auth',
			resetsPerSecondPerCore: rounded(theirs.resets, 2),
			signInsPerSecondPerCore: rounded(theirs.signIns, 2),
		},
		ratio: { reset: rounded(ours.resets / theirs.resets), signIn: rounded(ours.signIns / theirs.signIns) },
	};
};
