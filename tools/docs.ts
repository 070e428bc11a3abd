/**
 * `npm run docs`: prints the generated documents. With `--check` it writes nothing and fails where one is
 * stale.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { printedDocuments, staleDocuments } from './documents/print.ts';
import { root } from './setup/paths.mjs';

const read = (path: string): string | null => {
	const file = join(root, path);
	return existsSync(file) ? readFileSync(file, 'utf8') : null;
};

const { version } = JSON.parse(read('package.json') ?? '{}') as { version: string };
const documents = printedDocuments(version);
const stale = staleDocuments(documents, read);

if (process.argv.includes('--check')) {
	for (const path of stale) console.log(`${path} is not what the sources say today: npm run docs`);
	if (stale.length > 0) process.exitCode = 1;
} else {
	for (const path of stale) {
		mkdirSync(dirname(join(root, path)), { recursive: true });
		writeFileSync(join(root, path), documents.get(path) ?? '');
		console.log(path);
	}
}
