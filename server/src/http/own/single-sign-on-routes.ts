/** Signing in with another provider over our own API. */
import * as contract from '@holdfast/contract/single-sign-on';
import type { ByteReply, Call, Mounter } from '#platform/http/mount.ts';
import { type AccountRoutesNeeds, createReader } from './account-routes.ts';
import { createFlowCookie, type FlowCookie, type FlowCookieNeeds } from './flow-cookie.ts';

export interface SingleSignOnRoutesNeeds extends AccountRoutesNeeds, FlowCookieNeeds {
	readonly publicUrl: () => string | null;
}

type Reader = ReturnType<typeof createReader>;
type Parts = SingleSignOnRoutesNeeds & { readonly read: Reader; readonly flows: FlowCookie };

/** The page that finishes whatever was begun; it asks what came of it, so that no address says anything. */
const arrivalPage = '/sso';

const seeOther = (location: string): ByteReply => ({ status: 303, headers: { location }, body: null });

const mountSettingOut = ({ mount }: Mounter, { accounts, read, flows, publicUrl }: Parts): void => {
	const away = (
		{ request, reply }: Pick<Call<typeof contract.startProviderSignIn>, 'request' | 'reply'>,
		{ url, flow }: { readonly url: string; readonly flow: string },
	) => {
		flows.write(request, reply, flow);
		return { url };
	};
	mount(contract.listProviders, async () => ({
		providers: await accounts.listProviders(),
		publicUrl: publicUrl(),
	}));
	mount(contract.startProviderSignIn, async (call) =>
		away(call, await accounts.startProviderSignIn(call.body, read.client(call))),
	);
	mount(contract.startProviderStepUp, async (call) =>
		away(call, await accounts.startProviderStepUp(read.actor(call), call.body)),
	);
	mount(contract.startProviderLink, async (call) =>
		away(call, await accounts.startProviderLink(read.actor(call), call.body)),
	);
	mount(contract.startJoinWithProvider, async (call) =>
		away(call, await accounts.startJoinWithProvider(call.body, read.client(call))),
	);
};

const mountComingBack = ({ mount }: Mounter, { accounts, read, flows, isConsole }: Parts): void => {
	mount(contract.providerCallback, async ({ request, reply, query }) => {
		const next = await accounts.comeBackFromProvider(flows.read(request), query);
		if (next !== null) flows.write(request, reply, next);
		return seeOther(arrivalPage);
	});
	mount(contract.finishWithProvider, async (call) => {
		const flow = flows.read(call.request);
		const arrived = await accounts.finishWithProvider(flow, read.client(call));
		const { authentication } = arrived;
		const answer = {
			purpose: arrived.purpose,
			authentication: authentication && read.authenticated(call, authentication),
			provesFreshness: arrived.provesFreshness,
		};
		flows.clear(call.request, call.reply);
		return answer;
	});
	mount(contract.backChannelLogout, async ({ request, params, body }) => {
		const address = isConsole(request) ? null : request.ip;
		const { providerId } = params;
		await accounts.endByProvider({ providerId, token: body.logout_token, address });
		return undefined;
	});
};

const mountLinks = ({ mount }: Mounter, { accounts, read }: Parts): void => {
	mount(contract.listProviderLinks, (call) => accounts.listProviderLinks(read.actor(call)));
	mount(contract.removeProviderLink, async ({ caller, params }) => {
		await accounts.removeProviderLink(caller, params.linkId);
		return undefined;
	});
};

const mountSettings = ({ mount }: Mounter, { accounts }: Parts): void => {
	mount(contract.listProviderEntries, () => accounts.listProviderEntries());
	mount(contract.addProvider, ({ body }) => accounts.addProvider(body));
	mount(contract.testProvider, async ({ body }) => ({ finding: await accounts.testProvider(body) }));
	mount(contract.changeProvider, ({ params, body }) => accounts.changeProvider(params.providerId, body));
	mount(contract.removeProvider, async ({ params }) => {
		await accounts.removeProvider(params.providerId);
		return undefined;
	});
	const setState = (cause: 'administration' | 'console', issuerId: string, { action }: StateBody) =>
		accounts.setProviderState({ issuerId, action, cause });
	mount(contract.setProviderState, ({ params, body }) => setState('administration', params.providerId, body));
	mount(contract.consoleListProviders, () => accounts.listProviderEntries());
	mount(contract.consoleSetProviderState, ({ params, body }) => setState('console', params.providerId, body));
};

type StateBody = Call<typeof contract.setProviderState>['body'];

/** Mounts every route of `contract/single-sign-on.ts`. */
export const mountSingleSignOnRoutes = (mounter: Mounter, needs: SingleSignOnRoutesNeeds): void => {
	const parts = { ...needs, read: createReader(needs), flows: createFlowCookie(needs) };
	mountSettingOut(mounter, parts);
	mountComingBack(mounter, parts);
	mountLinks(mounter, parts);
	mountSettings(mounter, parts);
};
