/** From an album's page to the music player: tracks as the queue wants them. */
import type { ItemDetail } from '@holdfast/contract/catalogue';
import { type MusicTrack, musicPlayer } from '../../player/music-player.ts';

const artistOf = (detail: ItemDetail): string =>
	detail.parents.find(({ kind }) => kind === 'artist')?.title ?? detail.card.subtitle ?? '';

/** The tracks of an album in the order of its discs, or the one track of a track's page. */
export const tracksOf = (detail: ItemDetail): MusicTrack[] => {
	const { card } = detail;
	const isAlbum = card.kind === 'album';
	const album = isAlbum
		? { itemId: card.itemId, title: card.title }
		: detail.parents.find(({ kind }) => kind === 'album');
	const shared = { album: album?.title ?? '', albumId: album?.itemId ?? null };
	const artist = artistOf(detail);
	const entries = detail.groups.flatMap(({ items }) => items);
	if (entries.length === 0 && card.kind === 'track') {
		return [
			{
				...shared,
				itemId: card.itemId,
				title: card.title,
				artist,
				image: card.image,
				durationMs: card.durationMs ?? 0,
			},
		];
	}
	return entries.map((entry) => ({
		...shared,
		itemId: entry.itemId,
		title: entry.title,
		artist: entry.artists.length > 0 ? entry.artists.join(', ') : artist,
		image: entry.image ?? card.image,
		durationMs: entry.durationMs ?? 0,
	}));
};

/** Plays `tracks` from `itemId` on; from the first where it is not among them. */
export const playMusic = (tracks: readonly MusicTrack[], itemId: string | null, isShuffled = false): void =>
	musicPlayer.start(
		tracks,
		Math.max(
			0,
			tracks.findIndex((track) => track.itemId === itemId),
		),
		isShuffled,
	);
