/** Which title is large on the start page. Pure. */
import type { HomeRow, ItemCard } from '@holdfast/contract/catalogue';

const isWatchable = ({ kind, image }: ItemCard): boolean =>
	image !== null && (kind === 'movie' || kind === 'series' || kind === 'season' || kind === 'episode');

/** What somebody is in the middle of, else what comes next, else what is new; only what has a picture. */
export const heroOf = (rows: readonly HomeRow[]): ItemCard | undefined => {
	const order: readonly HomeRow['row'][] = ['continue', 'next-up', 'recently-added'];
	const inOrder = order.flatMap((name) => rows.filter(({ row }) => row === name));
	const all = inOrder.flatMap(({ items }) => items);
	return all.find(isWatchable) ?? all.find(({ image, kind }) => image !== null && kind === 'album');
};
