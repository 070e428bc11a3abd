/** Listens for the player's keys on the whole window, since nothing else is on it. */
import { useEffect, useRef } from 'react';
import { commandOf, type PlayerCommand } from './keys.ts';

const controls = 'button, a, input, [role="slider"], [role="menuitemradio"], [role="menu"], [role="dialog"]';

const isOnControl = (target: EventTarget | null): boolean =>
	target instanceof Element && target.closest(controls) !== null;

/** While `isActive`, each command goes to `run`; a key that was used goes nowhere else. */
export const usePlayerKeys = (isActive: boolean, run: (command: PlayerCommand) => void): void => {
	const latest = useRef(run);
	latest.current = run;
	useEffect(() => {
		if (!isActive) return;
		const onKeyDown = (event: KeyboardEvent): void => {
			if (event.defaultPrevented) return;
			const command = commandOf({
				key: event.key,
				hasModifier: event.ctrlKey || event.altKey || event.metaKey,
				hasShift: event.shiftKey,
				isOnControl: isOnControl(event.target),
			});
			if (!command) return;
			event.preventDefault();
			event.stopPropagation();
			latest.current(command);
		};
		// Capture: before the arrows that move the focus about the page.
		window.addEventListener('keydown', onKeyDown, { capture: true });
		return () => window.removeEventListener('keydown', onKeyDown, { capture: true });
	}, [isActive]);
};
