/** Dark, light or as the system; `public/appearance.js` applies the choice before the first paint. */
import { readLocal, writeLocal } from './storage.ts';

export type Appearance = 'system' | 'dark' | 'light';

export const readAppearance = (): Appearance => {
	const kept = readLocal('appearance');
	return kept === 'dark' || kept === 'light' ? kept : 'system';
};

export const setAppearance = (appearance: Appearance): void => {
	writeLocal('appearance', appearance === 'system' ? null : appearance);
	if (appearance === 'system') delete document.documentElement.dataset.appearance;
	else document.documentElement.dataset.appearance = appearance;
};
