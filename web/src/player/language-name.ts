/** A language's name as the reader says it. */

/**
 * `eng` or `de` -> `English`, `German`; what is not a language stays as it is, and an unknown one is null.
 */
export const languageName = (code: string | null, locale: string): string | null => {
	if (code === null || code === '' || code === 'und') return null;
	try {
		return new Intl.DisplayNames([locale], { type: 'language' }).of(code) ?? code;
	} catch {
		return code;
	}
};

/** A track's own words where it has any, else the name of its language. */
export const trackName = (track: { label: string; language: string | null }, locale: string): string =>
	track.label === track.language ? (languageName(track.language, locale) ?? track.label) : track.label;
