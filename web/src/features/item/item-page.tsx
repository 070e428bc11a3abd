/** The page of any title: loads it and chooses the page for its kind. */
import type { ItemDetail } from '@holdfast/contract/catalogue';
import { useQuery } from '@tanstack/react-query';
import { Navigate, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ErrorState } from '../../ui/states.tsx';
import { AlbumPage } from './album-page.tsx';
import { ChildrenPage } from './children-page.tsx';
import { FilmPage } from './film-page.tsx';
import { itemQuery } from './item-query.ts';
import { SeriesPage } from './series-page.tsx';
import './item.css';

/** The room a title's page takes, so that nothing jumps when it comes. */
function ItemSkeleton() {
	return (
		<div className="title-page" aria-busy="true">
			<div className="title-head">
				<div className="title-art">
					<div className="poster-empty" />
				</div>
			</div>
		</div>
	);
}

const pageOf = (detail: ItemDetail): ReactNode => {
	switch (detail.card.kind) {
		case 'movie':
		case 'episode':
			return <FilmPage detail={detail} />;
		case 'series':
		case 'season':
			return <SeriesPage detail={detail} />;
		case 'album':
		case 'track':
			return <AlbumPage detail={detail} />;
		case 'artist':
		case 'photo-album':
			return <ChildrenPage detail={detail} />;
		case 'photo':
			return <Navigate to="/photos/$itemId" params={{ itemId: detail.card.itemId }} replace />;
	}
};

export function ItemPage() {
	const { itemId } = useParams({ from: '/signed/items/$itemId' });
	const { data, error, refetch } = useQuery(itemQuery(itemId));
	if (data) return <div key={itemId}>{pageOf(data)}</div>;
	if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
	return <ItemSkeleton />;
}
