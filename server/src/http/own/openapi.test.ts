/** The printed API against routes made for it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { route } from '@holdfast/contract/route';
import { Type } from 'typebox';
import { openApiDocument } from './openapi.ts';

interface Operation {
	readonly parameters: readonly { name: string; in: string; required: boolean }[];
	readonly security: readonly object[];
	readonly responses: Readonly<Record<string, { description: string }>>;
}

const rename = route({
	method: 'PUT',
	path: '/api/things/:thingId/name',
	access: 'administrator',
	summary: 'Rename a thing',
	params: Type.Object({ thingId: Type.String() }),
	query: Type.Object({ loud: Type.Optional(Type.Boolean()) }),
	body: Type.Object({ name: Type.String() }),
	errors: ['catalogue.item.absent'],
});
const onMachine = route({
	method: 'GET',
	path: '/console/things',
	access: 'console',
	summary: 'On the machine',
});

const operation = (): Operation => {
	const document = openApiDocument([rename, onMachine], { version: '1.2.3' }) as {
		paths: Record<string, Record<string, Operation>>;
	};
	assert.deepEqual(Object.keys(document.paths), ['/api/things/{thingId}/name']);
	return document.paths['/api/things/{thingId}/name']!['put']!;
};

test('path and query fields become parameters, and only those of the path are always needed', () => {
	assert.deepEqual(
		operation().parameters.map(({ name, in: place, required }) => [name, place, required]),
		[
			['thingId', 'path', true],
			['loud', 'query', false],
		],
	);
});

test('declared and shared faults stand under their status', () => {
	const { responses } = operation();
	assert.match(responses['404']!.description, /catalogue\.item\.absent/);
	assert.match(responses['401']!.description, /access\.sign-in-needed/);
	assert.match(responses['403']!.description, /access\.not-allowed/);
	assert.equal(responses['204']!.description, 'Done.');
});

test('a route for signed-in people asks for a session', () => {
	assert.deepEqual(operation().security, [{ session: [] }]);
});

test('routes of the console are not on the network and not in the document', () => {
	const text = JSON.stringify(openApiDocument([rename, onMachine], { version: '1' }));
	assert.ok(!text.includes('/console/'));
});
