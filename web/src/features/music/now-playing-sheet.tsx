/** What plays, large: the cover, its colour over everything, and what comes next. */
import type { CSSProperties } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useText } from '../../messages/use-text.ts';
import { Icon } from '../../player/icons.tsx';
import { musicPlayer, type MusicState } from '../../player/music-player.ts';
import { playOrder } from '../../player/queue.ts';
import { clockTime } from '../../player/time.ts';
import { IconButton } from '../../ui/button.tsx';
import { IconChevronDown } from '../../ui/icons.tsx';
import { Picture } from '../../ui/picture.tsx';
import { PlayingMark } from '../item/playing-mark.tsx';
import { MusicTime, Transport } from './transport.tsx';

interface SheetProps {
	readonly music: MusicState;
	readonly isOpen: boolean;
	readonly onClose: () => void;
}

function QueueList({ music }: { readonly music: MusicState }) {
	const text = useText();
	const { queue } = music;
	if (!queue) return null;
	return (
		<section className="sheet-queue" aria-label={text('music.queue')}>
			<h3>{text('music.queue')}</h3>
			<ol>
				{playOrder(queue).map((track, at) => (
					// biome-ignore lint/suspicious/noArrayIndexKey: a track may be in the queue twice
					<li key={`${track.itemId} ${at}`}>
						<button
							type="button"
							className={at === queue.at ? 'track is-current' : 'track'}
							aria-current={at === queue.at || undefined}
							onClick={() => musicPlayer.jumpTo(at)}
						>
							<span className="track-number">
								{at === queue.at ? <PlayingMark isPaused={music.isPaused} /> : at + 1}
							</span>
							<span className="track-words">
								<span className="track-title">{track.title}</span>
								<span className="track-artists">{track.artist}</span>
							</span>
							<span className="track-time">{clockTime(track.durationMs)}</span>
						</button>
					</li>
				))}
			</ol>
		</section>
	);
}

export function NowPlayingSheet({ music, isOpen, onClose }: SheetProps) {
	const text = useText();
	const { track } = music;
	if (!track) return null;
	const accent = track.image?.accent ? ({ '--accent': track.image.accent } as CSSProperties) : undefined;
	return (
		<ModalOverlay
			isOpen={isOpen}
			onOpenChange={(open) => !open && onClose()}
			isDismissable
			className="sheet-veil"
		>
			<Modal className="sheet-frame" {...(accent && { style: accent })}>
				<Dialog className="sheet">
					<div className="sheet-ground" aria-hidden="true">
						<Picture image={track.image} alt="" sizes="20rem" aspect={1} />
					</div>
					<header className="sheet-head">
						<IconButton label={text('action.close')} icon={<IconChevronDown />} onPress={onClose} />
						<p>{track.album}</p>
					</header>
					<div className="sheet-main">
						<div className="sheet-cover">
							<Picture
								image={track.image}
								alt={track.album}
								sizes="(min-width: 60rem) 32rem, 80vw"
								aspect={1}
								fallback={<Icon name="music" className="icon sheet-note" />}
							/>
						</div>
						<div className="sheet-words">
							<Heading slot="title" level={2}>
								{track.title}
							</Heading>
							<p>{track.artist}</p>
						</div>
						<MusicTime music={music} />
						<Transport music={music} isLarge />
					</div>
					<QueueList music={music} />
				</Dialog>
			</Modal>
		</ModalOverlay>
	);
}
