/** Search as one types. */
export function SearchPage() {
	return null;
}
