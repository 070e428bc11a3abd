/** The rooms of the house, the arrows between them, their doors; cycles and files that nobody needs. */
import type { Import } from './imports.ts';
import type { Finding, Project } from './project.ts';

/** Which rooms a room may name. What is not here is refused. */
const arrows: Readonly<Record<string, readonly string[]>> = {
	platform: [],
	keeper: ['platform'],
	accounts: ['keeper', 'platform'],
	incidents: ['accounts', 'keeper', 'platform'],
	access: ['platform'],
	catalogue: ['access', 'platform'],
	playback: ['catalogue', 'access', 'platform'],
	live: ['playback', 'catalogue', 'access', 'platform'],
	http: ['live', 'playback', 'catalogue', 'access', 'incidents', 'accounts', 'keeper', 'platform'],
	cli: [
		'http',
		'live',
		'playback',
		'catalogue',
		'access',
		'incidents',
		'accounts',
		'keeper',
		'platform',
		'main',
	],
	main: [
		'cli',
		'http',
		'live',
		'playback',
		'catalogue',
		'access',
		'incidents',
		'accounts',
		'keeper',
		'platform',
	],
	contract: [],
	web: [],
	tools: ['main', 'cli', 'http', 'playback', 'catalogue', 'access', 'accounts', 'keeper', 'platform'],
};

/**
 * Rooms that are entered through `index.ts` only. `platform` and `contract` are shelves: any file may be
 * taken. Facades are mounted file by file, by the one place that builds everything.
 */
const withDoor = new Set(['keeper', 'accounts', 'incidents', 'access', 'catalogue', 'playback', 'live']);

interface Room {
	readonly name: string;
	/** Facades are walls apart though they share a room name. */
	readonly facade: string | null;
}

export const roomOf = (path: string): Room => {
	const parts = path.split('/');
	if (parts[0] !== 'server') return { name: parts[0] ?? '', facade: null };
	if (parts[1] !== 'src' || parts.includes('tests')) return { name: 'tests', facade: null };
	if (parts.length === 3) return { name: 'main', facade: null };
	return { name: parts[2] ?? '', facade: parts[2] === 'http' ? (parts[3] ?? null) : null };
};

const arrowMessage = (from: Room, to: Room, target: string): string | null => {
	if (to.name === 'contract') return null;
	if (from.name === to.name) {
		return from.facade === to.facade
			? null
			: `the facades ${from.facade} and ${to.facade} may not import each other`;
	}
	if (!arrows[from.name]?.includes(to.name)) return `${from.name} may not import ${to.name}`;
	if (!withDoor.has(to.name)) return null;
	const door = `server/src/${to.name}/index.ts`;
	return target === door ? null : `${to.name} is entered through ${door}, not ${target}`;
};

/** Arrows and doors. Tests may look behind doors, but nothing outside tests may need a test. */
export const roomFindings = (project: Project, imports: readonly Import[]): Finding[] => {
	const paths = new Set(project.sources.map(({ path }) => path));
	const findings: Finding[] = [];
	for (const { from, target, line, form } of imports) {
		if (target === null || from.isTest || !paths.has(target) || form === 'path') continue;
		const room = roomOf(from.path);
		const to = roomOf(target);
		const report = (message: string): void => {
			findings.push({ rule: 'rooms', path: from.path, line, message });
		};
		if (room.name === 'tools' && /\/testing\/|\.test\.ts$/.test(from.path)) continue;
		if (to.name === 'tests' || /\.(test|contract)\.tsx?$/.test(target)) {
			report(`${target} belongs to tests`);
			continue;
		}
		const message = arrowMessage(room, to, target);
		if (message) report(message);
	}
	return findings;
};

/** Imports that lead back to where they came from, counting only what is there at run time. */
export const cycleFindings = (imports: readonly Import[]): Finding[] => {
	const edges = new Map<string, Set<string>>();
	for (const { from, target, isType, form } of imports) {
		if (target === null || isType || form === 'path') continue;
		const targets = edges.get(from.path) ?? new Set();
		edges.set(from.path, targets.add(target));
	}
	const state = new Map<string, 'open' | 'done'>();
	const findings: Finding[] = [];
	const visit = (path: string, trail: readonly string[]): void => {
		if (state.get(path) === 'done') return;
		if (state.get(path) === 'open') {
			const ring = [...trail.slice(trail.indexOf(path)), path];
			findings.push({ rule: 'cycles', path, line: 1, message: `imports itself: ${ring.join(' -> ')}` });
			return;
		}
		state.set(path, 'open');
		for (const target of edges.get(path) ?? []) visit(target, [...trail, path]);
		state.set(path, 'done');
	};
	for (const path of edges.keys()) visit(path, []);
	return findings;
};

const entries =
	/^(server\/src\/main\.ts|server\/src\/cli\/main\.ts|tools\/[^/]+\.(ts|mjs)|tools\/bench\/[^/]+\.ts|web\/vite\.config\.ts)$/;

const reach = (from: readonly string[], imports: readonly Import[]): Set<string> => {
	const edges = new Map<string, string[]>();
	for (const { from: source, target } of imports) {
		if (target !== null) edges.set(source.path, [...(edges.get(source.path) ?? []), target]);
	}
	const seen = new Set(from);
	const waiting = [...from];
	for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
		for (const target of edges.get(path) ?? []) {
			if (seen.has(target)) continue;
			seen.add(target);
			waiting.push(target);
		}
	}
	return seen;
};

/** Files that neither the program nor, for what supports tests, a test needs. */
export const deadFindings = (project: Project, imports: readonly Import[]): Finding[] => {
	const pages = [...project.texts].filter(([path]) => path.startsWith('web/') && path.endsWith('.html'));
	const named = pages.flatMap(([, text]) =>
		[...text.matchAll(/src="\/(src\/[^"]+)"/g)].map((hit) => `web/${hit[1]}`),
	);
	const starts = project.sources.map(({ path }) => path).filter((path) => entries.test(path));
	const alive = reach([...starts, ...named], imports);
	const tests = project.sources
		.filter(({ path }) => /\.(test|contract)\.tsx?$/.test(path))
		.map(({ path }) => path);
	const inTests = reach(tests, imports);
	const supports = (path: string): boolean =>
		/^server\/(.*\/)?tests\/|\/testing\/|(^|[/-])fake[-.]|\.fake\.ts$/.test(path);
	return project.sources
		.filter(({ path }) => !alive.has(path) && !tests.includes(path) && !(inTests.has(path) && supports(path)))
		.map(({ path }) => ({
			rule: 'dead',
			path,
			line: 1,
			message: 'no part of the program imports this file',
		}));
};
