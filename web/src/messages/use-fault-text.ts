/** Any error in plain words, by its code; the server's own text is never shown. */
import { useCallback } from 'react';
import { ApiFault } from '../api/client.ts';
import { useText } from './use-text.ts';

export interface FaultWords {
	readonly text: string;
	/** The server could not be reached. */
	readonly isNetwork: boolean;
}

/** Texts of `exhausted` faults name the time to try again where the server gave one. */
export const useFaultText = (): ((error: unknown) => FaultWords) => {
	const text = useText();
	return useCallback(
		(error) => {
			if (!(error instanceof ApiFault)) return { text: text('fault.unknown'), isNetwork: false };
			const words = text(`fault.${error.code}`);
			const seconds = error.retryAfterMs === null ? 0 : Math.ceil(error.retryAfterMs / 1000);
			const wait =
				seconds > 0 ? ` ${text('fault.retry-in', { seconds, minutes: Math.ceil(seconds / 60) })}` : '';
			return { text: words + wait, isNetwork: error.code === 'network.away' };
		},
		[text],
	);
};
