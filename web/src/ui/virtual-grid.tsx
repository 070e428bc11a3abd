/**
 * A grid of any length that draws only what is on screen; scrolled by the page, walked by arrows, Home, End
 * and page keys.
 */
import {
	type CSSProperties,
	type KeyboardEvent,
	type ReactNode,
	useEffect,
	useLayoutEffect,
	useRef,
	useState,
} from 'react';
import { elementHeightPx, type GridShape, gridStep, gridWindow, scrollToShow } from './grid-window.ts';
import './art.css';

export interface VirtualGridProps {
	/** What the grid holds, for screen readers. */
	readonly label: string;
	readonly total: number;
	/**
	 * Draw the tile of `index`, one focusable element inside; an item not yet loaded is drawn as an empty one.
	 */
	readonly renderTile: (index: number) => ReactNode;
	/** Told which tiles are drawn, so that the page loads them. `to` is exclusive. */
	readonly onWindow?: (from: number, to: number) => void;
	/** Tiles are at least this wide; 160 unless told. */
	readonly tileWidthMinPx?: number;
	/** Columns never fall below this; 3 unless told. */
	readonly columnsMin?: number;
	/** Width by height of the art. */
	readonly aspect: number;
	/** Height of the words under the art; 64 unless told. */
	readonly wordsHeightPx?: number;
	readonly gapPx?: number;
}

interface Measure {
	readonly widthPx: number;
	readonly viewHeightPx: number;
	readonly scrollPx: number;
}

const measure = (element: HTMLElement): Measure => {
	const box = element.getBoundingClientRect();
	return { widthPx: box.width, viewHeightPx: window.innerHeight, scrollPx: -box.top };
};

const useMeasure = (ref: { readonly current: HTMLElement | null }): Measure => {
	const [seen, setSeen] = useState<Measure>({ widthPx: 0, viewHeightPx: 0, scrollPx: 0 });
	useLayoutEffect(() => {
		const element = ref.current;
		if (!element) return undefined;
		let frame = 0;
		const look = () => {
			cancelAnimationFrame(frame);
			frame = requestAnimationFrame(() => setSeen(measure(element)));
		};
		const observer = new ResizeObserver(look);
		observer.observe(element);
		setSeen(measure(element));
		addEventListener('scroll', look, { passive: true });
		addEventListener('resize', look);
		return () => {
			observer.disconnect();
			cancelAnimationFrame(frame);
			removeEventListener('scroll', look);
			removeEventListener('resize', look);
		};
	}, [ref]);
	return seen;
};

const focusableIn = (cell: Element | null): HTMLElement | null =>
	cell?.querySelector<HTMLElement>('a[href], button, [tabindex]') ?? null;

const indexOf = (target: EventTarget): number => {
	const cell = target instanceof Element ? target.closest('[data-index]') : null;
	return Number(cell?.getAttribute('data-index') ?? -1);
};

/** Moves focus to a tile, and waits for it to be drawn where it is far away. */
const useFocusTile = (grid: { readonly current: HTMLElement | null }, shape: GridShape) => {
	const wanted = useRef<number | null>(null);
	const settle = () => {
		if (wanted.current === null) return;
		const target = focusableIn(grid.current?.querySelector(`[data-index="${wanted.current}"]`) ?? null);
		if (!target) return;
		wanted.current = null;
		target.focus({ preventScroll: true });
	};
	useEffect(settle);
	return (index: number) => {
		const element = grid.current;
		if (!element) return;
		wanted.current = index;
		const { scrollPx, viewHeightPx } = measure(element);
		// The bars at the edges cover something: keep a quarter of a row clear.
		const marginPx = Math.min(shape.rowHeightPx * 0.35, 120);
		const to = scrollToShow(shape, index, scrollPx + marginPx, viewHeightPx - 2 * marginPx);
		if (to !== null) scrollBy({ top: to - marginPx - scrollPx, behavior: 'instant' });
		settle();
	};
};

const columnsFor = (
	widthPx: number,
	props: Required<Pick<VirtualGridProps, 'tileWidthMinPx' | 'columnsMin' | 'gapPx'>>,
): number =>
	Math.max(props.columnsMin, Math.floor((widthPx + props.gapPx) / (props.tileWidthMinPx + props.gapPx)), 1);

export function VirtualGrid(props: VirtualGridProps) {
	const { total, aspect, tileWidthMinPx = 160, columnsMin = 3, wordsHeightPx = 64, onWindow } = props;
	const grid = useRef<HTMLUListElement>(null);
	const { widthPx, viewHeightPx, scrollPx } = useMeasure(grid);
	const gapPx = props.gapPx ?? (widthPx > 900 ? 24 : 14);
	const columns = columnsFor(widthPx, { tileWidthMinPx, columnsMin, gapPx });
	const tileWidthPx = (widthPx - gapPx * (columns - 1)) / columns;
	const shape: GridShape = {
		total,
		columns,
		rowHeightPx: Math.max(1, tileWidthPx / aspect + wordsHeightPx + gapPx),
	};
	const shown = widthPx > 0 ? gridWindow(shape, scrollPx, viewHeightPx) : { from: 0, to: 0, shiftPx: 0 };
	const focusTile = useFocusTile(grid, shape);

	useEffect(() => {
		if (shown.to > shown.from) onWindow?.(shown.from, shown.to);
	}, [shown.from, shown.to, onWindow]);

	const walk = (event: KeyboardEvent) => {
		if (event.altKey || event.ctrlKey || event.metaKey) return;
		const index = indexOf(event.target);
		if (index < 0) return;
		const rowsInView = Math.max(1, Math.floor(viewHeightPx / shape.rowHeightPx));
		const next = gridStep(shape, index, event.key, rowsInView);
		if (next === null) return;
		event.preventDefault();
		event.stopPropagation();
		focusTile(next);
	};

	const cells: ReactNode[] = [];
	for (let index = shown.from; index < shown.to; index += 1) {
		const left = (index % columns) * (tileWidthPx + gapPx);
		const top = Math.floor(index / columns) * shape.rowHeightPx + shown.shiftPx;
		const place: CSSProperties = { width: tileWidthPx, transform: `translate(${left}px, ${top}px)` };
		cells.push(
			<li
				key={index}
				className="virtual-grid-cell"
				style={place}
				data-index={index}
				aria-setsize={total}
				aria-posinset={index + 1}
			>
				{props.renderTile(index)}
			</li>,
		);
	}
	return (
		<ul
			ref={grid}
			className="virtual-grid"
			aria-label={props.label}
			style={{ height: elementHeightPx(shape) }}
			onKeyDown={walk}
		>
			{cells}
		</ul>
	);
}
