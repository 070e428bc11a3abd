/** The bar of the music that plays. */
export function NowPlaying() {
	return null;
}
