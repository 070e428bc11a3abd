/**
 * The keeper's sources, with their types already taken out. Its process is given them at its start: the
 * machinery that strips types would take 20 MB in there for as long as it lives. What was stripped once is
 * kept beside the compiled code, so that this process needs that machinery at the first start only.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compiledCodeFolder } from '../platform/process/compiled-code.ts';

/** Module address to source text. */
export type Sources = Readonly<Record<string, string>>;

/** Relative imports and exports that are left once the types are gone. */
const relativeImport = /(?:^|[\s;}])(?:from|import)\s*'(\.{1,2}\/[^']+)'/g;

/** Digest of a source, and of the Node that stripped it, to its text without types. */
type Stripped = Readonly<Record<string, string>>;

const digestOf = (source: string): string =>
	createHash('sha256').update(`${process.version}\0${source}`).digest('base64url');

const readKept = (file: string | null): Stripped => {
	try {
		const kept: unknown = JSON.parse(readFileSync(file ?? '', 'utf8'));
		return kept !== null && typeof kept === 'object' ? (kept as Stripped) : {};
	} catch {
		return {};
	}
};

/** Failing costs time at the next start, nothing else. */
const keep = (file: string | null, stripped: Stripped): void => {
	if (file === null) return;
	try {
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(`${file}.${process.pid}`, JSON.stringify(stripped), { mode: 0o600 });
		renameSync(`${file}.${process.pid}`, file);
	} catch {
		// A folder that cannot be written.
	}
};

const keptFile = (): string | null => {
	const folder = compiledCodeFolder();
	return folder === null ? null : join(folder, 'keeper-sources.json');
};

/** The entry and all that it imports from this program; packages are left to be resolved as always. */
export const collectSources = (entry: string, file: string | null = keptFile()): Sources => {
	const sources: Record<string, string> = {};
	const kept = readKept(file);
	const used: Record<string, string> = {};
	const visit = (url: string): void => {
		if (url in sources) return;
		const text = readFileSync(fileURLToPath(url), 'utf8');
		const digest = digestOf(text);
		const source = kept[digest] ?? stripTypeScriptTypes(text);
		used[digest] = source;
		sources[url] = source;
		for (const [, specifier] of source.matchAll(relativeImport)) {
			if (specifier) visit(new URL(specifier, url).href);
		}
	};
	visit(entry);
	if (Object.keys(used).some((digest) => !(digest in kept))) keep(file, used);
	return sources;
};
