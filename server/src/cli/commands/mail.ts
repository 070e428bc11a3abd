/** `holdfast mail …`: whether mail works, and a mail to try it with. */
import { consoleMailStatus, consoleTestMail } from '@holdfast/contract/recovery';
import { type Command, UsageError } from '../command.ts';
import { openConsole } from '../console.ts';

const shownMax = 20;

const timeOf = (at: number): string =>
	new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: 'UTC' }).format(at);

export const mailStatus: Command = {
	name: 'mail status',
	usage: 'mail status',
	summary: 'Say whether mail works, and what waits to be sent',
	run: async (needs) => {
		await using console = await openConsole(needs.config());
		const status = await console.call(consoleMailStatus, {});
		const { isConfigured, waiting, failed, lastSentAt, lastError, mails } = status;
		return {
			lines: [
				isConfigured ? 'A mail server is configured.' : 'No mail server is configured (HOLDFAST_MAIL_HOST).',
				`${waiting} waiting, ${failed} failed; last sent ${lastSentAt === null ? 'never' : `${timeOf(lastSentAt)} UTC`}.`,
				...(lastError === null ? [] : [`Last problem: ${lastError}`]),
				...mails
					.slice(0, shownMax)
					.map(
						({ mailNumber, template, state, tries, at, problem }) =>
							`${timeOf(at)}  ${mailNumber}  ${state.padEnd(7)}  ${template.padEnd(24)}  ${tries} tries  ${problem ?? ''}`,
					),
			],
			value: status,
		};
	},
};

export const mailTest: Command = {
	name: 'mail test',
	usage: 'mail test ADDRESS',
	summary: 'Send a mail to an address, to see whether it arrives',
	run: async (needs) => {
		const [address] = needs.words;
		if (address === undefined || needs.words.length > 1) throw new UsageError('To which address?');
		await using console = await openConsole(needs.config());
		const { isSent, problem } = await console.call(consoleTestMail, { body: { address } });
		return {
			lines: [isSent ? 'The mail server took it.' : (problem ?? 'It was not sent.')],
			value: { isSent, problem },
			exitCode: isSent ? 0 : 1,
		};
	},
};
