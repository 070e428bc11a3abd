/** Many pieces of work, some at a time. */

/** Runs `work` for each number below `count`, so many at once; whatever order they end in. */
export const inParallel = async (
	count: number,
	atOnce: number,
	work: (index: number) => Promise<void>,
): Promise<void> => {
	let next = 0;
	const lane = async (): Promise<void> => {
		while (next < count) await work(next++);
	};
	await Promise.all(Array.from({ length: atOnce }, lane));
};
