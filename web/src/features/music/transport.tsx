/** The controls of the music, shared by the bar and the sheet. */
import { type MessageKey, useText } from '../../messages/use-text.ts';
import { Icon, type IconName } from '../../player/icons.tsx';
import { type MusicState, musicPlayer } from '../../player/music-player.ts';
import { SeekBar } from '../../player/seek-bar.tsx';
import { clockTime } from '../../player/time.ts';
import { IconButton } from '../../ui/button.tsx';

interface ToolProps {
	readonly label: MessageKey;
	readonly icon: IconName;
	readonly onPress: () => void;
	readonly className?: string;
	readonly isPressed?: boolean;
}

export function MusicTool({ label, icon, onPress, className = '', isPressed }: ToolProps) {
	const text = useText();
	return (
		<IconButton
			className={`${className} ${isPressed ? 'is-pressed' : ''}`}
			label={text(label)}
			icon={<Icon name={icon} />}
			onPress={onPress}
			{...(isPressed !== undefined && { 'aria-pressed': isPressed })}
		/>
	);
}

export function Transport({ music, isLarge }: { readonly music: MusicState; readonly isLarge?: boolean }) {
	const repeat = music.queue?.repeat ?? 'off';
	return (
		<div className={isLarge ? 'music-transport is-large' : 'music-transport'}>
			<MusicTool
				label="music.shuffle"
				icon="shuffle"
				className="music-mode"
				isPressed={music.queue?.isShuffled ?? false}
				onPress={musicPlayer.toggleShuffle}
			/>
			<MusicTool
				label="music.previous"
				icon="previous"
				className="music-previous"
				onPress={musicPlayer.previous}
			/>
			<MusicTool
				label={music.isPaused ? 'player.play' : 'player.pause'}
				icon={music.isPaused ? 'play' : 'pause'}
				className="music-play"
				onPress={musicPlayer.toggle}
			/>
			<MusicTool label="music.next" icon="next" onPress={musicPlayer.next} />
			<MusicTool
				label={`music.repeat-${repeat}`}
				icon="repeat"
				className={`music-mode music-repeat-${repeat}`}
				isPressed={repeat !== 'off'}
				onPress={musicPlayer.nextRepeat}
			/>
		</div>
	);
}

export function MusicTime({ music }: { readonly music: MusicState }) {
	return (
		<div className="music-time">
			<span>{clockTime(music.positionMs, music.durationMs)}</span>
			<SeekBar
				positionMs={music.positionMs}
				durationMs={music.durationMs}
				bufferedMs={[]}
				onSeek={musicPlayer.seekTo}
			/>
			<span>{clockTime(music.durationMs)}</span>
		</div>
	);
}
