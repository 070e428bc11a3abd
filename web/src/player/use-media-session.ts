/** Tells the system what plays, for lock screens, media keys and head-sets. */
import { useEffect, useRef } from 'react';

export interface MediaSessionWords {
	readonly title: string;
	readonly artist: string;
	readonly album?: string;
	/** Same-origin address of a square or wide picture. */
	readonly artworkUrl: string | null;
}

export interface MediaSessionActions {
	readonly play: () => void;
	readonly pause: () => void;
	readonly seekBy: (byMs: number) => void;
	readonly seekTo: (positionMs: number) => void;
	readonly next: (() => void) | undefined;
	readonly previous: (() => void) | undefined;
}

const setAction = (action: MediaSessionAction, handler: MediaSessionActionHandler | null): void => {
	try {
		navigator.mediaSession.setActionHandler(action, handler);
	} catch {
		// An action this browser has never heard of.
	}
};

const skipped = (details: MediaSessionActionDetails): number => (details.seekOffset ?? 10) * 1000;

const mountActions = (
	actions: () => MediaSessionActions,
	has: { next: boolean; previous: boolean },
): void => {
	setAction('play', () => actions().play());
	setAction('pause', () => actions().pause());
	setAction('seekbackward', (details) => actions().seekBy(-skipped(details)));
	setAction('seekforward', (details) => actions().seekBy(skipped(details)));
	setAction('seekto', (details) => actions().seekTo((details.seekTime ?? 0) * 1000));
	setAction('nexttrack', has.next ? () => actions().next?.() : null);
	setAction('previoustrack', has.previous ? () => actions().previous?.() : null);
};

const actionNames = [
	'play',
	'pause',
	'seekbackward',
	'seekforward',
	'seekto',
	'nexttrack',
	'previoustrack',
] as const;

/** Holds the session while `words` is set; gives it back afterwards. */
export const useMediaSession = (
	words: MediaSessionWords | undefined,
	state: { isPaused: boolean; positionMs: number; durationMs: number; rate: number },
	actions: MediaSessionActions,
): void => {
	const latest = useRef(actions);
	latest.current = actions;
	const isActive = words !== undefined && 'mediaSession' in navigator;
	const has = { next: actions.next !== undefined, previous: actions.previous !== undefined };
	useEffect(() => {
		if (!isActive) return;
		mountActions(() => latest.current, { next: has.next, previous: has.previous });
		return () => {
			for (const name of actionNames) setAction(name, null);
			navigator.mediaSession.metadata = null;
			navigator.mediaSession.playbackState = 'none';
		};
	}, [isActive, has.next, has.previous]);
	const { title, artist, album, artworkUrl } = words ?? { title: '', artist: '', artworkUrl: null };
	useEffect(() => {
		if (!isActive) return;
		const artwork = artworkUrl ? [{ src: artworkUrl, type: 'image/webp' }] : [];
		navigator.mediaSession.metadata = new MediaMetadata({ title, artist, album: album ?? '', artwork });
	}, [isActive, title, artist, album, artworkUrl]);
	const positionSeconds = Math.floor(state.positionMs / 1000);
	useEffect(() => {
		if (!isActive) return;
		navigator.mediaSession.playbackState = state.isPaused ? 'paused' : 'playing';
		const duration = state.durationMs / 1000;
		if (duration <= 0 || positionSeconds > duration) return;
		navigator.mediaSession.setPositionState?.({
			duration,
			position: positionSeconds,
			playbackRate: state.rate,
		});
	}, [isActive, state.isPaused, positionSeconds, state.durationMs, state.rate]);
};
