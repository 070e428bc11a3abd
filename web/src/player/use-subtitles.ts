/** The subtitle on screen: chosen at the start by `subtitle-choice.ts`, later by hand, and remembered. */
import type { PlaybackStart } from '@holdfast/contract/playback';
import { useEffect, useState } from 'react';
import { loadSettings, saveSettings } from './media-settings.ts';
import { firstSubtitle, subtitlesOff } from './subtitle-choice.ts';
import { showSubtitle } from './video-commands.ts';

/** The place of the shown subtitle among the plan's, and the way to change it. */
export const useSubtitles = (
	element: HTMLVideoElement | null,
	plan: PlaybackStart,
): [number | null, (trackIndex: number | null) => void] => {
	const [trackIndex, setTrackIndex] = useState(() =>
		firstSubtitle(plan.subtitles, loadSettings().subtitleLanguage),
	);
	useEffect(() => {
		if (!element) return;
		const show = (): void => showSubtitle(element, trackIndex);
		show();
		// hls.js and browsers may touch the modes while a source loads.
		element.addEventListener('loadedmetadata', show);
		return () => element.removeEventListener('loadedmetadata', show);
	}, [element, trackIndex]);
	const choose = (chosen: number | null): void => {
		setTrackIndex(chosen);
		const language = chosen === null ? subtitlesOff : (plan.subtitles[chosen]?.language ?? null);
		saveSettings({ subtitleLanguage: language });
	};
	return [trackIndex, choose];
};
