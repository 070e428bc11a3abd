/** What both sides of `bench -- reset` can do: the same whole exchanges over HTTP, seen from a client. */
import { cpuSecondsOf } from '../process-costs.ts';

export const devicesEach = 10;

export interface Subject extends AsyncDisposable {
	readonly pid: number;
	/** Signs person `index` in on one more device, or again on one of ten. */
	signIn(index: number): Promise<void>;
	/** Asks for what lets this person choose a new password, sets it, and signs every device out. */
	reset(index: number): Promise<void>;
	/** How many devices of person `index` are signed in. */
	devices(index: number): Promise<number>;
	/** The same reset with its mails, the one asked for and the notice, sent to a mail server. */
	readonly resetByMail?: (index: number) => Promise<void>;
}

/**
 * How many of something a processor does in a second of its own time, keeper and database included and
 * whatever it waits for left out.
 */
export const perSecondPerCore = async (
	pid: number,
	count: number,
	work: () => Promise<void>,
): Promise<number> => {
	const before = await cpuSecondsOf(pid);
	await work();
	return count / ((await cpuSecondsOf(pid)) - before);
};
