/** A turning ring; the words beside it say what is awaited. */
import './controls.css';

export function Spinner() {
	return <span className="spinner" aria-hidden="true" />;
}
