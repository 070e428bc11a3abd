/** What both sides of `bench -- reset` can do: the same whole exchanges over HTTP, seen from a client. */
import { cpuSecondsOf } from '../process-costs.ts';

export interface Subject extends AsyncDisposable {
	readonly pid: number;
	/** Signs person `index` in on one more device. */
	signIn(index: number): Promise<void>;
	/** Asks for a link, follows it, sets a new password and signs every device out. */
	reset(index: number): Promise<void>;
	/** How many devices of person `index` are signed in. */
	devices(index: number): Promise<number>;
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
