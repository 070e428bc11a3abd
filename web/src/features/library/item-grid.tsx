/** The grid of a library or album, in the shape of what is in it. */
import { useText } from '../../messages/use-text.ts';
import { Poster } from '../../ui/poster.tsx';
import { VirtualGrid } from '../../ui/virtual-grid.tsx';
import { useSharedArt } from '../item/shared-art.ts';
import type { Windows } from './use-windows.ts';

export type GridKind = 'poster' | 'square' | 'photo';

interface GridLook {
	readonly aspect: number;
	readonly tileWidthMinPx: number;
	readonly columnsMin: number;
	readonly wordsHeightPx?: number;
	readonly gapPx?: number;
}

const looks: Record<GridKind, GridLook> = {
	poster: { aspect: 2 / 3, tileWidthMinPx: 165, columnsMin: 3 },
	square: { aspect: 1, tileWidthMinPx: 175, columnsMin: 2 },
	photo: { aspect: 1, tileWidthMinPx: 190, columnsMin: 3, wordsHeightPx: 0, gapPx: 6 },
};

interface ItemGridProps {
	readonly windows: Windows;
	readonly shape: GridKind;
	readonly label: string;
	/** Told the first index on screen. */
	readonly onFirst?: (index: number) => void;
}

export function ItemGrid({ windows, shape, label }: ItemGridProps) {
	const text = useText();
	useSharedArt();
	const look = looks[shape];
	const aspect = { '--aspect': String(look.aspect) } as React.CSSProperties;
	const renderTile = (index: number) => {
		const card = windows.itemAt(index);
		// Nothing to focus: the grid gives the focus to the tile itself once it is there.
		if (!card) return <div className="poster-empty" style={aspect} />;
		if (card.kind === 'photo') return <Poster card={card} aspect={1} isBare to="/photos/$itemId" />;
		return <Poster card={card} aspect={look.aspect} />;
	};
	if (windows.total === undefined)
		return (
			<div className="grid-waiting" role="status">
				{text('state.loading')}
			</div>
		);
	return (
		<div className={shape === 'photo' ? 'photo-wall' : undefined}>
			<VirtualGrid
				label={label}
				total={windows.total}
				renderTile={renderTile}
				onWindow={windows.onWindow}
				{...look}
			/>
		</div>
	);
}
