/** The browser asks before a tab closes that shows what is not yet saved. */
import { useEffect } from 'react';

export const useWarningBeforeLeaving = (isActive: boolean): void => {
	useEffect(() => {
		if (!isActive) return undefined;
		const warn = (event: BeforeUnloadEvent) => event.preventDefault();
		addEventListener('beforeunload', warn);
		return () => removeEventListener('beforeunload', warn);
	}, [isActive]);
};
