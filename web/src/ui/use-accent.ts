/** One accent for the whole screen, taken from the artwork on it. */
import { useEffect } from 'react';

/**
 * Sets the accent (`#rrggbb`) while the calling page shows; null leaves Holdfast's own. Contrast is the
 * tokens' care.
 */
export const useAccent = (accent: string | null | undefined): void => {
	useEffect(() => {
		if (!accent) return undefined;
		document.documentElement.style.setProperty('--accent', accent);
		return () => {
			document.documentElement.style.removeProperty('--accent');
		};
	}, [accent]);
};
