/**
 * `npm run bench -- reset`: whole password resets with ten devices signed out each, and sign-ins, in a second
 * of processor time, beside better-auth doing the same in the same run. The client's key stretching is as
 * light as it can be: it costs the server nothing.
 */
import { inParallel } from './in-parallel.ts';
import { type Bench, rounded, type Tell } from './report.ts';
import { openOurs } from './reset/ours.ts';
import { devicesEach, perSecondPerCore, type Subject } from './reset/subject.ts';
import { openTheirs } from './reset/theirs.ts';

/**
 * Half of the people are signed in on ten devices each and reset their password, the others sign in. None of
 * them has a mail address: what a mail costs is measured apart, with those who have one.
 */
const sizes = {
	whole: { ours: { people: 400, mailed: 100, rounds: 3 }, theirs: { people: 16, mailed: 0, rounds: 1 } },
	small: { ours: { people: 4, mailed: 2, rounds: 1 }, theirs: { people: 2, mailed: 0, rounds: 1 } },
};
/** As many as keep a process of ours busy; better-auth hashes in a pool of its own. */
const atOnce = 8;

interface Size {
	readonly people: number;
	readonly mailed: number;
	readonly rounds: number;
}

interface Rates {
	readonly resets: number;
	readonly signIns: number;
	/** Null where no mail was sent. */
	readonly resetsByMail: number | null;
}

/** A device that still works after the reset would make the figure a lie. */
const assertSignedOut = async (subject: Subject, people: number): Promise<void> => {
	for (let index = 0; index < people; index += 1) {
		const left = await subject.devices(index);
		if (left !== 0) throw new Error(`${left} devices of person ${index} are still signed in.`);
	}
};

const ratesOf = async (subject: Subject, { people, mailed, rounds }: Size): Promise<Rates> => {
	const half = people / 2;
	const count = half * devicesEach;
	const signIns: number[] = [];
	const resets: number[] = [];
	// The first round warms up, on both sides.
	for (let round = 0; round <= rounds; round += 1) {
		await inParallel(count, atOnce, (index) => subject.signIn(index % half));
		const signIn = (index: number): Promise<void> => subject.signIn(half + (index % half));
		signIns.push(await perSecondPerCore(subject.pid, count, () => inParallel(count, atOnce, signIn)));
		const { reset } = subject;
		resets.push(await perSecondPerCore(subject.pid, half, () => inParallel(half, atOnce, reset)));
		await assertSignedOut(subject, half);
	}
	const mean = (rates: readonly number[]): number =>
		rates.slice(1).reduce((sum, rate) => sum + rate, 0) / rounds;
	const { resetByMail } = subject;
	const resetsByMail =
		resetByMail && mailed > 0
			? await perSecondPerCore(subject.pid, mailed, () => inParallel(mailed, atOnce, resetByMail))
			: null;
	return { signIns: mean(signIns), resets: mean(resets), resetsByMail };
};

const measure = async (
	tell: Tell,
	name: string,
	open: (people: number, mailed: number) => Promise<Subject>,
	size: Size,
): Promise<Rates> => {
	tell(`${name}: ${size.people} people`);
	await using subject = await open(size.people, size.mailed);
	const rates = await ratesOf(subject, size);
	tell(`${name}: ${rounded(rates.resets)} resets and ${rounded(rates.signIns)} sign-ins per second per core`);
	return rates;
};

export const resetBench: Bench = async (tell, { isSmall }) => {
	const size = isSmall ? sizes.small : sizes.whole;
	const ours = await measure(tell, 'ours', openOurs, size.ours);
	const theirs = await measure(tell, 'better-auth', openTheirs, size.theirs);
	return {
		name: 'reset',
		figures: {
			resetsPerSecondPerCore: rounded(ours.resets),
			signInsPerSecondPerCore: rounded(ours.signIns),
			devicesEach,
			resetsByMailPerSecondPerCore: rounded(ours.resetsByMail ?? 0),
		},
		yardstick: {
			name: 'better-auth',
			resetsPerSecondPerCore: rounded(theirs.resets, 2),
			signInsPerSecondPerCore: rounded(theirs.signIns, 2),
		},
		ratio: { reset: rounded(ours.resets / theirs.resets), signIn: rounded(ours.signIns / theirs.signIns) },
	};
};
