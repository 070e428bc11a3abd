/**
 * Counts every row that anybody writes to a server's embedded database, by triggers of its own on each table:
 * what nobody counts, nobody can hide. Index tables that take no triggers are written together with a table
 * that does.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const counter = 'benchRowsWritten';
const busyMs = 10_000;

export interface RowCounter extends Disposable {
	/** Rows written since the last time, by table. */
	take(): Readonly<Record<string, number>>;
}

const tablesOf = (database: DatabaseSync): string[] =>
	database
		.prepare(
			`select name from pragma_table_list where schema = 'main' and type = 'table' and name not like 'sqlite_%'`,
		)
		.all()
		.map(({ name }) => String(name));

const triggersFor = (table: string): string =>
	['insert', 'update', 'delete']
		.map(
			(change) =>
				`create trigger "${counter}-${table}-${change}" after ${change} on "${table}"
				begin update "${counter}" set "rows" = "rows" + 1 where "table" = '${table}'; end;`,
		)
		.join('\n');

/** Begins to count in the database below `dataFolder`, which a server is using. */
export const countWrittenRows = (dataFolder: string): RowCounter => {
	const database = new DatabaseSync(join(dataFolder, 'holdfast.db'), { timeout: busyMs });
	const tables = tablesOf(database);
	database.exec(
		`begin immediate; create table "${counter}" ("table" text primary key, "rows" integer not null);`,
	);
	const add = database.prepare(`insert into "${counter}" values (?, 0)`);
	for (const table of tables) {
		add.run(table);
		database.exec(triggersFor(table));
	}
	database.exec('commit');
	return {
		take: () => {
			const rows = database.prepare(`select "table", "rows" from "${counter}" where "rows" > 0`).all();
			database.exec(`update "${counter}" set "rows" = 0`);
			return Object.fromEntries(rows.map((row) => [String(row['table']), Number(row['rows'])]));
		},
		[Symbol.dispose]: () => database.close(),
	};
};
