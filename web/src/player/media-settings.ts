/**
 * What this browser remembers of a person's hand: loudness, speed, whether subtitles are wanted. Never a
 * secret.
 */
import { readLocal, writeLocal } from '../app/storage.ts';

export interface MediaSettings {
	readonly volume: number;
	readonly isMuted: boolean;
	/** A language such as `en`, `off`, or null where nobody chose. */
	readonly subtitleLanguage: string | null;
}

const key = 'player';
const plain: MediaSettings = { volume: 1, isMuted: false, subtitleLanguage: null };

const isShare = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1;

/** Reads what `text` holds, field by field; anything odd is the default. */
export const settingsFrom = (text: string | null): MediaSettings => {
	if (text === null) return plain;
	try {
		const found: unknown = JSON.parse(text);
		if (typeof found !== 'object' || found === null) return plain;
		const { volume, isMuted, subtitleLanguage } = found as Record<string, unknown>;
		return {
			volume: isShare(volume) ? volume : plain.volume,
			isMuted: isMuted === true,
			subtitleLanguage: typeof subtitleLanguage === 'string' ? subtitleLanguage : null,
		};
	} catch {
		return plain;
	}
};

export const loadSettings = (): MediaSettings => settingsFrom(readLocal(key));

export const saveSettings = (change: Partial<MediaSettings>): void =>
	writeLocal(key, JSON.stringify({ ...loadSettings(), ...change }));
