/**
 * A PostgreSQL server of the tests' own: private folder, free port, random password, gone when the tests are.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findProgram, installDebian } from '../setup/debian.mjs';

const versionsFolder = '/usr/lib/postgresql';
const startMaxMs = 30_000;
const pollMs = 50;

/** Speed over safety: what is in it is worth nothing once the tests end. */
const serverSettings = [
	'fsync=off',
	'synchronous_commit=off',
	'full_page_writes=off',
	'jit=off',
	'max_connections=200',
	'shared_buffers=64MB',
	'log_min_messages=fatal',
];

export interface TestPostgres extends AsyncDisposable {
	readonly url: string;
}

const newestFolder = (): string | null => {
	if (!existsSync(versionsFolder)) return null;
	const versions = readdirSync(versionsFolder).sort((a, b) => Number(b) - Number(a));
	const folders = versions.map((version) => join(versionsFolder, version, 'bin'));
	return folders.find((folder) => existsSync(join(folder, 'initdb'))) ?? null;
};

const findFolder = async (): Promise<string> => {
	const onPath = (): string | null => findProgram('initdb')?.replace(/\/initdb$/, '') ?? null;
	const found = newestFolder() ?? onPath();
	if (found) return found;
	await installDebian(['postgresql']);
	const installed = newestFolder();
	if (installed) return installed;
	throw new Error('The tests need a PostgreSQL server. Type: sudo apt-get install postgresql');
};

interface Account {
	readonly uid: number;
	readonly gid: number;
}

const idOf = (flag: string, name: string): number =>
	Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));

/** PostgreSQL refuses to run as root: then somebody with fewer rights runs it. */
const accountFor = (): Account | null => {
	if (process.getuid?.() !== 0) return null;
	for (const name of ['postgres', 'nobody']) {
		try {
			return { uid: idOf('-u', name), gid: idOf('-g', name) };
		} catch {
			// No such account on this system.
		}
	}
	throw new Error('There is no account to run PostgreSQL as: neither postgres nor nobody exists.');
};

const freePort = (): Promise<number> =>
	new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
		});
	});

/** Where the system can, a child that dies with us, however we die. */
const withParent = (
	command: string,
	args: readonly string[],
	account: Account | null,
): [string, string[]] => {
	const setpriv = findProgram('setpriv');
	if (!setpriv) return [command, [...args]];
	const as = account ? [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'] : [];
	return [setpriv, [...as, '--pdeathsig', 'QUIT', command, ...args]];
};

const untilItAnswers = async (server: ChildProcess, isReady: () => boolean): Promise<void> => {
	const deadlineMs = Date.now() + startMaxMs;
	while (!isReady()) {
		if (server.exitCode !== null) throw new Error(`PostgreSQL ended at once with code ${server.exitCode}.`);
		if (Date.now() > deadlineMs) throw new Error('PostgreSQL did not answer in time.');
		await delay(pollMs);
	}
};

/** Starts it; disposing stops it at once and removes its folder. `settings` come after the usual ones. */
export const startPostgres = async (
	options: { readonly settings?: readonly string[] } = {},
): Promise<TestPostgres> => {
	const programs = await findFolder();
	const account = accountFor();
	const folder = mkdtempSync(join(tmpdir(), 'holdfast-postgres-'));
	const owner = account ? { uid: account.uid, gid: account.gid } : {};
	if (account) chownSync(folder, account.uid, account.gid);
	const password = randomBytes(18).toString('base64url');
	const passwordFile = join(folder, 'password');
	writeFileSync(passwordFile, password, { mode: 0o600 });
	if (account) chownSync(passwordFile, account.uid, account.gid);
	const data = join(folder, 'data');
	const initArgs = ['-D', data, '-U', 'holdfast', '-E', 'UTF8', '--locale=C', '--auth=scram-sha-256'];
	execFileSync(join(programs, 'initdb'), [...initArgs, `--pwfile=${passwordFile}`, '--no-sync'], {
		...owner,
		cwd: folder,
		stdio: ['ignore', 'ignore', 'inherit'],
	});
	const port = await freePort();
	const given = [...serverSettings, ...(options.settings ?? [])];
	const settings = [...given, `unix_socket_directories=${folder}`, `port=${port}`];
	const args = ['-D', data, '-h', '127.0.0.1', ...settings.flatMap((setting) => ['-c', setting])];
	const [command, commandArgs] = withParent(join(programs, 'postgres'), args, account);
	const server = spawn(command, commandArgs, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
	const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
	const stop = async (): Promise<void> => {
		if (server.exitCode === null && server.signalCode === null) server.kill('SIGQUIT');
		await ended;
		rmSync(folder, { recursive: true, force: true });
	};
	const isReady = (): boolean => {
		try {
			const probe = [join(programs, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', String(port)]] as const;
			execFileSync(probe[0], probe[1], { stdio: 'ignore' });
			return true;
		} catch {
			return false;
		}
	};
	try {
		await untilItAnswers(server, isReady);
	} catch (error) {
		await stop();
		throw error;
	}
	const url = `postgres://holdfast:${password}@127.0.0.1:${port}/postgres`;
	return { url, [Symbol.asyncDispose]: stop };
};
