/** Which files hold tests, and which of them a person means by a path. */
import { existsSync, globSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';

/** Everything that `npm test` runs. */
export const testPatterns = [
	'contract/**/*.test.ts',
	'server/src/**/*.test.ts',
	'server/src/**/*.contract.ts',
	'server/tests/**/*.test.ts',
	'tools/**/*.test.ts',
	'web/src/**/*.test.ts',
] as const;

/** Files that start the whole server and open a browser: they need the web app built. */
export const isJourney = (file: string): boolean =>
	file.startsWith('server/tests/') && !file.startsWith('server/tests/support/');

const allTests = (root: string): string[] =>
	globSync([...testPatterns], { cwd: root, exclude: (path) => path.includes('node_modules') }).sort();

/**
 * The test files meant by `paths`, relative to `root`: all of them for none, those below a folder, or the
 * file itself.
 *
 * @throws Error for a path that names no test.
 */
export const testFilesFor = (root: string, paths: readonly string[]): string[] => {
	const all = allTests(root);
	if (paths.length === 0) return all;
	const chosen = paths.flatMap((path) => {
		const full = resolve(root, path);
		const name = relative(root, full);
		if (existsSync(full) && statSync(full).isFile()) return [name];
		const below = all.filter((file) => file.startsWith(`${name}/`));
		if (below.length === 0) throw new Error(`${path} names no test.`);
		return below;
	});
	return [...new Set(chosen)];
};
