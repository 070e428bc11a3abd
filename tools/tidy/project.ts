/** The sources as the rules of tidy see them: parsed once, from the disk or from a few texts of a test. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';

/** A node of the syntax tree, as loosely as a rule needs it. */
export interface SyntaxNode {
	readonly type: string;
	readonly start: number;
	readonly end: number;
	readonly [field: string]: unknown;
}

export interface Comment {
	readonly type: 'Line' | 'Block';
	readonly value: string;
	readonly start: number;
	readonly end: number;
}

export interface Source {
	/** From the project's root, with slashes. */
	readonly path: string;
	readonly text: string;
	readonly program: SyntaxNode;
	readonly comments: readonly Comment[];
	/** Unit tests, store suites, journeys and what supports them. */
	readonly isTest: boolean;
}

export interface Project {
	/** TypeScript and JavaScript. */
	readonly sources: readonly Source[];
	/** Every other text file: documents, manifests, units. */
	readonly texts: ReadonlyMap<string, string>;
	readonly ratchet: Ratchet;
}

/** What was allowed once and may only shrink: lines of a function or file, missing docstrings of a file. */
export interface Ratchet {
	readonly functions: Readonly<Record<string, number>>;
	readonly files: Readonly<Record<string, number>>;
	readonly undocumented: Readonly<Record<string, number>>;
}

/** One thing that is wrong, and where. */
export interface Finding {
	readonly rule: string;
	readonly path: string;
	readonly line: number;
	readonly message: string;
}

export const emptyRatchet: Ratchet = { functions: {}, files: {}, undocumented: {} };

const isCode = (path: string): boolean => /\.(ts|tsx|mjs)$/.test(path) && !path.endsWith('.d.ts');

export const isTestPath = (path: string): boolean =>
	/\.(test|contract)\.tsx?$/.test(path) || /^server\/(.*\/)?tests\//.test(path);

/**
 * Parses one file. A file that does not parse is a finding of `tsc`, not of ours; it has an empty tree here.
 */
export const sourceOf = (path: string, text: string): Source => {
	const { program, comments } = parseSync(path, text, { sourceType: 'module' });
	return {
		path,
		text,
		program: program as unknown as SyntaxNode,
		comments: comments as readonly Comment[],
		isTest: isTestPath(path),
	};
};

/** A project out of texts, as tests make them. */
export const projectOf = (files: Readonly<Record<string, string>>, ratchet = emptyRatchet): Project => {
	const entries = Object.entries(files);
	return {
		sources: entries.filter(([path]) => isCode(path)).map(([path, text]) => sourceOf(path, text)),
		texts: new Map(entries.filter(([path]) => !isCode(path))),
		ratchet,
	};
};

const leftOut = new Set(['node_modules', '.git', '.cache', 'data', 'dist', 'dist.next', 'dist.old', 'media']);
const textNames =
	/(\.(md|json|toml|yaml|yml|html|css|svg|service|txt|sh)|(^|\/)(Dockerfile|holdfast|run|\.[a-z]+ignore))$/;
const sizeMaxCharacters = 400_000;

const pathsUnder = (root: string, folder: string): string[] =>
	readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
		const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
		if (entry.isDirectory()) return leftOut.has(entry.name) ? [] : pathsUnder(root, path);
		return entry.isFile() ? [path] : [];
	});

/** The project on the disk. */
export const readProject = (root: string): Project => {
	const files: Record<string, string> = {};
	for (const path of pathsUnder(root, '')) {
		if (!isCode(path) && !textNames.test(path)) continue;
		const text = readFileSync(join(root, path), 'utf8');
		if (text.length <= sizeMaxCharacters) files[path] = text;
	}
	const ratchet = JSON.parse(files['tools/ratchet.json'] ?? JSON.stringify(emptyRatchet)) as Ratchet;
	return projectOf(files, ratchet);
};

/** The line, counted from 1, of an offset. */
export const lineOf = (text: string, offset: number): number => {
	let line = 1;
	for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
	return line;
};

const isNode = (value: unknown): value is SyntaxNode =>
	typeof value === 'object' && value !== null && typeof (value as SyntaxNode).type === 'string';

/** Calls `visit` for every node below and including `node`, parents first, with the way down to it. */
export const walk = (
	node: SyntaxNode,
	visit: (node: SyntaxNode, parents: readonly SyntaxNode[]) => void,
	parents: SyntaxNode[] = [],
): void => {
	visit(node, parents);
	parents.push(node);
	for (const key in node) {
		const value = node[key];
		if (Array.isArray(value)) {
			for (const child of value) if (isNode(child)) walk(child, visit, parents);
		} else if (isNode(value)) walk(value, visit, parents);
	}
	parents.pop();
};

/** The name of an identifier or the text of a string; empty for anything else. */
export const nameOf = (node: unknown): string => {
	if (!isNode(node)) return '';
	if (node.type === 'Identifier') return String(node['name']);
	if (node.type === 'Literal' && typeof node['value'] === 'string') return node['value'];
	return '';
};

export { isNode };
