/** All routes of the contract by the name under which it exports them. */
import * as accounts from '@holdfast/contract/accounts';
import * as catalogue from '@holdfast/contract/catalogue';
import * as playback from '@holdfast/contract/playback';
import type { RouteShape } from '@holdfast/contract/route';
import * as system from '@holdfast/contract/system';

/** One module of the contract: the subject it is about, and its routes. */
export interface RouteGroup {
	readonly subject: string;
	readonly routes: readonly (readonly [string, RouteShape])[];
}

const isRoute = (value: unknown): value is RouteShape =>
	typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'access' in value;

const routesOf = (module: object): (readonly [string, RouteShape])[] =>
	Object.entries(module).filter((entry): entry is [string, RouteShape] => isRoute(entry[1]));

export const routeGroups: readonly RouteGroup[] = [
	{ subject: 'system', routes: routesOf(system) },
	{ subject: 'accounts', routes: routesOf(accounts) },
	{ subject: 'catalogue', routes: routesOf(catalogue) },
	{ subject: 'playback', routes: routesOf(playback) },
];
