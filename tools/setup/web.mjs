/** The web app's pages: built when a source, the contract or a package changed, and left alone else. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { runQuietly } from './child.mjs';
import { alone } from './lock.mjs';
import { giveUp, ownNode, root, say } from './paths.mjs';

const web = join(root, 'web');
const built = join(web, 'dist');
const stampFile = join(built, '.built-from');
const buildMaxMs = 5 * 60_000;

/** Everything the pages are made of; `dist` folders are what comes out. */
const sources = ['web', 'contract', 'package-lock.json', 'tsconfig.base.json'];
const left = new Set(['node_modules', 'dist', 'dist.next', 'dist.old']);

const filesUnder = function* (path) {
	if (statSync(path).isFile()) return yield path;
	for (const entry of readdirSync(path, { withFileTypes: true })) {
		if (left.has(entry.name) || entry.name.endsWith('.test.ts')) continue;
		if (entry.isDirectory()) yield* filesUnder(join(path, entry.name));
		else if (entry.isFile()) yield join(path, entry.name);
	}
};

/** Names, sizes and times of the sources: cheap enough to be looked at in each start. */
export const sourceStamp = (folder = root) => {
	const hash = createHash('sha256');
	for (const source of sources) {
		const path = join(folder, source);
		if (!existsSync(path)) continue;
		for (const file of [...filesUnder(path)].sort()) {
			const { size, mtimeMs } = statSync(file);
			hash.update(`${relative(folder, file)} ${size} ${Math.round(mtimeMs)}\n`);
		}
	}
	return hash.digest('hex');
};

const isFresh = () => {
	try {
		return existsSync(join(built, 'index.html')) && readFileSync(stampFile, 'utf8') === sourceStamp();
	} catch {
		return false;
	}
};

const build = async () => {
	const stamp = sourceStamp();
	const next = join(web, 'dist.next');
	const old = join(web, 'dist.old');
	const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
	if (!existsSync(vite)) giveUp('the web app is stale and its build tools are not installed.');
	const { isDone, output } = await runQuietly(
		ownNode,
		[vite, 'build', '--outDir', next, '--emptyOutDir', '--logLevel', 'warn'],
		{ cwd: web, timeoutMs: buildMaxMs },
	);
	if (!isDone) giveUp(`the web app could not be built.\n${output}`);
	writeFileSync(join(next, '.built-from'), stamp);
	// Swapped whole: a server that runs beside this build never sees half of it.
	rmSync(old, { recursive: true, force: true });
	if (existsSync(built)) renameSync(built, old);
	renameSync(next, built);
	rmSync(old, { recursive: true, force: true });
};

/** Builds the pages unless they are current. Safe beside another start. */
export const ensureWeb = async () => {
	if (isFresh()) return;
	await alone(async () => {
		if (isFresh()) return;
		say('building the web app …');
		await build();
	});
};
