/** Calendar dates from milliseconds, without asking the machine what time it is. */

const dayMs = 86_400_000;

/**
 * Year, month and day (UTC) of a time. @source Howard Hinnant, "chrono-compatible low-level date algorithms"
 */
export const civilOf = (
	timeMs: number,
): { readonly year: number; readonly month: number; readonly day: number } => {
	const days = Math.floor(timeMs / dayMs) + 719_468;
	const era = Math.floor(days / 146_097);
	const dayOfEra = days - era * 146_097;
	const yearOfEra = Math.floor(
		(dayOfEra -
			Math.floor(dayOfEra / 1460) +
			Math.floor(dayOfEra / 36_524) -
			Math.floor(dayOfEra / 146_096)) /
			365,
	);
	const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
	const shifted = Math.floor((5 * dayOfYear + 2) / 153);
	const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
	const month = shifted < 10 ? shifted + 3 : shifted - 9;
	return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
};

const padded = (value: number, width: number): string => String(value).padStart(width, '0');

/** `2024-05-31`. */
export const dateText = (timeMs: number): string => {
	const { year, month, day } = civilOf(timeMs);
	return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
};

/** The first millisecond of a day; null where the calendar has no such day. */
export const timeOfDate = (year: number, month: number, day: number): number | null => {
	const timeMs = Date.UTC(year, month - 1, day);
	const back = civilOf(timeMs);
	return back.year === year && back.month === month && back.day === day ? timeMs : null;
};
