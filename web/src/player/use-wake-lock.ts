/** Keeps the screen on while a film plays, where the browser can (secure pages only). */
import { useEffect } from 'react';

export const useWakeLock = (isWanted: boolean): void => {
	useEffect(() => {
		if (!isWanted || !('wakeLock' in navigator)) return;
		let lock: WakeLockSentinel | undefined;
		let isOver = false;
		const take = (): void => {
			if (isOver || document.visibilityState !== 'visible') return;
			navigator.wakeLock.request('screen').then(
				(taken) => {
					if (isOver) void taken.release();
					else lock = taken;
				},
				// Refused on a low battery: the film plays on.
				() => undefined,
			);
		};
		take();
		document.addEventListener('visibilitychange', take);
		return () => {
			isOver = true;
			document.removeEventListener('visibilitychange', take);
			void lock?.release();
		};
	}, [isWanted]);
};
