/** An album: cover, its discs and tracks; what plays moves. */
import type { ItemDetail } from '@holdfast/contract/catalogue';
import { useText } from '../../messages/use-text.ts';
import { Icon } from '../../player/icons.tsx';
import type { MusicTrack } from '../../player/music-player.ts';
import { musicPlayer } from '../../player/music-player.ts';
import { clockTime } from '../../player/time.ts';
import { usePlayingItem } from '../../player/use-music.ts';
import { Button } from '../../ui/button.tsx';
import { playMusic, tracksOf } from '../music/tracks.ts';
import { PlayButton } from './play-button.tsx';
import { PlayingMark } from './playing-mark.tsx';
import { useRuntime } from './runtime.tsx';
import { TitleHead } from './title-head.tsx';

type Track = ItemDetail['groups'][number]['items'][number];

function TrackEntry({ track, tracks }: { readonly track: Track; readonly tracks: readonly MusicTrack[] }) {
	const text = useText();
	const playing = usePlayingItem();
	const isCurrent = playing.itemId === track.itemId;
	const press = (): void => (isCurrent ? musicPlayer.toggle() : playMusic(tracks, track.itemId));
	const label = isCurrent && !playing.isPaused ? 'music.pause-title' : 'item.play-title';
	return (
		<li>
			<button
				type="button"
				className={isCurrent ? 'track is-current' : 'track'}
				aria-label={text(label, { title: track.title })}
				aria-current={isCurrent || undefined}
				onClick={press}
			>
				<span className="track-number">
					{isCurrent ? (
						<PlayingMark isPaused={playing.isPaused} />
					) : (
						<span className="track-figure">{track.number ?? '·'}</span>
					)}
					<Icon name={isCurrent && !playing.isPaused ? 'pause' : 'play'} className="icon track-play" />
				</span>
				<span className="track-words">
					<span className="track-title">{track.title}</span>
					{track.artists.length > 0 && <span className="track-artists">{track.artists.join(', ')}</span>}
				</span>
				{track.durationMs !== null && <span className="track-time">{clockTime(track.durationMs)}</span>}
			</button>
		</li>
	);
}

function Discs({ detail, tracks }: { readonly detail: ItemDetail; readonly tracks: readonly MusicTrack[] }) {
	return detail.groups.map((disc) => (
		<section key={disc.title} className="disc">
			{detail.groups.length > 1 && <h2>{disc.title}</h2>}
			<ol>
				{disc.items.map((track) => (
					<TrackEntry key={track.itemId} track={track} tracks={tracks} />
				))}
			</ol>
		</section>
	));
}

export function AlbumPage({ detail }: { readonly detail: ItemDetail }) {
	const text = useText();
	const runtime = useRuntime();
	const tracks = tracksOf(detail);
	const lengthMs = tracks.reduce((sum, track) => sum + track.durationMs, 0);
	const shuffle = (): void =>
		playMusic(tracks, tracks[Math.floor(Math.random() * tracks.length)]?.itemId ?? null, true);
	const hasArtist = detail.parents.some(({ kind }) => kind === 'artist');
	const facts = [
		hasArtist ? null : detail.card.subtitle,
		detail.card.year,
		text('music.track-count', { count: tracks.length }),
		lengthMs > 0 ? runtime(lengthMs) : null,
	];
	const actions = (
		<>
			<PlayButton detail={detail} />
			<Button isLarge icon={<Icon name="shuffle" />} onPress={shuffle} isDisabled={tracks.length < 2}>
				{text('music.shuffle')}
			</Button>
		</>
	);
	return (
		<article className="title-page album-page">
			<TitleHead detail={detail} facts={facts} actions={actions} />
			<Discs detail={detail} tracks={tracks} />
		</article>
	);
}
