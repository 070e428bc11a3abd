/** The bar of the player: time, playing, loudness, and the choices. */
import type { PlaybackStart } from '@holdfast/contract/playback';
import type { KeyboardEvent, ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { useIntl } from 'react-intl';
import { Icon, type IconName, SkipIcon } from './icons.tsx';
import {
	SettingsMenu,
	type SettingsMenuProps,
	TrackMenu,
	type TrackMenuProps,
	WhyButton,
} from './player-menus.tsx';
import { SeekBar } from './seek-bar.tsx';
import { clockTime } from './time.ts';
import type { MediaState } from './use-media-state.ts';

export interface ControlActions {
	readonly togglePlay: () => void;
	readonly seekBy: (byMs: number) => void;
	readonly seekTo: (positionMs: number) => void;
	readonly toggleMute: () => void;
	readonly setVolume: (volume: number) => void;
	readonly toggleFullScreen: () => void;
	readonly togglePictureInPicture: (() => void) | undefined;
	readonly next: (() => void) | undefined;
	readonly previous: (() => void) | undefined;
	readonly leave: () => void;
}

interface PlayerControlsProps {
	readonly plan: PlaybackStart;
	readonly media: MediaState;
	readonly durationMs: number;
	readonly isFullScreen: boolean;
	readonly actions: ControlActions;
	readonly tracks: Omit<TrackMenuProps, 'plan' | 'onOpenChange'>;
	readonly settings: Omit<SettingsMenuProps, 'onOpenChange'>;
	readonly onMenuOpenChange: (isOpen: boolean) => void;
}

interface IconButtonProps {
	readonly messageId: string;
	readonly icon: IconName;
	readonly onPress: () => void;
	readonly className?: string;
}

const IconButton = ({
	messageId,
	icon,
	onPress,
	className = 'player-button',
}: IconButtonProps): ReactNode => (
	<Button className={className} aria-label={useIntl().formatMessage({ id: messageId })} onPress={onPress}>
		<Icon name={icon} />
	</Button>
);

const SkipButton = ({ byMs, seekBy }: { byMs: number; seekBy: ControlActions['seekBy'] }): ReactNode => {
	const id = byMs < 0 ? 'player.back-10' : 'player.on-10';
	return (
		<Button
			className="player-button"
			aria-label={useIntl().formatMessage({ id })}
			onPress={() => seekBy(byMs)}
		>
			<SkipIcon isBack={byMs < 0} />
		</Button>
	);
};

/** A remote control has no other way out of a native slider than up, to the line of time. */
const leaveUpwards = (event: KeyboardEvent): void => {
	if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
	event.preventDefault();
	if (event.key === 'ArrowUp') document.querySelector<HTMLElement>('.player .seek-bar')?.focus();
};

const Volume = ({ media, actions }: Pick<PlayerControlsProps, 'media' | 'actions'>): ReactNode => {
	const intl = useIntl();
	const shown = media.isMuted ? 0 : media.volume;
	return (
		<div className="player-volume">
			<IconButton
				messageId={shown === 0 ? 'player.unmute' : 'player.mute'}
				icon={shown === 0 ? 'muted' : 'volume'}
				onPress={actions.toggleMute}
			/>
			<input
				type="range"
				className="player-volume-slider"
				aria-label={intl.formatMessage({ id: 'player.volume' })}
				aria-valuetext={intl.formatNumber(shown, { style: 'percent' })}
				min={0}
				max={100}
				step={5}
				value={Math.round(shown * 100)}
				style={{ '--share': shown } as Record<string, number>}
				onKeyDown={leaveUpwards}
				onChange={(event) => actions.setVolume(Number(event.currentTarget.value) / 100)}
			/>
		</div>
	);
};

const Transport = ({ media, actions }: Pick<PlayerControlsProps, 'media' | 'actions'>): ReactNode => (
	<div className="player-transport">
		{actions.previous && (
			<IconButton messageId="player.previous" icon="previous" onPress={actions.previous} />
		)}
		<SkipButton byMs={-10_000} seekBy={actions.seekBy} />
		<IconButton
			messageId={media.isPaused ? 'player.play' : 'player.pause'}
			icon={media.isPaused ? 'play' : 'pause'}
			className="player-button player-button-play"
			onPress={actions.togglePlay}
		/>
		<SkipButton byMs={10_000} seekBy={actions.seekBy} />
		{actions.next && <IconButton messageId="player.next" icon="next" onPress={actions.next} />}
	</div>
);

const Choices = ({
	plan,
	isFullScreen,
	actions,
	tracks,
	settings,
	onMenuOpenChange,
}: Omit<PlayerControlsProps, 'media' | 'durationMs'>): ReactNode => (
	<div className="player-choices">
		<TrackMenu plan={plan} {...tracks} onOpenChange={onMenuOpenChange} />
		<SettingsMenu {...settings} onOpenChange={onMenuOpenChange} />
		<WhyButton plan={plan} onOpenChange={onMenuOpenChange} />
		{actions.togglePictureInPicture && (
			<IconButton
				messageId="player.pip"
				icon="pip"
				className="player-button player-button-pip"
				onPress={actions.togglePictureInPicture}
			/>
		)}
		<IconButton
			messageId={isFullScreen ? 'player.window' : 'player.full-screen'}
			icon={isFullScreen ? 'window' : 'fullScreen'}
			onPress={actions.toggleFullScreen}
		/>
	</div>
);

export const PlayerControls = (props: PlayerControlsProps): ReactNode => {
	const { plan, media, durationMs, actions } = props;
	return (
		<>
			<header className="player-top">
				<IconButton messageId="player.leave" icon="back" onPress={actions.leave} />
				<div className="player-titles">
					<h1>{plan.title}</h1>
					{plan.subtitle !== null && <p>{plan.subtitle}</p>}
				</div>
			</header>
			<div className="player-bottom">
				<div className="player-time">
					<span>{clockTime(media.positionMs, durationMs)}</span>
					<SeekBar
						positionMs={media.positionMs}
						durationMs={durationMs}
						bufferedMs={media.bufferedMs}
						onSeek={actions.seekTo}
					/>
					<span>{clockTime(durationMs)}</span>
				</div>
				<div className="player-bar">
					<Volume media={media} actions={actions} />
					<Transport media={media} actions={actions} />
					<Choices {...props} />
				</div>
			</div>
		</>
	);
};
