/** Three bars that dance while a track sounds, and stand while it does not. */
import './item.css';

export function PlayingMark({ isPaused }: { readonly isPaused: boolean }) {
	return (
		<span className={isPaused ? 'playing-mark is-paused' : 'playing-mark'} aria-hidden="true">
			<span />
			<span />
			<span />
		</span>
	);
}
