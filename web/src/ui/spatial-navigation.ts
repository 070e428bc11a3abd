/**
 * Arrow keys move focus to what lies in that direction, as a remote control expects. Pure geometry first,
 * then its use.
 */

export type Direction = 'left' | 'right' | 'up' | 'down';

export interface Box {
	readonly left: number;
	readonly top: number;
	readonly right: number;
	readonly bottom: number;
}

const overlap = (aStart: number, aEnd: number, bStart: number, bEnd: number): number =>
	Math.min(aEnd, bEnd) - Math.max(aStart, bStart);

/** Turns a box so that every direction is "to the right". */
const turned = (box: Box, direction: Direction): Box => {
	if (direction === 'right') return box;
	if (direction === 'left') return { left: -box.right, right: -box.left, top: box.top, bottom: box.bottom };
	if (direction === 'down') return { left: box.top, right: box.bottom, top: box.left, bottom: box.right };
	return { left: -box.bottom, right: -box.top, top: box.left, bottom: box.right };
};

/** Along a line, whatever is on the line comes before everything aside of it. */
const offLinePx = 100_000;

/**
 * How far `to` is from `from` to the right; null where it does not lie there. Sideways distance weighs more.
 */
const distance = (from: Box, to: Box, isAlongLine: boolean): number | null => {
	const aheadPx = to.left - from.right;
	const isAhead =
		(to.left + to.right) / 2 > (from.left + from.right) / 2 && aheadPx > -(from.right - from.left) / 2;
	if (!isAhead) return null;
	const shared = overlap(from.top, from.bottom, to.top, to.bottom);
	const aside = shared > 0 ? 0 : -shared + (isAlongLine ? offLinePx : 0);
	const centre = Math.abs((from.top + from.bottom) / 2 - (to.top + to.bottom) / 2);
	return Math.max(aheadPx, 0) + aside * 3 + centre * 0.15;
};

/** The index of the nearest of `boxes` in `direction` from `from`; -1 where there is none. */
export const nearestInDirection = (from: Box, boxes: readonly Box[], direction: Direction): number => {
	const start = turned(from, direction);
	const isAlongLine = direction === 'left' || direction === 'right';
	let best = -1;
	let bestDistance = Number.POSITIVE_INFINITY;
	for (const [index, box] of boxes.entries()) {
		const far = distance(start, turned(box, direction), isAlongLine);
		if (far === null || far >= bestDistance) continue;
		best = index;
		bestDistance = far;
	}
	return best;
};

const directions: Readonly<Record<string, Direction>> = {
	ArrowLeft: 'left',
	ArrowRight: 'right',
	ArrowUp: 'up',
	ArrowDown: 'down',
};

const focusable =
	'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex]';

/** Widgets that use arrows themselves. */
const ownArrows =
	'[role="menu"], [role="listbox"], [role="slider"], [role="radiogroup"], [role="tablist"], [data-own-arrows], select';

/** A column beside the page: entered and left by left and right only. */
const sideways = '[data-spatial-sideways]';

const isTypingIn = (element: Element, direction: Direction): boolean => {
	if (element instanceof HTMLTextAreaElement) return true;
	if (!(element instanceof HTMLInputElement)) return false;
	if (['checkbox', 'button', 'submit'].includes(element.type)) return false;
	if (element.type === 'range' || element.type === 'radio') return true;
	if (direction === 'up' || direction === 'down') return false;
	// Left and right leave a text only at its ends.
	const at = element.selectionStart ?? 0;
	return direction === 'left' ? at > 0 : at < element.value.length;
};

/**
 * A lying slider takes left and right only: up and down lead away from it, or a remote control would be
 * caught.
 */
const isAcrossSlider = (element: Element, direction: Direction): boolean =>
	element.getAttribute('role') === 'slider' &&
	element.getAttribute('aria-orientation') === 'horizontal' &&
	(direction === 'up' || direction === 'down');

/** On screen, and a stop of the tab key too. */
const isReachable = (element: HTMLElement): boolean =>
	element.tabIndex >= 0 && element.checkVisibility({ visibilityProperty: true });

const scopeOf = (element: Element): ParentNode =>
	element.closest('[role="dialog"], [data-spatial-scope]') ?? document;

const boxOf = (element: Element): Box => element.getBoundingClientRect();

/** Scrolled out of a row that the focus is not in: it lies beside the page, wherever that may be. */
const isScrolledAway = (element: Element, activeRow: Element | null): boolean => {
	const row = element.closest('[data-spatial-row]');
	if (!row || row === activeRow) return false;
	const [box, shown] = [boxOf(element), boxOf(row)];
	return overlap(box.left, box.right, shown.left, shown.right) < (box.right - box.left) / 2;
};

const candidatesFor = (active: HTMLElement, direction: Direction): HTMLElement[] => {
	const all = [...scopeOf(active).querySelectorAll<HTMLElement>(focusable)];
	const aside = active.closest(sideways);
	const row = active.closest('[data-spatial-row]');
	const isVertical = direction === 'up' || direction === 'down';
	const others = all.filter(
		(element) =>
			element !== active &&
			!active.contains(element) &&
			isReachable(element) &&
			!isScrolledAway(element, row) &&
			!(isVertical && element.closest(sideways) !== aside),
	);
	// Along a row first; only at its end to what lies beside it.
	if (row && (direction === 'left' || direction === 'right')) {
		const inRow = others.filter((element) => row.contains(element));
		if (nearestInDirection(boxOf(active), inRow.map(boxOf), direction) >= 0) return inRow;
		return others.filter((element) => !row.contains(element) && !element.closest('[data-spatial-row]'));
	}
	return others;
};

const move = (event: KeyboardEvent): void => {
	const direction = directions[event.key];
	if (
		!direction ||
		event.defaultPrevented ||
		event.altKey ||
		event.ctrlKey ||
		event.metaKey ||
		event.shiftKey
	)
		return;
	const active = document.activeElement;
	if (!(active instanceof HTMLElement) || active === document.body) {
		document.querySelector<HTMLElement>('main a[href], main button')?.focus();
		return;
	}
	const usesArrow = active.closest(ownArrows) !== null && !isAcrossSlider(active, direction);
	if (usesArrow || isTypingIn(active, direction)) return;
	const candidates = candidatesFor(active, direction);
	const next = candidates[nearestInDirection(boxOf(active), candidates.map(boxOf), direction)];
	if (!next) return;
	event.preventDefault();
	next.focus({ preventScroll: true });
	next.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'smooth' });
};

/**
 * A button that opens a menu would open it at an arrow too, and hold a remote control there: it opens at
 * Enter, and the arrow leads on wherever there is something in its direction.
 */
const moveOffMenuButtons = (event: KeyboardEvent): void => {
	if (!(event.target instanceof Element) || !event.target.closest('[aria-haspopup]')) return;
	move(event);
	if (event.defaultPrevented) event.stopPropagation();
};

/** Starts arrow-key navigation for the whole page. Returns the way to stop it. */
export const installSpatialNavigation = (): (() => void) => {
	addEventListener('keydown', moveOffMenuButtons, { capture: true });
	addEventListener('keydown', move);
	return () => {
		removeEventListener('keydown', moveOffMenuButtons, { capture: true });
		removeEventListener('keydown', move);
	};
};
