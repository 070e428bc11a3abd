/** Time as a value that is passed in, so that tests can turn it. Only `platform` reads the real one. */
import { setTimeout as delay } from 'node:timers/promises';

/** Returned by `every`; stopping twice is fine. */
export interface Ticker {
	stop(): void;
}

/** What the program asks of time. Passed in, so that a test decides what time it is. */
export interface Clock {
	/** Milliseconds since 1970, UTC. */
	now(): number;
	/** Milliseconds that only grow; for measuring how long something took. */
	elapsedMs(): number;
	/** Resolves after `durationMs`; rejects with the signal's reason when aborted. */
	sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
	/**
	 * Calls `action` every `periodMs` until stopped; a call that still runs is not doubled. Never holds the
	 * process.
	 */
	every(periodMs: number, action: () => void | Promise<void>): Ticker;
}

const everyWith =
	(sleep: Clock['sleep']): Clock['every'] =>
	(periodMs, action) => {
		const stopping = new AbortController();
		const run = async (): Promise<void> => {
			while (!stopping.signal.aborted) {
				await sleep(periodMs, stopping.signal);
				await action();
			}
		};
		run().catch((error: unknown) => {
			if (!stopping.signal.aborted) throw error;
		});
		return { stop: () => stopping.abort() };
	};

const realSleep: Clock['sleep'] = async (durationMs, signal) => {
	await delay(durationMs, undefined, { ref: false, ...(signal ? { signal } : {}) });
};

/** The machine's own clock. */
export const systemClock: Clock = {
	now: () => Date.now(),
	elapsedMs: () => performance.now(),
	sleep: realSleep,
	every: everyWith(realSleep),
};

/** A clock that stands still until it is told otherwise. */
export interface ManualClock extends Clock {
	/** Moves time forward and wakes the sleepers that are due, in order. */
	advance(durationMs: number): Promise<void>;
}

/** A clock for tests: stands still until it is moved. */
export const manualClock = (startMs = 1_700_000_000_000): ManualClock => {
	let nowMs = startMs;
	let sleepers: { dueMs: number; wake: () => void }[] = [];
	const sleep: Clock['sleep'] = (durationMs, signal) =>
		new Promise((resolve, reject) => {
			const sleeper = { dueMs: nowMs + durationMs, wake: resolve };
			sleepers.push(sleeper);
			signal?.addEventListener('abort', () => {
				sleepers = sleepers.filter((other) => other !== sleeper);
				reject(signal.reason as Error);
			});
		});
	const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
	return {
		now: () => nowMs,
		elapsedMs: () => nowMs - startMs,
		sleep,
		every: everyWith(sleep),
		advance: async (durationMs) => {
			const endMs = nowMs + durationMs;
			for (;;) {
				sleepers.sort((a, b) => a.dueMs - b.dueMs);
				const next = sleepers[0];
				if (!next || next.dueMs > endMs) break;
				sleepers.shift();
				nowMs = Math.max(nowMs, next.dueMs);
				next.wake();
				await settle();
			}
			nowMs = endMs;
			await settle();
		},
	};
};
