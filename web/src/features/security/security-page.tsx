/** Security. */
export function SecurityPage() {
	return null;
}
