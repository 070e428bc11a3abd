/**
 * What every page stands on: queries, language, router, keys, toasts; and what happens when a session ends.
 */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect } from 'react';
import { I18nProvider } from 'react-aria-components';
import { StepUpDialog } from '../accounts/step-up.tsx';
import { ApiFault, onFactorNeeded, onSignedOut } from '../api/client.ts';
import { queryKeys } from '../api/queries.ts';
import { installSpatialNavigation } from '../ui/spatial-navigation.ts';
import { ToastRegion } from '../ui/toast.tsx';
import { forgetFactorNeeded, noteFactorNeeded } from './factor-needed.ts';
import { LanguageProvider, useLanguage } from './language.tsx';
import { createAppRouter } from './router.tsx';

const triesMax = 2;

const shouldRetry = (count: number, error: unknown): boolean =>
	count < triesMax &&
	error instanceof ApiFault &&
	(error.kind === 'unavailable' || error.code === 'network.away');

const client = new QueryClient({
	defaultOptions: {
		queries: { retry: shouldRetry, staleTime: 15_000, networkMode: 'always' },
		mutations: { networkMode: 'always' },
	},
});
const router = createAppRouter(client);

const openPages = ['/sign-in', '/setup', '/reset', '/join', '/verify-email', '/come-back', '/left'];

let isLeaving = false;

/** Several parts may notice at once that the session has ended: the first one leads to the sign-in page. */
const leave = (): void => {
	const here = router.state.location;
	forgetFactorNeeded();
	// Nothing of the last person may stay behind.
	client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== queryKeys.status[0] });
	if (isLeaving || openPages.includes(here.pathname)) return;
	isLeaving = true;
	void router.navigate({ to: '/sign-in', search: { next: here.href }, replace: true }).finally(() => {
		isLeaving = false;
	});
};

/** Somebody who must add a second factor reaches nothing else before. */
const askForFactor = (): void => {
	noteFactorNeeded();
	const here = router.state.location.pathname;
	if (here === '/second-factor' || openPages.includes(here)) return;
	void router.navigate({ to: '/second-factor', replace: true });
};

function Translated() {
	const { language } = useLanguage();
	return (
		<I18nProvider locale={language}>
			<RouterProvider router={router} />
			<StepUpDialog />
			<ToastRegion />
		</I18nProvider>
	);
}

export function Providers() {
	useEffect(() => onSignedOut(leave), []);
	useEffect(() => onFactorNeeded(askForFactor), []);
	useEffect(() => installSpatialNavigation(), []);
	return (
		<QueryClientProvider client={client}>
			<LanguageProvider>
				<Translated />
			</LanguageProvider>
		</QueryClientProvider>
	);
}
