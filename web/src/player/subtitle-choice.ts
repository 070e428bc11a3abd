/** Which subtitle shows when a title starts. Pure. */
import type { PlaybackStart } from '@holdfast/contract/playback';

type Subtitle = Pick<PlaybackStart['subtitles'][number], 'language' | 'isForced' | 'isDefault'>;

/** Remembered when somebody turned subtitles off by hand. */
export const subtitlesOff = 'off';

/**
 * The language somebody chose last; without a choice, what the file marks as its default. Forced subtitles,
 * the few lines nobody should miss, show whenever nothing else does.
 */
export const firstSubtitle = (subtitles: readonly Subtitle[], chosen: string | null): number | null => {
	const find = (fits: (subtitle: Subtitle) => boolean): number | null => {
		const index = subtitles.findIndex(fits);
		return index < 0 ? null : index;
	};
	const forced = (): number | null => find((subtitle) => subtitle.isForced);
	if (chosen === subtitlesOff) return forced();
	if (chosen !== null) {
		const inLanguage = find((subtitle) => !subtitle.isForced && subtitle.language === chosen);
		if (inLanguage !== null) return inLanguage;
	}
	return find((subtitle) => subtitle.isDefault) ?? forced();
};
