/** Search results by kind, in the order of the best result of each. Pure. */
import type { ItemCard, ItemKind } from '@holdfast/contract/catalogue';

/** Kinds that one heading gathers. */
export type SearchGroup = 'films' | 'series' | 'episodes' | 'artists' | 'albums' | 'tracks' | 'photos';

const groupOfKind: Record<ItemKind, SearchGroup> = {
	movie: 'films',
	series: 'series',
	season: 'series',
	episode: 'episodes',
	artist: 'artists',
	album: 'albums',
	track: 'tracks',
	'photo-album': 'photos',
	photo: 'photos',
};

/** The server's order is kept: the first group holds the best result, and each group its own best first. */
export const groupResults = (items: readonly ItemCard[]): { group: SearchGroup; items: ItemCard[] }[] => {
	const groups = new Map<SearchGroup, ItemCard[]>();
	for (const item of items) {
		const group = groupOfKind[item.kind];
		const members = groups.get(group) ?? [];
		members.push(item);
		groups.set(group, members);
	}
	return [...groups].map(([group, members]) => ({ group, items: members }));
};
