/** Second factors and recovery codes over our own API. */
import * as contract from '@holdfast/contract/factors';
import type { Mounter } from '#platform/http/mount.ts';
import type { Accounts } from '../../accounts/index.ts';
import { type AccountRoutesNeeds, createReader } from './account-routes.ts';

type Reader = ReturnType<typeof createReader>;

interface Parts {
	readonly accounts: Accounts;
	readonly read: Reader;
}

const mountAdding = ({ mount }: Mounter, { accounts, read }: Parts): void => {
	mount(contract.startTotp, (call) => accounts.startTotp(read.actor(call)));
	mount(contract.finishTotp, async (call) => {
		const made = await accounts.finishTotp(read.actor(call), call.body, read.client(call));
		if (made.signedIn) read.signedIn(call, made.signedIn);
		return { factorId: made.factorId };
	});
	mount(contract.startPasskey, (call) => accounts.startPasskey(read.actor(call)));
	mount(contract.finishPasskey, async (call) => {
		const made = await accounts.finishPasskey(read.actor(call), call.body, read.client(call));
		if (made.signedIn) read.signedIn(call, made.signedIn);
		return { factorId: made.factorId };
	});
};

const mountKeeping = ({ mount }: Mounter, { accounts, read }: Parts): void => {
	mount(contract.listFactors, (call) => accounts.listFactors(read.actor(call)));
	mount(contract.renameFactor, async (call) => {
		const { factorId } = call.params;
		await accounts.renameFactor(read.actor(call), { factorId, label: call.body.label });
		return undefined;
	});
	mount(contract.removeFactor, async ({ caller, params }) => {
		await accounts.removeFactor(caller, params.factorId);
		return undefined;
	});
	mount(contract.makeRecoveryCodes, ({ caller }) => accounts.makeRecoveryCodes(caller));
};

const mountShowing = ({ mount }: Mounter, { accounts, read }: Parts): void => {
	mount(contract.useTotp, async (call) =>
		read.authenticated(call, await accounts.showTotp(call.body, read.client(call))),
	);
	mount(contract.useRecoveryCode, async (call) =>
		read.authenticated(call, await accounts.showRecoveryCode(call.body, read.client(call))),
	);
	mount(contract.startPasskeySignIn, (call) => accounts.startPasskeySignIn(call.body, read.client(call)));
	mount(contract.finishPasskeySignIn, async (call) =>
		read.authenticated(call, await accounts.finishPasskeySignIn(call.body, read.client(call))),
	);
	mount(contract.startPasskeyStepUp, (call) => accounts.startPasskeyStepUp(read.actor(call)));
};

const mountAdministration = ({ mount }: Mounter, { accounts }: Parts): void => {
	mount(contract.getFactorPolicy, () => accounts.getFactorPolicy());
	mount(contract.setFactorPolicy, ({ caller, body }) => accounts.setFactorPolicy(caller, body.requiredFor));
	mount(contract.startFactorHelp, ({ caller, params }) => accounts.startFactorHelp(caller, params.accountId));
	mount(contract.consoleShowFactors, ({ body }) => accounts.showFactorsOnMachine(body));
	mount(contract.consoleRemoveFactors, ({ body }) => accounts.removeFactorsOnMachine(body));
	mount(contract.consoleRequireFactors, ({ body }) => accounts.requireFactorsOnMachine(body.requiredFor));
};

/** Mounts every route of `contract/factors.ts`. */
export const mountFactorRoutes = (mounter: Mounter, needs: AccountRoutesNeeds): void => {
	const parts = { accounts: needs.accounts, read: createReader(needs) };
	mountAdding(mounter, parts);
	mountKeeping(mounter, parts);
	mountShowing(mounter, parts);
	mountAdministration(mounter, parts);
};
