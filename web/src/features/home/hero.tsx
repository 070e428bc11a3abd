/** The large title at the top of the start page, over its own still. */
import type { ItemCard } from '@holdfast/contract/catalogue';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useText } from '../../messages/use-text.ts';
import { shareOf } from '../../player/time.ts';
import { Backdrop } from '../../ui/backdrop.tsx';
import { LinkButton } from '../../ui/button.tsx';
import { Picture } from '../../ui/picture.tsx';
import { useAccent } from '../../ui/use-accent.ts';
import { itemQuery } from '../item/item-query.ts';
import { PlayButton } from '../item/play-button.tsx';
import { Facts, useRuntime } from '../item/runtime.tsx';

/** Keeps the room of the hero while it loads. */
export function HeroSkeleton() {
	return <div className="hero" aria-busy="true" />;
}

function HeroPosition({ card }: { readonly card: ItemCard }) {
	const text = useText();
	const runtime = useRuntime();
	if (card.positionMs <= 0 || !card.durationMs) return null;
	return (
		<div className="hero-position">
			<span className="hero-position-track">
				<span style={{ transform: `scaleX(${shareOf(card.positionMs, card.durationMs)})` }} />
			</span>
			<span>{text('home.left', { time: runtime(card.durationMs - card.positionMs) })}</span>
		</div>
	);
}

export function Hero({ card }: { readonly card: ItemCard }) {
	const text = useText();
	const runtime = useRuntime();
	const { data } = useQuery(itemQuery(card.itemId));
	const backdrop = data?.backdrop ?? null;
	useAccent(backdrop?.accent ?? card.image?.accent);
	const series = data?.parents.find(({ kind }) => kind === 'series');
	const facts = [
		card.kind === 'movie' ? card.year : card.subtitle,
		card.durationMs === null ? null : runtime(card.durationMs),
		...(data?.genres.slice(0, 3) ?? []),
	];
	return (
		<section className="hero" aria-label={card.title}>
			<Backdrop image={backdrop ?? (data ? card.image : null)} />
			<div className="hero-words">
				{series && <p className="hero-series">{series.title}</p>}
				<h2 className={data?.logo ? 'hero-title has-logo' : 'hero-title'}>
					<Link to="/items/$itemId" params={{ itemId: card.itemId }} data-item={card.itemId}>
						{data?.logo ? <Picture image={data.logo} alt={card.title} sizes="24rem" /> : card.title}
					</Link>
				</h2>
				<Facts facts={facts} />
				{(!data || data.overview) && <p className="hero-overview">{data?.overview}</p>}
				<HeroPosition card={card} />
				<div className="button-row">
					{data && <PlayButton detail={data} />}
					<LinkButton to="/items/$itemId" params={{ itemId: card.itemId }} isLarge>
						{text('home.more')}
					</LinkButton>
				</div>
			</div>
		</section>
	);
}
