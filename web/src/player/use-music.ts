/** The music's state for components. */
import { useSyncExternalStore } from 'react';
import { musicPlayer, type MusicState } from './music-player.ts';

export const useMusic = (): MusicState => useSyncExternalStore(musicPlayer.subscribe, musicPlayer.snapshot);

/** Only what lists need, so that they do not draw anew with every second. */
export const usePlayingItem = (): { itemId: string | undefined; isPaused: boolean } => {
	const itemId = useSyncExternalStore(musicPlayer.subscribe, () => musicPlayer.snapshot().track?.itemId);
	const isPaused = useSyncExternalStore(musicPlayer.subscribe, () => musicPlayer.snapshot().isPaused);
	return { itemId, isPaused };
};
