/** The grid of one library. */
export function LibraryPage() {
	return null;
}
