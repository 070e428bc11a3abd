/**
 * The arithmetic of a windowed grid: which tiles are on screen and where. Browsers refuse elements taller
 * than some 17 to 33 million pixels, so a very long grid is squeezed: height capped, positions scaled.
 */

/** Below Firefox's limit of 17.9 million pixels. */
export const gridHeightMaxPx = 12_000_000;

export interface GridShape {
	readonly total: number;
	readonly columns: number;
	readonly rowHeightPx: number;
}

const rowsOf = (shape: GridShape): number => Math.ceil(shape.total / shape.columns);

/** Height of all rows, were there no limit. */
export const fullHeightPx = (shape: GridShape): number => rowsOf(shape) * shape.rowHeightPx;

/** Height of the element that scrolls. */
export const elementHeightPx = (shape: GridShape): number => Math.min(fullHeightPx(shape), gridHeightMaxPx);

/** Pixels of content for one pixel of scrolling; 1 unless squeezed. */
const scaleOf = (shape: GridShape, viewHeightPx: number): number => {
	const full = fullHeightPx(shape) - viewHeightPx;
	const real = elementHeightPx(shape) - viewHeightPx;
	return real <= 0 || full <= real ? 1 : full / real;
};

const clamp = (value: number, min: number, max: number): number =>
	Math.min(Math.max(value, min), Math.max(min, max));

export interface GridWindow {
	readonly from: number;
	readonly to: number;
	/** What to add to `row * rowHeightPx` for a row's place inside the element. */
	readonly shiftPx: number;
}

/**
 * The tiles to draw with `scrollPx` of the element scrolled past the top of a view of `viewHeightPx`.
 * `to` is exclusive. `overscanRows` are drawn beyond each edge.
 */
export const gridWindow = (
	shape: GridShape,
	scrollPx: number,
	viewHeightPx: number,
	overscanRows = 2,
): GridWindow => {
	if (shape.total === 0) return { from: 0, to: 0, shiftPx: 0 };
	const real = clamp(scrollPx, -viewHeightPx, elementHeightPx(shape));
	const contentTopPx = real * scaleOf(shape, viewHeightPx);
	const first = Math.floor(contentTopPx / shape.rowHeightPx) - overscanRows;
	const last = Math.ceil((contentTopPx + viewHeightPx) / shape.rowHeightPx) + overscanRows;
	const rows = rowsOf(shape);
	return {
		from: clamp(first, 0, rows) * shape.columns,
		to: Math.min(clamp(last, 0, rows) * shape.columns, shape.total),
		shiftPx: real - contentTopPx,
	};
};

/** How far to scroll the element so that the row of `index` is whole in view; null where it is already. */
export const scrollToShow = (
	shape: GridShape,
	index: number,
	scrollPx: number,
	viewHeightPx: number,
): number | null => {
	const scale = scaleOf(shape, viewHeightPx);
	const rowTopPx = Math.floor(index / shape.columns) * shape.rowHeightPx;
	const contentTopPx = scrollPx * scale;
	if (rowTopPx < contentTopPx) return rowTopPx / scale;
	const overPx = rowTopPx + shape.rowHeightPx - (contentTopPx + viewHeightPx);
	return overPx > 0 ? (contentTopPx + overPx) / scale : null;
};

/** The tile a key leads to from `index`; null where the key leaves the grid or means nothing. */
export const gridStep = (shape: GridShape, index: number, key: string, rowsInView: number): number | null => {
	const last = shape.total - 1;
	const column = index % shape.columns;
	if (key === 'ArrowRight') return column < shape.columns - 1 && index < last ? index + 1 : null;
	if (key === 'ArrowLeft') return column > 0 ? index - 1 : null;
	if (key === 'ArrowUp') return index >= shape.columns ? index - shape.columns : null;
	if (key === 'ArrowDown') {
		if (Math.floor(index / shape.columns) === Math.floor(last / shape.columns)) return null;
		return Math.min(index + shape.columns, last);
	}
	if (key === 'Home') return 0;
	if (key === 'End') return last;
	if (key === 'PageDown') return Math.min(index + rowsInView * shape.columns, last);
	if (key === 'PageUp') return Math.max(index - rowsInView * shape.columns, column);
	return null;
};
