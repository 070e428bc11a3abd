/** Merges where a viewer stands into what the catalogue lists, in one read for each list. */
import type { ChildEntry, ItemCard, ItemDetail } from '@holdfast/contract/catalogue';
import type { CardValue, ChildValue, DetailValue } from '../../catalogue/index.ts';

interface Standing {
	readonly workId: string;
	readonly positionMs: number;
	readonly isWatched: boolean;
}

/** What is asked of playback, by its shape. */
export interface Watching {
	watchStates(viewerId: string, workIds: readonly string[]): Promise<ReadonlyMap<string, Standing>>;
	/** Watched works below each season or series. */
	watchedCounts(viewerId: string, workIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
	continueWatching(viewerId: string, limit: number): Promise<readonly Standing[]>;
	/** Works of series, last watched first. */
	recentRoots(viewerId: string, limit: number): Promise<readonly string[]>;
}

export interface MergeNeeds {
	readonly playback: Watching;
}

const isCounted = ({ kind }: CardValue): boolean => kind === 'series' || kind === 'season';

interface Standings {
	readonly states: ReadonlyMap<string, Standing>;
	readonly counts: ReadonlyMap<string, number>;
}

const readStandings = async (
	needs: MergeNeeds,
	viewerId: string,
	cards: readonly CardValue[],
): Promise<Standings> => {
	const counted = cards.filter(isCounted).map(({ workId }) => workId);
	const single = cards.filter((card) => !isCounted(card)).map(({ workId }) => workId);
	const [states, counts] = await Promise.all([
		needs.playback.watchStates(viewerId, [...new Set(single)]),
		needs.playback.watchedCounts(viewerId, [...new Set(counted)]),
	]);
	return { states, counts };
};

const toCard = (card: CardValue, { states, counts }: Standings): ItemCard => {
	const state = states.get(card.workId);
	const unwatched = isCounted(card) ? Math.max(0, card.leafCount - (counts.get(card.workId) ?? 0)) : null;
	return {
		itemId: card.itemId,
		libraryId: card.libraryId,
		kind: card.kind,
		title: card.title,
		subtitle: card.subtitle,
		year: card.year,
		image: card.image,
		durationMs: card.durationMs,
		positionMs: state?.positionMs ?? 0,
		isWatched: unwatched === null ? (state?.isWatched ?? false) : unwatched === 0 && card.leafCount > 0,
		unwatchedCount: unwatched,
	};
};

/** Cards with the viewer's standing, in the same order. */
export const mergeCards = async (
	needs: MergeNeeds,
	viewerId: string,
	cards: readonly CardValue[],
): Promise<ItemCard[]> => {
	const standings = await readStandings(needs, viewerId, cards);
	return cards.map((card) => toCard(card, standings));
};

const toChild = (child: ChildValue, standings: Standings): ChildEntry => ({
	...toCard(child, standings),
	number: child.number,
	numberEnd: child.numberEnd,
	group: child.group,
	artists: [...child.artists],
	overview: child.overview,
});

/** What "Play" starts: the item itself, what was begun, the first not watched, the first. */
const playItemOf = (detail: DetailValue, groups: ItemDetail['groups']): string | null => {
	if (detail.files.length > 0) return detail.card.itemId;
	const items = groups.flatMap((group) => group.items);
	if (detail.card.kind === 'album') return items[0]?.itemId ?? null;
	// Specials come last, so that a series does not begin with one.
	const begun = items.find(({ positionMs }) => positionMs > 0);
	const next = items.find(({ isWatched }) => !isWatched);
	return (begun ?? next ?? items[0])?.itemId ?? null;
};

/** The page of a title for this viewer; its files are presented elsewhere. */
export const mergeDetail = async (
	needs: MergeNeeds,
	viewerId: string,
	detail: DetailValue,
): Promise<Omit<ItemDetail, 'files'>> => {
	const children = detail.groups.flatMap(({ items }) => items);
	const standings = await readStandings(needs, viewerId, [detail.card, ...children]);
	const groups = detail.groups.map(({ group, title, items }) => ({
		group,
		title,
		items: items.map((item) => toChild(item, standings)),
	}));
	const { photo } = detail;
	return {
		card: toCard(detail.card, standings),
		parents: [...detail.parents],
		overview: detail.overview,
		tagline: detail.tagline,
		genres: [...detail.genres],
		people: [...detail.people],
		backdrop: detail.backdrop,
		logo: detail.logo,
		groups,
		playItemId: playItemOf(detail, groups),
		photo: photo
			? {
					takenAt: photo.takenAt ?? null,
					camera: photo.camera ?? null,
					lens: photo.lens ?? null,
					exposure: photo.exposure ?? null,
					widthPx: photo.widthPx,
					heightPx: photo.heightPx,
				}
			: null,
	};
};
