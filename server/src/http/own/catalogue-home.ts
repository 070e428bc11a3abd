/** The start page: what to continue, what comes next, what is new. */
import type { HomeRow, ItemCard } from '@holdfast/contract/catalogue';
import type { CardValue, Catalogue, Visible } from '../../catalogue/index.ts';
import { mergeCards, type Watching } from './catalogue-watch.ts';

export interface HomeNeeds {
	readonly catalogue: Pick<Catalogue, 'cards' | 'itemsOfWorks' | 'episodesBelow' | 'recentlyAdded'>;
	readonly playback: Watching;
}

/** Tiles of one row. */
const rowCards = 24;

const idsOf = (items: readonly { readonly itemId: string }[]): string[] => items.map(({ itemId }) => itemId);

const continueCards = async (
	{ catalogue, playback }: HomeNeeds,
	viewerId: string,
	visible: Visible,
): Promise<CardValue[]> => {
	const begun = await playback.continueWatching(viewerId, rowCards);
	const found = await catalogue.itemsOfWorks(
		begun.map(({ workId }) => workId),
		visible,
	);
	return catalogue.cards(idsOf(found), visible);
};

/**
 * Of each series that is being watched the episode after the last watched one, unless it is begun: that
 * continues.
 */
const nextUpCards = async (needs: HomeNeeds, viewerId: string, visible: Visible): Promise<CardValue[]> => {
	const { catalogue, playback } = needs;
	const roots = await playback.recentRoots(viewerId, rowCards);
	const series = await catalogue.itemsOfWorks(roots, visible);
	const below = await catalogue.episodesBelow(idsOf(series));
	const works = [...below.values()].flat().map(({ workId }) => workId);
	const states = await playback.watchStates(viewerId, [...new Set(works)]);
	const next = series.flatMap(({ itemId }) => {
		const episodes = below.get(itemId) ?? [];
		const last = episodes.findLastIndex(({ workId }) => states.get(workId)?.isWatched);
		const following = episodes.slice(last + 1).find(({ workId }) => !states.get(workId)?.isWatched);
		return following && (states.get(following.workId)?.positionMs ?? 0) === 0 ? [following.itemId] : [];
	});
	return catalogue.cards(next, visible);
};

/** Rows in the order to show them; empty ones are left out. */
export const homeRows = async (needs: HomeNeeds, viewerId: string, visible: Visible): Promise<HomeRow[]> => {
	const [continued, next, recent] = await Promise.all([
		continueCards(needs, viewerId, visible),
		nextUpCards(needs, viewerId, visible),
		needs.catalogue.recentlyAdded(visible),
	]);
	const cards = [...continued, ...next, ...recent.flatMap(({ items }) => items)];
	const merged = new Map((await mergeCards(needs, viewerId, cards)).map((card) => [card.itemId, card]));
	const shown = (list: readonly CardValue[]): ItemCard[] =>
		list
			.slice(0, rowCards)
			.map(({ itemId }) => merged.get(itemId))
			.filter((card) => card !== undefined);
	const rows: HomeRow[] = [
		{ row: 'continue', library: null, items: shown(continued) },
		{ row: 'next-up', library: null, items: shown(next) },
		...recent.map(({ libraryId, name, kind, items }) => ({
			row: 'recently-added' as const,
			library: { libraryId, name, kind },
			items: shown(items),
		})),
	];
	return rows.filter(({ items }) => items.length > 0);
};
