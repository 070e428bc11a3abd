/** Finds ffmpeg and ffprobe at start: the configured folder or the search path, and new enough. */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, readFile, realpath } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The oldest ffmpeg that Holdfast was tried with. */
const versionMin = 5;
const versionWaitMs = 10_000;

/** The tools of this machine, both or none. */
export interface FoundTools {
	/** Absolute path, or null where there is none that is new enough. */
	readonly ffmpeg: string | null;
	readonly ffprobe: string | null;
	/** As ffmpeg prints it, such as `5.1.9-0+deb12u1`; null where none was found. */
	readonly version: string | null;
	/** One line for people that ends with what to type; null where all is well. */
	readonly problem: string | null;
}

/** The major version in the first line of `-version`; builds from the source tree (`N-…`) count as newest. */
export const parseVersion = (output: string): { text: string; major: number } | null => {
	const text = /^ff(?:mpeg|probe) version (\S+)/.exec(output)?.[1];
	if (text === undefined) return null;
	const major = /^n?(\d+)\./.exec(text)?.[1];
	if (major !== undefined) return { text, major: Number(major) };
	return /^(?:N-|git-|\d{4}-)/.test(text) ? { text, major: Number.POSITIVE_INFINITY } : null;
};

const isExecutable = (path: string): Promise<boolean> =>
	access(path, constants.X_OK).then(
		() => true,
		() => false,
	);

const locate = async (name: string, folders: readonly string[]): Promise<string | null> => {
	const file = process.platform === 'win32' ? `${name}.exe` : name;
	for (const folder of folders) {
		const path = join(folder, file);
		if (isAbsolute(path) && (await isExecutable(path))) return realpath(path);
	}
	return null;
};

const versionOf = async (path: string): Promise<{ text: string; major: number } | null> => {
	try {
		const { stdout } = await run(path, ['-hide_banner', '-version'], { env: {}, timeout: versionWaitMs });
		return parseVersion(stdout);
	} catch {
		return null;
	}
};

const installLines: readonly (readonly [RegExp, string])[] = [
	[/alpine/, 'apk add ffmpeg'],
	[/arch/, 'pacman -S ffmpeg'],
	[/fedora|rhel|centos/, 'dnf install ffmpeg'],
	[/suse/, 'zypper install ffmpeg'],
];

const howToInstall = async (): Promise<string> => {
	if (process.platform === 'darwin') return 'brew install ffmpeg';
	if (process.platform === 'win32') return 'winget install ffmpeg';
	const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
	const family = release
		.split('\n')
		.filter((line) => /^ID(_LIKE)?=/.test(line))
		.join(' ');
	return `sudo ${installLines.find(([names]) => names.test(family))?.[1] ?? 'apt-get install ffmpeg'}`;
};

const nothing = (problem: string): FoundTools => ({ ffmpeg: null, ffprobe: null, version: null, problem });

/**
 * Looks in `ffmpegFolder` alone where one is configured, else along `searchPath` (the value of `PATH`).
 * Never throws: Holdfast plays what browsers can play without ffmpeg, and says what is missing.
 */
export const findTools = async ({
	ffmpegFolder,
	searchPath,
}: {
	ffmpegFolder: string | null;
	searchPath: string;
}): Promise<FoundTools> => {
	const folders =
		ffmpegFolder === null ? searchPath.split(delimiter).filter((folder) => folder !== '') : [ffmpegFolder];
	const [ffmpeg, ffprobe] = await Promise.all([locate('ffmpeg', folders), locate('ffprobe', folders)]);
	const where = ffmpegFolder === null ? 'on the search path' : `in ${ffmpegFolder}`;
	const missing = [ffmpeg ? null : 'ffmpeg', ffprobe ? null : 'ffprobe'].filter((name) => name !== null);
	if (ffmpeg === null || ffprobe === null) {
		return nothing(
			`No ${missing.join(' and no ')} ${where}, so some files cannot be played. Type: ${await howToInstall()}`,
		);
	}
	const versions = await Promise.all([versionOf(ffmpeg), versionOf(ffprobe)]);
	const [version] = versions;
	if (!version || versions.some((each) => !each || each.major < versionMin)) {
		const found = version ? `is version ${version.text}` : 'does not start';
		return nothing(
			`The ffmpeg at ${ffmpeg} ${found}; Holdfast needs ${versionMin} or newer. Type: ${await howToInstall()}`,
		);
	}
	return { ffmpeg, ffprobe, version: version.text, problem: null };
};
