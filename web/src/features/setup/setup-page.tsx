/** First run. */
export function SetupPage() {
	return null;
}
