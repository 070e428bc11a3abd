/** The measurements there are, by the name one types. */
import type { Bench } from './report.ts';
import { browseBench } from './browse.ts';
import { playBench } from './play.ts';
import { resetBench } from './reset.ts';
import { scanBench } from './scan.ts';
import { startBench } from './start.ts';

export const benches: Readonly<Record<string, Bench>> = {
	start: startBench,
	scan: scanBench,
	browse: browseBench,
	play: playBench,
	reset: resetBench,
};
