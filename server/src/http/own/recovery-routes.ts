/** New passwords for lost ones, mail, and breached passwords over our own API. */
import * as contract from '@holdfast/contract/recovery';
import type { Mounter } from '#platform/http/mount.ts';
import type { Accounts } from '../../accounts/index.ts';
import { type AccountRoutesNeeds, createReader } from './account-routes.ts';

interface Parts {
	readonly accounts: Accounts;
	readonly read: ReturnType<typeof createReader>;
}

const mountResets = ({ mount }: Mounter, { accounts, read }: Parts): void => {
	mount(contract.requestReset, (call) => accounts.requestReset(call.body, read.client(call)));
	mount(contract.startReset, (call) => accounts.startReset(call.body, read.client(call)));
	mount(contract.finishReset, (call) => accounts.finishReset(call.body, read.client(call)));
	mount(contract.startHandOver, ({ caller, params }) => accounts.startHandOver(caller, params.accountId));
	mount(contract.getPasswordRange, async (call) => ({
		headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'private, max-age=3600' },
		body: await accounts.passwordRange(call.params.prefix, read.client(call)),
	}));
};

const mountMail = ({ mount }: Mounter, { accounts, read }: Parts): void => {
	mount(contract.checkMail, (call) =>
		accounts.checkMail(call.caller, call.body.mailNumber, read.client(call)),
	);
	mount(contract.listMyMails, async ({ caller }) => ({ mails: await accounts.listMyMails(caller) }));
	mount(contract.listOutbox, () => accounts.readOutbox());
	mount(contract.sendTestMail, (call) => accounts.sendTestMail(read.actor(call), read.client(call)));
};

const mountConsole = ({ mount }: Mounter, { accounts }: Parts): void => {
	mount(contract.consoleMailStatus, () => accounts.readOutbox());
	mount(contract.consoleTestMail, ({ body }) => accounts.sendTestMailFromMachine(body.address));
	mount(contract.consoleStartHandOver, ({ body }) => accounts.startHandOverOnMachine(body));
};

/** Mounts every route of `contract/recovery.ts`. */
export const mountRecoveryRoutes = (mounter: Mounter, needs: AccountRoutesNeeds): void => {
	const parts = { accounts: needs.accounts, read: createReader(needs) };
	mountResets(mounter, parts);
	mountMail(mounter, parts);
	mountConsole(mounter, parts);
};
