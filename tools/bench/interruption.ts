/**
 * A measurement that is stopped, or takes too long, ends as one that failed: its programs are ended, so what
 * waits for them gives up, and everything it made is taken down on the way out.
 */
import { childrenOf } from './process-costs.ts';

/** Longer than any measurement takes on two busy cores. */
const measurementMaxMs = 12 * 60_000;
/** What is not taken down after this long stays behind, rather than the program. */
const endMaxMs = 30_000;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

let reason: string | null = null;

/** Called before anything is started. @throws Error once the measurement was interrupted */
export const assertGoingOn = (): void => {
	if (reason !== null) throw new Error(reason);
};

const interrupt = async (why: string): Promise<void> => {
	if (reason !== null) return;
	reason = why;
	setTimeout(() => process.exit(130), endMaxMs).unref();
	for (const pid of await childrenOf(process.pid)) {
		try {
			process.kill(pid, 'SIGTERM');
		} catch {
			// Ended by itself meanwhile.
		}
	}
};

/** Runs `work`; a signal or too much time makes it fail. */
export const interruptibly = async <T>(work: () => Promise<T>): Promise<T> => {
	const timer = setTimeout(() => void interrupt('It took too long.'), measurementMaxMs);
	const onSignal = (): void => void interrupt('It was stopped.');
	for (const signal of signals) process.on(signal, onSignal);
	try {
		return await work();
	} finally {
		clearTimeout(timer);
		for (const signal of signals) process.off(signal, onSignal);
	}
};
