/** Settings. */
export function SettingsPage() {
	return null;
}
