/**
 * Every column that the migrations made is declared, and every text or bytes column is sealed or public for a
 * reason.
 */
import type { TableDeclaration, TableShape } from '../../server/src/platform/db/types.ts';

/** A column as the database tells it. */
export interface FoundColumn {
	readonly table: string;
	readonly column: string;
	readonly storage: string;
	readonly isNullable: boolean;
}

const reasonCharactersMin = 8;

/** The list of what has run, which the migrations cannot declare themselves. */
const ownTables = new Set(['schemaMigration']);

const problemOf = (table: TableDeclaration<TableShape>, name: string, found: FoundColumn): string | null => {
	const declared = table.columns[name];
	if (!declared) return 'is not declared: say whether it is sealed or why it is public';
	if (declared.storage !== found.storage)
		return `is declared ${declared.storage} and stored as ${found.storage}`;
	if (declared.isNullable !== found.isNullable) {
		return `is declared ${declared.isNullable ? '' : 'not '}nullable and made the other way`;
	}
	if (declared.exposure === 'sealed') return found.storage === 'bytes' ? null : 'is sealed and must be bytes';
	if (declared.exposure === 'number') {
		return /^(integer|real)$/.test(found.storage)
			? null
			: 'holds text or bytes: it is sealed or public for a reason';
	}
	const { publicBecause } = declared.exposure;
	return publicBecause.trim().length < reasonCharactersMin ? 'is public without a reason' : null;
};

/**
 * What is wrong between the declarations and a database migrated from nothing; one line each. `textIndexes`
 * are the names of search indexes: what the engine keeps for them holds folded words of columns that are
 * declared public elsewhere.
 */
export const columnProblems = (
	tables: readonly TableDeclaration<TableShape>[],
	found: readonly FoundColumn[],
	textIndexes: readonly string[] = [],
): string[] => {
	const isOfIndex = (table: string): boolean => textIndexes.some((name) => table.startsWith(name));
	const byName = new Map(tables.map((table) => [table.name, table]));
	const problems = found
		.filter(({ table }) => !ownTables.has(table) && !isOfIndex(table))
		.flatMap((column) => {
			const table = byName.get(column.table);
			const problem = table
				? problemOf(table, column.column, column)
				: 'belongs to a table that no room declares';
			return problem ? [`${column.table}.${column.column} ${problem}`] : [];
		});
	const made = new Set(found.map(({ table, column }) => `${table}.${column}`));
	const missing = tables
		.flatMap((table) => Object.keys(table.columns).map((column) => `${table.name}.${column}`))
		.filter((name) => !made.has(name))
		.map((name) => `${name} is declared and no migration makes it`);
	return [...problems, ...missing];
};
