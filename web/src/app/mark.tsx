/** Holdfast's mark: two posts that hold what plays between them. */
export function Mark() {
	return (
		<svg viewBox="0 0 64 64" aria-hidden="true">
			<path d="M16 12v40M48 12v40" stroke="currentColor" strokeWidth="9" strokeLinecap="round" />
			<path
				d="M26 23.500v17l14-8.500z"
				fill="var(--accent-fill)"
				stroke="var(--accent-fill)"
				strokeWidth="5"
				strokeLinejoin="round"
			/>
		</svg>
	);
}
