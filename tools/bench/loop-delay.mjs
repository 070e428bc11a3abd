/**
 * Loaded into a measured server before its program: keeps the delays of its event loop, writes them to the
 * file that the environment names when it is sent SIGUSR2, and begins anew.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

const resolutionMs = 2;
const file = process.env['BENCH_LOOP_DELAY_FILE'];

// The histogram holds the time between two ticks of a timer; what exceeds its period is the delay.
const toDelayMs = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - resolutionMs);

if (isMainThread && file !== undefined) {
	const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
	histogram.enable();
	process.on('SIGUSR2', () => {
		const found = {
			p50Ms: toDelayMs(histogram.percentile(50)),
			p99Ms: toDelayMs(histogram.percentile(99)),
			maxMs: toDelayMs(histogram.max),
		};
		histogram.reset();
		writeFileSync(`${file}.next`, JSON.stringify(found));
		renameSync(`${file}.next`, file);
	});
}
