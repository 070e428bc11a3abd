/** The numbers to reach, and whether a report reaches them. */
import type { Report } from '../bench/report.ts';

interface Limit {
	readonly bench: string;
	readonly part: 'figures' | 'ratio';
	readonly field: string;
	readonly least?: number;
	readonly most?: number;
}

/**
 * On two cores, over loopback. A field that a report does not carry is a miss: what is not measured is not
 * reached.
 */
export const limits: readonly Limit[] = [
	{ bench: 'start', part: 'figures', field: 'readyMs', most: 2_000 },
	{ bench: 'start', part: 'figures', field: 'idleResidentMb', most: 150 },
	{ bench: 'scan', part: 'figures', field: 'filesPerSecond', least: 1_000 },
	{ bench: 'scan', part: 'figures', field: 'rescanUnchangedMs', most: 3_000 },
	{ bench: 'scan', part: 'figures', field: 'rescanRowsWritten', most: 0 },
	{ bench: 'scan', part: 'figures', field: 'eventLoopDelayP99Ms', most: 20 },
	{ bench: 'scan', part: 'ratio', field: 'scan', least: 2.5 },
	{ bench: 'browse', part: 'figures', field: 'browseP95Ms', most: 20 },
	{ bench: 'browse', part: 'figures', field: 'searchP99Ms', most: 50 },
	{ bench: 'play', part: 'figures', field: 'directFirstFrameMs', most: 300 },
	{ bench: 'play', part: 'figures', field: 'packagedFirstFrameMs', most: 300 },
	{ bench: 'play', part: 'figures', field: 'transcodedFirstFrameMs', most: 1_000 },
	{ bench: 'play', part: 'figures', field: 'seekP95Ms', most: 300 },
	{ bench: 'play', part: 'figures', field: 'packagedFirstSegmentMs', most: 100 },
	{ bench: 'play', part: 'ratio', field: 'directThroughputToNginx', least: 0.95 },
	{ bench: 'play', part: 'ratio', field: 'directCpuToNginx', most: 1.5 },
	{ bench: 'reset', part: 'ratio', field: 'reset', least: 50 },
	{ bench: 'reset', part: 'ratio', field: 'signIn', least: 30 },
	{ bench: 'equal-answers', part: 'figures', field: 'worst', most: 4.5 },
];

/** One line for each limit that `report` misses. */
export const missedBy = (report: Report, all: readonly Limit[] = limits): string[] =>
	all
		.filter(({ bench }) => bench === report.name)
		.flatMap(({ bench, part, field, least, most }) => {
			const value = report[part][field];
			const name = `${bench}: ${field}`;
			if (typeof value !== 'number' || Number.isNaN(value)) return [`${name} was not measured`];
			if (least !== undefined && value < least) return [`${name} is ${value}; at least ${least}`];
			if (most !== undefined && value > most) return [`${name} is ${value}; at most ${most}`];
			return [];
		});
