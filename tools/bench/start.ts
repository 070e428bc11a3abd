/**
 * `npm run bench -- start`: how long an installed server takes until it answers, and what it holds in memory
 * idle.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type Bench, median, rounded } from './report.ts';
import { type MemoryHeld, memoryOf } from './process-costs.ts';
import { startServer } from './server.ts';

const sizes = { whole: { startCount: 7, idleMs: 10_000 }, small: { startCount: 2, idleMs: 500 } };
/** Memory is taken from the last starts only: each of them waits. */
const measuredCount = 3;

/**
 * The first start fills the cache of compiled code, as an installation's first start does; it is left out.
 */
export const startBench: Bench = async (tell, { isSmall }) => {
	const { startCount, idleMs } = isSmall ? sizes.small : sizes.whole;
	const readyMs: number[] = [];
	const idle: MemoryHeld[] = [];
	for (let index = 0; index <= startCount; index += 1) {
		await using server = await startServer();
		tell(`start ${index} of ${startCount}: ready after ${Math.round(server.readyMs)} ms`);
		if (index > 0) readyMs.push(server.readyMs);
		if (index <= startCount - measuredCount) continue;
		tell(`idle for ${idleMs / 1000} s`);
		await delay(idleMs);
		idle.push(await memoryOf(server.pid));
	}
	return {
		name: 'start',
		figures: {
			readyMs: rounded(median(readyMs), 0),
			// Both processes run the same Node: its pages are in memory once, and are counted once.
			idleResidentMb: rounded(median(idle.map(({ togetherMb }) => togetherMb))),
			residentSumMb: rounded(median(idle.map(({ residentSumMb }) => residentSumMb))),
			proportionalMb: rounded(median(idle.map(({ proportionalMb }) => proportionalMb))),
		},
		yardstick: {},
		ratio: {},
	};
};
