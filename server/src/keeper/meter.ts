/**
 * Counts the openings that no person's proof came with, in a sliding hour, and refuses what is above the
 * budget. The one place where budgets are checked.
 */
import { Refusal } from './refusal.ts';

const bucketMs = 60_000;
const bucketCount = 60;

/**
 * Openings without proof that the keeper does in any hour. Generous, but a stolen process cannot walk a
 * large table.
 */
export const openingsPerHourMax = 10_000;

export interface Meter {
	/**
	 * Books so many openings before they are done, all or none; what misses counts as well.
	 *
	 * @throws server.keeper-refused
	 */
	spend(openings: number, nowMs: number): void;
	lastHour(nowMs: number): number;
}

/** Sixty buckets of a minute: the hour slides by the minute, and memory does not grow. */
export const createMeter = (budget: { readonly perHourMax: number }): Meter => {
	const buckets = new Map<number, number>();
	const lastHour = (nowMs: number): number => {
		const oldest = Math.floor(nowMs / bucketMs) - bucketCount;
		let sum = 0;
		for (const [minute, openings] of buckets) {
			if (minute < oldest) buckets.delete(minute);
			else sum += openings;
		}
		return sum;
	};
	return {
		lastHour,
		spend: (openings, nowMs) => {
			if (openings === 0) return;
			if (lastHour(nowMs) + openings > budget.perHourMax) throw new Refusal('server.keeper-refused');
			const minute = Math.floor(nowMs / bucketMs);
			buckets.set(minute, (buckets.get(minute) ?? 0) + openings);
		},
	};
};
