/** The music bar at the foot of every page; it opens into the sheet with cover and queue. */
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useText } from '../../messages/use-text.ts';
import { onSignedOut } from '../../api/client.ts';
import { Icon } from '../../player/icons.tsx';
import { musicPlayer, type MusicState } from '../../player/music-player.ts';
import { shareOf } from '../../player/time.ts';
import { useMediaSession } from '../../player/use-media-session.ts';
import { useMusic } from '../../player/use-music.ts';
import { IconButton } from '../../ui/button.tsx';
import { IconClose } from '../../ui/icons.tsx';
import { imageUrl, Picture } from '../../ui/picture.tsx';
import { NowPlayingSheet } from './now-playing-sheet.tsx';
import { MusicTime, MusicTool, Transport } from './transport.tsx';
import './music.css';

/** Says how high the bar is, so that nothing hides behind it. */
const useRoom = (isShown: boolean) => {
	const bar = useRef<HTMLElement>(null);
	useEffect(() => {
		const element = bar.current;
		if (!isShown || !element) return undefined;
		const observer = new ResizeObserver(() => {
			document.documentElement.style.setProperty('--now-playing', `${element.offsetHeight}px`);
		});
		observer.observe(element);
		return () => {
			observer.disconnect();
			document.documentElement.style.removeProperty('--now-playing');
		};
	}, [isShown]);
	return bar;
};

const useSystemControls = ({ track, isPaused, positionMs, durationMs }: MusicState): void =>
	useMediaSession(
		track && {
			title: track.title,
			artist: track.artist,
			album: track.album,
			artworkUrl: track.image ? imageUrl(track.image, 'tile-large') : null,
		},
		{ isPaused, positionMs, durationMs, rate: 1 },
		{
			play: musicPlayer.play,
			pause: musicPlayer.pause,
			seekBy: (byMs) => musicPlayer.seekTo(musicPlayer.snapshot().positionMs + byMs),
			seekTo: musicPlayer.seekTo,
			next: musicPlayer.next,
			previous: musicPlayer.previous,
		},
	);

function BarWords({ music, onOpen }: { readonly music: MusicState; readonly onOpen: () => void }) {
	const text = useText();
	const { track, fault } = music;
	if (!track) return null;
	return (
		<div className="music-words">
			<button type="button" className="music-cover" onClick={onOpen} aria-label={text('music.open')}>
				<Picture image={track.image} alt="" sizes="4rem" aspect={1} fallback={<Icon name="music" />} />
			</button>
			<div className="music-names">
				<p className="music-title">
					{track.albumId === null ? (
						track.title
					) : (
						<Link to="/items/$itemId" params={{ itemId: track.albumId }}>
							{track.title}
						</Link>
					)}
				</p>
				<p className="music-artist" role={fault === null ? undefined : 'alert'}>
					{fault === null ? track.artist : text(`fault.${fault}`)}
				</p>
			</div>
		</div>
	);
}

export function NowPlaying() {
	const text = useText();
	const music = useMusic();
	const [isOpen, setIsOpen] = useState(false);
	const isShown = music.track !== undefined;
	const bar = useRoom(isShown);
	useSystemControls(music);
	useEffect(() => onSignedOut(musicPlayer.stop), []);
	if (!isShown) return null;
	const line = { transform: `scaleX(${shareOf(music.positionMs, music.durationMs)})` };
	return (
		<>
			<section ref={bar} className="music-bar" aria-label={text('music.bar')}>
				<span className="music-line" aria-hidden="true">
					<span style={line} />
				</span>
				<BarWords music={music} onOpen={() => setIsOpen(true)} />
				<div className="music-middle">
					<Transport music={music} />
					<MusicTime music={music} />
				</div>
				<div className="music-end">
					<MusicTool
						label="music.queue"
						icon="queue"
						className="music-queue-tool"
						onPress={() => setIsOpen(true)}
					/>
					<IconButton
						label={text('music.stop')}
						icon={<IconClose />}
						onPress={musicPlayer.stop}
						className="music-stop"
					/>
				</div>
			</section>
			<NowPlayingSheet music={music} isOpen={isOpen} onClose={() => setIsOpen(false)} />
		</>
	);
}
