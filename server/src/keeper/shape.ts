/** Shapes of the messages between the keeper and its client: closed, bounded, and without a dependency. */

/** True where the value has the shape; never throws, whatever it is given. */
export type Shape<T> = (value: unknown) => value is T;
export type ValueOf<S> = S extends Shape<infer T> ? T : never;

type ObjectOf<Fields extends Record<string, Shape<unknown>>> = {
	readonly [Name in keyof Fields]: ValueOf<Fields[Name]>;
};

/** Printable ASCII without spaces: ids and keyed hashes. */
export const idText: Shape<string> = (value): value is string =>
	typeof value === 'string' && /^[\x21-\x7e]{1,128}$/.test(value);

/** Any text up to `lengthMax` UTF-16 units. */
export const text =
	(lengthMax: number): Shape<string> =>
	(value): value is string =>
		typeof value === 'string' && value.length <= lengthMax;

/** Base64url without padding, of so many bytes. */
export const bytesText = (bytesMin: number, bytesMax: number = bytesMin): Shape<string> => {
	const lengthMin = Math.ceil((bytesMin * 4) / 3);
	const lengthMax = Math.ceil((bytesMax * 4) / 3);
	return (value): value is string =>
		typeof value === 'string' &&
		value.length >= lengthMin &&
		value.length <= lengthMax &&
		/^[\w-]*$/.test(value) &&
		value.length % 4 !== 1;
};

export const count: Shape<number> = (value): value is number =>
	typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

export const truth: Shape<boolean> = (value): value is boolean => typeof value === 'boolean';

export const nothing: Shape<null> = (value): value is null => value === null;

export const literal =
	<const T extends string>(...allowed: readonly T[]): Shape<T> =>
	(value): value is T =>
		(allowed as readonly unknown[]).includes(value);

export const orNull =
	<T>(shape: Shape<T>): Shape<T | null> =>
	(value): value is T | null =>
		value === null || shape(value);

export const either =
	<A, B>(first: Shape<A>, second: Shape<B>): Shape<A | B> =>
	(value): value is A | B =>
		first(value) || second(value);

export const list =
	<T>(shape: Shape<T>, lengthMax: number): Shape<readonly T[]> =>
	(value): value is readonly T[] =>
		Array.isArray(value) && value.length <= lengthMax && value.every(shape);

/** Exactly these fields: one too many is as wrong as one too few. */
export const object =
	<const Fields extends Record<string, Shape<unknown>>>(fields: Fields): Shape<ObjectOf<Fields>> =>
	(value): value is ObjectOf<Fields> => {
		if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
		const names = Object.keys(fields);
		const record = value as Record<string, unknown>;
		if (Object.keys(record).length !== names.length) return false;
		return names.every((name) => Object.hasOwn(record, name) && fields[name]?.(record[name]));
	};

/** A map from short names to counts. */
export const counts: Shape<Readonly<Record<string, number>>> = (
	value,
): value is Readonly<Record<string, number>> =>
	typeof value === 'object' &&
	value !== null &&
	!Array.isArray(value) &&
	Object.entries(value).length <= 64 &&
	Object.values(value).every(count);
