/* Sets the chosen appearance before the first paint; a file of its own because the page allows no inline script. */
try {
	const appearance = localStorage.getItem('holdfast.appearance');
	if (appearance === 'dark' || appearance === 'light')
		document.documentElement.dataset.appearance = appearance;
} catch {
	/* Storage is closed in some private windows: the system's appearance is used. */
}
