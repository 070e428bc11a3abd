/** `holdfast account sessions`, `account revoke` and `accounts breach-state`. */
import { parseArgs } from 'node:util';
import * as contract from '@holdfast/contract/devices';
import { type Command, UsageError } from '../command.ts';
import { openConsole } from '../console.ts';
import { findPerson } from './accounts.ts';

const absent = (username: string) => ({
	lines: [`There is no ${username} here.`],
	value: { found: false },
	exitCode: 1,
});

export const countSessions: Command = {
	name: 'account sessions',
	usage: 'account sessions USERNAME',
	summary: 'How many sessions of each kind a person has',
	run: async (needs) => {
		const [username] = needs.words;
		if (!username) throw new UsageError('Whose sessions? Name the username.');
		await using console = await openConsole(needs.config());
		const person = await findPerson(console, username);
		if (!person) return absent(username);
		const params = { accountId: person.accountId };
		const counted = await console.call(contract.consoleCountSessions, { params });
		const kinds = counted.kinds.map(({ kind, count }) => `  ${String(count).padStart(4)}  ${kind}`);
		const lines = [`${username}: ${counted.count} sessions, ${counted.devices} devices`, ...kinds];
		return { lines, value: { found: true, ...params, ...counted } };
	},
};

const reaches = ['session', 'device', 'credential'] as const;

const toReach = (text: string): contract.Reach => {
	const reach = reaches.find((known) => known === text);
	if (!reach) throw new UsageError(`A reach is one of ${reaches.join(', ')}.`);
	return reach;
};

const toSpread = (text: string): number => {
	const minutes = Number(text);
	if (!Number.isInteger(minutes) || minutes < 0 || minutes > contract.spreadMinutesMax)
		throw new UsageError(`Minutes are a whole number up to ${contract.spreadMinutesMax}.`);
	return minutes * 60_000;
};

const said: Readonly<Record<contract.Reach, string>> = {
	session: 'signed out; devices with a key come back by themselves',
	device: 'signed out everywhere',
	credential: 'signed out everywhere, and the password from before is worth nothing',
};

const readRevocation = (words: readonly string[]) => {
	const { values, positionals } = parseArgs({
		args: [...words],
		allowPositionals: true,
		options: {
			all: { type: 'boolean', default: false },
			reach: { type: 'string', default: 'device' },
			'spread-minutes': { type: 'string', default: '0' },
		},
	});
	const [username] = positionals;
	if (values.all === (username !== undefined) || positionals.length > 1)
		throw new UsageError('Whose sessions? Name the username, or say --all.');
	const body = { reach: toReach(values.reach), spreadOverMs: toSpread(values['spread-minutes']) };
	return { username: username ?? null, body };
};

export const revoke: Command = {
	name: 'account revoke',
	usage: 'account revoke USERNAME|--all [--reach session|device|credential] [--spread-minutes 0]',
	summary: 'End sessions of a person or of everybody, and say how far that reaches',
	run: async (needs) => {
		const { username, body } = readRevocation(needs.words);
		await using console = await openConsole(needs.config());
		if (username === null) {
			await console.call(contract.consoleRevokeAll, { body });
			return { lines: [`Everybody is ${said[body.reach]}.`], value: { all: true, ...body } };
		}
		const person = await findPerson(console, username);
		if (!person) return absent(username);
		const params = { accountId: person.accountId };
		await console.call(contract.consoleRevoke, { params, body });
		return { lines: [`${username} is ${said[body.reach]}.`], value: { found: true, ...params, ...body } };
	},
};

const states = ['none', 'heightened'] as const;

export const breachState: Command = {
	name: 'accounts breach-state',
	usage: 'accounts breach-state [none|heightened]',
	summary: 'Whether sign-in is more careful than usual, or make it so',
	run: async (needs) => {
		const [asked] = needs.words;
		const wanted = states.find((known) => known === asked);
		if (asked !== undefined && !wanted) throw new UsageError(`A state is one of ${states.join(', ')}.`);
		await using console = await openConsole(needs.config());
		const { state } = wanted
			? await console.call(contract.consoleSetBreachState, { body: { state: wanted } })
			: await console.call(contract.consoleGetBreachState, {});
		return { lines: [`Sign-in: ${state === 'none' ? 'as usual' : 'more careful'}.`], value: { state } };
	},
};
