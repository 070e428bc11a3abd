/** Whether two kinds of answers take the same time. */

interface Moments {
	readonly count: number;
	readonly mean: number;
	readonly variance: number;
}

const momentsOf = (values: readonly number[]): Moments => {
	const count = values.length;
	const mean = values.reduce((sum, value) => sum + value, 0) / count;
	const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
	return { count, mean, variance: squares / (count - 1) };
};

/**
 * Welch's t of two samples: how many standard errors their means lie apart. Beyond 4.5 either way somebody
 * who asks often enough can tell them apart.
 *
 * @source Welch 1947; the limit of 4.5 as in test vector leakage assessment (ISO/IEC 17825)
 */
export const welchT = (one: readonly number[], other: readonly number[]): number => {
	const [a, b] = [momentsOf(one), momentsOf(other)];
	return (a.mean - b.mean) / Math.sqrt(a.variance / a.count + b.variance / b.count);
};
