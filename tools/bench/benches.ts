/** The measurements there are, by the name one types. */
import type { Bench } from './report.ts';
import { startBench } from './start.ts';

export const benches: Readonly<Record<string, Bench>> = {
	start: startBench,
};
