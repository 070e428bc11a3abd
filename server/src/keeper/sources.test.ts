/** The keeper's sources: stripped once, kept, and never taken for another text. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { collectSources } from './sources.ts';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'holdfast-sources-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('sources that changed are stripped anew, and those that did not are taken from what was kept', () => {
	const [entry, other, kept] = ['entry.ts', 'other.ts', 'kept.json'].map((name) => join(folder, name)) as [
		string,
		string,
		string,
	];
	const texts = () =>
		Object.values(collectSources(pathToFileURL(entry).href, kept)).map((text) => text.trim());
	writeFileSync(entry, "import './other.ts';");
	writeFileSync(other, 'const a: 1 = 1;');
	assert.deepEqual(texts(), ["import './other.ts';", 'const a    = 1;']);
	const marked = readFileSync(kept, 'utf8').replace('const a    = 1;', 'const a = kept;');
	writeFileSync(kept, marked);
	assert.deepEqual(texts(), ["import './other.ts';", 'const a = kept;']);
	writeFileSync(other, 'const b: 2 = 2;');
	assert.deepEqual(texts(), ["import './other.ts';", 'const b    = 2;']);
	writeFileSync(kept, 'not JSON');
	assert.deepEqual(texts(), ["import './other.ts';", 'const b    = 2;']);
});
