/** A moment as "how long ago", in the largest unit that fits. */

type Unit = 'second' | 'minute' | 'hour' | 'day' | 'month' | 'year';

const steps: readonly [Unit, number][] = [
	['year', 365 * 86_400_000],
	['month', 30 * 86_400_000],
	['day', 86_400_000],
	['hour', 3_600_000],
	['minute', 60_000],
];

/**
 * Arguments for `Intl.RelativeTimeFormat`: value (never positive) and unit, with words such as "now" and
 * "yesterday".
 */
export const agoOf = (timeMs: number, nowMs: number): [number, Unit, { numeric: 'auto' }] => {
	const elapsedMs = Math.max(0, nowMs - timeMs);
	const [unit, lengthMs] = steps.find(([, length]) => elapsedMs >= length) ?? (['second', 60_000] as const);
	// Within the first minute it is "now".
	return [-Math.floor(elapsedMs / lengthMs) || 0, unit, { numeric: 'auto' }];
};
