/** `holdfast account factors`, `remove-factors` and `require-factors`: second factors, on the machine. */
import { Role } from '@holdfast/contract/accounts';
import * as contract from '@holdfast/contract/factors';
import { type Command, type CommandNeeds, UsageError } from '../command.ts';
import { openConsole } from '../console.ts';

const onlyUsername = ({ words }: CommandNeeds): string => {
	const [username] = words;
	if (username === undefined || words.length > 1) throw new UsageError('Whose? Name one username.');
	return username;
};

export const showFactors: Command = {
	name: 'account factors',
	usage: 'account factors USERNAME',
	summary: 'Which kinds of second factors a person has',
	run: async (needs) => {
		const username = onlyUsername(needs);
		await using console = await openConsole(needs.config());
		const found = await console.call(contract.consoleShowFactors, { body: { username } });
		return {
			lines: [
				`authenticator apps  ${found.apps}`,
				`passkeys            ${found.passkeys}`,
				`recovery codes      ${found.recoveryCodesLeft}`,
				found.isRequired ? `${username} must have a second factor.` : `${username} need not have one.`,
			],
			value: { username, ...found },
		};
	},
};

export const removeFactors: Command = {
	name: 'account remove-factors',
	usage: 'account remove-factors USERNAME',
	summary: 'Remove all second factors and recovery codes of somebody who lost theirs',
	run: async (needs) => {
		const username = onlyUsername(needs);
		await using console = await openConsole(needs.config());
		const { accountId, removed } = await console.call(contract.consoleRemoveFactors, { body: { username } });
		const what = removed === 1 ? '1 second factor' : `${removed} second factors`;
		return {
			lines: [`${what} of ${username} removed. The password alone is asked for now.`],
			value: { accountId, username, removed },
		};
	},
};

const roles = Role.anyOf.map((each) => each.const);

export const requireFactors: Command = {
	name: 'account require-factors',
	usage: 'account require-factors [ROLE...]',
	summary: 'Ask these roles for a second factor, and no other; without a role, ask nobody',
	run: async (needs) => {
		const requiredFor = needs.words.map((word) => {
			const role = roles.find((known) => known === word);
			if (!role) throw new UsageError(`A role is one of ${roles.join(', ')}.`);
			return role;
		});
		await using console = await openConsole(needs.config());
		const policy = await console.call(contract.consoleRequireFactors, { body: { requiredFor } });
		const named = policy.requiredFor.join(', ');
		return {
			lines: [
				named === '' ? 'Nobody has to have a second factor.' : `A second factor is required of: ${named}.`,
			],
			value: policy,
		};
	},
};
