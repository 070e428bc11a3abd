/** A page whose code is fetched when it is first opened, also where the server is away at that moment. */
import { getStatus } from '@holdfast/contract/system';
import { lazyRouteComponent } from '@tanstack/react-router';
import { call } from '../api/client.ts';

/**
 * The router answers code that cannot be fetched by loading the document anew: right after an upgrade, but
 * with the server away it would leave the browser's own error page, from which nothing returns.
 */
export const failingGently =
	<T>(load: () => Promise<T>, askServer: () => Promise<unknown>) =>
	async (): Promise<T> => {
		try {
			return await load();
		} catch (error) {
			await askServer();
			throw error;
		}
	};

export const lazyPage: typeof lazyRouteComponent = (load, name) =>
	lazyRouteComponent(
		failingGently(load, () => call(getStatus)),
		name,
	);
