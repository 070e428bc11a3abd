/** `holdfast account …`: the owner, other people, who there is, and signing somebody out everywhere. */
import { parseArgs } from 'node:util';
import * as contract from '@holdfast/contract/accounts';
import { passwordCharactersMin, type Person } from '@holdfast/contract/accounts';
import { type Command, type CommandNeeds, UsageError } from '../command.ts';
import { type Console, openConsole } from '../console.ts';
import { generatePassword, register } from '../credentials.ts';

interface NewPerson {
	readonly username: string;
	readonly displayName: string;
	readonly password: string;
	/** Set where we made the password: it is shown once. */
	readonly shownPassword: string | null;
	readonly role: string;
}

const askPassword = async (needs: CommandNeeds): Promise<string> => {
	const password = await needs.ask('Password: ', { isSecret: true });
	if ([...password].length < passwordCharactersMin) {
		throw new UsageError(
			`A password has at least ${passwordCharactersMin} characters; --generate makes one.`,
		);
	}
	return password;
};

const readNewPerson = async (needs: CommandNeeds, roleDefault: string): Promise<NewPerson> => {
	const { values, positionals } = parseArgs({
		args: [...needs.words],
		allowPositionals: true,
		options: {
			name: { type: 'string' },
			role: { type: 'string', default: roleDefault },
			generate: { type: 'boolean', default: false },
		},
	});
	const username = positionals[0] ?? (await needs.ask('Username: ', { isSecret: false }));
	if (positionals.length > 1 || username.trim() === '') throw new UsageError('One username, please.');
	const generated = values.generate ? generatePassword() : null;
	return {
		username,
		displayName: values.name ?? username,
		password: generated ?? (await askPassword(needs)),
		shownPassword: generated,
		role: values.role,
	};
};

const passwordLines = ({ shownPassword }: NewPerson): string[] =>
	shownPassword === null ? [] : [`Password (shown once): ${shownPassword}`];

const makeOwner = async (console: Console, person: NewPerson): Promise<string> => {
	const { flow } = await console.call(contract.consoleBeginOwner, {});
	const { username, displayName } = person;
	const { registrationRecord } = await register(person.password, async (registrationRequest) => {
		const started = await console.call(contract.startOwner, {
			body: { flow, username, registrationRequest },
		});
		return { ...started, flow };
	});
	const body = { flow, username, displayName, registrationRecord };
	return (await console.call(contract.consoleFinishOwner, { body })).accountId;
};

export const createOwner: Command = {
	name: 'account create-owner',
	usage: 'account create-owner [USERNAME] [--name "Display name"] [--generate]',
	summary: 'Make the owner of this server, without the set-up code',
	run: async (needs) => {
		const person = await readNewPerson(needs, 'owner');
		await using console = await openConsole(needs.config());
		const accountId = await makeOwner(console, person);
		const { username } = person;
		return {
			lines: [`${username} is the owner of this server.`, ...passwordLines(person)],
			value: { accountId, username, password: person.shownPassword },
		};
	},
};

const roles = ['administrator', 'member', 'guest'] as const;
const toRole = (text: string): (typeof roles)[number] => {
	const role = roles.find((known) => known === text);
	if (!role) throw new UsageError(`A role is one of ${roles.join(', ')}.`);
	return role;
};

export const createAccount: Command = {
	name: 'account create',
	usage: 'account create [USERNAME] [--name "Display name"] [--role member] [--generate]',
	summary: 'Make an account for another person',
	run: async (needs) => {
		const person = await readNewPerson(needs, 'member');
		const role = toRole(person.role);
		const { username, displayName } = person;
		await using console = await openConsole(needs.config());
		const { flow, registrationRecord } = await register(person.password, (registrationRequest) =>
			console.call(contract.consoleStartMember, { body: { username, registrationRequest } }),
		);
		const body = { flow, username, displayName, role, registrationRecord };
		const { accountId } = await console.call(contract.consoleFinishMember, { body });
		return {
			lines: [`${username} can sign in (${role}).`, ...passwordLines(person)],
			value: { accountId, username, role, password: person.shownPassword },
		};
	},
};

export const recoverAccount: Command = {
	name: 'account recover',
	usage: 'account recover USERNAME [--generate]',
	summary: 'Set a new password for somebody who lost theirs, and end all their sessions',
	run: async (needs) => {
		const options = { generate: { type: 'boolean', default: false } } as const;
		const { values, positionals } = parseArgs({ args: [...needs.words], allowPositionals: true, options });
		const [username] = positionals;
		if (username === undefined || positionals.length > 1)
			throw new UsageError('Whose password? Name the username.');
		const shown = values.generate ? generatePassword() : null;
		const password = shown ?? (await askPassword(needs));
		await using console = await openConsole(needs.config());
		const { flow, registrationRecord } = await register(password, (registrationRequest) =>
			console.call(contract.consoleStartRecovery, { body: { username, registrationRequest } }),
		);
		const body = { flow, registrationRecord };
		const { accountId } = await console.call(contract.consoleFinishRecovery, { body });
		return {
			lines: [
				`${username} has a new password and is signed out everywhere.`,
				...(shown === null ? [] : [`Password (shown once): ${shown}`]),
			],
			value: { accountId, username, password: shown },
		};
	},
};

const listPeople = async (console: Console): Promise<Person[]> => {
	const people: Person[] = [];
	let after: string | null = null;
	do {
		const page: { accounts: Person[]; next: string | null } = await console.call(
			contract.consoleListAccounts,
			{
				query: after === null ? {} : { after },
			},
		);
		people.push(...page.accounts);
		after = page.next;
	} while (after !== null);
	return people;
};

/** The person with this name; the machine may know who has an account here. */
export const findPerson = async (console: Console, username: string): Promise<Person | undefined> =>
	(await listPeople(console)).find((person) => person.username === username);

export const listAccounts: Command = {
	name: 'account list',
	usage: 'account list',
	summary: 'Who has an account here',
	run: async (needs) => {
		await using console = await openConsole(needs.config());
		const people = await listPeople(console);
		const lines = people.map(
			({ accountId, username, role }) => `${accountId}  ${role.padEnd(13)}  ${username}`,
		);
		const shown = lines.length > 0 ? lines : ['Nobody has an account here yet.'];
		return { lines: shown, value: { accounts: people } };
	},
};

export const signOutEverywhere: Command = {
	name: 'account sign-out-everywhere',
	usage: 'account sign-out-everywhere USERNAME',
	summary: 'End every session of a person, open streams included',
	run: async (needs) => {
		const [username] = needs.words;
		if (!username) throw new UsageError('Whose sessions? Name the username.');
		await using console = await openConsole(needs.config());
		const found = await findPerson(console, username);
		if (!found) return { lines: [`There is no ${username} here.`], value: { found: false }, exitCode: 1 };
		const params = { accountId: found.accountId };
		await console.call(contract.consoleSignOutEverywhere, { params });
		return { lines: [`${username} is signed out everywhere.`], value: { found: true, ...params } };
	},
};
