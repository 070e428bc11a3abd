/** Values and rows as the embedded database takes and gives them. */
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';

/**
 * The driver stores a `Date` as NULL and takes an object for named parameters; both are bugs of ours, so
 * both, and everything else it does not know by heart, are refused here.
 */
export const checkParameter: (value: unknown) => asserts value is SQLInputValue = (value) => {
	if (value === null || typeof value === 'string' || typeof value === 'bigint') return;
	if (typeof value === 'number') {
		if (Number.isNaN(value)) throw new TypeError('NaN cannot be stored');
		return;
	}
	if (value instanceof Uint8Array) return;
	throw new TypeError(`a ${value === undefined ? 'missing value' : typeof value} cannot be stored`);
};

/** A row by the names of its columns. */
export const toObject = (columns: readonly string[], values: readonly SQLOutputValue[]): object => {
	const row: Record<string, SQLOutputValue> = {};
	for (let index = 0; index < columns.length; index += 1) row[columns[index]!] = values[index]!;
	return row;
};
