/** Devices, revocations and the care of sign-in over our own API and the console. */
import { listActivity } from '@holdfast/contract/activity';
import * as contract from '@holdfast/contract/devices';
import type { FastifyReply } from 'fastify';
import { Fault, isFault } from '#platform/fault.ts';
import type { Mounter } from '#platform/http/mount.ts';
import { type AccountRoutesNeeds, createReader, proofIn } from './account-routes.ts';

/** A proof that needs a nonce is told it in the answer (RFC 9449 8). */
const withNonce = async <Result>(
	reply: FastifyReply,
	makeNonce: () => string,
	work: () => Promise<Result>,
): Promise<Result> => {
	try {
		return await work();
	} catch (error) {
		if (isFault(error, 'accounts.device.nonce-needed')) reply.header('dpop-nonce', makeNonce());
		throw error;
	}
};

const mountConsole = ({ mount }: Mounter, { accounts }: AccountRoutesNeeds): void => {
	mount(contract.consoleRevoke, async ({ params, body }) => {
		await accounts.revokeSessions(params.accountId, body);
		return undefined;
	});
	mount(contract.consoleRevokeAll, async ({ body }) => {
		await accounts.revokeSessions(null, body);
		return undefined;
	});
	mount(contract.consoleCountSessions, ({ params }) => accounts.countSessions(params.accountId));
	mount(contract.consoleGetBreachState, async () => ({ state: await accounts.breachState() }));
	mount(contract.consoleSetBreachState, async ({ body }) => {
		await accounts.setBreachState(body.state);
		return { state: body.state };
	});
};

/** Mounts every route of `contract/devices.ts` and of `contract/activity.ts`. */
export const mountDeviceRoutes = (mounter: Mounter, needs: AccountRoutesNeeds): void => {
	const { mount } = mounter;
	const { accounts } = needs;
	const read = createReader(needs);
	mount(contract.refreshDevice, (call) =>
		withNonce(call.reply, accounts.deviceNonce, async () => {
			const proof = proofIn(call.request);
			if (proof === undefined) throw new Fault('accounts.device.nonce-needed');
			return read.signedIn(call, await accounts.refreshDevice(proof, read.client(call)));
		}),
	);
	mount(contract.registerDeviceKey, (call) =>
		withNonce(call.reply, accounts.deviceNonce, async () => {
			const proof = proofIn(call.request);
			if (proof === undefined) throw new Fault('accounts.device.nonce-needed');
			await accounts.registerDeviceKey(read.actor(call), { proof }, read.client(call));
			return undefined;
		}),
	);
	mount(listActivity, (call) => accounts.listActivity(read.actor(call), call.query));
	mount(contract.getSignInProtection, () => accounts.signInProtection());
	mountConsole(mounter, needs);
};
