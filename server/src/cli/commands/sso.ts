/** `holdfast sso …`: the providers people sign in with, and shutting one out from the machine. */
import * as contract from '@holdfast/contract/single-sign-on';
import { type Command, type CommandNeeds, type CommandOutcome, UsageError } from '../command.ts';
import { type Console, openConsole } from '../console.ts';

type Action = 'block' | 'unblock' | 'relink';

const stateOf = (provider: contract.ProviderEntry): string => (provider.isBlocked ? 'blocked' : 'in use');

/** Named by issuer, id or name; what two providers share names neither. */
const find = async (console: Console, named: string): Promise<contract.ProviderEntry | null> => {
	const { providers } = await console.call(contract.consoleListProviders, {});
	const isNamed = ({ issuer, providerId, name }: contract.ProviderEntry): boolean =>
		[issuer, issuer.replace(/\/$/u, ''), providerId, name].includes(named);
	const found = providers.filter(isNamed);
	return found.length === 1 ? (found[0] ?? null) : null;
};

const said: Readonly<Record<Action, (provider: contract.ProviderEntry) => string>> = {
	block: ({ name }) => `${name} signs nobody in any more, and what came by it is signed out.`,
	unblock: ({ name }) => `${name} signs people in again. What was signed out stays so.`,
	relink: ({ name, linkCount }) =>
		`Every link to ${name} (${linkCount}) has to be made again, and what came by it is signed out.`,
};

const change = async (needs: CommandNeeds, action: Action): Promise<CommandOutcome> => {
	const [named, ...more] = needs.words;
	if (!named || more.length > 0)
		throw new UsageError('Which provider? Name its issuer, as sso list shows it.');
	await using console = await openConsole(needs.config());
	const found = await find(console, named);
	if (!found) {
		return { lines: [`There is no provider ${named} here.`], value: { found: false }, exitCode: 1 };
	}
	const params = { providerId: found.providerId };
	const changed = await console.call(contract.consoleSetProviderState, { params, body: { action } });
	return { lines: [said[action](changed)], value: { found: true, provider: changed } };
};

export const listProviders: Command = {
	name: 'sso list',
	usage: 'sso list',
	summary: 'The providers people can sign in with',
	run: async (needs) => {
		await using console = await openConsole(needs.config());
		const { providers, redirectUri } = await console.call(contract.consoleListProviders, {});
		const lines = providers.map(
			(provider) =>
				`${provider.issuer}  ${stateOf(provider).padEnd(7)}  ${provider.linkCount} linked  ${provider.name}`,
		);
		const shown = lines.length > 0 ? lines : ['No provider is set up here.'];
		return { lines: shown, value: { providers, redirectUri } };
	},
};

export const blockProvider: Command = {
	name: 'sso block',
	usage: 'sso block ISSUER',
	summary: 'Let nobody sign in with a provider, and end the sessions that came by it',
	run: (needs) => change(needs, 'block'),
};

export const unblockProvider: Command = {
	name: 'sso unblock',
	usage: 'sso unblock ISSUER',
	summary: 'Let a provider sign people in again',
	run: (needs) => change(needs, 'unblock'),
};

export const relinkProvider: Command = {
	name: 'sso relink',
	usage: 'sso relink ISSUER',
	summary: 'Have everybody link a provider afresh before it signs them in again',
	run: (needs) => change(needs, 'relink'),
};
