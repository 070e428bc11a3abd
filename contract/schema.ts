/**
 * The builders of schemas that the contract uses, with TypeBox's types and its results. TypeBox itself is
 * left out of what runs: 373 modules, 9 MB in the server and 60 KB in the pages, for eleven small functions.
 */
import type { Type as TypeBox } from 'typebox';

type Made = Readonly<Record<string, unknown>>;

/** Marks as TypeBox has them: seen by its types and its checks, not by JSON. */
const marked = (schema: Made, mark: '~kind' | '~optional', value: unknown): Made =>
	Object.defineProperty(schema, mark, { value, enumerable: false, configurable: true, writable: true });

const make = (kind: string, schema: Made): Made => marked({ ...schema }, '~kind', kind);

const plain =
	(kind: string, type: string) =>
	(options: Made = {}): Made =>
		make(kind, { type, ...options });

const optional = (schema: Made): Made => marked(make(String(schema['~kind']), schema), '~optional', true);

const object = (properties: Readonly<Record<string, Made>>, options: Made = {}): Made => {
	const required = Object.keys(properties).filter((name) => properties[name]?.['~optional'] !== true);
	return make('Object', {
		type: 'object',
		...(required.length > 0 ? { required } : {}),
		properties,
		...options,
	});
};

const builders = {
	Array: (items: Made, options: Made = {}) => make('Array', { type: 'array', items, ...options }),
	Boolean: plain('Boolean', 'boolean'),
	Integer: plain('Integer', 'integer'),
	Intersect: (allOf: readonly Made[], options: Made = {}) => make('Intersect', { allOf, ...options }),
	Literal: (value: string | number | boolean, options: Made = {}) =>
		make('Literal', { type: typeof value, const: value, ...options }),
	Null: plain('Null', 'null'),
	Number: plain('Number', 'number'),
	Object: object,
	Optional: optional,
	/** Of keys that are any text. */
	Record: (_key: Made, value: Made, options: Made = {}) =>
		make('Record', { type: 'object', patternProperties: { '^.*$': value }, ...options }),
	String: plain('String', 'string'),
	Union: (anyOf: readonly Made[], options: Made = {}) => make('Union', { anyOf, ...options }),
} as const;

/**
 * As in TypeBox; a test compares what both make. A builder that is missing here is added here.
 *
 * @source typebox 1.4, `Type`
 */
export const Type = builders as unknown as Pick<typeof TypeBox, keyof typeof builders>;
