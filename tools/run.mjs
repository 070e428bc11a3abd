/**
 * `node tools/run.mjs SCRIPT [argument…]`: installs what the lock file says if it is not there, then runs a
 * TypeScript program of the checkout under the project's own Node. The folder one stands in stays the same.
 */
import { join, resolve } from 'node:path';
import { handOver } from './setup/child.mjs';
import { ensureInstalled } from './setup/install.mjs';
import { cacheFolder, giveUp, ownNode, root } from './setup/paths.mjs';

const [script, ...args] = process.argv.slice(2);
if (!script) giveUp('name the program to run: node tools/run.mjs SCRIPT [argument…]');
await ensureInstalled();
handOver(ownNode, ['--disable-warning=ExperimentalWarning', resolve(root, script), ...args], {
	NODE_COMPILE_CACHE: join(cacheFolder, 'compiled'),
});
