/** `holdfast account reset-code`: a code with which somebody chooses a new password themselves. */
import { consoleStartHandOver } from '@holdfast/contract/recovery';
import { type Command, UsageError } from '../command.ts';
import { openConsole } from '../console.ts';

export const accountResetCode: Command = {
	name: 'account reset-code',
	usage: 'account reset-code USERNAME',
	summary: 'Make a code to hand to somebody who lost their password; they choose the next one',
	run: async (needs) => {
		const [username] = needs.words;
		if (username === undefined || needs.words.length > 1) throw new UsageError('Whose? Name the username.');
		await using console = await openConsole(needs.config());
		const { code, expiresAt } = await console.call(consoleStartHandOver, { body: { username } });
		return {
			lines: [
				`Code (shown once, good once and for 24 hours): ${code}`,
				'Hand it over in person. It is typed at "Lost your password?" on the sign-in page.',
			],
			value: { username, code, expiresAt },
		};
	},
};
