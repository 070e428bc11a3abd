/** Programs of the system: found, or installed from Debian where that needs no permission from anybody. */
import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runQuietly, systemPath } from './child.mjs';
import { say } from './paths.mjs';

const aptMaxMs = 8 * 60_000;
const aptLists = '/var/lib/apt/lists';

/** The first program of this name on the search path, or null. */
export const findProgram = (name, folders = systemPath().split(delimiter)) => {
	for (const folder of folders) {
		const file = join(folder || '.', process.platform === 'win32' ? `${name}.exe` : name);
		try {
			accessSync(file, constants.X_OK);
			if (statSync(file).isFile()) return file;
		} catch {
			// Not in this folder.
		}
	}
	return null;
};

/** Only root on a Debian-like system: we never ask for rights, and never use sudo. */
export const mayInstall = () => process.getuid?.() === 0 && findProgram('apt-get') !== null;

const hasLists = () =>
	existsSync(aptLists) && readdirSync(aptLists).some((name) => name.includes('_Packages'));

const apt = (args) =>
	runQuietly('apt-get', ['-q', '-y', '-o', 'DPkg::Lock::Timeout=300', ...args], {
		env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
		timeoutMs: aptMaxMs,
	});

/** Installs Debian packages; true when they are there afterwards. */
export const installDebian = async (packages) => {
	if (!mayInstall()) return false;
	say(`installing from Debian: ${packages.join(', ')} …`);
	const install = () => apt(['install', '--no-install-recommends', ...packages]);
	if (hasLists() && (await install()).isDone) return true;
	await apt(['update']);
	const { isDone, output } = await install();
	if (!isDone) say(`apt-get could not install ${packages.join(', ')}:\n${output}`);
	return isDone;
};
