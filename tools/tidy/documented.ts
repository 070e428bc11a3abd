/** Docstrings where others look: the doors of rooms, all of `platform`, all of `contract`. */
import { type Import, importsOf } from './imports.ts';
import {
	type Finding,
	isNode,
	lineOf,
	nameOf,
	type Project,
	type Source,
	type SyntaxNode,
} from './project.ts';

interface Exported {
	readonly name: string;
	/** Where a docstring would end. */
	readonly start: number;
	/** Its name and type say everything: a route with a summary, a schema, a plain alias. */
	readonly isPlain: boolean;
}

const calleeName = (node: unknown): string => {
	if (!isNode(node) || node.type !== 'CallExpression' || !isNode(node['callee'])) return '';
	const callee = node['callee'];
	return nameOf(callee) || nameOf(callee['object']);
};

/** Schemas and routes carry their own words: a route has a summary, a schema its fields. */
const describesItself = (init: unknown): boolean =>
	/^(Type|Nullable|route|base64Url)$/.test(calleeName(init));

const exportedOf = (source: Source): Exported[] => {
	const body = source.program['body'] as readonly SyntaxNode[];
	return body.flatMap((node): Exported[] => {
		if (node.type !== 'ExportNamedDeclaration' || !isNode(node['declaration'])) return [];
		const declaration = node['declaration'];
		if (declaration.type === 'TSTypeAliasDeclaration') return [];
		if (declaration.type !== 'VariableDeclaration') {
			return [{ name: nameOf(declaration['id']), start: node.start, isPlain: false }];
		}
		const declarators = declaration['declarations'] as readonly SyntaxNode[];
		return declarators.map((declarator) => ({
			name: nameOf(declarator['id']),
			start: node.start,
			isPlain: describesItself(declarator['init']),
		}));
	});
};

const hasDocstring = (source: Source, start: number): boolean =>
	source.comments.some(
		({ type, value, start: opens, end }) =>
			type === 'Block' &&
			opens !== 0 &&
			value.startsWith('*') &&
			end <= start &&
			source.text.slice(end, start).trim() === '',
	);

/** Names that a door hands out, by the file that defines them. */
const handedOut = (project: Project, imports: readonly Import[]): Map<string, Set<string>> => {
	const names = new Map<string, Set<string>>();
	const doors = project.sources.filter(({ path }) => /^server\/src\/.*\/index\.ts$/.test(path));
	for (const door of doors) {
		for (const node of door.program['body'] as readonly SyntaxNode[]) {
			if (node.type !== 'ExportNamedDeclaration' || !isNode(node['source'])) continue;
			const specifier = nameOf(node['source']);
			const target = imports.find((one) => one.from === door && one.specifier === specifier)?.target;
			if (!target) continue;
			const known = names.get(target) ?? new Set();
			for (const item of node['specifiers'] as readonly SyntaxNode[]) known.add(nameOf(item['local']));
			names.set(target, known);
		}
	}
	return names;
};

const isShelf = (path: string): boolean =>
	path.startsWith('contract/') || path.startsWith('server/src/platform/');

/** Exports without a docstring, beyond what the ratchet remembers for their file. */
export const documentedFindings = (project: Project, imports = importsOf(project)): Finding[] => {
	const doors = handedOut(project, imports);
	return project.sources.flatMap((source) => {
		if (source.isTest || source.path.startsWith('web/') || source.path.startsWith('tools/')) return [];
		const isDoor = /\/index\.ts$/.test(source.path);
		const named = doors.get(source.path);
		const bare = exportedOf(source).filter(({ name, start, isPlain }) => {
			if (isPlain || !(isShelf(source.path) || isDoor || named?.has(name))) return false;
			return !hasDocstring(source, start);
		});
		const allowed = project.ratchet.undocumented[source.path] ?? 0;
		if (bare.length < allowed) {
			const message = `${source.path} may lack ${allowed} docstrings and lacks ${bare.length}: lower its entry`;
			return [{ rule: 'ratchet', path: 'tools/ratchet.json', line: 1, message }];
		}
		if (bare.length === allowed) return [];
		return bare.map(({ name, start }) => ({
			rule: 'documented',
			path: source.path,
			line: lineOf(source.text, start),
			message: `${name} is for others and has no docstring`,
		}));
	});
};
