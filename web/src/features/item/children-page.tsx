/** An artist with albums, or an album of photos: a head and a grid of what is in it. */
import { type ItemDetail, listChildren } from '@holdfast/contract/catalogue';
import { call } from '../../api/client.ts';
import { queryKeys } from '../../api/queries.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { useText } from '../../messages/use-text.ts';
import { Backdrop } from '../../ui/backdrop.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { useAccent } from '../../ui/use-accent.ts';
import { ItemGrid } from '../library/item-grid.tsx';
import { useWindows, type WindowSource } from '../library/use-windows.ts';
import { rememberWall } from '../photos/wall.ts';
import { Facts } from './runtime.tsx';
import './item.css';

/** Windows of an item's children. */
export const childrenSource = (itemId: string): WindowSource => ({
	queryKey: [...queryKeys.item(itemId), 'children'],
	load: (from, limit, signal) =>
		call(listChildren, { params: { itemId }, query: { from, limit } }, { signal }),
});

export function ChildrenPage({ detail }: { readonly detail: ItemDetail }) {
	const text = useText();
	const { card, backdrop, overview } = detail;
	const isPhotos = card.kind === 'photo-album';
	const source = childrenSource(card.itemId);
	const windows = useWindows(source);
	useAccent(backdrop?.accent ?? card.image?.accent);
	if (isPhotos) rememberWall(source);
	const count = text(isPhotos ? 'photos.count' : 'music.album-count', { count: windows.total ?? 0 });
	return (
		<article className="title-page">
			{!isPhotos && <Backdrop image={backdrop ?? card.image} />}
			<header className={isPhotos ? 'plain-head' : 'plain-head plain-head-tall'}>
				<PageTitle title={card.title} />
				<Facts facts={[card.subtitle, windows.total === undefined ? null : count, ...detail.genres]} />
				{overview && <p className="title-overview">{overview}</p>}
			</header>
			{windows.error ? (
				<ErrorState error={windows.error} onRetry={windows.retry} />
			) : (
				<ItemGrid windows={windows} shape={isPhotos ? 'photo' : 'square'} label={card.title} />
			)}
		</article>
	);
}
