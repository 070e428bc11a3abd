/** How a file may be written: erasable TypeScript, short functions, short lines, an opening comment. */
import { type Finding, lineOf, nameOf, type Project, type Source, type SyntaxNode, walk } from './project.ts';

const functionLinesMax = 70;
const fileLinesMax = 500;
const columnsMax = 110;
const tabColumns = 2;
const reasonCharactersMin = 10;

const refused: Readonly<Record<string, string>> = {
	TSAnyKeyword: 'any says nothing: name the type, or unknown',
	TSEnumDeclaration: 'enums do not erase: use a union of literals',
	TSModuleDeclaration: 'namespaces do not erase: use a module',
	TSParameterProperty: 'parameter properties do not erase: assign in the body',
	TSExportAssignment: 'export by name',
	ExportDefaultDeclaration: 'export by name',
	Decorator: 'decorators do not erase',
};

/** Tools that ask for a default export. */
const mayExportDefault = (path: string): boolean => path === 'web/vite.config.ts';

const isGlobal = (node: SyntaxNode): boolean => node['kind'] === 'global' || node['declare'] === true;

/** Syntax that is refused. */
export const syntaxFinding = (source: Source, node: SyntaxNode): Finding | null => {
	const message = refused[node.type];
	if (!message || (node.type === 'TSModuleDeclaration' && isGlobal(node))) return null;
	if (node.type === 'ExportDefaultDeclaration' && mayExportDefault(source.path)) return null;
	return { rule: 'syntax', path: source.path, line: lineOf(source.text, node.start), message };
};

const functionTypes = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

const functionName = (parents: readonly SyntaxNode[], node: SyntaxNode): string => {
	const own = nameOf(node['id']);
	if (own) return own;
	for (const parent of parents.toReversed()) {
		if (parent.type === 'VariableDeclarator') return nameOf(parent['id']) || 'anonymous';
		if (parent.type === 'MethodDefinition' || parent.type === 'Property')
			return nameOf(parent['key']) || 'anonymous';
		if (functionTypes.has(parent.type)) break;
	}
	return 'anonymous';
};

/** A suite is a list of tests, not a function that somebody follows. */
const isSuite = (node: SyntaxNode, parents: readonly SyntaxNode[]): boolean => {
	if (/^suite/.test(functionName(parents, node))) return true;
	const call = parents.at(-1);
	if (call?.type !== 'CallExpression' || node === call['callee']) return false;
	return /^(describe|suite)/.test(nameOf(call['callee']));
};

/** A function longer than allowed, or than the ratchet remembers. */
export const lengthFinding = (
	project: Project,
	source: Source,
	node: SyntaxNode,
	parents: readonly SyntaxNode[],
): Finding | null => {
	if (!functionTypes.has(node.type) || (source.isTest && isSuite(node, parents))) return null;
	const line = lineOf(source.text, node.start);
	const lines = lineOf(source.text, node.end) - line + 1;
	const name = `${source.path}#${functionName(parents, node)}`;
	const allowed = Math.max(functionLinesMax, project.ratchet.functions[name] ?? 0);
	if (lines <= allowed) return null;
	return {
		rule: 'length',
		path: source.path,
		line,
		message: `${name} has ${lines} lines; ${allowed} are allowed`,
	};
};

/** Texts that no formatter can break; a line is as wide as it is without the long ones. */
const longText = /(['"`/])(?:\\.|(?!\1).){24,}\1/g;

const isUnbreakable = (line: string): boolean =>
	/^\s*(import|export) .* from '[^']+';$/.test(line) || widthOf(line.replace(longText, "''")) <= columnsMax;

/** Lines that stand inside a text of several lines, such as a statement or a document. */
const linesInTexts = (source: Source): Set<number> => {
	const inside = new Set<number>();
	walk(source.program, (node) => {
		if (node.type !== 'TemplateLiteral') return;
		const last = lineOf(source.text, node.end);
		for (let line = lineOf(source.text, node.start); line <= last; line += 1) inside.add(line);
	});
	return inside;
};

const widthOf = (line: string): number => line.replaceAll('\t', ' '.repeat(tabColumns)).length;

const isWide = (line: string): boolean =>
	line.length * tabColumns >= columnsMax && widthOf(line) > columnsMax;

const linesOf = (project: Project, source: Source): Finding[] => {
	const lines = source.text.split('\n');
	const findings: Finding[] = [];
	const count = source.text.endsWith('\n') ? lines.length - 1 : lines.length;
	const allowed = Math.max(fileLinesMax, project.ratchet.files[source.path] ?? 0);
	if (count > allowed) {
		findings.push({
			rule: 'length',
			path: source.path,
			line: count,
			message: `the file has ${count} lines; ${allowed} are allowed`,
		});
	}
	if (!lines.some(isWide)) return findings;
	const inTexts = linesInTexts(source);
	for (const [index, line] of lines.entries()) {
		if (!isWide(line) || isUnbreakable(line) || inTexts.has(index + 1)) continue;
		const message = `${widthOf(line)} columns; ${columnsMax} are allowed`;
		findings.push({ rule: 'columns', path: source.path, line: index + 1, message });
	}
	return findings;
};

const commentsOf = (source: Source): Finding[] => {
	const report = (line: number, rule: string, message: string): Finding => ({
		rule,
		path: source.path,
		line,
		message,
	});
	const findings = source.comments.flatMap(({ value, start }) => {
		const line = lineOf(source.text, start);
		const text = value.trim();
		if (/^@ts-(ignore|expect-error|nocheck)/.test(text)) {
			return [report(line, 'suppression', 'TypeScript is not silenced: fix the type')];
		}
		const ignored = /^biome-ignore(?:-all|-start)?\s+[^:]+:\s*(.*)$/s.exec(text);
		if (ignored && (ignored[1] ?? '').length < reasonCharactersMin) {
			return [report(line, 'suppression', 'a suppression says why')];
		}
		if (/\b(TODO|FIXME|XXX)\b/.test(text))
			return [report(line, 'comment', 'no notes to self: do it or file it')];
		return [];
	});
	const first = source.comments[0];
	const head = source.text.startsWith('#!') ? source.text.indexOf('\n') + 1 : 0;
	if (source.text.trim() !== '' && first?.start !== head) {
		findings.push(report(1, 'opening', 'a file opens with a comment that says what it is for'));
	}
	return findings;
};

/** Everything about a file as text. */
export const textFindings = (project: Project, source: Source): Finding[] => [
	...linesOf(project, source),
	...commentsOf(source),
];

/** The lines of each function that the ratchet names, by that name. */
const measuredFunctions = (project: Project): Map<string, number> => {
	const measured = new Map<string, number>();
	const named = new Set(Object.keys(project.ratchet.functions).map((name) => name.split('#')[0]));
	for (const source of project.sources.filter(({ path }) => named.has(path))) {
		walk(source.program, (node, parents) => {
			if (!functionTypes.has(node.type)) return;
			const name = `${source.path}#${functionName(parents, node)}`;
			const lines = lineOf(source.text, node.end) - lineOf(source.text, node.start) + 1;
			measured.set(name, Math.max(lines, measured.get(name) ?? 0));
		});
	}
	return measured;
};

/**
 * Entries of the ratchet that allow more than is there: they shrink with the code, and go when it is within
 * bounds.
 */
export const ratchetFindings = (project: Project): Finding[] => {
	const { functions, files } = project.ratchet;
	const measured = measuredFunctions(project);
	const lines = new Map(project.sources.map(({ path, text }) => [path, text.split('\n').length - 1]));
	const entries = [
		...Object.entries(functions).map(([name, allowed]) => ({ name, allowed, is: measured.get(name) ?? 0 })),
		...Object.entries(files).map(([name, allowed]) => ({ name, allowed, is: lines.get(name) ?? 0 })),
	];
	return entries
		.filter(({ allowed, is }) => is < allowed)
		.map(({ name, allowed, is }) => ({
			rule: 'ratchet',
			path: 'tools/ratchet.json',
			line: 1,
			message: `${name} may have ${allowed} lines and has ${is}: lower its entry, or remove it`,
		}));
};
