/** The page of one title. */
export function ItemPage() {
	return null;
}
