/** German texts of the home page, libraries, titles, search, music, photos and the player. */
import type { mediaEn } from './media-en.ts';

export const mediaDe: Readonly<Record<keyof typeof mediaEn, string>> = {
	'media.title': 'Medien',
};
