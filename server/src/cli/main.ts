/** `holdfast COMMAND`: finds the command, runs it, prints what it gave back. */
import { stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { configOrFault, readConfig, realConfigInput } from '#platform/config/read.ts';
import { isFault, StartFault } from '#platform/fault.ts';
import { faultTable } from '@holdfast/contract/errors';
import { version } from '../version.ts';
import { type Command, type CommandNeeds, UsageError } from './command.ts';
import {
	createAccount,
	createOwner,
	listAccounts,
	recoverAccount,
	signOutEverywhere,
} from './commands/accounts.ts';
import {
	cancelDelete,
	deactivateAccount,
	deleteAccount,
	exportAccount,
	invitePerson,
	listInvitations,
	listPeople,
	reactivateAccount,
	revokeInvitation,
	setRole,
} from './commands/people.ts';
import { mailStatus, mailTest } from './commands/mail.ts';
import { accountResetCode } from './commands/reset-code.ts';
import { addApp, listAppPasswords, listApps, removeApp, rotateAppKeys } from './commands/apps.ts';
import { breachState, countSessions, revoke } from './commands/sessions.ts';
import { showConfig } from './commands/config.ts';
import { doctor } from './commands/doctor.ts';
import { removeFactors, requireFactors, showFactors } from './commands/factors.ts';
import { newKit, newSetUp, restoreKeys } from './commands/keys.ts';
import { blockProvider, listProviders, relinkProvider, unblockProvider } from './commands/sso.ts';
import { listMediaServers, releaseServer, serverStatus } from './commands/servers.ts';

const commands: readonly Command[] = [
	createOwner,
	createAccount,
	listAccounts,
	recoverAccount,
	accountResetCode,
	signOutEverywhere,
	countSessions,
	revoke,
	breachState,
	mailStatus,
	mailTest,
	listPeople,
	invitePerson,
	listInvitations,
	revokeInvitation,
	setRole,
	deactivateAccount,
	reactivateAccount,
	deleteAccount,
	cancelDelete,
	exportAccount,
	showFactors,
	removeFactors,
	requireFactors,
	listApps,
	addApp,
	removeApp,
	rotateAppKeys,
	listAppPasswords,
	showConfig,
	serverStatus,
	listMediaServers,
	releaseServer,
	doctor,
	listProviders,
	blockProvider,
	unblockProvider,
	relinkProvider,
	restoreKeys,
	newKit,
	newSetUp,
];

const describe = ({ usage, summary }: Command): string => `  ${usage}\n      ${summary}`;

const help = (): string =>
	[
		'holdfast COMMAND [--json]',
		'',
		...commands.map(describe),
		'',
		'Settings come from holdfast.toml and HOLDFAST_* variables, as for the server.',
	].join('\n');

/** Short enough that what was wrong stays on the screen: the nearest commands, and where all of them are. */
const unknown = (words: readonly string[]): string =>
	[
		`There is no command "${words.join(' ')}".`,
		'',
		...commands.filter(({ name }) => name.split(' ')[0] === words[0]).map((near) => `${describe(near)}\n`),
		'All commands:  ./holdfast help',
	].join('\n');

/** Echoes nothing while a secret is typed. */
const quiet = new Writable({ write: (_chunk, _encoding, done) => done() });

const ask: CommandNeeds['ask'] = async (question, { isSecret }) => {
	const isTerminal = stdin.isTTY === true;
	if (isTerminal) process.stderr.write(question);
	const lines = createInterface({
		input: stdin,
		output: isSecret ? quiet : process.stderr,
		terminal: isTerminal,
	});
	try {
		const line = await lines.question('');
		if (isTerminal && isSecret) process.stderr.write('\n');
		return line;
	} finally {
		lines.close();
	}
};

const find = (words: readonly string[]): { command: Command; rest: readonly string[] } | null => {
	for (const command of commands) {
		const parts = command.name.split(' ');
		if (parts.every((part, index) => words[index] === part))
			return { command, rest: words.slice(parts.length) };
	}
	return null;
};

const explain = (error: unknown): { message: string; exitCode: number } => {
	if (error instanceof StartFault) return { message: error.message, exitCode: error.exitCode };
	if (error instanceof UsageError) return { message: error.message, exitCode: 2 };
	if (isFault(error)) return { message: `${faultTable[error.code].text} (${error.code})`, exitCode: 1 };
	if ((error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS')) {
		return { message: (error as Error).message, exitCode: 2 };
	}
	return { message: error instanceof Error ? (error.stack ?? error.message) : String(error), exitCode: 1 };
};

/** Runs one command line; resolves to the exit code. */
export const runCommandLine = async (argv: readonly string[]): Promise<number> => {
	const isJson = argv.includes('--json');
	const words = argv.filter((word) => word !== '--json');
	const found = find(words);
	if (words.length === 1 && (words[0] === 'version' || words[0] === '--version')) {
		stdout.write(isJson ? `${JSON.stringify({ version })}\n` : `${version}\n`);
		return 0;
	}
	if (!found) {
		const isAsked = words.length === 0 || words[0] === 'help' || words[0] === '--help';
		if (isAsked) stdout.write(`${help()}\n`);
		else process.stderr.write(`${unknown(words)}\n`);
		return isAsked ? 0 : 2;
	}
	try {
		const reading = readConfig(realConfigInput([]));
		const outcome = await found.command.run({
			words: found.rest,
			reading,
			config: () => configOrFault(reading),
			ask,
			say: (line) => process.stderr.write(`${line}\n`),
		});
		stdout.write(
			isJson ? `${JSON.stringify(outcome.value)}\n` : outcome.lines.map((line) => `${line}\n`).join(''),
		);
		return outcome.exitCode ?? 0;
	} catch (error) {
		const { message, exitCode } = explain(error);
		if (isJson) stdout.write(`${JSON.stringify({ error: message })}\n`);
		process.stderr.write(`${message}\n${error instanceof UsageError ? `  ${found.command.usage}\n` : ''}`);
		return exitCode;
	}
};

if (import.meta.main) {
	// The server itself, in the foreground, with the same flags as `npm start -- …`.
	if (process.argv[2] === 'serve') await import('../main.ts');
	else process.exitCode = await runCommandLine(process.argv.slice(2));
}
