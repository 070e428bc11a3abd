/** Times as people read them on a player: `4:07`, `1:02:09`, and as a screen reader should say them. */

const parts = (durationMs: number): { hours: number; minutes: number; seconds: number } => {
	const total = Number.isFinite(durationMs) ? Math.max(0, Math.floor(durationMs / 1000)) : 0;
	return { hours: Math.floor(total / 3600), minutes: Math.floor((total % 3600) / 60), seconds: total % 60 };
};

const two = (value: number): string => String(value).padStart(2, '0');

/** `4:07` under an hour, `1:02:09` above. With `asLongAs`, hours are shown whenever that time has them. */
export const clockTime = (durationMs: number, asLongAs = durationMs): string => {
	const { hours, minutes, seconds } = parts(durationMs);
	if (hours > 0 || asLongAs >= 3_600_000) return `${hours}:${two(minutes)}:${two(seconds)}`;
	return `${minutes}:${two(seconds)}`;
};

/** Hours and minutes, rounded to the minute and never `0 min`: what a page says of a film. */
export const runtimeParts = (durationMs: number): { hours: number; minutes: number } => {
	const minutes = Math.max(1, Math.round(durationMs / 60_000));
	return { hours: Math.floor(minutes / 60), minutes: minutes % 60 };
};

/** Where `positionMs` lies in `durationMs`, from 0 to 1. */
export const shareOf = (positionMs: number, durationMs: number | null): number =>
	durationMs && durationMs > 0 ? Math.min(1, Math.max(0, positionMs / durationMs)) : 0;
