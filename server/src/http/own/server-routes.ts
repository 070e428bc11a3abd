/** Media servers over our own API: what their owners do, and what the servers themselves ask. */
import * as contract from '@holdfast/contract/servers';
import type { FastifyRequest } from 'fastify';
import type { Mounter } from '#platform/http/mount.ts';
import type { Accounts } from '../../accounts/index.ts';
import { type AccountRoutesNeeds, createReader } from './account-routes.ts';

type Needs = AccountRoutesNeeds;
type Reader = ReturnType<typeof createReader>;

const mountOwn = ({ mount }: Mounter, { accounts }: Needs, read: Reader): void => {
	mount(contract.listServers, async (call) => ({ servers: await accounts.listServers(read.actor(call)) }));
	mount(contract.lookAtClaim, (call) => accounts.lookAtClaim(read.actor(call), call.body, read.client(call)));
	mount(contract.claimServer, (call) => accounts.claimServer(read.actor(call), call.body, read.client(call)));
	mount(contract.renameServer, async (call) => {
		await accounts.renameServer(read.actor(call), { ...call.params, ...call.body });
		return undefined;
	});
	mount(contract.releaseServer, async (call) => {
		await accounts.releaseServer(read.actor(call), call.params);
		return undefined;
	});
};

const mountPeople = ({ mount }: Mounter, { accounts }: Needs, read: Reader): void => {
	mount(contract.listServerPeople, async (call) => ({
		people: await accounts.listServerPeople(read.actor(call), call.params),
	}));
	mount(contract.inviteToServer, (call) =>
		accounts.inviteToServer(read.actor(call), { ...call.params, ...call.body }),
	);
	mount(contract.changeServerPerson, async (call) => {
		await accounts.changeServerPerson(read.actor(call), { ...call.params, ...call.body });
		return undefined;
	});
	mount(contract.removeServerPerson, async (call) => {
		await accounts.removeServerPerson(read.actor(call), call.params);
		return undefined;
	});
	mount(contract.lookAtEntry, (call) => accounts.lookAtEntry(read.actor(call), call.body.request));
	mount(contract.approveEntry, (call) => accounts.approveEntry(read.actor(call), call.body.request));
};

/** What the server showed, for this route at this path. */
const shownBy = (request: FastifyRequest): Parameters<Accounts['feed']['release']>[0] => {
	const header = request.headers[contract.serverAssertionHeader];
	return {
		statement: typeof header === 'string' ? header : null,
		method: request.method,
		path: request.url.split('?')[0] ?? '',
	};
};

const mountFeed = ({ mount }: Mounter, { accounts: { feed }, isConsole }: Needs): void => {
	mount(contract.getFeedKeys, () => feed.keys());
	mount(contract.announceServer, ({ request, body: { key, ...hello } }) =>
		feed.greet(shownBy(request), key, hello, isConsole(request) ? null : request.ip),
	);
	mount(contract.pollFeed, ({ request, body, signal }) => feed.poll(shownBy(request), body, signal));
	mount(contract.redeemEntry, ({ request, body }) => feed.redeem(shownBy(request), body));
	mount(contract.endServerSession, async ({ request, params }) => {
		await feed.endSession(shownBy(request), params.sessionId);
		return undefined;
	});
	mount(contract.giveUpClaim, async ({ request }) => {
		await feed.release(shownBy(request));
		return undefined;
	});
};

/** Mounts what the account service answers of `contract/servers.ts`. */
export const mountServerRoutes = (mounter: Mounter, needs: Needs): void => {
	const { accounts } = needs;
	const read = createReader(needs);
	mountOwn(mounter, needs, read);
	mountPeople(mounter, needs, read);
	mountFeed(mounter, needs);
	mounter.mount(contract.consoleListServers, ({ query }) => accounts.listServersOnMachine(query.after));
	mounter.mount(contract.consoleReleaseServer, async ({ params }) => {
		await accounts.releaseServerOnMachine(params.serverId);
		return undefined;
	});
};
