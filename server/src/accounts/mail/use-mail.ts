/** The use cases of mail over one context. */
import type { Actor, ClientFacts, Context } from '../context.ts';
import { checkMail, listMyMails, readOutbox } from './mail-reading.ts';
import { createSender } from './sender.ts';
import { sendTestMail, sendTestMailFromMachine } from './test-mail.ts';

export const useMail = (context: Context) => {
	const { mail } = context;
	const sender = mail && createSender({ ...context, transport: mail });
	const testing = { ...context, sender };
	return {
		checkMail: (actor: Pick<Actor, 'accountId'>, typed: string, client: Pick<ClientFacts, 'address'>) =>
			checkMail(context, actor, typed, client),
		listMyMails: (actor: Pick<Actor, 'accountId'>) => listMyMails(context, actor),
		readOutbox: () => readOutbox(context),
		sendTestMail: (actor: Actor, client: Pick<ClientFacts, 'address'>) =>
			sendTestMail(testing, actor, client),
		sendTestMailFromMachine: (address: string) => sendTestMailFromMachine(testing, address),
		/** Sends what is due; for tests, which turn the clock themselves. */
		sendDueMail: async () => (await sender?.sendDue()) ?? 0,
		/** From now on what is queued goes out. Null where nothing sends. */
		startSending: () => sender?.start() ?? null,
	};
};
