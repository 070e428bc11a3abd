/** Our builders make what TypeBox makes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type as TypeBox } from 'typebox';
import { Check } from 'typebox/value';
import { Type } from '@holdfast/contract/schema';

type Builders = Pick<typeof TypeBox, keyof typeof Type>;

const madeBy = (builders: Builders) => ({
	text: builders.String({ minLength: 1, pattern: '^a' }),
	whole: builders.Integer({ minimum: 0 }),
	number: builders.Number({ exclusiveMinimum: 0 }),
	flag: builders.Boolean({ default: false }),
	nothing: builders.Null(),
	word: builders.Literal('word'),
	one: builders.Literal(1),
	yes: builders.Literal(true),
	list: builders.Array(builders.String(), { maxItems: 3 }),
	either: builders.Union([builders.Literal('a'), builders.Null()]),
	both: builders.Intersect([
		builders.Object({ a: builders.String() }),
		builders.Object({ b: builders.String() }),
	]),
	form: builders.Object(
		{ must: builders.String(), may: builders.Optional(builders.Integer({ maximum: 9 })) },
		{ additionalProperties: false },
	),
	allOptional: builders.Object({ may: builders.Optional(builders.String()) }),
	empty: builders.Object({}),
	named: builders.Record(builders.String(), builders.Integer({ maximum: 3 })),
});

/** Everything of a schema in its order, what is hidden from JSON included. */
const described = (value: unknown): unknown => {
	if (Array.isArray(value)) return value.map(described);
	if (value === null || typeof value !== 'object') return value;
	return Object.entries(Object.getOwnPropertyDescriptors(value)).map(([name, { enumerable, value: own }]) => [
		name,
		enumerable,
		described(own),
	]);
};

test('every builder makes the schema that TypeBox makes', () => {
	assert.deepEqual(described(madeBy(Type as Builders)), described(madeBy(TypeBox)));
	assert.deepEqual(Object.keys(madeBy(TypeBox)).length, Object.keys(madeBy(Type as Builders)).length);
});

test('the schemas of ours are understood by its checks', () => {
	const { form } = madeBy(Type as Builders);
	assert.equal(Check(form, { must: 'x' }), true);
	assert.equal(Check(form, { must: 'x', may: 10 }), false);
	assert.equal(Check(form, { may: 1 }), false);
});
