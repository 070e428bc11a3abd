/**
 * Controls show while somebody does something, and while nothing plays; then they leave the picture alone.
 */
import { useCallback, useEffect, useRef, useState } from 'react';

const hideAfterMs = 2800;

export interface ControlsVisible {
	readonly areVisible: boolean;
	/** Somebody moved, touched or pressed something. */
	readonly wake: () => void;
	readonly hide: () => void;
}

/** `isHeld`: paused, waiting, or a menu is open. */
export const useControlsVisible = (isHeld: boolean): ControlsVisible => {
	const [isAwake, setIsAwake] = useState(true);
	const timer = useRef<number | undefined>(undefined);
	const wake = useCallback(() => {
		setIsAwake(true);
		window.clearTimeout(timer.current);
		timer.current = window.setTimeout(() => setIsAwake(false), hideAfterMs);
	}, []);
	const hide = useCallback(() => {
		window.clearTimeout(timer.current);
		setIsAwake(false);
	}, []);
	useEffect(() => {
		wake();
		return () => window.clearTimeout(timer.current);
	}, [wake]);
	useEffect(() => {
		if (!isHeld) wake();
	}, [isHeld, wake]);
	return { areVisible: isHeld || isAwake, wake, hide };
};
