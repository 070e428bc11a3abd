/** The documents that are printed from the sources, as texts. Pure; nothing is read or written here. */
import { faultTable } from '@holdfast/contract/errors';
import type { RouteShape } from '@holdfast/contract/route';
import { openApiDocument } from '../../server/src/http/own/openapi.ts';
import { type Setting, settings } from '../../server/src/platform/config/schema.ts';
import { type RouteGroup, routeGroups } from './routes.ts';

const printed = '<!-- Printed by `npm run docs`; edits here are lost. -->';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;

const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
	[row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

const fallbackOf = ({ fallback }: Setting): string => {
	if (fallback === null || (Array.isArray(fallback) && fallback.length === 0)) return '';
	return `\`${Array.isArray(fallback) ? fallback.join(',') : String(fallback)}\``;
};

const boundsOf = ({ type, choices, minimum, maximum }: Setting): string => {
	if (choices) return choices.map((choice) => `\`${choice}\``).join(', ');
	if (minimum !== undefined && maximum !== undefined) return `${type}, ${minimum} to ${maximum}`;
	return type;
};

const settingRow = (setting: Setting): string[] => [
	`\`${setting.key}\``,
	`\`${setting.env}\`${setting.isSecret ? ` or \`${setting.env}_FILE\`` : ''}`,
	setting.flag === null ? '' : `\`--${setting.flag}\``,
	boundsOf(setting),
	fallbackOf(setting),
	setting.doc,
];

/** `docs/configuration.md`. */
export const configurationDocument = (all: readonly Setting[] = settings): string => `${printed}

# Configuration

Settings come from four places; a later one wins: the default, \`holdfast.toml\` in the folder one starts from,
\`HOLDFAST_…\` variables, flags (\`npm start -- --port 9000\`). In the file the part before the dot is the group:

\`\`\`toml
[server]
port = 8420
\`\`\`

Lists are separated by commas in variables and flags. Secrets are never printed; a variable that ends in \`_FILE\` names
a file that holds one. \`./holdfast config show\` prints what is in force and where it comes from.

${tableOf(['key', 'variable', 'flag', 'what it takes', 'default', 'meaning'], all.map(settingRow))}
`;

/** `docs/errors.md`. */
export const errorsDocument = (): string => `${printed}

# Faults

Answers that are no success are \`application/problem+json\` (RFC 9457) with a stable \`code\`. Texts may change.

${tableOf(
	['code', 'kind', 'text'],
	Object.entries(faultTable).map(([code, { kind, text }]) => [`\`${code}\``, kind, text]),
)}
`;

const routeRow = ([name, route]: readonly [string, RouteShape]): string[] => [
	`\`${route.method}\``,
	`\`${route.path}\``,
	`\`${name}\``,
	route.access,
	route.summary,
];

const groupOf = ({ subject, routes }: RouteGroup): string =>
	`## ${subject}\n\n${tableOf(['method', 'path', 'name', 'who', 'what'], routes.map(routeRow))}`;

/** `docs/api.md`. */
export const apiDocument = (): string => `${printed}

# The API

Each route is declared once, in \`contract/\`; the server mounts it and the web app calls it from there. The same as
OpenAPI 3.1: [openapi.json](api/openapi.json), which a running server answers at \`/api/openapi.json\`. What it can
refuse with: [errors.md](errors.md).

${routeGroups.map(groupOf).join('\n\n')}
`;

const asJson = (value: unknown): string => `${JSON.stringify(value, null, '\t')}\n`;

/** Every printed document by its path. */
export const printedDocuments = (version: string): ReadonlyMap<string, string> => {
	const routes = routeGroups.flatMap((group) => group.routes);
	return new Map([
		['docs/configuration.md', configurationDocument()],
		['docs/errors.md', errorsDocument()],
		['docs/api.md', apiDocument()],
		['docs/api/contract.json', asJson(Object.fromEntries(routes))],
		[
			'docs/api/openapi.json',
			asJson(
				openApiDocument(
					routes.map(([, route]) => route),
					{ version },
				),
			),
		],
	]);
};

/** Paths whose text is not what is printed today. `read` answers null for a file that is not there. */
export const staleDocuments = (
	wanted: ReadonlyMap<string, string>,
	read: (path: string) => string | null,
): string[] => [...wanted].filter(([path, text]) => read(path) !== text).map(([path]) => path);
