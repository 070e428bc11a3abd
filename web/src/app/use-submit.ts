/** One action of a form: its state, its fault, and no second start while it runs. */
import { type FormEvent, useState } from 'react';

export interface Submit {
	readonly isPending: boolean;
	readonly error: unknown;
	readonly clear: () => void;
	/** For `<form onSubmit>`. */
	readonly onSubmit: (event?: FormEvent) => void;
}

/** Runs `action`; what it throws becomes `error` and stands beside the form. */
export const useSubmit = (action: () => Promise<unknown>): Submit => {
	const [isPending, setIsPending] = useState(false);
	const [error, setError] = useState<unknown>(null);
	const run = async () => {
		if (isPending) return;
		setIsPending(true);
		setError(null);
		try {
			await action();
		} catch (cause) {
			setError(cause);
		} finally {
			setIsPending(false);
		}
	};
	const onSubmit = (event?: FormEvent) => {
		event?.preventDefault();
		void run();
	};
	return { isPending, error, clear: () => setError(null), onSubmit };
};
