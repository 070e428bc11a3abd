/**
 * The keeper's sources, with their types already taken out. Its process is given them at its start: the
 * machinery that strips types would take 20 MB in there for as long as it lives, and is in the main
 * process's memory already.
 */
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Module address to source text. */
export type Sources = Readonly<Record<string, string>>;

/** Relative imports and exports that are left once the types are gone. */
const relativeImport = /(?:^|[\s;}])(?:from|import)\s*'(\.{1,2}\/[^']+)'/g;

/** The entry and all that it imports from this program; packages are left to be resolved as always. */
export const collectSources = (entry: string): Sources => {
	const sources: Record<string, string> = {};
	const visit = (url: string): void => {
		if (url in sources) return;
		const source = stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8'));
		sources[url] = source;
		for (const [, specifier] of source.matchAll(relativeImport)) {
			if (specifier) visit(new URL(specifier, url).href);
		}
	};
	visit(entry);
	return sources;
};
