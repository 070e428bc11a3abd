/** Everything of this facade on the server, and what runs beside it. */
import type { Clock } from '#platform/clock.ts';
import type { Mounter } from '#platform/http/mount.ts';
import type { Logger } from '#platform/log.ts';
import type { Accounts } from '../../accounts/index.ts';
import { type CallReader, mountAuthorizationRoutes } from './authorization-routes.ts';
import { mountDeviceEndpoint } from './device-endpoint.ts';
import { mountOauthEndpoints } from './endpoints.ts';
import { startLogoutSender } from './logout-sender.ts';
import { createOidc, issuerOf } from './oidc.ts';

export interface OauthNeeds {
	readonly accounts: Accounts;
	readonly publicUrl: () => string | null;
	readonly clock: Clock;
	readonly log: Logger;
	readonly read: CallReader;
}

export interface Oauth extends AsyncDisposable {
	/** What apps are told to connect to; null without a public address. */
	issuer(): string | null;
	/** Keys have changed. */
	forgetKeys(): void;
}

export const openOauth = (mounter: Mounter, needs: OauthNeeds): Oauth => {
	const oidc = createOidc(needs);
	mountOauthEndpoints(mounter.app, oidc);
	mountDeviceEndpoint(mounter.app, needs);
	mountAuthorizationRoutes(mounter, { ...needs, oidc });
	const sender = startLogoutSender({ ...needs, oidc });
	return {
		issuer: () => {
			const publicUrl = needs.publicUrl();
			return publicUrl === null ? null : issuerOf(publicUrl);
		},
		forgetKeys: () => oidc.forget(),
		[Symbol.asyncDispose]: () => sender[Symbol.asyncDispose](),
	};
};
