/** `holdfast app …` and `holdfast account app-passwords`: what people can sign in to with this server. */
import { parseArgs } from 'node:util';
import { consoleListAccounts, type Person } from '@holdfast/contract/accounts';
import * as contract from '@holdfast/contract/provider';
import { type Command, UsageError } from '../command.ts';
import { type Console, openConsole } from '../console.ts';

const lineOf = ({ clientId, kind, name, redirectUris }: contract.AppEntry): string =>
	[clientId.padEnd(24), kind.padEnd(6), name, ...redirectUris].join('  ');

export const listApps: Command = {
	name: 'app list',
	usage: 'app list',
	summary: 'Apps that people can sign in to with this server',
	run: async (needs) => {
		await using console = await openConsole(needs.config());
		const { apps, issuer } = await console.call(contract.consoleListApps, {});
		const where = issuer === null ? 'There is no public address yet: apps cannot find this server.' : issuer;
		return { lines: [where, ...apps.map(lineOf)], value: { apps, issuer } };
	},
};

export const addApp: Command = {
	name: 'app add',
	usage: 'app add NAME --redirect ADDRESS [--redirect …] [--logout ADDRESS] [--secret] | app add NAME --tv',
	summary: 'Let people sign in to one more app',
	run: async (needs) => {
		const { values, positionals } = parseArgs({
			args: [...needs.words],
			allowPositionals: true,
			options: {
				redirect: { type: 'string', multiple: true, default: [] },
				logout: { type: 'string' },
				secret: { type: 'boolean', default: false },
				tv: { type: 'boolean', default: false },
			},
		});
		const [name] = positionals;
		if (!name || positionals.length > 1)
			throw new UsageError('One name, please; in quotes if it has blanks.');
		if (values.tv === values.redirect.length > 0)
			throw new UsageError('Either --tv, or where the app is reached by --redirect.');
		await using console = await openConsole(needs.config());
		const { app, secret } = await console.call(contract.consoleAddApp, {
			body: {
				kind: values.tv ? 'tv' : 'app',
				name,
				redirectUris: values.redirect,
				logoutUri: values.logout ?? null,
				hasSecret: values.secret,
			},
		});
		const shown = secret === null ? [] : [`Secret (shown once): ${secret}`];
		return { lines: [`${app.name} is ${app.clientId}.`, ...shown], value: { app, secret } };
	},
};

export const removeApp: Command = {
	name: 'app remove',
	usage: 'app remove ID',
	summary: "Remove an app and end everybody's sessions in it",
	run: async (needs) => {
		const [clientId] = needs.words;
		if (!clientId) throw new UsageError('Which one? Name the id that "app list" shows.');
		await using console = await openConsole(needs.config());
		await console.call(contract.consoleRemoveApp, { params: { clientId } });
		return { lines: ['The app is removed.'], value: { clientId } };
	},
};

export const rotateAppKeys: Command = {
	name: 'app rotate-keys',
	usage: 'app rotate-keys',
	summary: 'Sign what apps are told with new keys from now on',
	run: async (needs) => {
		await using console = await openConsole(needs.config());
		await console.call(contract.consoleRotateAppKeys, {});
		return { lines: ['New keys sign from now on; those before stay published.'], value: { rotated: true } };
	},
};

const findPerson = async (console: Console, username: string): Promise<Person | null> => {
	let after: string | null = null;
	do {
		const page: { accounts: Person[]; next: string | null } = await console.call(consoleListAccounts, {
			query: after === null ? {} : { after },
		});
		const found = page.accounts.find((person) => person.username === username);
		if (found) return found;
		after = page.next;
	} while (after !== null);
	return null;
};

export const listAppPasswords: Command = {
	name: 'account app-passwords',
	usage: 'account app-passwords USERNAME',
	summary: "A person's app passwords, without the passwords",
	run: async (needs) => {
		const [username] = needs.words;
		if (!username) throw new UsageError('Whose? Name the username.');
		await using console = await openConsole(needs.config());
		const person = await findPerson(console, username);
		if (!person) return { lines: [`There is no ${username} here.`], value: { found: false }, exitCode: 1 };
		const { accountId } = person;
		const { appPasswords } = await console.call(contract.consoleListAppPasswords, { params: { accountId } });
		const lines = appPasswords.map(
			({ sessionId, kind, label }) => `${sessionId}  ${kind.padEnd(6)}  ${label}`,
		);
		const shown = lines.length > 0 ? lines : [`${username} has no app password.`];
		return { lines: shown, value: { found: true, appPasswords } };
	},
};
