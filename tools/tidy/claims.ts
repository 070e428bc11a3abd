/**
 * What texts claim: fault codes that are tested, settings and commands that exist, links that lead somewhere.
 */
import { posix } from 'node:path';
import { type Finding, lineOf, type Project } from './project.ts';

interface Text {
	readonly path: string;
	readonly text: string;
}

const everyText = (project: Project): Text[] => [
	...project.sources.map(({ path, text }) => ({ path, text })),
	...[...project.texts].map(([path, text]) => ({ path, text })),
];

const textOf = (project: Project, path: string): string =>
	project.sources.find((source) => source.path === path)?.text ?? project.texts.get(path) ?? '';

const errorsFile = 'contract/errors.ts';

/** Every fault code has a text, and some test names it. */
export const faultFindings = (project: Project): Finding[] => {
	const text = textOf(project, errorsFile);
	const tests = project.sources.filter(({ isTest }) => isTest).map((source) => source.text);
	return [
		...text.matchAll(/^\t'([a-z]+(?:[.-][a-z0-9]+)+)': entry\(\s*'[a-z]+',\s*(["'`])(.*?)\2/gms),
	].flatMap((hit) => {
		const [, code = '', , words = ''] = hit;
		const report = (message: string): Finding => ({
			rule: 'faults',
			path: errorsFile,
			line: lineOf(text, hit.index + 1),
			message,
		});
		const untold = words.trim().length < 8 ? [report(`${code} has no text`)] : [];
		const isTested = tests.some((test) => test.includes(`'${code}'`) || test.includes(`"${code}"`));
		return isTested ? untold : [...untold, report(`no test names ${code}`)];
	});
};

const schemaFile = 'server/src/platform/config/schema.ts';

/** Names of the environment that exist only for tests and tools. */
const testOnly = /^HOLDFAST_(TEST_|SCREENSHOT_TO$)/;

/** Every `HOLDFAST_…` that any file names is in the schema. */
export const settingFindings = (project: Project): Finding[] => {
	const known = new Set(
		[...textOf(project, schemaFile).matchAll(/'(HOLDFAST_[A-Z_]+)'/g)].map((hit) => hit[1]),
	);
	if (known.size === 0) return [];
	return everyText(project).flatMap(({ path, text }) =>
		[...text.matchAll(/\bHOLDFAST_[A-Z][A-Z_]*[A-Z]\b(?!_?\*)/g)].flatMap((hit) => {
			const name = hit[0].replace(/_FILE$/, '');
			const isKnown = known.has(hit[0]) || known.has(name) || testOnly.test(name);
			if (isKnown || /^tools\/tidy/.test(path)) return [];
			const message = `${hit[0]} is no setting of ${schemaFile}`;
			return [{ rule: 'settings', path, line: lineOf(text, hit.index + 1), message }];
		}),
	);
};

const documents = (project: Project): Text[] => everyText(project).filter(({ path }) => path.endsWith('.md'));

/** Commands that documents tell people to type exist. */
export const commandFindings = (project: Project): Finding[] => {
	const manifest = JSON.parse(project.texts.get('package.json') ?? '{}') as {
		scripts?: Record<string, string>;
	};
	const scripts = manifest.scripts ?? {};
	return documents(project).flatMap(({ path, text }) =>
		[...text.matchAll(/\bnpm (?:run ([a-z:-]+)|(start|test)\b)/g)].flatMap((hit) => {
			const name = hit[1] ?? hit[2] ?? '';
			if (name in scripts) return [];
			return [
				{
					rule: 'commands',
					path,
					line: lineOf(text, hit.index + 1),
					message: `there is no "npm run ${name}"`,
				},
			];
		}),
	);
};

/** Ports that documents, units and images name are the one of the schema. */
export const portFindings = (project: Project): Finding[] => {
	const port = /'HOLDFAST_PORT'[^}]*?fallback: (\d+)/s.exec(textOf(project, schemaFile))?.[1];
	if (!port) return [];
	const files = everyText(project).filter(({ path }) =>
		/^(README\.md|Dockerfile|compose\.yaml|packaging\/.*)$/.test(path),
	);
	return files.flatMap(({ path, text }) =>
		[...text.matchAll(/(?:localhost:|127\.0\.0\.1:|EXPOSE |HOLDFAST_PORT=|- "?)(\d{4,5})\b/g)].flatMap(
			(hit) => {
				if (hit[1] === port) return [];
				const message = `port ${hit[1]} is not the default of ${schemaFile} (${port})`;
				return [{ rule: 'ports', path, line: lineOf(text, hit.index + 1), message }];
			},
		),
	);
};

/** Relative links between documents lead to a file or folder of the project. */
export const linkFindings = (project: Project): Finding[] => {
	const paths = everyText(project).map(({ path }) => path);
	const exists = (path: string): boolean =>
		paths.some((known) => known === path || known.startsWith(`${path}/`));
	return documents(project).flatMap(({ path, text }) =>
		[...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].flatMap((hit) => {
			const to = hit[1] ?? '';
			if (/^[a-z]+:/.test(to) || /\.(png|webp|jpg)$/.test(to)) return [];
			const target = posix.join(posix.dirname(path), to).replace(/\/$/, '');
			if (exists(target) || target === 'LICENSE') return [];
			return [{ rule: 'links', path, line: lineOf(text, hit.index + 1), message: `${to} leads nowhere` }];
		}),
	);
};

/** Files that documents of security name in backticks are there: a claim without its test is none. */
export const namedFileFindings = (project: Project): Finding[] => {
	const paths = everyText(project).map(({ path }) => path);
	const roots = ['', 'server/', 'server/src/', 'server/tests/'];
	return documents(project)
		.filter(({ path }) => path.startsWith('docs/security/'))
		.flatMap(({ path, text }) =>
			[...text.matchAll(/`([\w./-]+\.(?:tsx?|mjs|md))`/g)].flatMap((hit) => {
				const named = hit[1] ?? '';
				if ([`${posix.dirname(path)}/`, ...roots].some((root) => paths.includes(root + named))) return [];
				const line = lineOf(text, hit.index + 1);
				return [{ rule: 'named-files', path, line, message: `${named} is not there` }];
			}),
		);
};

/** Written in pieces, so that this list does not find itself. */
const refusedTexts: readonly (readonly [string, string])[] = [
	[['/wo', 'rk/'].join(''), 'a path of one machine'],
	[['registry.', 'npmjs.org'].join(''), "a registry's address"],
	[['deb.', 'debian.org'].join(''), "a registry's address"],
];

/** Texts that no file of the project may hold. */
export const refusedFindings = (project: Project): Finding[] =>
	everyText(project).flatMap(({ path, text }) =>
		refusedTexts.flatMap(([words, what]) => {
			const at = text.indexOf(words);
			if (at === -1) return [];
			return [{ rule: 'texts', path, line: lineOf(text, at + 1), message: `${words}: ${what}` }];
		}),
	);

interface LockEntry {
	readonly version?: string;
	readonly link?: boolean;
	readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const isLocked = (packages: Readonly<Record<string, LockEntry>>, from: string, name: string): boolean => {
	for (let at = from; ; at = at.slice(0, at.lastIndexOf('/node_modules/'))) {
		if (packages[`${at}/node_modules/${name}`]) return true;
		if (!at.includes('/node_modules/')) return packages[`node_modules/${name}`] !== undefined;
	}
};

/** The lock file names the packages of every platform: `npm ci` refuses one that leaves some out. */
export const lockFindings = (project: Project): Finding[] => {
	const path = 'package-lock.json';
	const text = project.texts.get(path);
	if (!text) return [];
	const { packages } = JSON.parse(text) as { packages: Record<string, LockEntry> };
	return Object.entries(packages).flatMap(([from, entry]) =>
		Object.keys(entry.optionalDependencies ?? {})
			.filter((name) => !isLocked(packages, from, name))
			.map((name) => ({
				rule: 'lock',
				path,
				line: 1,
				message: `${name}, wanted by ${from || 'the root'}, is missing`,
			})),
	);
};

/** Every package that a workspace asks for has its reason written down. */
export const dependencyFindings = (project: Project): Finding[] => {
	const document = 'docs/dependencies.md';
	const text = project.texts.get(document);
	if (text === undefined) return [];
	const manifests = ['package.json', 'contract/package.json', 'server/package.json', 'web/package.json'];
	return manifests.flatMap((path) => {
		const manifest = JSON.parse(project.texts.get(path) ?? '{}') as Record<string, Record<string, string>>;
		const groups = ['dependencies', 'devDependencies', 'optionalDependencies'].map(
			(group) => manifest[group] ?? {},
		);
		return groups.flatMap((group) =>
			Object.entries(group).flatMap(([name, version]): Finding[] => {
				if (name.startsWith('@holdfast/')) return [];
				const findings: Finding[] = [];
				const report = (message: string): void => {
					findings.push({ rule: 'dependencies', path, line: 1, message });
				};
				if (!/^\d/.test(version)) report(`${name} is not pinned: ${version}`);
				if (!text.includes(`\`${name}\``)) report(`${name} has no line in ${document}`);
				return findings;
			}),
		);
	});
};
