/** Where segments begin. A pure function of the source, so that every replica cuts at the same places. */

/** Shortest length of the first segments, then of all others: a short first one is on the screen sooner. */
const leadSeconds = [1, 2, 3] as const;
const targetSeconds = 4;

/** A group of pictures longer than this makes segments that no client should have to wait for. */
export const groupSecondsMax = 30;

export interface Grid {
	/** Of each segment, in seconds from the start of the title; the first is 0. */
	readonly starts: readonly number[];
	readonly endSeconds: number;
}

const targetOf = (index: number): number => leadSeconds[index] ?? targetSeconds;

/** Segments that begin at key frames. `keySeconds` ascend and count from the start of the title. */
export const gridOfKeys = (keySeconds: readonly number[], endSeconds: number): Grid => {
	const starts = [0];
	for (const key of keySeconds) {
		const last = starts.at(-1) ?? 0;
		if (key - last >= targetOf(starts.length - 1) - 0.05 && endSeconds - key > 0.2) starts.push(key);
	}
	return { starts, endSeconds };
};

/** Segments of fixed length, for what is encoded or has only key frames. */
export const gridOfTime = (endSeconds: number, lengthSeconds: number): Grid => {
	const starts = [0];
	let next = Math.min(1, lengthSeconds);
	while (next < endSeconds - 0.2) {
		starts.push(next);
		next = next < lengthSeconds ? lengthSeconds : next + lengthSeconds;
	}
	return { starts, endSeconds };
};

/** Start and end of a segment in seconds; the end of the last is infinite, so that nothing is lost. */
export const spanOf = (grid: Grid, segment: number): { startSeconds: number; endSeconds: number } | null => {
	const startSeconds = grid.starts[segment];
	if (startSeconds === undefined) return null;
	return { startSeconds, endSeconds: grid.starts[segment + 1] ?? Number.POSITIVE_INFINITY };
};

/** The segment that holds `seconds`; the nearest one for a time outside. */
export const segmentAt = (grid: Grid, seconds: number): number => {
	let low = 0;
	let high = grid.starts.length - 1;
	while (low < high) {
		const middle = Math.ceil((low + high) / 2);
		if ((grid.starts[middle] ?? 0) <= seconds) low = middle;
		else high = middle - 1;
	}
	return low;
};

/** The longest distance between two key frames, the end included. */
export const longestGroupSeconds = (keySeconds: readonly number[], endSeconds: number): number => {
	let longest = 0;
	keySeconds.forEach((key, index) => {
		longest = Math.max(longest, (keySeconds[index + 1] ?? endSeconds) - key);
	});
	return longest;
};
