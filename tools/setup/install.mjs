/** Node packages: exactly what the lock file says, installed once and recognised in a few milliseconds. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly, systemPath } from './child.mjs';
import { alone } from './lock.mjs';
import { giveUp, ownNode, root, say } from './paths.mjs';

const nodeMajorMin = 20;
const stampFile = join(root, 'node_modules', '.holdfast-installed');
const installMaxMs = 12 * 60_000;

/** Platforms for which the registry carries the pinned Node. */
const platforms = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'darwin-x64', 'win32-x64'];

const requireNode = () => {
	const major = Number(process.versions.node.split('.')[0]);
	if (major < nodeMajorMin) {
		giveUp(
			`this is Node ${process.versions.node}; Node ${nodeMajorMin} or newer is needed to install (it then brings its own).`,
		);
	}
	const platform = `${process.platform}-${process.arch}`;
	if (!platforms.includes(platform)) {
		giveUp(`there is no pinned Node for ${platform}. Holdfast runs on: ${platforms.join(', ')}.`);
	}
};

/** Asked only before an installation: the report takes a while to make. */
const requireGlibc = () => {
	const isMusl = process.platform === 'linux' && !process.report?.getReport?.().header.glibcVersionRuntime;
	if (isMusl)
		giveUp(
			'this system uses musl; the pinned Node needs glibc. Use a Debian-like system or the container image.',
		);
};

/** What the tree in `node_modules` was made from. */
export const stampOf = (lockText, platform) =>
	createHash('sha256').update(`${platform}\n`).update(lockText).digest('hex');

/**
 * Whether npm's own note of what it installed has everything the lock file asks for, in the same versions.
 * Parts for other platforms may be missing.
 */
export const isTreeOfLock = (lock, installed) =>
	Object.entries(lock.packages ?? {}).every(([path, wanted]) => {
		if (path === '') return true;
		const found = installed.packages?.[path];
		if (!found) return Boolean(wanted.optional);
		return found.version === wanted.version && found.integrity === wanted.integrity;
	});

const readLock = () => readFileSync(join(root, 'package-lock.json'), 'utf8');
const currentStamp = (lockText) => stampOf(lockText, `${process.platform}-${process.arch}`);

const writeStamp = (lockText) => {
	try {
		writeFileSync(stampFile, currentStamp(lockText));
	} catch {
		// A read-only checkout is looked through at each start, which only costs time.
	}
};

/** True where nothing is to be installed. */
export const isInstalled = () => {
	if (!existsSync(ownNode)) return false;
	const lockText = readLock();
	if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === currentStamp(lockText)) return true;
	const noteFile = join(root, 'node_modules', '.package-lock.json');
	if (!existsSync(noteFile)) return false;
	if (!isTreeOfLock(JSON.parse(lockText), JSON.parse(readFileSync(noteFile, 'utf8')))) return false;
	writeStamp(lockText);
	return true;
};

const npmCi = async () => {
	const args = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
	const options = { cwd: root, env: { ...process.env, PATH: systemPath() }, timeoutMs: installMaxMs };
	if (process.platform === 'win32') return runQuietly('npm.cmd', args, { ...options, shell: true });
	return runQuietly('npm', [...args, '--loglevel=error'], options);
};

/** Installs what the lock file says unless it is there already. Safe beside another start. */
export const ensureInstalled = async () => {
	requireNode();
	if (isInstalled()) return;
	requireGlibc();
	await alone(async () => {
		if (isInstalled()) return;
		say('installing packages (about half a minute, this time only) …');
		const { isDone, output } = await npmCi();
		if (!isDone) giveUp(`npm ci failed; nothing was started.\n${output}`);
		if (!existsSync(ownNode))
			giveUp('npm left out the pinned Node. Allow optional packages (npm config omit) and start again.');
		writeStamp(readLock());
	});
};
