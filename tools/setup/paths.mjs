/**
 * Where things are in a checkout. Plain JavaScript without packages: it runs before anything is installed.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the checkout. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What may be thrown away at any time: stamps, compiled code, locks. */
export const cacheFolder = join(root, '.cache');

/** The project's own Node, from the packages that the lock file pins. */
export const ownNode = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');

/**
 * How Node runs the server: a small young generation, since what lives there is mostly rows on their way
 * through. Dockerfile and systemd unit say the same.
 */
export const serverFlags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=2'];

/**
 * Compiled code is kept, which saves the machinery that strips types; and what C code frees is shared by all
 * threads, not kept by each.
 */
export const serverEnvironment = { NODE_COMPILE_CACHE: join(cacheFolder, 'compiled'), MALLOC_ARENA_MAX: '2' };

/** A line for the person in front of the terminal. Standard output stays the program's own. */
export const say = (line) => process.stderr.write(`holdfast: ${line}\n`);

/** Ends with one clear line and no stack. */
export const giveUp = (line) => {
	say(line);
	process.exit(1);
};
