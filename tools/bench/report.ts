/**
 * What every measurement prints: one JSON object on the last line of standard output, progress on standard
 * error.
 */

/** Numbers by name; names that others read are in the table of the measurements and do not change. */
export type Figures = Readonly<Record<string, unknown>>;

export interface Report {
	readonly name: string;
	readonly figures: Figures;
	/** What the same work took in other hands, in the same run. */
	readonly yardstick: Figures;
	/** Ours over the yardstick's. */
	readonly ratio: Figures;
}

export type Tell = (line: string) => void;

export interface BenchOptions {
	/** So little of everything that the numbers say nothing: to try the measurement itself. */
	readonly isSmall: boolean;
}

/** A measurement: does its work, tells its progress, and leaves nothing behind. */
export type Bench = (tell: Tell, options: BenchOptions) => Promise<Report>;

export const median = (values: readonly number[]): number => {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length >> 1;
	return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

export const rounded = (value: number, digits = 1): number => Number(value.toFixed(digits));

/** The value that `share` of all values do not exceed. */
export const percentile = (values: readonly number[], share: number): number => {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
};
