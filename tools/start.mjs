/**
 * `npm start`: everything that is needed, then the server. Runs under any Node from 20 on with nothing
 * installed, and ends by turning into the server under the project's own Node.
 */
import { join } from 'node:path';
import { handOver } from './setup/child.mjs';
import { ensureFfmpeg } from './setup/ffmpeg.mjs';
import { ensureInstalled } from './setup/install.mjs';
import { ownNode, root, serverEnvironment, serverFlags } from './setup/paths.mjs';
import { ensureWeb } from './setup/web.mjs';

await ensureInstalled();
await Promise.all([ensureWeb(), ensureFfmpeg()]);
const server = join(root, 'server', 'src', 'main.ts');
handOver(ownNode, [...serverFlags, server, ...process.argv.slice(2)], serverEnvironment);
