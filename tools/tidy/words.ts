/**
 * Words and modules that belong to one place: the environment, time, other programs, files, the network,
 * databases.
 */
import type { Import } from './imports.ts';
import { type Finding, lineOf, nameOf, type Source, type SyntaxNode } from './project.ts';

interface Place {
	readonly rule: string;
	/** True where the thing may be used. */
	readonly isAllowed: (path: string) => boolean;
	readonly message: string;
}

const below =
	(...folders: readonly string[]) =>
	(path: string): boolean =>
		folders.some((folder) => path.startsWith(folder));

const outsideServer = (path: string): boolean => !path.startsWith('server/src/');
const platform = 'server/src/platform/';
/** What builds the server out of its parts, and reads the files that the configuration names. */
const isComposition = (path: string): boolean => /^server\/src\/[^/]+\.ts$/.test(path);

const environment: Place = {
	rule: 'environment',
	isAllowed: (path) => path.startsWith('tools/') || below(`${platform}config/`)(path),
	message: 'process.env is read in platform/config only',
};
const time: Place = {
	rule: 'time',
	isAllowed: (path) => outsideServer(path) || below(platform)(path),
	message: 'time and chance are passed in (Clock, ids); only platform reads the real ones',
};
/** `open.ts` chooses the engine by kind; `data-folder.ts` keeps the embedded one's lock. */
const dialect: Place = {
	rule: 'dialect',
	isAllowed: (path) =>
		(outsideServer(path) && !path.startsWith('contract/')) ||
		below(
			`${platform}db/dialects/`,
			`${platform}db/open.ts`,
			`${platform}data-folder.ts`,
			`${platform}config/`,
		)(path),
	message: 'words of one database belong in platform/db/dialects',
};

/** Tries at start-up what must be refused to it. */
const confinementTrial = 'server/src/keeper/confinement.ts';
/** Speaks to the Unix socket in the data folder, never to a network. */
const consoleClient = 'server/src/cli/console.ts';
/** Serves the web app as it was built. */
const ownPages = 'server/src/http/own/web-files.ts';
/** Keeps pictures encoded anew in the data folder. */
const pictureCache = 'server/src/catalogue/artwork/cache.ts';

/** Modules of Node and who may import their code. Types may be named anywhere, and `harmless` names too. */
const modules: readonly (Place & { readonly pattern: RegExp; readonly harmless?: RegExp })[] = [
	{
		rule: 'processes',
		pattern: /^(node:)?(child_process|cluster)$/,
		isAllowed: (path) =>
			outsideServer(path) ||
			below(`${platform}process/`, 'server/src/keeper/launch.ts', confinementTrial)(path),
		message: 'other programs are started in platform/process and by the keeper launcher only',
	},
	{
		rule: 'files',
		pattern: /^(node:)?fs(\/promises)?$/,
		isAllowed: (path) =>
			outsideServer(path) ||
			isComposition(path) ||
			below(platform, 'server/src/keeper/', 'server/src/cli/', ownPages, pictureCache)(path),
		// What works on a descriptor that platform/files opened, and waiting for changes.
		harmless: /^(read|fstat|close|watch)(Sync)?$/,
		message: 'files are opened through platform/files, which stays below a root',
	},
	{
		rule: 'egress',
		pattern: /^(node:)?(https?|http2|net|tls|dgram|dns|undici)(\/promises)?$/,
		isAllowed: (path) =>
			outsideServer(path) ||
			below(`${platform}egress/`, `${platform}http/`, confinementTrial, consoleClient)(path),
		harmless: /^(isIP|isIPv4|isIPv6|BlockList|SocketAddress)$/,
		message: 'the network is reached through platform/egress',
	},
	{
		rule: 'time',
		pattern: /^(node:)?timers(\/promises)?$/,
		isAllowed: time.isAllowed,
		message: time.message,
	},
];

/** Imports of modules that belong to one place. */
export const moduleFindings = (imports: readonly Import[]): Finding[] =>
	imports.flatMap(({ from, specifier, isType, names, line }) => {
		if (isType || from.isTest) return [];
		const isHarmless = (harmless: RegExp | undefined): boolean =>
			harmless !== undefined && names.length > 0 && names.every((name) => harmless.test(name));
		return modules
			.filter(({ pattern, isAllowed }) => pattern.test(specifier) && !isAllowed(from.path))
			.filter(({ harmless }) => !isHarmless(harmless))
			.map(({ rule, message }) => ({ rule, path: from.path, line, message: `${specifier}: ${message}` }));
	});

const isMember = (node: SyntaxNode, object: string, property: string): boolean =>
	node.type === 'MemberExpression' &&
	nameOf(node['object']) === object &&
	nameOf(node['property']) === property;

const argumentCount = (node: SyntaxNode): number => (node['arguments'] as readonly unknown[]).length;

const isTimeOrChance = (node: SyntaxNode): boolean => {
	if (isMember(node, 'Date', 'now') || isMember(node, 'Math', 'random')) return true;
	if (node.type === 'NewExpression') return nameOf(node['callee']) === 'Date' && argumentCount(node) === 0;
	return node.type === 'CallExpression' && /^(setTimeout|setInterval)$/.test(nameOf(node['callee']));
};

const dialectWord = /sqlite|postgres|dialect/i;

const namesDatabase = (node: SyntaxNode): boolean => {
	if (isMember(node, 'sql', 'raw')) return true;
	if (node.type === 'TemplateElement')
		return dialectWord.test(String((node['value'] as { raw: string }).raw));
	return dialectWord.test(nameOf(node));
};

/** What is wrong with one node, if anything. */
export const wordFinding = (source: Source, node: SyntaxNode): Finding | null => {
	if (source.isTest) return null;
	const report = ({ rule, message }: Place): Finding => ({
		rule,
		path: source.path,
		line: lineOf(source.text, node.start),
		message,
	});
	if (
		isMember(node, 'process', 'env') &&
		!environment.isAllowed(source.path) &&
		!source.path.startsWith('web/')
	) {
		return report(environment);
	}
	if (!time.isAllowed(source.path) && isTimeOrChance(node)) return report(time);
	if (!dialect.isAllowed(source.path) && namesDatabase(node)) return report(dialect);
	const isCall = node.type === 'CallExpression' && nameOf(node['callee']) === 'fetch';
	if (isCall && !outsideServer(source.path) && !below(`${platform}egress/`)(source.path)) {
		return report({
			rule: 'egress',
			message: 'the network is reached through platform/egress',
			isAllowed: () => false,
		});
	}
	return null;
};
