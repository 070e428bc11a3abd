/** The start page. */
export function HomePage() {
	return null;
}
