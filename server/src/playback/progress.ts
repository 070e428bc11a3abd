/** The rules of progress: when a work is begun, when it is watched, when a write may be left out. Pure. */

/** From here on a work counts as watched: what is left are the credits. */
const watchedShare = 0.9;
/** Below both of these nothing was begun: somebody looked in. */
const begunShare = 0.02;
const begunMs = 5_000;
/** A position that moved less than this since the last write is not worth another. */
const writeEveryMs = 4_000;

export interface ProgressReport {
	readonly positionMs: number;
	readonly durationMs: number;
	readonly isPaused: boolean;
	readonly hasEnded: boolean;
	/** Tracks are counted, never continued and never "watched". */
	readonly isMusic: boolean;
}

export interface ProgressOutcome {
	readonly positionMs: number;
	/** Null: leave it as it is. */
	readonly isWatched: true | null;
	readonly isContinuable: boolean;
	readonly hasPlayed: boolean;
}

/** What a report means. */
export const judgeProgress = (report: ProgressReport): ProgressOutcome => {
	const durationMs = Math.max(0, report.durationMs);
	const positionMs = durationMs > 0 ? Math.min(report.positionMs, durationMs) : report.positionMs;
	const isThrough = report.hasEnded || (durationMs > 0 && positionMs >= durationMs * watchedShare);
	if (report.isMusic) return { positionMs: 0, isWatched: null, isContinuable: false, hasPlayed: isThrough };
	if (isThrough) return { positionMs: 0, isWatched: true, isContinuable: false, hasPlayed: true };
	const isBegun = positionMs >= begunMs && positionMs >= durationMs * begunShare;
	return { positionMs: isBegun ? positionMs : 0, isWatched: null, isContinuable: isBegun, hasPlayed: false };
};

export interface LastWrite {
	readonly atMs: number;
	readonly positionMs: number;
	readonly hasPlayed: boolean;
}

/** False for a report that follows the last write so closely that losing it would not be noticed. */
export const isWorthWriting = (
	last: LastWrite | null,
	outcome: ProgressOutcome,
	report: ProgressReport,
	nowMs: number,
): boolean => {
	if (!last || outcome.hasPlayed !== last.hasPlayed || report.isPaused) return true;
	const movedMs = Math.abs(outcome.positionMs - last.positionMs);
	return nowMs - last.atMs >= writeEveryMs || movedMs > nowMs - last.atMs + writeEveryMs;
};
