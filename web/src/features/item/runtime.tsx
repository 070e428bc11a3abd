/** Small words about a title: its length, its year, what is left of it. */
import { useText } from '../../messages/use-text.ts';
import { runtimeParts } from '../../player/time.ts';

/** `1 h 45 min`, in the reader's language. */
export const useRuntime = (): ((durationMs: number) => string) => {
	const text = useText();
	return (durationMs) => text('media.runtime', runtimeParts(durationMs));
};

/** Facts in one line with dots between them; empty ones are left out. */
export function Facts({
	facts,
}: {
	readonly facts: readonly (string | number | null | undefined | false)[];
}) {
	const shown = facts.filter((fact) => fact !== null && fact !== undefined && fact !== false && fact !== '');
	if (shown.length === 0) return null;
	return (
		<ul className="facts">
			{shown.map((fact) => (
				<li key={String(fact)}>{fact}</li>
			))}
		</ul>
	);
}
