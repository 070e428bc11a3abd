/** `holdfast account …`: inviting, roles, keeping out, deleting, and the archive of a person. */
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import * as onMachine from '@holdfast/contract/people-console';
import type { InvitedRole, PersonEntry } from '@holdfast/contract/people';
import { type Command, type CommandNeeds, type CommandOutcome, UsageError } from '../command.ts';
import { type Console, openConsole } from '../console.ts';

const roles = ['administrator', 'member', 'guest'] as const satisfies readonly InvitedRole[];

const toRole = (text: string | undefined): InvitedRole => {
	const role = roles.find((known) => known === text);
	if (!role) throw new UsageError(`A role is one of ${roles.join(', ')}.`);
	return role;
};

const readPeople = async (console: Console): Promise<PersonEntry[]> => {
	const people: PersonEntry[] = [];
	let after: string | null = null;
	do {
		const page: { people: PersonEntry[]; next: string | null } = await console.call(
			onMachine.consoleListPeople,
			{ query: after === null ? {} : { after } },
		);
		people.push(...page.people);
		after = page.next;
	} while (after !== null);
	return people;
};

/** Names are shown as they were typed and found whatever their case. */
const isNamed = ({ username, accountId }: PersonEntry, wanted: string): boolean =>
	accountId === wanted || username.toLowerCase() === wanted.trim().toLowerCase();

interface OnPerson {
	readonly console: Console;
	readonly person: PersonEntry;
	readonly rest: readonly string[];
}

/** Runs a command on one person, named by username or id. */
const onPerson = async (
	needs: CommandNeeds,
	work: (on: OnPerson) => Promise<CommandOutcome>,
): Promise<CommandOutcome> => {
	const [wanted, ...rest] = needs.words;
	if (!wanted) throw new UsageError('Whose account? Name the username.');
	await using console = await openConsole(needs.config());
	const person = (await readPeople(console)).find((each) => isNamed(each, wanted));
	if (!person) return { lines: [`There is no ${wanted} here.`], value: { found: false }, exitCode: 1 };
	return work({ console, person, rest });
};

const dayOf = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 10);

const wordsOf = ({ status, deleteAfter, lastSeenAt }: PersonEntry): string => {
	if (deleteAfter !== null) return `leaving, gone after ${dayOf(deleteAfter)}`;
	if (status === 'deactivated') return 'deactivated';
	return lastSeenAt === null ? 'not signed in' : `seen ${dayOf(lastSeenAt)}`;
};

export const listPeople: Command = {
	name: 'account people',
	usage: 'account people',
	summary: 'Who has an account here, with role and state',
	run: async (needs) => {
		await using console = await openConsole(needs.config());
		const people = await readPeople(console);
		const lines = people.map(
			(each) => `${each.accountId}  ${each.role.padEnd(13)}  ${each.username}  (${wordsOf(each)})`,
		);
		return { lines: lines.length > 0 ? lines : ['Nobody has an account here yet.'], value: { people } };
	},
};

const daysDefault = '7';
const hoursOfDay = 24;

export const invitePerson: Command = {
	name: 'account invite',
	usage: 'account invite [--role member] [--days 7] [--note "For whom"] [--email ADDRESS]',
	summary: "Make a link with which one person can join, in the owner's name",
	run: async (needs) => {
		const { values } = parseArgs({
			args: [...needs.words],
			options: {
				role: { type: 'string', default: 'member' },
				days: { type: 'string', default: daysDefault },
				note: { type: 'string' },
				email: { type: 'string' },
			},
		});
		const lifetimeHours = Math.round(Number(values.days) * hoursOfDay);
		if (!(lifetimeHours >= 1 && lifetimeHours <= 30 * hoursOfDay))
			throw new UsageError('An invitation is good for at most 30 days.');
		const { note = null, email = null } = values;
		const body = { role: toRole(values.role), lifetimeHours, note, email, language: null };
		await using console = await openConsole(needs.config());
		const made = await console.call(onMachine.consoleInvite, { body });
		const link = made.link ?? `/join#${made.secret} below the address of this server`;
		return {
			lines: [`Link (shown once): ${link}`, `Good for one ${made.role}, until ${dayOf(made.expiresAt)}.`],
			value: made,
		};
	},
};

export const listInvitations: Command = {
	name: 'account invitations',
	usage: 'account invitations',
	summary: 'Invitations that nobody has used yet',
	run: async (needs) => {
		await using console = await openConsole(needs.config());
		const { invitations } = await console.call(onMachine.consoleListInvitations, {});
		const lines = invitations.map(
			(each) =>
				`${each.invitationId}  ${each.role.padEnd(13)}  until ${dayOf(each.expiresAt)}  ${each.note ?? ''}`,
		);
		return { lines: lines.length > 0 ? lines : ['There are no open invitations.'], value: { invitations } };
	},
};

export const revokeInvitation: Command = {
	name: 'account revoke-invitation',
	usage: 'account revoke-invitation ID',
	summary: 'Take an invitation back',
	run: async (needs) => {
		const [invitationId] = needs.words;
		if (!invitationId) throw new UsageError('Which one? `account invitations` lists their ids.');
		await using console = await openConsole(needs.config());
		await console.call(onMachine.consoleRevokeInvitation, { params: { invitationId } });
		return { lines: ['Its link leads nowhere from now on.'], value: { invitationId } };
	},
};

export const setRole: Command = {
	name: 'account set-role',
	usage: 'account set-role USERNAME ROLE',
	summary: "Change a person's role to administrator, member or guest",
	run: (needs) =>
		onPerson(needs, async ({ console, person, rest: [word] }) => {
			const { accountId, username } = person;
			const role = toRole(word);
			await console.call(onMachine.consoleSetRole, { params: { accountId }, body: { role } });
			return { lines: [`${username} is ${role} now.`], value: { accountId, role } };
		}),
};

export const deactivateAccount: Command = {
	name: 'account deactivate',
	usage: 'account deactivate USERNAME',
	summary: 'Keep a person out without losing anything of theirs',
	run: (needs) =>
		onPerson(needs, async ({ console, person: { accountId, username } }) => {
			await console.call(onMachine.consoleDeactivate, { params: { accountId } });
			return {
				lines: [`${username} is signed out everywhere and cannot sign in.`],
				value: { accountId, status: 'deactivated' },
			};
		}),
};

export const reactivateAccount: Command = {
	name: 'account reactivate',
	usage: 'account reactivate USERNAME',
	summary: 'Let a deactivated person sign in again',
	run: (needs) =>
		onPerson(needs, async ({ console, person: { accountId, username } }) => {
			await console.call(onMachine.consoleReactivate, { params: { accountId } });
			return { lines: [`${username} can sign in again.`], value: { accountId, status: 'active' } };
		}),
};

export const deleteAccount: Command = {
	name: 'account delete',
	usage: 'account delete USERNAME',
	summary: 'Delete an account: it is gone for good after 30 days',
	run: (needs) =>
		onPerson(needs, async ({ console, person: { accountId, username } }) => {
			const { deleteAfter } = await console.call(onMachine.consoleDeletePerson, { params: { accountId } });
			return {
				lines: [
					`${username} is signed out everywhere and gone for good after ${dayOf(deleteAfter)}.`,
					`Until then: account cancel-delete ${username}`,
				],
				value: { accountId, deleteAfter },
			};
		}),
};

export const cancelDelete: Command = {
	name: 'account cancel-delete',
	usage: 'account cancel-delete USERNAME',
	summary: 'Keep an account that is about to be deleted',
	run: (needs) =>
		onPerson(needs, async ({ console, person: { accountId, username } }) => {
			await console.call(onMachine.consoleKeepPerson, { params: { accountId } });
			return { lines: [`${username} stays and can sign in again.`], value: { accountId, status: 'active' } };
		}),
};

export const exportAccount: Command = {
	name: 'account export',
	usage: 'account export USERNAME FILE.zip',
	summary: 'Write everything this server knows about a person into a new file; the person is told',
	run: (needs) =>
		onPerson(needs, async ({ console, person: { accountId, username }, rest: [file] }) => {
			if (!file) throw new UsageError('Into which file?');
			const bytes = await console.download(onMachine.consoleExport, { params: { accountId } });
			// A new file that only its owner reads: it is everything about somebody.
			await pipeline(bytes, createWriteStream(file, { flags: 'wx', mode: 0o600 }));
			return { lines: [`Everything about ${username} is in ${file}.`], value: { accountId, file } };
		}),
};
