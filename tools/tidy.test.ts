/** Each rule of tidy against a small project that breaks it, and one that does not. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { column, table } from '../server/src/platform/db/types.ts';
import { staleDocuments } from './documents/print.ts';
import { columnProblems } from './tidy/columns.ts';
import { emptyRatchet, projectOf, type Ratchet } from './tidy/project.ts';
import { tidyFindings } from './tidy/rules.ts';

const head = '/** What it is for. */\n';

/** The rules that find something in these files; `dead` is left out, since fixtures have no main program. */
const rulesFor = (files: Record<string, string>, ratchet: Ratchet = emptyRatchet): string[] => {
	const opened = Object.entries(files).map(([path, text]) => [
		path,
		path.endsWith('.ts') ? head + text : text,
	]);
	const findings = tidyFindings(projectOf(Object.fromEntries(opened) as Record<string, string>, ratchet));
	return [...new Set(findings.map(({ rule }) => rule).filter((rule) => rule !== 'dead'))];
};

const catalogue = 'server/src/catalogue/scan.ts';
const clock = 'server/src/platform/clock.ts';

describe('rooms', () => {
	const door = 'server/src/accounts/index.ts';
	test('an arrow against the order is found, a type counts too', () => {
		assert.deepEqual(
			rulesFor({ [catalogue]: "import type { A } from '../accounts/index.ts';", [door]: '' }),
			['rooms'],
		);
	});
	test('a way past a door is found', () => {
		const inner = 'server/src/accounts/store.ts';
		assert.deepEqual(
			rulesFor({ 'server/src/http/own/a.ts': "import '../../accounts/store.ts';", [inner]: '' }),
			['rooms'],
		);
		assert.deepEqual(
			rulesFor({ 'server/src/http/own/a.ts': "import '../../accounts/index.ts';", [door]: '' }),
			[],
		);
	});
	test('facades may not import each other', () => {
		const files = {
			'server/src/http/dlna/a.ts': "import '../own/index.ts';",
			'server/src/http/own/index.ts': '',
		};
		assert.deepEqual(rulesFor(files), ['rooms']);
	});
	test('the web app may import the contract and never the server', () => {
		const files = { 'web/src/a.ts': "import '../../server/src/main.ts';", 'server/src/main.ts': '' };
		assert.deepEqual(rulesFor(files), ['rooms']);
		assert.deepEqual(rulesFor({ 'web/src/a.ts': "import '@holdfast/contract/a';", 'contract/a.ts': '' }), []);
	});
	test('the program may not need a test', () => {
		assert.deepEqual(
			rulesFor({ [catalogue]: "import './b.test.ts';", 'server/src/catalogue/b.test.ts': '' }),
			['rooms'],
		);
	});
});

describe('cycles and dead files', () => {
	const other = 'server/src/catalogue/other.ts';
	test('a ring at run time is found', () => {
		assert.deepEqual(rulesFor({ [catalogue]: "import './other.ts';", [other]: "import './scan.ts';" }), [
			'cycles',
		]);
	});
	test('a ring of types is none', () => {
		const files = { [catalogue]: "import './other.ts';", [other]: "import type { A } from './scan.ts';" };
		assert.deepEqual(rulesFor(files), []);
	});
	test('a file that only a test imports is dead, a worker named by its path is not', () => {
		const files = {
			'server/src/main.ts': "const worker = new URL('./worker.ts', import.meta.url);",
			'server/src/worker.ts': '',
			'server/src/alone.ts': '',
			'server/src/alone.test.ts': "import './alone.ts';",
		};
		const dead = tidyFindings(projectOf(files)).filter(({ rule }) => rule === 'dead');
		assert.deepEqual(
			dead.map(({ path }) => path),
			['server/src/alone.ts'],
		);
	});
});

describe('words that belong to one place', () => {
	const cases: readonly (readonly [string, string, string])[] = [
		['environment', 'const a = process.env;', 'server/src/platform/config/read.ts'],
		['time', 'const a = Date.now();', clock],
		['time', 'const a = new Date();', clock],
		['time', 'const a = Math.random();', clock],
		['time', 'setTimeout(() => {}, 1);', clock],
		['time', "import { setTimeout } from 'node:timers/promises';", clock],
		['processes', "import { spawn } from 'node:child_process';", 'server/src/platform/process/tool.ts'],
		['files', "import { open } from 'node:fs/promises';", 'server/src/platform/files/open.ts'],
		['egress', "import { request } from 'node:https';", 'server/src/platform/egress/client.ts'],
		['egress', "await fetch('x');", 'server/src/platform/egress/client.ts'],
		['dialect', "const a = 'on SQLite only';", 'server/src/platform/db/dialects/sqlite.ts'],
		['dialect', 'const a = sql.raw(b);', 'server/src/platform/db/dialects/sqlite.ts'],
		['dialect', 'const isPostgres = true;', 'server/src/platform/db/dialects/postgres.ts'],
	];
	for (const [rule, text, home] of cases) {
		test(`${rule}: ${text}`, () => {
			assert.deepEqual(rulesFor({ [catalogue]: text }), [rule]);
			assert.deepEqual(rulesFor({ [home]: text }), []);
			assert.deepEqual(rulesFor({ 'server/src/catalogue/scan.test.ts': text }), []);
		});
	}
	test('a date made from a number is no clock, and a type of a module is no use of it', () => {
		const text = "import type { Stats } from 'node:fs';\nconst a = new Date(5);";
		assert.deepEqual(rulesFor({ [catalogue]: text }), []);
	});
});

describe('how a file is written', () => {
	const refused = [
		'const a: any = 1;',
		'enum A { B }',
		'namespace A { const b = 1; }',
		'class A { constructor(private b: string) {} }',
		'export default 1;',
	];
	for (const text of refused) {
		test(`refused: ${text}`, () => assert.deepEqual(rulesFor({ [catalogue]: text }), ['syntax']));
	}
	test('TypeScript is not silenced, and a suppression says why', () => {
		const silenced = ['// @ts-', 'ignore'].join('');
		assert.deepEqual(rulesFor({ [catalogue]: silenced }), ['suppression']);
		assert.deepEqual(rulesFor({ [catalogue]: '// biome-ignore lint/a/b: no' }), ['suppression']);
		assert.deepEqual(rulesFor({ [catalogue]: '// biome-ignore lint/a/b: the driver wants it so' }), []);
	});
	test('a note to self is found', () => {
		assert.deepEqual(rulesFor({ [catalogue]: ['// TO', 'DO later'].join('') }), ['comment']);
	});
	test('a file without an opening comment is found', () => {
		const findings = tidyFindings(projectOf({ [catalogue]: 'const a = 1;' }));
		assert.ok(findings.some(({ rule }) => rule === 'opening'));
	});
	test('a long line is found, one long text is not', () => {
		const long = 'a'.repeat(120);
		assert.deepEqual(rulesFor({ [catalogue]: `// ${long}` }), ['columns']);
		assert.deepEqual(rulesFor({ [catalogue]: `const a = '${long}';` }), []);
	});
});

describe('lengths are a ratchet', () => {
	const body = '\n'.repeat(80);
	const files = { [catalogue]: `const scan = () => {${body}};` };
	test('a function that is too long is found', () => assert.deepEqual(rulesFor(files), ['length']));
	test('one that the ratchet remembers may stay and not grow', () => {
		const ratchet = { ...emptyRatchet, functions: { [`${catalogue}#scan`]: 81 } };
		assert.deepEqual(rulesFor(files, ratchet), []);
		const grown = { [catalogue]: `const scan = () => {\n\n${body}};` };
		assert.deepEqual(rulesFor(grown, ratchet), ['length']);
	});
	test('an entry that is no longer needed must go', () => {
		const ratchet = { ...emptyRatchet, functions: { [`${catalogue}#scan`]: 81 } };
		assert.deepEqual(rulesFor({ [catalogue]: 'const scan = () => {};' }, ratchet), ['ratchet']);
		assert.deepEqual(rulesFor({ [catalogue]: '' }, { ...emptyRatchet, files: { 'gone.ts': 600 } }), [
			'ratchet',
		]);
	});
	test('a file that is too long is found', () => {
		assert.deepEqual(rulesFor({ [catalogue]: '\n'.repeat(501) }), ['length']);
	});
});

describe('docstrings', () => {
	test('what a door hands out is documented where it is defined', () => {
		const door = { 'server/src/catalogue/index.ts': "export { scan } from './scan.ts';" };
		assert.deepEqual(rulesFor({ ...door, [catalogue]: 'export const scan = () => 1;' }), ['documented']);
		assert.deepEqual(rulesFor({ ...door, [catalogue]: '/** Looks. */\nexport const scan = () => 1;' }), []);
	});
	test('platform and contract are documented, inner files of a room need not be', () => {
		assert.deepEqual(rulesFor({ [clock]: 'export const tick = 1;' }), ['documented']);
		assert.deepEqual(rulesFor({ [catalogue]: 'export const scan = 1;' }), []);
	});
	test('a file with an entry in the ratchet may not get more of them', () => {
		const ratchet = { ...emptyRatchet, undocumented: { [clock]: 1 } };
		assert.deepEqual(rulesFor({ [clock]: 'export const a = 1;' }, ratchet), []);
		assert.deepEqual(rulesFor({ [clock]: 'export const a = 1;\nexport const b = 1;' }, ratchet), [
			'documented',
		]);
	});
});

describe('claims', () => {
	const table_ = "export const x = {\n\t'a.b-c': entry('invalid', 'It is not right.'),\n};";
	test('a fault that no test names, or without a text, is found', () => {
		const errors = { 'contract/errors.ts': `/** All. */\n${table_}` };
		assert.deepEqual(rulesFor(errors), ['faults']);
		assert.deepEqual(rulesFor({ ...errors, 'server/tests/a.test.ts': "const a = 'a.b-c';" }), []);
		const bare = { 'contract/errors.ts': `/** All. */\n${table_.replace('It is not right.', '')}` };
		assert.deepEqual(rulesFor({ ...bare, 'server/tests/a.test.ts': "const a = 'a.b-c';" }), ['faults']);
	});
	const schema = {
		'server/src/platform/config/schema.ts': "const s = { env: 'HOLDFAST_PORT', fallback: 8420 };",
	};
	test('a setting that does not exist is found wherever it is named', () => {
		assert.deepEqual(rulesFor({ ...schema, 'compose.yaml': 'HOLDFAST_PROT: 1' }), ['settings']);
		assert.deepEqual(rulesFor({ ...schema, 'compose.yaml': 'HOLDFAST_PORT: 1' }), []);
	});
	test('another port than the default is found', () => {
		assert.deepEqual(rulesFor({ ...schema, 'README.md': 'Open http://localhost:8421' }), ['ports']);
		assert.deepEqual(rulesFor({ ...schema, 'README.md': 'Open http://localhost:8420' }), []);
	});
	test('a command that does not exist and a link that leads nowhere are found', () => {
		const manifest = { 'package.json': '{"scripts":{"start":"x"}}' };
		assert.deepEqual(rulesFor({ ...manifest, 'README.md': 'Type `npm run begin`.' }), ['commands']);
		assert.deepEqual(rulesFor({ ...manifest, 'README.md': 'Type `npm start`.' }), []);
		assert.deepEqual(rulesFor({ 'README.md': '[a](docs/a.md)' }), ['links']);
		assert.deepEqual(rulesFor({ 'README.md': '[a](docs/a.md)', 'docs/a.md': '' }), []);
	});
	test('a document of security that names a file that is not there is found', () => {
		const claim = { 'docs/security/asvs.md': 'Shown by `attacks/http.test.ts` "no other method".' };
		assert.deepEqual(rulesFor(claim), ['named-files']);
		assert.deepEqual(rulesFor({ ...claim, 'server/tests/attacks/http.test.ts': '' }), []);
	});
	test("paths of a machine and registries' addresses are found", () => {
		assert.deepEqual(rulesFor({ 'README.md': ['see /wo', 'rk/x'].join('') }), ['texts']);
	});
	test('a lock file that leaves out the package of a platform is found', () => {
		const packages = { 'node_modules/a': { version: '1.0.0', optionalDependencies: { 'a-linux': '1.0.0' } } };
		assert.deepEqual(rulesFor({ 'package-lock.json': JSON.stringify({ packages }) }), ['lock']);
		const whole = { ...packages, 'node_modules/a-linux': { version: '1.0.0' } };
		assert.deepEqual(rulesFor({ 'package-lock.json': JSON.stringify({ packages: whole }) }), []);
	});
	test('a package without a reason, or not pinned, is found', () => {
		const manifest = { 'server/package.json': '{"dependencies":{"fastify":"5.0.0"}}' };
		assert.deepEqual(rulesFor({ ...manifest, 'docs/dependencies.md': '' }), ['dependencies']);
		assert.deepEqual(rulesFor({ ...manifest, 'docs/dependencies.md': '`fastify`: HTTP.' }), []);
		const loose = { 'server/package.json': '{"dependencies":{"fastify":"^5.0.0"}}' };
		assert.deepEqual(rulesFor({ ...loose, 'docs/dependencies.md': '`fastify`: HTTP.' }), ['dependencies']);
	});
});

describe('columns', () => {
	const people = table('person', {
		personId: column.id(),
		name: column.sealed(),
		note: column.text('a public note'),
	});
	const found = [
		{ table: 'person', column: 'personId', storage: 'text', isNullable: false },
		{ table: 'person', column: 'name', storage: 'bytes', isNullable: false },
		{ table: 'person', column: 'note', storage: 'text', isNullable: false },
	];
	test('a schema that says what the declarations say has no problem', () => {
		assert.deepEqual(columnProblems([people], found), []);
	});
	test('a column or table that nobody declares is found', () => {
		const extra = { table: 'person', column: 'email', storage: 'text', isNullable: false };
		assert.equal(columnProblems([people], [...found, extra]).length, 1);
		assert.equal(columnProblems([], found).length, 3);
	});
	test('a sealed column stored as text, a missing one, a reason left out are found', () => {
		const asText = found.map((one) => (one.column === 'name' ? { ...one, storage: 'text' } : one));
		assert.match(columnProblems([people], asText).join(), /name is declared bytes/);
		assert.match(columnProblems([people], found.slice(0, 2)).join(), /no migration makes it/);
		const bare = table('person', { ...people.columns, note: column.text('why') });
		assert.match(columnProblems([bare], found).join(), /public without a reason/);
	});
});

test('a printed document that was edited, or is not there, is stale', () => {
	const wanted = new Map([
		['docs/a.md', 'a'],
		['docs/b.md', 'b'],
	]);
	assert.deepEqual(
		staleDocuments(wanted, (path) => (path === 'docs/a.md' ? 'edited' : null)),
		['docs/a.md', 'docs/b.md'],
	);
	assert.deepEqual(
		staleDocuments(wanted, (path) => wanted.get(path) ?? null),
		[],
	);
});
