/**
 * Every page by its address. Whether there is an owner and who is signed in is asked of the server before a
 * page opens.
 */
import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, redirect } from '@tanstack/react-router';
import { ApiFault } from '../api/client.ts';
import { sessionQuery, statusQuery } from '../api/queries.ts';
import { holdResetSecret } from '../features/reset/reset-secret.ts';
import { LoadingState } from '../ui/states.tsx';
import { isFactorNeeded } from './factor-needed.ts';
import { NotFoundPage, PageFailure } from './failure-pages.tsx';
import { countNavigation } from './first-page.ts';
import { lazyPage } from './lazy-page.ts';
import { holdLinkSecret, type LinkPage } from './link-secret.ts';
import { Shell } from './shell.tsx';
import { readSession, setupStepKey } from './storage.ts';

interface Context {
	readonly client: QueryClient;
}

const root = createRootRouteWithContext<Context>()({
	notFoundComponent: NotFoundPage,
	errorComponent: PageFailure,
});

const isSignedOut = (error: unknown): boolean =>
	error instanceof ApiFault && error.kind === 'unauthenticated';

const requireSession = async ({ context, location }: { context: Context; location: { href: string } }) => {
	const status = await context.client.ensureQueryData(statusQuery);
	if (!status.hasOwner) throw redirect({ to: '/setup' });
	try {
		await context.client.ensureQueryData(sessionQuery);
	} catch (error) {
		if (isSignedOut(error)) throw redirect({ to: '/sign-in', search: { next: location.href } });
		throw error;
	}
	if (readSession(setupStepKey) !== null) throw redirect({ to: '/setup' });
	if (isFactorNeeded()) throw redirect({ to: '/second-factor' });
};

const signed = createRoute({
	getParentRoute: () => root,
	id: 'signed',
	beforeLoad: requireSession,
	component: Shell,
});
/** Signed in, with the whole screen to itself. */
const fullScreen = createRoute({ getParentRoute: () => root, id: 'full-screen', beforeLoad: requireSession });

const home = createRoute({
	getParentRoute: () => signed,
	path: '/',
	component: lazyPage(() => import('../features/home/home-page.tsx'), 'HomePage'),
});
const library = createRoute({
	getParentRoute: () => signed,
	path: '/libraries/$libraryId',
	component: lazyPage(() => import('../features/library/library-page.tsx'), 'LibraryPage'),
});
const item = createRoute({
	getParentRoute: () => signed,
	path: '/items/$itemId',
	component: lazyPage(() => import('../features/item/item-page.tsx'), 'ItemPage'),
});
const search = createRoute({
	getParentRoute: () => signed,
	path: '/search',
	validateSearch: (query: Record<string, unknown>) => ({
		q: typeof query.q === 'string' ? query.q.slice(0, 120) : '',
	}),
	component: lazyPage(() => import('../features/search/search-page.tsx'), 'SearchPage'),
});
const security = createRoute({
	getParentRoute: () => signed,
	path: '/security',
	component: lazyPage(() => import('../features/security/security-page.tsx'), 'SecurityPage'),
});
const people = createRoute({
	getParentRoute: () => signed,
	path: '/people',
	component: lazyPage(() => import('../features/people/people-page.tsx'), 'PeoplePage'),
});
const profile = createRoute({
	getParentRoute: () => signed,
	path: '/profile',
	component: lazyPage(() => import('../features/profile/profile-page.tsx'), 'ProfilePage'),
});
const settings = createRoute({
	getParentRoute: () => signed,
	path: '/settings',
	component: lazyPage(() => import('../features/settings/settings-page.tsx'), 'SettingsPage'),
});
const play = createRoute({
	getParentRoute: () => fullScreen,
	path: '/play/$itemId',
	validateSearch: (query: Record<string, unknown>): { file?: string; at?: number } => ({
		...(typeof query.file === 'string' && { file: query.file }),
		...(typeof query.at === 'number' && query.at >= 0 && { at: query.at }),
	}),
	component: lazyPage(() => import('./play-route.tsx'), 'PlayRoute'),
});
const photo = createRoute({
	getParentRoute: () => fullScreen,
	path: '/photos/$itemId',
	component: lazyPage(() => import('../features/photos/photo-page.tsx'), 'PhotoPage'),
});
const signIn = createRoute({
	getParentRoute: () => root,
	path: '/sign-in',
	validateSearch: (query: Record<string, unknown>): { next?: string } =>
		typeof query.next === 'string' ? { next: query.next } : {},
	beforeLoad: async ({ context }) => {
		const status = await context.client.ensureQueryData(statusQuery);
		if (!status.hasOwner) throw redirect({ to: '/setup' });
	},
	component: lazyPage(() => import('../features/sign-in/sign-in-page.tsx'), 'SignInPage'),
});
const reset = createRoute({
	getParentRoute: () => root,
	path: '/reset',
	// A mailed link carries its secret in the fragment: read once, and gone before a page shows.
	beforeLoad: ({ location }) => {
		if (location.hash === '') return;
		holdResetSecret(location.hash);
		throw redirect({ to: '/reset', replace: true });
	},
	component: lazyPage(() => import('../features/reset/reset-page.tsx'), 'ResetPage'),
});
/** A link carries its secret in the fragment: read once, and gone before a page shows. */
const takeSecret =
	(page: LinkPage) =>
	({ location }: { readonly location: { readonly hash: string } }): void => {
		if (location.hash === '') return;
		holdLinkSecret(page, location.hash);
		throw redirect({ to: `/${page}`, replace: true });
	};
const join = createRoute({
	getParentRoute: () => root,
	path: '/join',
	beforeLoad: takeSecret('join'),
	component: lazyPage(() => import('../features/join/join-page.tsx'), 'JoinPage'),
});
const verifyEmail = createRoute({
	getParentRoute: () => root,
	path: '/verify-email',
	beforeLoad: takeSecret('verify-email'),
	component: lazyPage(() => import('../features/join/link-pages.tsx'), 'VerifyEmailPage'),
});
const comeBack = createRoute({
	getParentRoute: () => root,
	path: '/come-back',
	beforeLoad: takeSecret('come-back'),
	component: lazyPage(() => import('../features/join/link-pages.tsx'), 'ComeBackPage'),
});
const secondFactor = createRoute({
	getParentRoute: () => root,
	path: '/second-factor',
	beforeLoad: async ({ context }) => {
		// Opened for no reason, there is nothing to add that the security centre would not.
		if (!isFactorNeeded()) throw redirect({ to: '/security' });
		await context.client.ensureQueryData(statusQuery);
	},
	component: lazyPage(() => import('../features/security/factor-needed-page.tsx'), 'FactorNeededPage'),
});
const setup = createRoute({
	getParentRoute: () => root,
	path: '/setup',
	component: lazyPage(() => import('../features/setup/setup-page.tsx'), 'SetupPage'),
});

const tree = root.addChildren([
	signed.addChildren([home, library, item, search, security, people, profile, settings]),
	fullScreen.addChildren([play, photo]),
	signIn,
	join,
	verifyEmail,
	comeBack,
	reset,
	secondFactor,
	setup,
]);

export const createAppRouter = (client: QueryClient) => {
	const router = createRouter({
		routeTree: tree,
		context: { client },
		defaultPreload: 'intent',
		defaultPreloadStaleTime: 0,
		defaultPendingComponent: LoadingState,
		defaultErrorComponent: PageFailure,
		defaultViewTransition: true,
		scrollRestoration: true,
	});
	router.subscribe('onBeforeLoad', countNavigation);
	return router;
};

declare module '@tanstack/react-router' {
	interface Register {
		router: ReturnType<typeof createAppRouter>;
	}
}
