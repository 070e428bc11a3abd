/**
 * Hears at once when this browser's session is ended from elsewhere, so that a film stops with a word and not
 * with a fault.
 */
import { streamEvents } from '@holdfast/contract/system';
import { useEffect, useRef } from 'react';

const isSignedOut = (data: unknown): boolean => {
	try {
		const event: unknown = JSON.parse(String(data));
		return typeof event === 'object' && event !== null && 'kind' in event && event.kind === 'signed-out';
	} catch {
		return false;
	}
};

/**
 * Calls `onSignedOut` once. The stream is the player's own: the shell, which has another, is not on screen.
 */
export const useSignedOut = (onSignedOut: () => void): void => {
	const latest = useRef(onSignedOut);
	latest.current = onSignedOut;
	useEffect(() => {
		const source = new EventSource(streamEvents.path);
		source.onmessage = ({ data }) => {
			if (!isSignedOut(data)) return;
			source.close();
			latest.current();
		};
		return () => source.close();
	}, []);
};
