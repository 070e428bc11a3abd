/**
 * Which file needs which: imports, re-exports, and files that are named to be started as processes or
 * workers.
 */
import { posix } from 'node:path';
import { isNode, lineOf, nameOf, type Project, type Source, type SyntaxNode, walk } from './project.ts';

export interface Import {
	readonly from: Source;
	/** As written. */
	readonly specifier: string;
	/** The file of this project that is meant, or null for a package. */
	readonly target: string | null;
	/** Erased before running. */
	readonly isType: boolean;
	/** What is taken by name; empty for a whole module. */
	readonly names: readonly string[];
	/** `path`: named by a string, to be started rather than imported. */
	readonly form: 'import' | 'path';
	readonly line: number;
}

const aliases: readonly (readonly [string, string, string])[] = [
	['@holdfast/contract/', 'contract/', '.ts'],
	['#platform/', 'server/src/platform/', ''],
	['#keeper/', 'server/src/keeper/', ''],
];

const targetOf = (path: string, specifier: string): string | null => {
	if (specifier.startsWith('.')) return posix.join(posix.dirname(path), specifier);
	for (const [prefix, folder, suffix] of aliases) {
		if (specifier.startsWith(prefix)) return folder + specifier.slice(prefix.length) + suffix;
	}
	return null;
};

const declared = new Set(['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration']);

const isErased = (node: SyntaxNode): boolean =>
	node['importKind'] === 'type' || node['exportKind'] === 'type';

const namesOf = (node: SyntaxNode): string[] => {
	const specifiers = Array.isArray(node['specifiers']) ? (node['specifiers'] as readonly SyntaxNode[]) : [];
	return specifiers
		.filter((one) => one.type === 'ImportSpecifier' && one['importKind'] !== 'type')
		.map((one) => nameOf(one['imported']));
};

const importsOfSource = (source: Source): Import[] => {
	const found: Import[] = [];
	const add = (node: SyntaxNode, specifier: string, isType: boolean, form: Import['form']): void => {
		const target = targetOf(source.path, specifier);
		const line = lineOf(source.text, node.start);
		found.push({ from: source, specifier, target, isType, names: namesOf(node), form, line });
	};
	walk(source.program, (node, parents) => {
		if (declared.has(node.type) && isNode(node['source'])) {
			add(node, nameOf(node['source']), isErased(node), 'import');
		} else if (node.type === 'ImportExpression') {
			const specifier = nameOf(node['source']);
			if (specifier) add(node, specifier, false, 'import');
		} else if (node.type === 'Literal' && /^\.\.?\/.*\.(ts|tsx|mjs)$/.test(nameOf(node))) {
			const parent = parents.at(-1);
			if (parent && !declared.has(parent.type) && parent.type !== 'ImportExpression') {
				add(node, nameOf(node), false, 'path');
			}
		}
	});
	return found;
};

/** Every import of the project. */
export const importsOf = (project: Project): Import[] => project.sources.flatMap(importsOfSource);
