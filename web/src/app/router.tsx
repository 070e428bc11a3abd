/**
 * Every page by its address. Whether there is an owner and who is signed in is asked of the server before a
 * page opens.
 */
import type { ServerStatus } from '@holdfast/contract/system';
import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, redirect } from '@tanstack/react-router';
import { ApiFault } from '../api/client.ts';
import { sessionQuery, statusQuery } from '../api/queries.ts';
import { holdEntryAnswer, holdEntryRequest } from '../features/servers/entry-request.ts';
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

/** The account service of this media server was away for longer than this session may go on without. */
const isAway = (error: unknown): boolean =>
	error instanceof ApiFault && error.code === 'access.authority-away';

/** Where somebody goes while nobody owns this server. */
const firstPageOf = (status: ServerStatus) => (status.authority ? '/enter' : '/setup');

/** Pages of people who are known here; a media server with a far account service has none of them. */
const requireOwnPeople = async ({ context }: { context: Context }): Promise<void> => {
	const status = await context.client.ensureQueryData(statusQuery);
	if (status.authority) throw redirect({ to: '/enter' });
	if (!status.hasOwner) throw redirect({ to: '/setup' });
};

const requireSession = async ({ context, location }: { context: Context; location: { href: string } }) => {
	const status = await context.client.ensureQueryData(statusQuery);
	if (!status.hasOwner) throw redirect({ to: firstPageOf(status) });
	try {
		await context.client.ensureQueryData(sessionQuery);
	} catch (error) {
		if (isSignedOut(error) && status.authority) throw redirect({ to: '/enter' });
		if (isAway(error)) throw redirect({ to: '/enter' });
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
	beforeLoad: async ({ context }) => {
		const status = await context.client.ensureQueryData(statusQuery);
		if (!status.hasMedia) throw redirect({ to: '/security' });
	},
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
	beforeLoad: requireOwnPeople,
	component: lazyPage(() => import('../features/sign-in/sign-in-page.tsx'), 'SignInPage'),
});
/** A link carries its secret in the fragment: read once, and gone before a page shows. */
const takeSecret =
	(page: LinkPage) =>
	({ location }: { readonly location: { readonly hash: string } }): void => {
		if (location.hash === '') return;
		holdLinkSecret(page, location.hash);
		throw redirect({ to: `/${page}`, replace: true });
	};
const reset = createRoute({
	getParentRoute: () => root,
	path: '/reset',
	beforeLoad: takeSecret('reset'),
	component: lazyPage(() => import('../features/reset/reset-page.tsx'), 'ResetPage'),
});
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
const left = createRoute({
	getParentRoute: () => root,
	path: '/left',
	component: lazyPage(() => import('../features/profile/left-page.tsx'), 'LeftPage'),
});
const comeBack = createRoute({
	getParentRoute: () => root,
	path: '/come-back',
	beforeLoad: takeSecret('come-back'),
	component: lazyPage(() => import('../features/join/link-pages.tsx'), 'ComeBackPage'),
});
/** Where another service sends the browser back to, by way of the server. */
const arrival = createRoute({
	getParentRoute: () => root,
	path: '/sso',
	component: lazyPage(() => import('../features/single-sign-on/arrival-page.tsx'), 'ArrivalPage'),
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

const claim = createRoute({
	getParentRoute: () => signed,
	path: '/claim',
	component: lazyPage(() => import('../features/servers/claim-page.tsx'), 'ClaimPage'),
});
const enterServer = createRoute({
	getParentRoute: () => root,
	path: '/enter-server',
	beforeLoad: async ({ context, location }) => {
		if (location.hash !== '') {
			holdEntryRequest(location.hash);
			throw redirect({ to: '/enter-server', replace: true });
		}
		await requireSession({ context, location });
	},
	component: lazyPage(() => import('../features/servers/enter-server-page.tsx'), 'EnterServerPage'),
});
const enter = createRoute({
	getParentRoute: () => root,
	path: '/enter',
	beforeLoad: async ({ context, location }) => {
		if (location.hash !== '') {
			holdEntryAnswer(location.hash);
			throw redirect({ to: '/enter', replace: true });
		}
		const status = await context.client.ensureQueryData(statusQuery);
		if (!status.authority) throw redirect({ to: '/' });
	},
	component: lazyPage(() => import('../features/servers/enter-page.tsx'), 'EnterPage'),
});

const link = createRoute({
	getParentRoute: () => signed,
	path: '/link',
	component: lazyPage(() => import('../features/link/link-page.tsx'), 'LinkPage'),
});
/** Without the shell: a page that an app sends people to says one thing. */
const authorize = createRoute({
	getParentRoute: () => root,
	path: '/authorize',
	validateSearch: (query: Record<string, unknown>): { id: string } => ({
		id: typeof query.id === 'string' ? query.id.slice(0, 64) : '',
	}),
	beforeLoad: requireSession,
	component: lazyPage(() => import('../features/apps/authorize-page.tsx'), 'AuthorizePage'),
});

const tree = root.addChildren([
	signed.addChildren([home, library, item, search, security, people, profile, settings, claim, link]),
	fullScreen.addChildren([play, photo]),
	authorize,
	signIn,
	join,
	verifyEmail,
	comeBack,
	left,
	reset,
	arrival,
	secondFactor,
	setup,
	enterServer,
	enter,
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
