/**
 * People, sign-in and sessions over our own API: read the request, call one use case, present what it says.
 */
import * as contract from '@holdfast/contract/accounts';
import type { RouteShape } from '@holdfast/contract/route';
import type { FastifyRequest } from 'fastify';
import type { Call, Mounter } from '#platform/http/mount.ts';
import type { Caller } from '#platform/http/viewer.ts';
import { Fault } from '#platform/fault.ts';
import type { Accounts, Actor, Authenticated, ClientFacts, SignedIn } from '../../accounts/index.ts';
import type { SessionCookies } from './cookies.ts';

export interface AccountRoutesNeeds {
	readonly accounts: Accounts;
	readonly cookies: SessionCookies;
	/** True for requests over the Unix socket, which have no address. */
	readonly isConsole: (request: FastifyRequest) => boolean;
}

type Requested = Pick<Call<RouteShape>, 'request' | 'reply'>;

/** A device's proof; two of them are one text that is none. */
export const proofIn = ({ headers }: FastifyRequest): string | undefined => {
	const proof = headers['dpop'];
	return Array.isArray(proof) ? proof.join() : proof;
};

/** How every part reads who calls, and answers with a session. */
export const createReader = ({ cookies, isConsole }: AccountRoutesNeeds) => ({
	client: ({ request }: Pick<Requested, 'request'>): ClientFacts => ({
		address: isConsole(request) ? null : request.ip,
		userAgent: request.headers['user-agent'] ?? null,
		token: cookies.tokenOf(request),
		deviceToken: cookies.deviceTokenOf(request),
	}),
	actor: ({ request, caller }: { readonly request: FastifyRequest; readonly caller: Caller }): Actor => {
		const token = cookies.tokenOf(request);
		if (token === null) throw new Fault('access.sign-in-needed');
		return { accountId: caller.accountId, sessionId: caller.sessionId, token };
	},
	/** The browser gets the token as a cookie, and the page never sees it. */
	signedIn: ({ request, reply }: Requested, { token, signed, deviceToken }: SignedIn): contract.Signed => {
		cookies.set(request, reply, token);
		if (deviceToken) cookies.setDevice(request, reply, deviceToken);
		return signed;
	},
	/** What a proof has come to; with a session, the browser gets its cookie. */
	authenticated: ({ request, reply }: Requested, result: Authenticated): contract.Authentication => {
		if (result.state === 'factor-needed') return { ...result, factors: [...result.factors] };
		cookies.set(request, reply, result.token);
		if (result.deviceToken) cookies.setDevice(request, reply, result.deviceToken);
		return { state: result.state, signed: result.signed };
	},
});

type Reader = ReturnType<typeof createReader>;

const mountSetup = ({ mount }: Mounter, { accounts }: AccountRoutesNeeds, read: Reader): void => {
	mount(contract.beginSetup, ({ body }) => accounts.beginSetup(body));
	mount(contract.startOwner, ({ body }) => accounts.startOwner(body));
	mount(contract.finishOwner, async (call) =>
		read.signedIn(call, await accounts.finishOwner(call.body, read.client(call))),
	);
};

const mountSignIn = ({ mount }: Mounter, { accounts, cookies }: AccountRoutesNeeds, read: Reader): void => {
	mount(contract.startSignIn, (call) => accounts.startSignIn(call.body, read.client(call)));
	mount(contract.finishSignIn, async (call) => {
		const deviceProof = proofIn(call.request);
		const input = deviceProof === undefined ? call.body : { ...call.body, deviceProof };
		return read.authenticated(call, await accounts.finishSignIn(input, read.client(call)));
	});
	mount(contract.requestSignInCode, async (call) => {
		await accounts.requestSignInCode(call.body, read.client(call));
		return undefined;
	});
	mount(contract.useMailedCode, async (call) =>
		read.authenticated(call, await accounts.showMailedCode(call.body, read.client(call))),
	);
	mount(contract.getStepUp, (call) => accounts.readStepUp(read.actor(call)));
	mount(contract.startStepUp, (call) => accounts.startStepUp(read.actor(call), call.body, read.client(call)));
	mount(contract.finishStepUp, async (call) =>
		read.authenticated(call, await accounts.finishStepUp(read.actor(call), call.body, read.client(call))),
	);
	mount(contract.signOut, async (call) => {
		await accounts.signOut(call.caller);
		cookies.clear(call.request, call.reply);
		return undefined;
	});
};

const mountSessions = ({ mount }: Mounter, { accounts, cookies }: AccountRoutesNeeds, read: Reader): void => {
	mount(contract.getSession, (call) => accounts.readSession(read.actor(call)));
	mount(contract.listSessions, async (call) => ({ sessions: await accounts.listSessions(read.actor(call)) }));
	mount(contract.endSession, async ({ caller, params, query }) => {
		const isConfirmed = query.confirm ?? false;
		await accounts.endSession(caller, params.sessionId, { isConfirmed });
		return undefined;
	});
	mount(contract.signOutEverywhere, async (call) => {
		const options = { keepThis: call.body.keepThis, client: read.client(call) };
		const next = await accounts.signOutEverywhere(read.actor(call), options);
		if (next) return { signed: read.signedIn(call, next) };
		cookies.clear(call.request, call.reply);
		return { signed: null };
	});
};

const mountPassword = ({ mount }: Mounter, { accounts, cookies }: AccountRoutesNeeds, read: Reader): void => {
	mount(contract.startPasswordChange, (call) =>
		accounts.startPasswordChange(read.actor(call), call.body, read.client(call)),
	);
	mount(contract.finishPasswordChange, async (call) => {
		const next = await accounts.finishPasswordChange(read.actor(call), call.body, read.client(call));
		if (next) return { signed: read.signedIn(call, next) };
		cookies.clear(call.request, call.reply);
		return { signed: null };
	});
	mount(contract.takeRecoveryKit, ({ caller }) => accounts.takeRecoveryKit(caller));
};

const mountConsole = ({ mount }: Mounter, { accounts }: AccountRoutesNeeds): void => {
	mount(contract.consoleBeginOwner, () => accounts.beginOwnerOnMachine());
	mount(contract.consoleFinishOwner, ({ body }) => accounts.finishOwnerOnMachine(body));
	mount(contract.consoleStartMember, ({ body }) => accounts.startMember(body));
	mount(contract.consoleFinishMember, ({ body }) => accounts.finishMember(body));
	mount(contract.consoleStartRecovery, ({ body }) => accounts.startMachineRecovery(body));
	mount(contract.consoleFinishRecovery, ({ body }) => accounts.finishMachineRecovery(body));
	mount(contract.consoleListAccounts, ({ query }) => accounts.listAccounts(query));
	mount(contract.consoleSignOutEverywhere, async ({ params }) => {
		await accounts.signOutEverywhereOnMachine(params.accountId);
		return undefined;
	});
};

/** Mounts every route of `contract/accounts.ts`. */
export const mountAccountRoutes = (mounter: Mounter, needs: AccountRoutesNeeds): void => {
	const read = createReader(needs);
	mountSetup(mounter, needs, read);
	mountSignIn(mounter, needs, read);
	mountSessions(mounter, needs, read);
	mountPassword(mounter, needs, read);
	mountConsole(mounter, needs);
};
