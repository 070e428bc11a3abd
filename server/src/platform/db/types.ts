/**
 * The kinds of column there are. Every text or bytes column says where it is declared whether it is sealed or
 * public, and a public one gives its reason: `npm run check` compares the declarations with what the
 * migrations made.
 */

declare const sealedBrand: unique symbol;
/**
 * A ciphertext under an account's data key, bound to table, column and account. Only the keeper's sealer
 * makes one.
 */
export type Sealed = Uint8Array & { readonly [sealedBrand]: 'sealed' };

declare const jsonBrand: unique symbol;
/** JSON as text, made by `toJson` only. */
export type Json<T> = string & { readonly [jsonBrand]: T };

/** The one way into a JSON column. */
export const toJson = <T>(value: T): Json<T> => JSON.stringify(value) as Json<T>;
/** The one way out of a JSON column; the type is what was put in. */
export const fromJson = <T>(text: Json<T>): T => JSON.parse(text) as T;

/** Booleans are 0 or 1 in both databases. */
export type Flag = 0 | 1;
/** A truth as both databases store it. */
export const toFlag = (value: boolean): Flag => (value ? 1 : 0);

/** How a column is stored: the four classes that both databases share. */
export type StorageClass = 'text' | 'integer' | 'real' | 'bytes';

/** What is known of a column: how it is stored, and who may read it. */
export interface ColumnDeclaration<Value, Nullability extends boolean = boolean> {
	readonly storage: StorageClass;
	readonly isNullable: Nullability;
	/** `sealed`, or why a thief may read it. Numbers need none. */
	readonly exposure: 'sealed' | 'number' | { readonly publicBecause: string };
	/** Carries the type only; never read. */
	readonly value?: Value;
}

type Declare<Value> = ColumnDeclaration<Value, false> & {
	readonly nullable: () => ColumnDeclaration<Value | null, true>;
};

const declare_ = <Value>(
	storage: StorageClass,
	exposure: ColumnDeclaration<Value>['exposure'],
): Declare<Value> => ({
	storage,
	exposure,
	isNullable: false,
	nullable: () => ({ storage, exposure, isNullable: true }),
});

/** The words in which a table is declared. */
export const column = {
	/** An id made by `newId`; opaque, so public. */
	id: <Value extends string = string>() => declare_<Value>('text', { publicBecause: 'an opaque id of ours' }),
	/** A keyed or plain hash of a secret with 128 bits or more. */
	hash: () => declare_<string>('text', { publicBecause: 'a hash of a secret too long to guess' }),
	/** A keyed index made by the keeper. */
	blindIndex: () =>
		declare_<string>('text', { publicBecause: 'a keyed hash whose key never leaves the keeper' }),
	text: <Value extends string = string>(publicBecause: string) => declare_<Value>('text', { publicBecause }),
	json: <Value>(publicBecause: string) => declare_<Json<Value>>('text', { publicBecause }),
	bytes: (publicBecause: string) => declare_<Uint8Array>('bytes', { publicBecause }),
	/** Anything about a person: opens only with the account's key and under the name of this very column. */
	sealed: () => declare_<Sealed>('bytes', 'sealed'),
	integer: () => declare_<number>('integer', 'number'),
	real: () => declare_<number>('real', 'number'),
	flag: () => declare_<Flag>('integer', 'number'),
	/** Milliseconds since 1970, UTC. */
	timeMs: () => declare_<number>('integer', 'number'),
} as const;

export type TableShape = Readonly<Record<string, ColumnDeclaration<unknown>>>;

/** A table's name and columns, as the check compares them with the schema. */
export interface TableDeclaration<Shape extends TableShape> {
	readonly name: string;
	readonly columns: Shape;
}

/** A table as its domain declares it. The row type of Kysely is inferred from it. */
export const table = <const Shape extends TableShape>(
	name: string,
	columns: Shape,
): TableDeclaration<Shape> => ({
	name,
	columns,
});

/** The Kysely row type of a declared table: `type SessionRow = RowOf<typeof sessionTable>`. */
export type RowOf<T extends { readonly columns: TableShape }> = {
	-readonly [Name in keyof T['columns']]: T['columns'][Name] extends ColumnDeclaration<infer Value>
		? Value
		: never;
};
