/**
 * How a tool is shut in: a namespace sandbox where the system has a working one, else limits, else nothing.
 */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, lstat, readlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** All that a tool finds in its environment. */
export const toolEnvironment: Readonly<Record<string, string>> = { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' };

const probeWaitMs = 10_000;

/** What the operating system holds a tool to. */
export interface ProcessLimits {
	/** Processor time of all threads together. */
	readonly cpuSeconds: number;
	/** Address space, so rather more than what is resident: 2,048 is little for a 1080p conversion. */
	readonly memoryMb: number;
}

/** What the start found. `wrap` puts the words of a command behind those that confine it. */
export interface Confinement {
	readonly kind: 'namespaces' | 'limits' | 'none';
	/** In words, for `holdfast doctor`. */
	readonly lines: readonly string[];
	wrap(
		command: readonly [string, ...string[]],
		shown: readonly string[],
		limits: ProcessLimits,
	): [string, ...string[]];
}

interface Programs {
	readonly bwrap: string | null;
	readonly prlimit: string | null;
	readonly setpriv: string | null;
	readonly nice: string | null;
}

/** Fixed places only: what confines a tool is not looked for on a search path. */
const programFolders = ['/usr/bin', '/bin', '/usr/sbin', '/usr/local/bin', '/run/current-system/sw/bin'];

const locate = async (name: string): Promise<string | null> => {
	for (const folder of programFolders) {
		const path = `${folder}/${name}`;
		if (
			await access(path, constants.X_OK).then(
				() => true,
				() => false,
			)
		)
			return path;
	}
	return null;
};

const findPrograms = async (): Promise<Programs> => {
	const [bwrap, prlimit, setpriv, nice] = await Promise.all(
		['bwrap', 'prlimit', 'setpriv', 'nice'].map(locate),
	);
	return { bwrap: bwrap ?? null, prlimit: prlimit ?? null, setpriv: setpriv ?? null, nice: nice ?? null };
};

/** Politely behind the web server, without starving where it alone has work. */
const niceness = '5';
/** No core dumps, no file written (its pipe is none), few descriptors. */
const fixedLimits = ['--core=0', '--fsize=0', '--nofile=256'];

const limitWords = (programs: Programs, limits: ProcessLimits): string[] => [
	...(programs.nice ? [programs.nice, '-n', niceness] : []),
	...(programs.prlimit
		? [
				programs.prlimit,
				...fixedLimits,
				`--cpu=${Math.ceil(limits.cpuSeconds)}`,
				`--as=${Math.ceil(limits.memoryMb) * 1024 * 1024}`,
			]
		: []),
];

/** `/bin`, `/lib` and the like as this system has them: links into `/usr`, or folders of their own. */
const systemFolderWords = async (): Promise<string[]> => {
	const wordLists = ['/bin', '/sbin', '/lib', '/lib32', '/lib64'].map(async (path) => {
		const facts = await lstat(path).catch(() => null);
		if (!facts) return [];
		return facts.isSymbolicLink() ? ['--symlink', await readlink(path), path] : ['--ro-bind', path, path];
	});
	return (await Promise.all(wordLists)).flat();
};

const readable = (path: string): string[] => ['--ro-bind', path, path];

const sandbox = async (
	programs: Programs & { bwrap: string },
	toolFolders: readonly string[],
): Promise<Confinement> => {
	const elsewhere = toolFolders.filter((folder) => !folder.startsWith('/usr/'));
	const fixed = [
		...['--unshare-all', '--die-with-parent', '--new-session', '--cap-drop', 'ALL', '--clearenv'],
		...Object.entries(toolEnvironment).flatMap(([name, value]) => ['--setenv', name, value]),
		...[...readable('/usr'), ...(await systemFolderWords())],
		...['/etc/ld.so.cache', '/etc/alternatives', '/nix/store'].flatMap((path) => [
			'--ro-bind-try',
			path,
			path,
		]),
		...elsewhere.flatMap(readable),
		...['--dev', '/dev', '--tmpfs', '/tmp', '--chdir', '/tmp', '--hostname', 'tool'],
	];
	return {
		kind: 'namespaces',
		lines: [
			'bubblewrap: no network, no other process, of all files only the one in work, read-only',
			...limitLines(programs),
		],
		wrap: (command, shown, limits) =>
			[
				...limitWords(programs, limits),
				programs.bwrap,
				...fixed,
				...shown.flatMap(readable),
				'--',
				...command,
			] as [string, ...string[]],
	};
};

const limitLines = (programs: Programs): string[] => [
	programs.prlimit
		? 'prlimit: processor time, memory, descriptors; no file written, no core dump'
		: 'no limits on memory and processor time: prlimit is not there',
	programs.nice ? 'nice: behind the web server' : 'same priority as the web server: nice is not there',
];

const limitsOnly = (programs: Programs, why: string): Confinement => ({
	kind: programs.prlimit || programs.setpriv ? 'limits' : 'none',
	lines: [
		`no sandbox: ${why}; a tool sees the files and the network that this user sees`,
		programs.setpriv
			? 'setpriv: no new rights, ends with Holdfast'
			: 'no setpriv: a tool may outlive a killed Holdfast',
		...limitLines(programs),
	],
	wrap: (command, _shown, limits) =>
		[
			...limitWords(programs, limits),
			...(programs.setpriv ? [programs.setpriv, '--no-new-privs', '--pdeathsig', 'KILL', '--'] : []),
			...command,
		] as [string, ...string[]],
});

const probeLimits: ProcessLimits = { cpuSeconds: 5, memoryMb: 4_096 };

/** Null where a real run of the tool inside `confinement` works, else the last line of what went wrong. */
const whyNot = async (confinement: Confinement, tool: string): Promise<string | null> => {
	const [file, ...args] = confinement.wrap([tool, '-hide_banner', '-version'], [], probeLimits);
	try {
		await run(file, args, { env: toolEnvironment, timeout: probeWaitMs });
		return null;
	} catch (error) {
		const { stderr } = error as { stderr?: string };
		return stderr?.trim().split('\n').at(-1)?.slice(0, 200) || 'it could not be started';
	}
};

const bare = (why: string): Confinement =>
	limitsOnly({ bwrap: null, prlimit: null, setpriv: null, nice: null }, why);

/**
 * The strongest confinement in which `tools` really run here, found by running them. `without` leaves a
 * kind out, for tests and for systems where it is unwanted.
 */
export const findConfinement = async (
	tools: readonly string[],
	{ without = [] }: { without?: readonly ('namespaces' | 'limits')[] } = {},
): Promise<Confinement> => {
	const [probe] = tools;
	if (process.platform !== 'linux' || probe === undefined) return bare('there is none for this system');
	const programs = await findPrograms();
	let why = programs.bwrap === null ? 'bubblewrap (bwrap) is not installed' : 'bubblewrap was left out';
	if (programs.bwrap !== null && !without.includes('namespaces')) {
		const strong = await sandbox({ ...programs, bwrap: programs.bwrap }, [
			...new Set(tools.map((tool) => dirname(tool))),
		]);
		const problem = await whyNot(strong, probe);
		if (problem === null) return strong;
		why = `bubblewrap does not work here (${problem})`;
	}
	const limited = limitsOnly(programs, why);
	if (!without.includes('limits') && (await whyNot(limited, probe)) === null) return limited;
	return bare(`${why}, and limits do not work either`);
};
