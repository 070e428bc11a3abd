/** One title as a tile: art first, two quiet lines under it. A link to its page. */
import type { ItemCard, ItemKind } from '@holdfast/contract/catalogue';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useText } from '../messages/use-text.ts';
import { IconCheck, IconFilm, IconMusic, IconPhoto, IconSeries } from './icons.tsx';
import { Picture } from './picture.tsx';
import './art.css';

/** Shapes by kind, so that a grid is even whatever the pictures are. */
export const aspectOf = (kind: ItemKind): number => {
	if (kind === 'movie' || kind === 'series' || kind === 'season') return 2 / 3;
	if (kind === 'episode') return 16 / 9;
	return 1;
};

const pictureFor = (kind: ItemKind): ReactNode => {
	if (kind === 'movie') return <IconFilm sizeEm={2} />;
	if (kind === 'series' || kind === 'season' || kind === 'episode') return <IconSeries sizeEm={2} />;
	if (kind === 'photo' || kind === 'photo-album') return <IconPhoto sizeEm={2} />;
	return <IconMusic sizeEm={2} />;
};

function Badge({ card }: { readonly card: ItemCard }) {
	const text = useText();
	if (card.isWatched) {
		return (
			<span className="poster-badge">
				<IconCheck sizeEm={1.1} />
				<span className="visually-hidden">{text('poster.watched')}</span>
			</span>
		);
	}
	if (!card.unwatchedCount) return null;
	return (
		<span className="poster-badge">
			<span aria-hidden="true">{card.unwatchedCount}</span>
			<span className="visually-hidden">{text('poster.unwatched', { count: card.unwatchedCount })}</span>
		</span>
	);
}

function Position({ card }: { readonly card: ItemCard }) {
	const text = useText();
	if (card.positionMs <= 0 || !card.durationMs) return null;
	const share = Math.min(1, Math.max(0.02, card.positionMs / card.durationMs));
	return (
		<span className="poster-progress">
			<span style={{ transform: `scaleX(${share})` }} />
			<span className="visually-hidden">{text('poster.started', { percent: Math.round(share * 100) })}</span>
		</span>
	);
}

export interface PosterProps {
	readonly card: ItemCard;
	/** As of `<img sizes>`; a grid tile unless told. */
	readonly sizes?: string;
	/** Width by height of the art; by kind unless told. */
	readonly aspect?: number;
	/** A photo's wall shows no words. */
	readonly isBare?: boolean;
	/** Where it leads instead of the title's page. */
	readonly to?: '/items/$itemId' | '/play/$itemId' | '/photos/$itemId';
}

const tileSizes = '(min-width: 120rem) 15rem, (min-width: 76rem) 12rem, 9rem';

export function Poster({ card, sizes = tileSizes, aspect, isBare, to = '/items/$itemId' }: PosterProps) {
	const fallback = (
		<>
			{pictureFor(card.kind)}
			<span>{card.title}</span>
		</>
	);
	return (
		<Link to={to} params={{ itemId: card.itemId }} className="poster" data-item={card.itemId}>
			<div className="poster-art">
				<Picture
					image={card.image}
					alt={isBare ? card.title : ''}
					sizes={sizes}
					aspect={aspect ?? aspectOf(card.kind)}
					fallback={fallback}
				/>
				<Badge card={card} />
				<Position card={card} />
			</div>
			{!isBare && (
				<div>
					<div className="poster-title">{card.title}</div>
					<div className="poster-subtitle">{card.subtitle}</div>
				</div>
			)}
		</Link>
	);
}
