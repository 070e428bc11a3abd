/**
 * A media server whose people are known elsewhere: sending browsers to the account service, taking them back,
 * and what somebody on the machine asks about it.
 */
import { getSession, signOut } from '@holdfast/contract/accounts';
import * as contract from '@holdfast/contract/servers';
import { Fault } from '#platform/fault.ts';
import type { Mounter } from '#platform/http/mount.ts';
import type { FastifyRequest } from 'fastify';
import type { Far } from '../../access/index.ts';
import type { SessionCookies } from './cookies.ts';

export interface EnterRoutesNeeds {
	/** Null where people are known here: then these routes refuse. */
	readonly far: Far | null;
	readonly cookies: SessionCookies;
}

const labelCharactersMax = 60;

/** What the browser calls itself, cut short; shown to its own person only. */
const labelOf = (request: FastifyRequest): string => {
	const agent = request.headers['user-agent'] ?? '';
	const name = ['Firefox', 'Edg', 'OPR', 'Chrome', 'Safari'].find((known) => agent.includes(known));
	return (name ?? agent).slice(0, labelCharactersMax) || 'Browser';
};

const orNone = (far: Far | null): Far => {
	if (!far) throw new Fault('access.authority-none');
	return far;
};

const mountConsole = ({ mount }: Mounter, { far }: EnterRoutesNeeds): void => {
	mount(contract.consoleAuthority, () => {
		const status = far?.status();
		return {
			url: status?.url ?? null,
			keyName: status?.keyName ?? null,
			isClaimed: status?.isClaimed ?? false,
			claimCode: status?.claimCode ?? null,
			isReachable: status?.isReachable ?? false,
			heardAt: status?.heardAt ?? null,
			position: status?.position ?? null,
			alarm: status?.alarm ?? null,
		};
	});
	mount(contract.consoleReleaseAuthority, () => orNone(far).release());
};

/** The session of a person who came by the account service: who am I, and sign out. */
const mountFarSession = ({ mount }: Mounter, far: Far, cookies: SessionCookies): void => {
	const tokenOf = (request: FastifyRequest): string => {
		const token = cookies.tokenOf(request);
		if (token === null) throw new Fault('access.sign-in-needed');
		return token;
	};
	mount(getSession, ({ request }) => far.readSession(tokenOf(request)));
	mount(signOut, async ({ request, reply }) => {
		await far.signOut(tokenOf(request));
		cookies.clear(request, reply);
		return undefined;
	});
};

/** Mounts what a media server answers of `contract/servers.ts`. */
export const mountEnterRoutes = (mounter: Mounter, needs: EnterRoutesNeeds): void => {
	const { far, cookies } = needs;
	mounter.mount(contract.beginEnter, ({ body }) => orNone(far).entering.begin(body.origin));
	mounter.mount(contract.finishEnter, async ({ body, request, reply }) => {
		const { token } = await orNone(far).entering.finish(body, labelOf(request));
		cookies.set(request, reply, token);
		return undefined;
	});
	mountConsole(mounter, needs);
	if (far) mountFarSession(mounter, far, cookies);
};
