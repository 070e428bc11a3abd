/** Looking closer with wheel, pinch, double tap or keys, and swiping on while the photo is whole. */
import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { bounded, whole, type Zoom, zoomedAt } from './zoom.ts';

export interface SwipeActions {
	readonly next: () => void;
	readonly previous: () => void;
	readonly leave: () => void;
	readonly tap: () => void;
}

interface Point {
	readonly x: number;
	readonly y: number;
}

const swipeMinPx = 56;
const leaveMinPx = 110;
const closer = 2.5;

const viewOf = (): { widthPx: number; heightPx: number } => ({ widthPx: innerWidth, heightPx: innerHeight });
const fromMiddle = (point: Point): Point => ({ x: point.x - innerWidth / 2, y: point.y - innerHeight / 2 });
const between = ([a, b]: readonly Point[]): number => (a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0);

/** What a finished drag of a whole photo means. */
export const swipeOf = (dx: number, dy: number): 'next' | 'previous' | 'leave' | 'tap' | null => {
	if (Math.abs(dx) > swipeMinPx && Math.abs(dx) > Math.abs(dy)) return dx < 0 ? 'next' : 'previous';
	if (dy > leaveMinPx && dy > Math.abs(dx)) return 'leave';
	return Math.hypot(dx, dy) < 8 ? 'tap' : null;
};

const useWheel = (
	stage: RefObject<HTMLElement | null>,
	zoomBy: (factor: number, at?: Point) => void,
): void => {
	const latest = useRef(zoomBy);
	latest.current = zoomBy;
	useEffect(() => {
		const element = stage.current;
		const onWheel = (event: WheelEvent): void => {
			event.preventDefault();
			latest.current(Math.exp(-event.deltaY / 400), fromMiddle({ x: event.clientX, y: event.clientY }));
		};
		element?.addEventListener('wheel', onWheel, { passive: false });
		return () => element?.removeEventListener('wheel', onWheel);
	}, [stage]);
};

export const useZoom = (itemId: string, stage: RefObject<HTMLElement | null>, actions: SwipeActions) => {
	const [zoom, setZoom] = useState<Zoom>(whole);
	const [drag, setDrag] = useState(0);
	const pointers = useRef(new Map<number, Point>());
	const start = useRef<Point>({ x: 0, y: 0 });
	// biome-ignore lint/correctness/useExhaustiveDependencies: another photo is shown whole
	useEffect(() => setZoom(whole), [itemId]);
	const zoomBy = (factor: number, at: Point = { x: 0, y: 0 }): void =>
		setZoom((before) => bounded(zoomedAt(before, factor, at), viewOf()));
	useWheel(stage, zoomBy);
	const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
		if (event.button !== 0) return;
		event.currentTarget.setPointerCapture(event.pointerId);
		const point = { x: event.clientX, y: event.clientY };
		pointers.current.set(event.pointerId, point);
		if (pointers.current.size === 1) start.current = point;
	};
	const onPointerMove = (event: PointerEvent): void => {
		const before = pointers.current.get(event.pointerId);
		if (!before) return;
		const point = { x: event.clientX, y: event.clientY };
		const spread = between([...pointers.current.values()]);
		pointers.current.set(event.pointerId, point);
		if (pointers.current.size === 2) {
			const now = between([...pointers.current.values()]);
			if (spread > 0) zoomBy(now / spread, fromMiddle(point));
		} else if (zoom.scale > 1) {
			setZoom((held) =>
				bounded({ ...held, x: held.x + point.x - before.x, y: held.y + point.y - before.y }, viewOf()),
			);
		} else setDrag(point.x - start.current.x);
	};
	const onPointerUp = (event: PointerEvent): void => {
		const wasPinch = pointers.current.size > 1;
		if (!pointers.current.delete(event.pointerId)) return;
		setDrag(0);
		if (wasPinch || zoom.scale > 1) return;
		const swipe = swipeOf(event.clientX - start.current.x, event.clientY - start.current.y);
		if (swipe) actions[swipe]();
	};
	const onDoubleClick = (event: { clientX: number; clientY: number }): void =>
		zoom.scale > 1 ? setZoom(whole) : zoomBy(closer, fromMiddle({ x: event.clientX, y: event.clientY }));
	const reset = (): void => setZoom(whole);
	return {
		zoom,
		drag,
		zoomBy,
		reset,
		handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: onPointerUp, onDoubleClick },
	};
};
