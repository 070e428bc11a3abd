/** All rules of tidy over one project, in one walk of each syntax tree. */
import {
	commandFindings,
	dependencyFindings,
	faultFindings,
	linkFindings,
	lockFindings,
	namedFileFindings,
	portFindings,
	refusedFindings,
	settingFindings,
} from './claims.ts';
import { documentedFindings } from './documented.ts';
import { importsOf } from './imports.ts';
import { type Finding, type Project, type Source, walk } from './project.ts';
import { cycleFindings, deadFindings, roomFindings } from './rooms.ts';
import { lengthFinding, ratchetFindings, syntaxFinding, textFindings } from './shape.ts';
import { moduleFindings, wordFinding } from './words.ts';

const treeFindings = (project: Project, source: Source): Finding[] => {
	const findings: Finding[] = [];
	walk(source.program, (node, parents) => {
		const found = [
			syntaxFinding(source, node),
			lengthFinding(project, source, node, parents),
			wordFinding(source, node),
		];
		for (const finding of found) if (finding) findings.push(finding);
	});
	return findings;
};

/** Everything that is wrong with `project`, by file and line. */
export const tidyFindings = (project: Project): Finding[] => {
	const imports = importsOf(project);
	const findings = [
		...project.sources.flatMap((source) => treeFindings(project, source)),
		...project.sources.flatMap((source) => textFindings(project, source)),
		...roomFindings(project, imports),
		...cycleFindings(imports),
		...deadFindings(project, imports),
		...moduleFindings(imports),
		...documentedFindings(project, imports),
		...faultFindings(project),
		...settingFindings(project),
		...commandFindings(project),
		...portFindings(project),
		...linkFindings(project),
		...namedFileFindings(project),
		...refusedFindings(project),
		...lockFindings(project),
		...dependencyFindings(project),
		...ratchetFindings(project),
	];
	return findings.sort((a, b) => a.path.localeCompare(b.path) || a.line - b.line);
};
