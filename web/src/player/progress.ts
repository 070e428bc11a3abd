/** When to tell the server where somebody is. Pure: the moments come in, the decision comes out. */

/** A report about every ten seconds while playing; seeking and pausing report at once. */
export const reportEveryMs = 10_000;

export interface ProgressState {
	/** What the server was told last, and when by the page's clock. */
	readonly reportedAtMs: number;
	readonly reportedPositionMs: number;
	readonly isPausedReported: boolean;
}

export type ProgressMoment = 'tick' | 'pause' | 'play' | 'seeked' | 'ended' | 'leave';

export const noReport: ProgressState = {
	reportedAtMs: -Infinity,
	reportedPositionMs: -1,
	isPausedReported: false,
};

/** Ticks wait for their turn; everything else is told at once unless it says nothing new. */
export const shouldReport = (
	state: ProgressState,
	moment: ProgressMoment,
	now: { atMs: number; positionMs: number; isPaused: boolean },
): boolean => {
	const isNews = now.positionMs !== state.reportedPositionMs || now.isPaused !== state.isPausedReported;
	if (moment === 'ended') return true;
	if (moment === 'tick') return !now.isPaused && isNews && now.atMs - state.reportedAtMs >= reportEveryMs;
	return isNews;
};
