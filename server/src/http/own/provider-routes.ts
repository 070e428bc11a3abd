/** Televisions, app passwords and registered apps over our own API. */
import * as contract from '@holdfast/contract/provider';
import { Fault } from '#platform/fault.ts';
import type { Mounter } from '#platform/http/mount.ts';
import { type AccountRoutesNeeds, createReader } from './account-routes.ts';

export interface ProviderRoutesNeeds extends AccountRoutesNeeds {
	/** What apps are told to connect to; null without a public address. */
	readonly issuer: () => string | null;
	readonly onKeysRotated: () => void;
}

const mountLink = ({ mount }: Mounter, needs: ProviderRoutesNeeds): void => {
	const { accounts } = needs;
	const read = createReader(needs);
	mount(contract.findLinkRequest, (call) =>
		accounts.findLinkRequest(read.actor(call), call.body.userCode, read.client(call)),
	);
	mount(contract.approveLinkRequest, async (call) =>
		read.signedIn(call, await accounts.approveLinkRequest(read.actor(call), call.body, read.client(call))),
	);
	mount(contract.denyLinkRequest, async (call) => {
		await accounts.denyLinkRequest(read.actor(call), call.body.userCode, read.client(call));
		return undefined;
	});
};

const mountAppPasswords = ({ mount }: Mounter, needs: ProviderRoutesNeeds): void => {
	const { accounts } = needs;
	const read = createReader(needs);
	mount(contract.listAppPasswords, (call) => accounts.listAppPasswords(read.actor(call)));
	mount(contract.makeAppPassword, (call) => accounts.makeAppPassword(read.actor(call), call.body));
	mount(contract.consoleListAppPasswords, ({ params }) =>
		accounts.listAppPasswordsOnMachine(params.accountId),
	);
};

const mountApps = ({ mount }: Mounter, { accounts, issuer, onKeysRotated }: ProviderRoutesNeeds): void => {
	const list = async () => ({ apps: await accounts.listClients(), issuer: issuer() });
	const remove = async (clientId: string): Promise<undefined> => {
		await accounts.removeClient(clientId);
	};
	mount(contract.listApps, list);
	mount(contract.consoleListApps, list);
	mount(contract.addApp, ({ body }) => accounts.registerClient(body));
	mount(contract.consoleAddApp, ({ body }) => accounts.registerClient(body));
	mount(contract.removeApp, ({ params }) => remove(params.clientId));
	mount(contract.consoleRemoveApp, ({ params }) => remove(params.clientId));
	mount(contract.consoleRotateAppKeys, async () => {
		if (issuer() === null) throw new Fault('accounts.app.no-address');
		await accounts.rotateSigningKeys();
		onKeysRotated();
		return undefined;
	});
};

/** Mounts every route of `contract/provider.ts` but those of authorizations, which are the protocol's. */
export const mountProviderRoutes = (mounter: Mounter, needs: ProviderRoutesNeeds): void => {
	mountLink(mounter, needs);
	mountAppPasswords(mounter, needs);
	mountApps(mounter, needs);
};
