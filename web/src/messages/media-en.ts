/** English texts of the home page, libraries, titles, search, music, photos and the player. */
export const mediaEn = {
	'media.title': 'Media',
} as const;
