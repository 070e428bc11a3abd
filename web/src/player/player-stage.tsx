/** The picture with its controls: everything that needs a playback that is open. */
import type { PlaybackStart } from '@holdfast/contract/playback';
import { type PointerEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useIntl } from 'react-intl';
import { type ControlActions, PlayerControls } from './player-controls.tsx';
import { NextUp } from './next-up.tsx';
import { PlayerSpinner } from './player-states.tsx';
import { stageActions } from './stage-actions.ts';
import { useControlsVisible } from './use-controls-visible.ts';
import { useFullScreen } from './use-full-screen.ts';
import { useMediaSession } from './use-media-session.ts';
import { type MediaState, useMediaState } from './use-media-state.ts';
import type { PlaybackControl } from './use-playback.ts';
import { usePlayerKeys } from './use-player-keys.ts';
import { useProgress } from './use-progress.ts';
import { useSubtitles } from './use-subtitles.ts';
import { useTaps } from './use-taps.ts';
import { useVideoSource } from './use-video-source.ts';
import { useWakeLock } from './use-wake-lock.ts';

interface PlayerStageProps {
	readonly plan: PlaybackStart;
	readonly startAtMs: number;
	readonly control: PlaybackControl;
	readonly onLeave: () => void;
	readonly onGoTo: (itemId: string) => void;
}

/** A short word over the picture about what a key or tap just did. */
const useHint = (): [string | null, (hint: string) => void] => {
	const [hint, setHint] = useState<{ text: string; at: number } | null>(null);
	useEffect(() => {
		if (!hint) return;
		const timer = window.setTimeout(() => setHint(null), 700);
		return () => window.clearTimeout(timer);
	}, [hint]);
	const say = (text: string): void => setHint({ text, at: performance.now() });
	return [hint?.text ?? null, say];
};

const useSystemSession = (
	plan: PlaybackStart,
	media: MediaState,
	durationMs: number,
	actions: ControlActions,
): void => {
	const { isPaused, positionMs, rate } = media;
	const words = { title: plan.title, artist: plan.subtitle ?? '', artworkUrl: null };
	useMediaSession(
		words,
		{ isPaused, positionMs, durationMs, rate },
		{
			play: actions.togglePlay,
			pause: actions.togglePlay,
			seekBy: actions.seekBy,
			seekTo: actions.seekTo,
			next: actions.next,
			previous: actions.previous,
		},
	);
};

interface StageVideoProps {
	readonly plan: PlaybackStart;
	readonly setElement: (element: HTMLVideoElement | null) => void;
	readonly onPointerUp: (event: PointerEvent<HTMLVideoElement>) => void;
}

const StageVideo = ({ plan, setElement, onPointerUp }: StageVideoProps): ReactNode => (
	// biome-ignore lint/a11y/useMediaCaption: the captions are the tracks of the plan
	<video
		ref={setElement}
		className="player-video"
		playsInline
		crossOrigin="anonymous"
		onPointerUp={onPointerUp}
	>
		<Tracks plan={plan} />
	</video>
);

const Tracks = ({ plan }: { plan: PlaybackStart }): ReactNode =>
	plan.subtitles.map((track) => (
		<track
			key={track.subtitleId}
			kind="subtitles"
			src={track.url}
			label={track.label}
			{...(track.language === null ? {} : { srcLang: track.language })}
		/>
	));

interface StageControlsProps extends Pick<PlayerStageProps, 'plan' | 'control'> {
	readonly element: HTMLVideoElement | null;
	readonly media: MediaState;
	readonly durationMs: number;
	readonly actions: ControlActions;
	readonly subtitleIndex: number | null;
	readonly chooseSubtitle: (trackIndex: number | null) => void;
	readonly onMenuOpenChange: (isOpen: boolean) => void;
}

/** The controls with the choices that open the playback anew. */
const StageControls = (props: StageControlsProps): ReactNode => {
	const { plan, control, element, media, durationMs, actions, subtitleIndex, chooseSubtitle } = props;
	const isFullScreen = useFullScreen();
	return (
		<PlayerControls
			plan={plan}
			media={media}
			durationMs={durationMs}
			isFullScreen={isFullScreen}
			actions={actions}
			tracks={{
				subtitleIndex,
				onSubtitle: chooseSubtitle,
				onAudio: (audioIndex) => control.reopen({ audioIndex }, media.positionMs),
			}}
			settings={{
				rate: media.rate,
				limit: control.choice.limit,
				onRate: (rate) => {
					if (element) element.playbackRate = rate;
				},
				onLimit: (limit) => control.reopen({ limit }, media.positionMs),
			}}
			onMenuOpenChange={props.onMenuOpenChange}
		/>
	);
};

export const PlayerStage = ({ plan, startAtMs, control, onLeave, onGoTo }: PlayerStageProps): ReactNode => {
	const intl = useIntl();
	const root = useRef<HTMLDivElement>(null);
	useEffect(() => root.current?.focus({ preventScroll: true }), []);
	const [element, setElement] = useState<HTMLVideoElement | null>(null);
	const [isMenuOpen, setIsMenuOpen] = useState(false);
	const [isNextStopped, setIsNextStopped] = useState(false);
	const [hint, sayHint] = useHint();
	const media = useMediaState(element);
	const durationMs = plan.durationMs > 0 ? plan.durationMs : (element?.duration || 0) * 1000;
	const [subtitleIndex, chooseSubtitle] = useSubtitles(element, plan);
	const isNextShown = media.hasEnded && plan.nextItemId !== null && !isNextStopped;
	const visible = useControlsVisible(media.isPaused || isMenuOpen);
	useVideoSource(element, plan, startAtMs, control.fail);
	useProgress(element, plan.playbackId, startAtMs);
	useWakeLock(!media.isPaused);
	const { actions, run } = stageActions({
		element,
		root,
		plan,
		durationMs,
		subtitleIndex,
		chooseSubtitle,
		wake: visible.wake,
		sayHint,
		intl,
		onLeave,
		onGoTo,
	});
	usePlayerKeys(!isMenuOpen, run);
	useSystemSession(plan, media, durationMs, actions);
	const taps = useTaps({
		...actions,
		wake: visible.wake,
		toggleControls: () => (visible.areVisible ? visible.hide() : visible.wake()),
	});
	return (
		// biome-ignore lint/a11y/noStaticElementInteractions: it only hears that somebody is there
		<div
			ref={root}
			className="player"
			data-controls={visible.areVisible && !isNextShown}
			tabIndex={-1}
			onPointerMove={visible.wake}
			onKeyDown={visible.wake}
			onFocus={visible.wake}
		>
			<StageVideo plan={plan} setElement={setElement} onPointerUp={taps.onPointerUp} />
			{(media.isWaiting || !media.hasFrame) && <PlayerSpinner />}
			{hint !== null && (
				<div className="player-hint" aria-hidden="true">
					{hint}
				</div>
			)}
			<div className="player-chrome" inert={!visible.areVisible || isNextShown}>
				<StageControls
					{...{ plan, control, element, media, durationMs, actions, subtitleIndex, chooseSubtitle }}
					onMenuOpenChange={setIsMenuOpen}
				/>
			</div>
			{isNextShown && plan.nextItemId !== null && (
				<NextUp
					itemId={plan.nextItemId}
					onGo={() => actions.next?.()}
					onStop={() => setIsNextStopped(true)}
				/>
			)}
		</div>
	);
};
