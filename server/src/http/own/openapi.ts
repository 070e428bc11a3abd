/** Prints routes of the contract as an OpenAPI 3.1 document. TypeBox schemas are JSON Schema already. */
import { faultTable, type FaultCode } from '@holdfast/contract/errors';
import type { AccessRule, RouteShape } from '@holdfast/contract/route';
import { statusOf } from '#platform/http/problem.ts';

const accessWords: Readonly<Record<AccessRule, string>> = {
	anyone: 'Anyone, signed in or not.',
	viewer: 'Any signed-in person.',
	self: 'A signed-in person about their own account; never an app.',
	'self-fresh': 'A signed-in person who proved themselves again within five minutes; never an app.',
	administrator: 'An owner or administrator; never an app.',
	'administrator-fresh': 'An owner or administrator who proved themselves again within five minutes.',
	console: 'Somebody on the machine, over the Unix socket in the data folder.',
};

/** Faults that a route can answer with whatever it declares. */
const sharedFaults = (route: RouteShape): FaultCode[] => {
	const faults: FaultCode[] = ['server.broken', 'server.stopping'];
	if (route.params || route.query || route.body) faults.push('request.malformed');
	if (route.body) faults.push('request.too-large', 'request.cross-site');
	if (route.access === 'anyone' || route.access === 'console') return faults;
	faults.push('access.sign-in-needed');
	if (route.access !== 'viewer') faults.push('access.not-allowed');
	if (route.access.endsWith('-fresh')) faults.push('access.step-up-needed');
	if (route.access === 'viewer' || route.access.startsWith('administrator'))
		faults.push('access.factor-needed');
	return faults;
};

interface ObjectSchema {
	readonly properties?: Readonly<Record<string, unknown>>;
	readonly required?: readonly string[];
}

const parametersIn = (place: 'path' | 'query', schema: unknown): object[] => {
	const { properties = {}, required = [] } = (schema ?? {}) as ObjectSchema;
	return Object.entries(properties).map(([name, property]) => ({
		name,
		in: place,
		required: place === 'path' || required.includes(name),
		schema: property,
	}));
};

const contentType = {
	json: 'application/json',
	bytes: 'application/octet-stream',
	events: 'text/event-stream',
};

const successOf = (route: RouteShape): object => {
	const form = route.form ?? 'json';
	if (form === 'json' && !route.reply) return { 204: { description: 'Done.' } };
	const schema = form === 'json' ? route.reply : {};
	return { 200: { description: route.summary, content: { [contentType[form]]: { schema } } } };
};

const failuresOf = (route: RouteShape): object => {
	const codes = [...new Set([...(route.errors ?? []), ...sharedFaults(route)])].sort();
	const byStatus = Map.groupBy(codes, statusOf);
	const answers = [...byStatus]
		.sort(([a], [b]) => a - b)
		.map(([status, of]) => {
			const description = of.map((code) => `\`${code}\`: ${faultTable[code].text}`).join('\n');
			const schema = { $ref: '#/components/schemas/Problem' };
			return [String(status), { description, content: { 'application/problem+json': { schema } } }];
		});
	return Object.fromEntries(answers) as object;
};

const operationOf = (name: string, route: RouteShape): object => ({
	operationId: name,
	summary: route.summary,
	description: accessWords[route.access],
	security: route.access === 'viewer' || route.access === 'administrator' ? [{ session: [] }] : [],
	parameters: [...parametersIn('path', route.params), ...parametersIn('query', route.query)],
	...(route.body
		? { requestBody: { required: true, content: { 'application/json': { schema: route.body } } } }
		: {}),
	responses: { ...successOf(route), ...failuresOf(route) },
});

const problemSchema = {
	type: 'object',
	description: 'RFC 9457. `code` is stable; texts are not.',
	required: ['type', 'title', 'status', 'code'],
	properties: {
		type: { type: 'string' },
		title: { type: 'string' },
		status: { type: 'integer' },
		code: { type: 'string', enum: Object.keys(faultTable) },
		detail: { type: 'object' },
	},
};

/** A name for a route that has none: `GET /api/items/:itemId` becomes `getApiItemsItemId`. */
const nameFrom = (route: RouteShape): string => {
	const words = route.path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
	const camel = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
	return route.method.toLowerCase() + camel;
};

/**
 * The document for `routes`, in their order. Routes of the console are left out: they are not on the network.
 * Pure: the same routes give the same document.
 *
 * @source OpenAPI Specification 3.1; RFC 9457 (problem details)
 */
export const openApiDocument = (
	routes: readonly RouteShape[],
	options: { readonly version: string },
): object => {
	const paths: Record<string, Record<string, object>> = {};
	for (const route of routes) {
		if (route.access === 'console') continue;
		const path = route.path.replace(/:([A-Za-z]+)/g, '{$1}');
		paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(nameFrom(route), route) };
	}
	return {
		openapi: '3.1.0',
		info: { title: 'Holdfast', version: options.version, license: { name: 'AGPL-3.0-or-later' } },
		paths,
		components: {
			schemas: { Problem: problemSchema },
			securitySchemes: {
				session: {
					type: 'apiKey',
					in: 'cookie',
					name: 'holdfast',
					description: 'The cookie that signing in sets.',
				},
			},
		},
	};
};
