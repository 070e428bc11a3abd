/** The top of a title's page: backdrop, poster, names, facts and what can be done with it. */
import type { ItemDetail } from '@holdfast/contract/catalogue';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { PageTitle } from '../../app/page-title.tsx';
import { Backdrop } from '../../ui/backdrop.tsx';
import { Picture } from '../../ui/picture.tsx';
import { aspectOf } from '../../ui/poster.tsx';
import { useAccent } from '../../ui/use-accent.ts';
import { Facts } from './runtime.tsx';
import './item.css';

export interface TitleHeadProps {
	readonly detail: ItemDetail;
	readonly facts: readonly (string | number | null | undefined)[];
	/** Buttons. */
	readonly actions: ReactNode;
	/** More under the overview. */
	readonly children?: ReactNode;
}

const posterSizes = '(min-width: 76rem) 20rem, (min-width: 44rem) 14rem, 40vw';

function Parents({ parents }: { readonly parents: ItemDetail['parents'] }) {
	if (parents.length === 0) return null;
	return (
		<p className="title-parents">
			{parents.toReversed().map((parent) => (
				<Link key={parent.itemId} to="/items/$itemId" params={{ itemId: parent.itemId }}>
					{parent.title}
				</Link>
			))}
		</p>
	);
}

export function TitleHead({ detail, facts, actions, children }: TitleHeadProps) {
	const { card, backdrop, parents, tagline, overview, genres } = detail;
	useAccent(backdrop?.accent ?? card.image?.accent);
	const isWide = card.kind === 'episode';
	return (
		<>
			<Backdrop image={backdrop ?? card.image} />
			<header className={isWide ? 'title-head title-head-wide' : 'title-head'}>
				<div className={`title-art title-art-${card.kind}`}>
					<Picture image={card.image} alt="" sizes={posterSizes} aspect={aspectOf(card.kind)} isPriority />
				</div>
				<div className="title-words">
					<Parents parents={parents} />
					<PageTitle title={card.title} />
					<Facts facts={facts} />
					{genres.length > 0 && <Facts facts={genres} />}
					<div className="button-row title-actions">{actions}</div>
					{tagline && <p className="title-tagline">{tagline}</p>}
					{overview && <p className="title-overview">{overview}</p>}
					{children}
				</div>
			</header>
		</>
	);
}
