/** What controls and keys do to a video element and its window. */
import { saveSettings } from './media-settings.ts';

type Webkit = { webkitEnterFullscreen?: () => void };

/** Playing may be refused until somebody touches the page: the play button then stands there. */
export const play = (element: HTMLMediaElement): void => {
	element.play().catch(() => undefined);
};

export const togglePlay = (element: HTMLMediaElement): void => {
	if (element.paused) play(element);
	else element.pause();
};

export const seekTo = (element: HTMLMediaElement, positionMs: number, durationMs: number): void => {
	// The very end would finish the film: a hair before it shows the last picture.
	const lastMs = Math.max(0, durationMs - 100);
	element.currentTime = Math.min(lastMs, Math.max(0, positionMs)) / 1000;
};

export const setVolume = (element: HTMLMediaElement, volume: number): void => {
	element.volume = Math.min(1, Math.max(0, volume));
	element.muted = element.volume === 0;
	saveSettings({ volume: element.volume, isMuted: element.muted });
};

export const toggleMute = (element: HTMLMediaElement): void => {
	element.muted = !element.muted;
	if (!element.muted && element.volume === 0) element.volume = 0.5;
	saveSettings({ volume: element.volume, isMuted: element.muted });
};

/** The whole document goes full screen, so that menus, which live beside the player, come along. */
export const toggleFullScreen = (element: HTMLVideoElement): void => {
	if (document.fullscreenElement) void document.exitFullscreen();
	else if (document.fullscreenEnabled) document.documentElement.requestFullscreen().catch(() => undefined);
	else (element as HTMLVideoElement & Webkit).webkitEnterFullscreen?.();
};

export const leaveFullScreen = (): void => {
	if (document.fullscreenElement) void document.exitFullscreen().catch(() => undefined);
};

export const isPictureInPictureAble = (): boolean => document.pictureInPictureEnabled === true;

export const togglePictureInPicture = (element: HTMLVideoElement): void => {
	const done = document.pictureInPictureElement
		? document.exitPictureInPicture()
		: element.requestPictureInPicture();
	done.catch(() => undefined);
};

/** Shows the subtitle with this place among the tracks, or none. */
export const showSubtitle = (element: HTMLVideoElement, trackIndex: number | null): void => {
	for (const [index, track] of [...element.textTracks].entries()) {
		track.mode = index === trackIndex ? 'showing' : 'disabled';
	}
};
