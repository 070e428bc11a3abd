/** One photo on the whole screen. */
export function PhotoPage() {
	return null;
}
