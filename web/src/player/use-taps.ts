/**
 * Touch and mouse on the picture: one tap shows the controls, two on a side skip; a click plays, two fill the
 * screen.
 */
import { type PointerEvent, useRef } from 'react';
import { skipMs } from './keys.ts';

const doubleTapMs = 320;

export interface TapActions {
	readonly toggleControls: () => void;
	readonly wake: () => void;
	readonly seekBy: (byMs: number) => void;
	readonly togglePlay: () => void;
	readonly toggleFullScreen: () => void;
}

/** Which way a double tap goes: the outer thirds skip, the middle does not. */
export const tapSide = (share: number): -1 | 0 | 1 => (share < 1 / 3 ? -1 : share > 2 / 3 ? 1 : 0);

export const useTaps = (actions: TapActions): { onPointerUp: (event: PointerEvent<HTMLElement>) => void } => {
	const last = useRef({ atMs: -Infinity, side: 0 });
	const timer = useRef<number | undefined>(undefined);
	const onTouch = (event: PointerEvent<HTMLElement>): void => {
		const side = tapSide(event.clientX / window.innerWidth);
		const isDouble =
			event.timeStamp - last.current.atMs < doubleTapMs && side === last.current.side && side !== 0;
		last.current = { atMs: event.timeStamp, side };
		window.clearTimeout(timer.current);
		if (isDouble) actions.seekBy(side * skipMs);
		else timer.current = window.setTimeout(actions.toggleControls, side === 0 ? 0 : doubleTapMs);
	};
	const onMouse = (event: PointerEvent<HTMLElement>): void => {
		if (event.button !== 0) return;
		const isDouble = event.timeStamp - last.current.atMs < doubleTapMs;
		last.current = { atMs: isDouble ? -Infinity : event.timeStamp, side: 0 };
		actions.togglePlay();
		if (isDouble) actions.toggleFullScreen();
		actions.wake();
	};
	return { onPointerUp: (event) => (event.pointerType === 'mouse' ? onMouse(event) : onTouch(event)) };
};
