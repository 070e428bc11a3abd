/** Binds controls and keys to one video element. No state of its own. */
import type { PlaybackStart } from '@holdfast/contract/playback';
import type { RefObject } from 'react';
import type { IntlShape } from 'react-intl';
import type { PlayerCommand } from './keys.ts';
import type { ControlActions } from './player-controls.tsx';
import { trackName } from './language-name.ts';
import { clockTime } from './time.ts';
import {
	isPictureInPictureAble,
	leaveFullScreen,
	seekTo,
	setVolume,
	toggleFullScreen,
	toggleMute,
	togglePictureInPicture,
	togglePlay,
} from './video-commands.ts';

export interface StageNeeds {
	readonly element: HTMLVideoElement | null;
	readonly root: RefObject<HTMLDivElement | null>;
	readonly plan: PlaybackStart;
	readonly durationMs: number;
	readonly subtitleIndex: number | null;
	readonly chooseSubtitle: (trackIndex: number | null) => void;
	readonly wake: () => void;
	readonly sayHint: (hint: string) => void;
	readonly intl: IntlShape;
	readonly onLeave: () => void;
	readonly onGoTo: (itemId: string) => void;
}

const goTo = (itemId: string | null, onGoTo: (itemId: string) => void): (() => void) | undefined =>
	itemId === null ? undefined : () => onGoTo(itemId);

const controlActions = ({ element, plan, durationMs, onLeave, onGoTo }: StageNeeds): ControlActions => {
	const withElement = (use: (video: HTMLVideoElement) => void) => (): void => {
		if (element) use(element);
	};
	return {
		togglePlay: withElement(togglePlay),
		seekBy: (byMs) => withElement((video) => seekTo(video, video.currentTime * 1000 + byMs, durationMs))(),
		seekTo: (positionMs) => withElement((video) => seekTo(video, positionMs, durationMs))(),
		toggleMute: withElement(toggleMute),
		setVolume: (volume) => withElement((video) => setVolume(video, volume))(),
		toggleFullScreen: withElement(toggleFullScreen),
		togglePictureInPicture: isPictureInPictureAble() ? withElement(togglePictureInPicture) : undefined,
		next: goTo(plan.nextItemId, onGoTo),
		previous: goTo(plan.previousItemId, onGoTo),
		leave: () => {
			leaveFullScreen();
			onLeave();
		},
	};
};

const toggleSubtitles = ({ plan, subtitleIndex, chooseSubtitle, sayHint, intl }: StageNeeds): void => {
	const [first] = plan.subtitles;
	if (!first) {
		sayHint(intl.formatMessage({ id: 'player.subtitles-none' }));
		return;
	}
	const next = subtitleIndex === null ? 0 : null;
	chooseSubtitle(next);
	sayHint(next === null ? intl.formatMessage({ id: 'player.subtitles-off' }) : trackName(first, intl.locale));
};

/** Enter on a remote control: the controls appear and the middle one waits for the next press. */
const showControls = ({ root, wake }: StageNeeds): void => {
	wake();
	requestAnimationFrame(() => root.current?.querySelector<HTMLElement>('.player-button-play')?.focus());
};

/** Esc leaves full screen first, then gives the focus back to the picture, then the player. */
const stepOut = ({ root }: StageNeeds, leave: () => void): void => {
	if (document.fullscreenElement) leaveFullScreen();
	else if (root.current?.contains(document.activeElement) && document.activeElement !== root.current) {
		root.current.focus();
	} else leave();
};

/** What buttons call, and what runs a key's command. */
export const stageActions = (
	needs: StageNeeds,
): { actions: ControlActions; run: (command: PlayerCommand) => void } => {
	const { element, durationMs, sayHint, wake, intl } = needs;
	const actions = controlActions(needs);
	const hintTime = (positionMs: number): void =>
		sayHint(clockTime(Math.min(durationMs, Math.max(0, positionMs)), durationMs));
	const run = (command: PlayerCommand): void => {
		const positionMs = (element?.currentTime ?? 0) * 1000;
		switch (command.kind) {
			case 'toggle-play':
				return actions.togglePlay();
			case 'seek-by':
				wake();
				hintTime(positionMs + command.byMs);
				return actions.seekBy(command.byMs);
			case 'seek-to-share':
				wake();
				hintTime(command.share * durationMs);
				return actions.seekTo(command.share * durationMs);
			case 'volume-by': {
				const volume = Math.min(1, Math.max(0, (element?.volume ?? 1) + command.by));
				sayHint(intl.formatNumber(volume, { style: 'percent' }));
				return actions.setVolume(volume);
			}
			case 'toggle-mute':
				return actions.toggleMute();
			case 'toggle-full-screen':
				return actions.toggleFullScreen();
			case 'toggle-subtitles':
				return toggleSubtitles(needs);
			case 'show-controls':
				return showControls(needs);
			case 'next':
				return actions.next?.();
			case 'previous':
				return actions.previous?.();
			case 'leave':
				return stepOut(needs, actions.leave);
		}
	};
	return { actions, run };
};
