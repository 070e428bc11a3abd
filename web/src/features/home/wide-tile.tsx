/**
 * A title to go on with: a still, or a poster on its own colours, how much is left, and one press to play.
 */
import type { ItemCard } from '@holdfast/contract/catalogue';
import { Link } from '@tanstack/react-router';
import { useText } from '../../messages/use-text.ts';
import { shareOf } from '../../player/time.ts';
import { IconPlay } from '../../ui/icons.tsx';
import { Picture } from '../../ui/picture.tsx';
import { useRuntime } from '../item/runtime.tsx';

const wideSizes = '(min-width: 76rem) 22rem, 15rem';

/** Upright art keeps its shape on a blurred copy of itself; wide art fills the tile. */
function Art({ card }: { readonly card: ItemCard }) {
	const isUpright = card.image !== null && card.image.aspect < 1.3;
	return (
		<div className={isUpright ? 'wide-art is-upright' : 'wide-art'}>
			<Picture image={card.image} alt="" sizes={wideSizes} aspect={16 / 9} fallback={card.title} />
			{isUpright && (
				<div className="wide-poster">
					<Picture image={card.image} alt="" sizes="9rem" />
				</div>
			)}
			<span className="wide-play">
				<IconPlay sizeEm={1.7} />
			</span>
		</div>
	);
}

/** Music goes on from its page, where the album is. */
const isMusic = ({ kind }: ItemCard): boolean => kind === 'track' || kind === 'album';

export function WideTile({ card }: { readonly card: ItemCard }) {
	const text = useText();
	const runtime = useRuntime();
	const share = shareOf(card.positionMs, card.durationMs);
	const left =
		share > 0 && card.durationMs
			? text('home.left', { time: runtime(card.durationMs - card.positionMs) })
			: null;
	const to = isMusic(card) ? '/items/$itemId' : '/play/$itemId';
	return (
		<Link to={to} params={{ itemId: card.itemId }} className="wide-tile" preload={false}>
			<Art card={card} />
			{share > 0 && (
				<span className="wide-position">
					<span style={{ transform: `scaleX(${Math.max(0.02, share)})` }} />
				</span>
			)}
			<div className="wide-words">
				<div className="poster-title">{card.title}</div>
				<div className="poster-subtitle">{[card.subtitle, left].filter(Boolean).join(' · ')}</div>
			</div>
		</Link>
	);
}
