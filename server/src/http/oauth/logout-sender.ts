/** Tells apps that a person's session in them has ended (OpenID Connect Back-Channel Logout 1.0). */
import type { Clock } from '#platform/clock.ts';
import type { Logger } from '#platform/log.ts';
import type { Accounts, DueLogout } from '../../accounts/index.ts';
import type { Oidc } from './oidc.ts';

export interface LogoutSenderNeeds {
	readonly accounts: Pick<Accounts, 'provider'>;
	readonly oidc: Oidc;
	readonly clock: Clock;
	readonly log: Logger;
}

/** Sessions that end by themselves send no news. */
const lookEveryMs = 15_000;

interface TellsOfLogout {
	backchannelLogout(sub: string, sid: string): Promise<void>;
}

const tell = async ({ accounts, oidc, log }: LogoutSenderNeeds, due: DueLogout): Promise<void> => {
	const provider = await oidc.open();
	const client = await provider?.Client.find(due.clientId);
	if (!client?.backchannelLogoutUri) return accounts.provider.closeLogout(due.sessionId);
	try {
		const subject = await accounts.provider.subjectOf(due.clientId, due.accountId);
		await (client as unknown as TellsOfLogout).backchannelLogout(subject, due.sessionId);
		await accounts.provider.closeLogout(due.sessionId);
	} catch (error) {
		log.warn({ err: error, clientId: due.clientId }, 'an app could not be told of a sign-out; trying again');
		await accounts.provider.delayLogout(due);
	}
};

/** Runs until it is disposed; news wakes it, and it looks by itself too. */
export const startLogoutSender = (needs: LogoutSenderNeeds): AsyncDisposable => {
	const { accounts, clock, log } = needs;
	let running: Promise<void> | null = null;
	let isNewsWaiting = false;
	let isOver = false;
	const run = async (): Promise<void> => {
		do {
			isNewsWaiting = false;
			const due = isOver ? [] : await accounts.provider.dueLogouts();
			await Promise.all(due.map((each) => tell(needs, each)));
		} while (isNewsWaiting && !isOver);
	};
	const wake = (): void => {
		isNewsWaiting = true;
		running ??= run()
			.catch((error: unknown) => log.warn({ err: error }, 'apps wait to be told of sign-outs'))
			.finally(() => {
				running = null;
			});
	};
	const ticker = clock.every(lookEveryMs, wake);
	const listening = accounts.provider.onSecurityNews(wake);
	listening.catch(() => undefined);
	return {
		[Symbol.asyncDispose]: async () => {
			isOver = true;
			ticker.stop();
			await (await listening.catch(() => null))?.();
			await running;
		},
	};
};
