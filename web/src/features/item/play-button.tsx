/** The one button of a title: play, resume, or start the music. */
import type { ItemDetail } from '@holdfast/contract/catalogue';
import { useEffect } from 'react';
import { useText } from '../../messages/use-text.ts';
import { clockTime } from '../../player/time.ts';
import { warmUpPlayer } from '../../player/warm-up.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { Icon } from '../../player/icons.tsx';
import { playMusic, tracksOf } from '../music/tracks.ts';

const useLabel = (detail: ItemDetail): string => {
	const text = useText();
	const { card, playItemId } = detail;
	if (playItemId !== null && playItemId !== card.itemId) {
		const next = detail.groups.flatMap(({ items }) => items).find((entry) => entry.itemId === playItemId);
		if (next && next.number !== null && (card.kind === 'series' || card.kind === 'season')) {
			const values = { season: next.group ?? 1, episode: next.number };
			return text(next.positionMs > 0 ? 'item.resume-episode' : 'item.play-episode', values);
		}
	}
	return card.positionMs > 0 ? text('item.resume', { time: clockTime(card.positionMs) }) : text('item.play');
};

export function PlayButton({ detail }: { readonly detail: ItemDetail }) {
	const label = useLabel(detail);
	const { card, playItemId } = detail;
	const isMusic = card.kind === 'album' || card.kind === 'track';
	useEffect(() => {
		if (!isMusic && playItemId !== null) warmUpPlayer();
	}, [isMusic, playItemId]);
	if (playItemId === null) return null;
	if (isMusic) {
		const tracks = tracksOf(detail);
		const start = (): void => playMusic(tracks, playItemId);
		return (
			<Button
				variant="primary"
				isLarge
				icon={<Icon name="play" />}
				onPress={start}
				isDisabled={tracks.length === 0}
			>
				{label}
			</Button>
		);
	}
	return (
		<LinkButton
			to="/play/$itemId"
			params={{ itemId: playItemId }}
			variant="primary"
			isLarge
			icon={<Icon name="play" />}
		>
			{label}
		</LinkButton>
	);
}
